"""What is read out of other programs' files: statistics of sipp, packets, and the kernel's own accounts."""

from __future__ import annotations

import struct

import pytest

from bench.sip_figures import (
    PCAP_MICROSECONDS,
    PCAP_NANOSECONDS,
    SippTotals,
    busy_ticks,
    cpu_ticks,
    dispatches,
    percentile,
    reaped_ticks,
    resident_kb,
    sipp_totals,
)

AGENT_PORT, CENTRE_PORT = 17_000, 5_060
STAT = "77 (a (strange) name) S 1 77 77 0 -1 4194560 1 2 3 4 120 30 5 6 20 0 1 0 100 1000 10"


@pytest.mark.parametrize(
    ("values", "percent", "expected"),
    [([], 50, 0.0), ([7.0], 99, 7.0), ([3.0, 1.0, 2.0], 50, 2.0), (list(range(100)), 99, 99), (list(range(100)), 0, 0)],
)
def test_percentiles_are_values_that_came(values: list[float], percent: float, expected: float) -> None:
    assert percentile(values, percent) == expected


def test_ticks_are_found_behind_any_name() -> None:
    assert (cpu_ticks(STAT), reaped_ticks(STAT)) == (150, 11)


def test_busy_is_all_but_idle_and_waiting() -> None:
    assert busy_ticks("cpu 10 1 5 1000 50 2 3 4 9 9\ncpu0 1 1 1") == 25


def test_memory_of_a_program_that_is_gone_is_none() -> None:
    assert resident_kb("Name:\tx\nVmRSS:\t  1234 kB\n") == 1234 and resident_kb("Name:\tx\n") == 0


def test_totals_come_from_the_last_whole_line() -> None:
    header = "TotalCallCreated;CurrentCall;SuccessfulCall(C);FailedCall(C);refused(C);Retransmissions(C);\n"
    assert sipp_totals(header) == sipp_totals("") == SippTotals()
    text = header + "5;1;4;0;1;0;\n9;2;7;1;2;3;\n12;"
    assert sipp_totals(text) == SippTotals(created=9, current=2, ok=5, failed=1, refused=2, retransmissions=3)


def packet(at_us: int, source: int, target: int, message: bytes, fraction: int = 1) -> bytes:
    """A record of a capture."""
    udp = struct.pack("!HHHH", source, target, 8 + len(message), 0) + message
    frame = bytes(14) + bytes([0x45]) + bytes(19) + udp
    return struct.pack("<IIII", at_us // 1_000_000, at_us % 1_000_000 * fraction, len(frame), len(frame)) + frame


def sip(first: str, call: str, method: str) -> bytes:
    """A message of a call."""
    return f"{first}\r\nCall-ID: {call}\r\nCSeq: 1 {method}\r\n\r\n".encode()


@pytest.mark.parametrize(("magic", "fraction"), [(PCAP_MICROSECONDS, 1), (PCAP_NANOSECONDS, 1_000)])
def test_a_freed_agent_waits_from_the_answer_to_his_bye_to_the_next_invite(magic: int, fraction: int) -> None:
    told = [
        (1_000, CENTRE_PORT, AGENT_PORT, sip("INVITE sip:a1@x SIP/2.0", "one", "INVITE")),
        (1_500, CENTRE_PORT, AGENT_PORT, sip("INVITE sip:a1@x SIP/2.0", "one", "INVITE")),
        (2_000, AGENT_PORT, CENTRE_PORT, sip("BYE sip:centre@x SIP/2.0", "one", "BYE")),
        (3_000, CENTRE_PORT, AGENT_PORT, sip("SIP/2.0 200 OK", "one", "BYE")),
        (7_000, CENTRE_PORT, AGENT_PORT, sip("INVITE sip:a1@x SIP/2.0", "two", "INVITE")),
        (8_000, CENTRE_PORT, AGENT_PORT, sip("INVITE sip:a2@x SIP/2.0", "three", "INVITE")),
    ]
    capture = struct.pack("<I", magic) + bytes(20) + b"".join(packet(*each, fraction) for each in told)
    found = dispatches(capture, AGENT_PORT)
    assert [round(wait, 3) for wait in found.waits_ms] == [4.0] and found.calls_of == {b"a1": 2, b"a2": 1}


def test_what_is_no_capture_is_refused() -> None:
    assert dispatches(b"", AGENT_PORT).waits_ms == ()
    with pytest.raises(ValueError, match="not a capture"):
        dispatches(bytes(24), AGENT_PORT)
