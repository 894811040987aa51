"""Reads what other programs write down: sipp's statistics, a capture of SIP packets, and the kernel's /proc files.

Nothing here starts anything; texts and bytes go in, figures come out.
"""

from __future__ import annotations

import csv
import re
import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO

__all__ = [
    "Dispatches",
    "SippTotals",
    "busy_ticks",
    "cpu_ticks",
    "dispatches",
    "percentile",
    "reaped_ticks",
    "resident_kb",
    "sipp_totals",
]

PCAP_MICROSECONDS, PCAP_NANOSECONDS = 0xA1B2C3D4, 0xA1B23C4D
PCAP_HEADER, RECORD_HEADER, ETHERNET_HEADER, UDP_HEADER = 24, 16, 14, 8
SHORTEST_FRAME = 42  # Ethernet, IPv4 without options, UDP

CALL_ID = re.compile(rb"\r\n(?:Call-ID|i):[ \t]*([^\r\n]+)", re.IGNORECASE)
BYE_CSEQ = re.compile(rb"\r\nCSeq:[ \t]*\d+[ \t]+BYE\b", re.IGNORECASE)
INVITED = re.compile(rb"INVITE sips?:([^@\s;]+)@")


@dataclass(frozen=True, slots=True)
class SippTotals:
    """What one sipp has counted since its start; `refused` are calls that ended with a 503."""

    created: int = 0
    current: int = 0
    ok: int = 0
    failed: int = 0
    refused: int = 0
    retransmissions: int = 0


def sipp_totals(text: str) -> SippTotals:
    """Return the totals in the last whole line of sipp's statistics file (`-trace_stat`, cumulative columns)."""
    rows = [row for row in csv.reader(StringIO(text), delimiter=";") if row]
    if len(rows) < 2:
        return SippTotals()
    names = rows[0]
    whole = [row for row in rows[1:] if len(row) >= len(names) - 1]
    if not whole:
        return SippTotals()
    last = dict(zip(names, whole[-1], strict=False))
    refused = _count(last, "refused(C)") or _count(last, "GenericCounter_refused(C)")
    return SippTotals(
        created=_count(last, "TotalCallCreated"),
        current=_count(last, "CurrentCall"),
        ok=_count(last, "SuccessfulCall(C)") - refused,
        failed=_count(last, "FailedCall(C)"),
        refused=refused,
        retransmissions=_count(last, "Retransmissions(C)"),
    )


def _count(row: Mapping[str, str], name: str) -> int:
    text = row.get(name, "").strip()
    return int(text) if text.isdigit() else 0


@dataclass(frozen=True, slots=True)
class Dispatches:
    """How long freed agents waited for their next call (ms, in order of happening), and how calls were spread."""

    waits_ms: tuple[float, ...]
    calls_of: Mapping[bytes, int]


def dispatches(capture: bytes, agent_port: int) -> Dispatches:
    """Read from a capture how long it took from the 200 to an agent's BYE to the next INVITE to the same agent."""
    agent_of: dict[bytes, bytes] = {}
    hanging_up: set[bytes] = set()
    free_at: dict[bytes, float] = {}
    waits: list[float] = []
    counts: dict[bytes, int] = {}
    for at, source, target, message in _datagrams(capture):
        found = CALL_ID.search(message)
        if found is None:
            continue
        call = found[1]
        invited = INVITED.match(message) if target == agent_port else None
        if invited is not None:
            if call in agent_of:
                continue  # sent again
            agent = agent_of[call] = invited[1]
            counts[agent] = counts.get(agent, 0) + 1
            if agent in free_at:
                waits.append((at - free_at.pop(agent)) * 1_000)
        elif source == agent_port and message.startswith(b"BYE "):
            hanging_up.add(call)
        elif call in hanging_up and call in agent_of and _confirms_bye(target == agent_port, message):
            hanging_up.discard(call)
            free_at[agent_of[call]] = at
    return Dispatches(tuple(waits), counts)


def _confirms_bye(to_agent: bool, message: bytes) -> bool:
    return to_agent and message.startswith(b"SIP/2.0 200") and BYE_CSEQ.search(message) is not None


def _datagrams(capture: bytes) -> Iterator[tuple[float, int, int, bytes]]:
    """Yield (time in s, source port, target port, payload) of each UDP datagram over IPv4 on Ethernet or loopback."""
    if len(capture) < PCAP_HEADER:
        return
    (magic,) = struct.unpack_from("<I", capture)
    if magic not in (PCAP_MICROSECONDS, PCAP_NANOSECONDS):
        raise ValueError("this is not a capture in the little-endian pcap format")
    per_second = 1e9 if magic == PCAP_NANOSECONDS else 1e6
    offset = PCAP_HEADER
    while offset + RECORD_HEADER <= len(capture):
        seconds, fraction, kept, _ = struct.unpack_from("<IIII", capture, offset)
        begin = offset + RECORD_HEADER
        offset = begin + kept
        frame = capture[begin:offset]
        if len(frame) < SHORTEST_FRAME:
            continue
        udp = ETHERNET_HEADER + (frame[ETHERNET_HEADER] & 0x0F) * 4
        source, target = struct.unpack_from("!HH", frame, udp)
        yield seconds + fraction / per_second, source, target, frame[udp + UDP_HEADER :]


def cpu_ticks(stat: str) -> int:
    """Return user and system time (clock ticks) from the text of /proc/PID/stat, whatever the program is called."""
    fields = stat.rsplit(")", 1)[1].split()
    return int(fields[11]) + int(fields[12])


def reaped_ticks(stat: str) -> int:
    """Return user and system time (clock ticks) of the children that a process has seen end, from /proc/PID/stat."""
    fields = stat.rsplit(")", 1)[1].split()
    return int(fields[13]) + int(fields[14])


def busy_ticks(stat: str) -> int:
    """Return the time (clock ticks) in which cores were not idle, from the text of /proc/stat."""
    fields = [int(word) for word in stat.splitlines()[0].split()[1:9]]  # user … steal; guests are within user
    return sum(fields) - fields[3] - fields[4]


def resident_kb(status: str) -> int:
    """Return the resident memory (kB) from the text of /proc/PID/status, 0 when it names none."""
    found = re.search(r"^VmRSS:\s+(\d+) kB", status, re.MULTILINE)
    return int(found[1]) if found else 0


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the value below which `percent` of the values lie (nearest rank), 0 when there are none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))] if ordered else 0.0
