"""One run of load: sipp as callers, sipp as all agents' telephones, and what the centre used meanwhile.

The scenarios are files of `sip_scenarios/`; sipp, and tcpdump where a capture is wanted, are independent programs.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.sip_centre import Centre, Usage, free_port, machine_busy_s
from bench.sip_figures import Dispatches, SippTotals, dispatches, sipp_totals

__all__ = ["Load", "Outcome", "Sample", "missing_programs", "run_load"]

SCENARIOS = Path(__file__).resolve().parent / "sip_scenarios"
KEY_SOUND = Path("/usr/share/sip-tester/dtmf_2833_1.pcap")  # part of Debian's sip-tester
PACKAGES = {"sipp": "sip-tester", "tcpdump": "tcpdump"}
PATIENCE_MS = 120_000
SETTLE_SECONDS, LOOK_SECONDS = 0.5, 0.5
STEADY_FROM, STEADY_TO = 0.30, 0.95  # the share of the placing of calls that counts as steady


def missing_programs() -> str:
    """Return in one line what to install before anything can be measured, empty when all is there."""
    missing = [package for program, package in PACKAGES.items() if shutil.which(program) is None]
    if not missing and not KEY_SOUND.exists():
        missing = ["sip-tester"]
    return f"the load needs {' and '.join(missing)}: apt-get install {' '.join(missing)}" if missing else ""


@dataclass(frozen=True, slots=True)
class Load:
    """What is to be asked of a centre: `rate` calls a second for `seconds`, then up to `grace_s` until they have ended.

    `at_once_max` bounds the calls at once (0: no bound), `talk_ms` is the range of an agent's talk, `speaking` lets
    both sides send sound, `captured` writes the agents' packets down.
    """

    name: str
    number: str
    rate: int
    seconds: int
    talk_ms: tuple[int, int]
    calls: int = 0
    at_once_max: int = 0
    grace_s: int = 15
    speaking: bool = False
    captured: bool = False

    @property
    def asked(self) -> int:
        """How many calls are placed."""
        return self.calls or self.rate * self.seconds


@dataclass(frozen=True, slots=True)
class Sample:
    """What was known at one moment of the run."""

    at: float
    callers: SippTotals
    used: dict[str, Usage]
    machine_s: float


@dataclass(slots=True)
class Outcome:
    """What came of a load."""

    load: Load
    callers: SippTotals = field(default_factory=SippTotals)
    agents: SippTotals = field(default_factory=SippTotals)
    samples: list[Sample] = field(default_factory=list)
    dispatched: Dispatches | None = None
    sound: list[dict[str, int]] = field(default_factory=list)
    cut: bool = False

    @property
    def ended_early(self) -> bool:
        """Whether calls that still lived were left alone on purpose."""
        return self.cut and not self.load.grace_s

    def steady(self) -> list[Sample]:
        """Return the samples of the steady part, all where the run was short."""
        begun, end = self.load.seconds * STEADY_FROM, self.load.seconds * STEADY_TO
        inside = [sample for sample in self.samples if begun <= sample.at <= end]
        return inside if len(inside) > 2 else self.samples

    def per_second(self) -> float:
        """Return how many calls a second ended well in the steady part."""
        part = self.steady()
        return (part[-1].callers.ok - part[0].callers.ok) / (part[-1].at - part[0].at)

    def cores(self) -> dict[str, float]:
        """Return how many cores each kind of process kept busy in the steady part."""
        part = self.steady()
        taken = part[-1].at - part[0].at
        return {name: (part[-1].used[name].cpu_s - part[0].used[name].cpu_s) / taken for name in part[0].used}

    def machine_cores(self) -> float:
        """Return how many cores the whole machine kept busy in the steady part, load and strangers included."""
        part = self.steady()
        return (part[-1].machine_s - part[0].machine_s) / (part[-1].at - part[0].at)

    def cpu_ms_per_call(self) -> dict[str, float]:
        """Return CPU time per call that ended well over the whole run, by kind of process."""
        first, last = self.samples[0], self.samples[-1]
        calls = max(1, last.callers.ok - first.callers.ok)
        return {name: 1_000 * (last.used[name].cpu_s - first.used[name].cpu_s) / calls for name in first.used}

    def resident_mb(self) -> dict[str, float]:
        """Return the most memory that each kind of process had."""
        names = self.samples[0].used
        return {name: max(sample.used[name].resident_kb for sample in self.samples) / 1_024 for name in names}

    def failed_percent(self) -> float:
        """Return the share of calls that neither ended well nor were refused with a 503."""
        return 100 * max(0, self.load.asked - self.callers.ok - self.callers.refused) / self.load.asked


def run_load(load: Load, centre: Centre, agent_port: int, work: Path) -> Outcome:
    """Place the calls and watch until all have ended or the time is over."""
    work.mkdir()
    outcome = Outcome(load)
    with contextlib.ExitStack() as programs:
        sound = _telephones(programs, load, work)
        programs.enter_context(_ended(_sipp_agents(load, centre, agent_port, sound, work)))
        if load.captured:
            programs.enter_context(_ended(_capture(agent_port, work), signal.SIGTERM))
        time.sleep(SETTLE_SECONDS)
        callers = programs.enter_context(_ended(_sipp_callers(load, centre, sound, work)))
        _watch(outcome, centre, callers, work)
        time.sleep(SETTLE_SECONDS)
    outcome.callers, outcome.agents = _totals(work, "callers"), _totals(work, "agents")
    if load.captured:
        outcome.dispatched = dispatches((work / "agents.pcap").read_bytes(), agent_port)
    if load.speaking:
        outcome.sound = [line for side in ("callers", "agents") for line in _sound(load, work, side)]
    return outcome


def _watch(outcome: Outcome, centre: Centre, callers: subprocess.Popen[bytes], work: Path) -> None:
    begun = time.monotonic()
    last = outcome.load.seconds + outcome.load.grace_s
    while True:
        at = time.monotonic() - begun
        outcome.samples.append(Sample(at, _totals(work, "callers"), centre.usage(), machine_busy_s()))
        if callers.poll() is not None or at > last:
            outcome.cut = callers.poll() is None
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            callers.wait(LOOK_SECONDS)


def _totals(work: Path, side: str) -> SippTotals:
    statistics = work / f"{side}.csv"
    return sipp_totals(statistics.read_text()) if statistics.exists() else SippTotals()


def _sipp_callers(load: Load, centre: Centre, sound: dict[str, int], work: Path) -> subprocess.Popen[bytes]:
    pressed = f'<pause milliseconds="300"/><nop><action><exec play_pcap_audio="{KEY_SOUND}"/></action></nop>'
    scenario = _scenario(
        work,
        "caller",
        KEY=pressed if load.number.startswith("1") else "",
        MEDIA_PORT=str(sound.get("callers", "[media_port]")),
        PATIENCE_MS=str(PATIENCE_MS),
    )
    at_once = str(load.at_once_max or 15_000)
    return _sipp(
        centre, scenario, "callers", work, free_port(),
        ["-s", load.number, "-r", str(load.rate), "-m", str(load.asked), "-l", at_once],
    )  # fmt: skip


def _sipp_agents(load: Load, centre: Centre, port: int, sound: dict[str, int], work: Path) -> subprocess.Popen[bytes]:
    low, high = load.talk_ms
    talk = f'milliseconds="{low}"' if low == high else f'distribution="uniform" min="{low}" max="{high}"'
    scenario = _scenario(work, "agent", TALK=talk, MEDIA_PORT=str(sound.get("agents", "[media_port]")))
    return _sipp(centre, scenario, "agents", work, port, [])


def _sipp(
    centre: Centre, scenario: Path, side: str, work: Path, port: int, more: Sequence[str]
) -> subprocess.Popen[bytes]:
    common = [
        "-i", "127.0.0.1", "-p", str(port), "-mp", str(free_port()), "-t", "u1", "-nostdin", "-max_socket", "60000",
        "-trace_stat", "-fd", "1", "-stf", str(work / f"{side}.csv"), "-trace_err", "-error_file",
        str(work / f"{side}_errors.log"),
    ]  # fmt: skip
    with (work / f"{side}.log").open("wb") as log:
        return subprocess.Popen(
            ["sipp", f"127.0.0.1:{centre.sip_port}", "-sf", str(scenario), *common, *more],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=log,
            cwd=work,
        )


def _scenario(work: Path, name: str, **words: str) -> Path:
    text = (SCENARIOS / f"{name}.xml").read_text()
    for word, value in words.items():
        text = text.replace(f"@{word}@", value)
    written = work / f"{name}.xml"
    written.write_text(text)
    return written


def _capture(port: int, work: Path) -> subprocess.Popen[bytes]:
    command = ["tcpdump", "-i", "lo", "-s", "700", "-B", "65536", "-U", "-Z", "root", "-w", str(work / "agents.pcap")]
    return subprocess.Popen([*command, f"udp port {port}"], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _telephones(programs: contextlib.ExitStack, load: Load, work: Path) -> dict[str, int]:
    """Start the telephones that speak, one program a side; return their ports."""
    ports: dict[str, int] = {}
    for side in ("callers", "agents") if load.speaking else ():
        ports[side] = free_port()
        with (work / f"{side}_sound.log").open("wb") as log:
            command = [sys.executable, "-m", "bench.sip_media", str(ports[side])]
            started = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        programs.enter_context(_ended(started))
    return ports


def _sound(load: Load, work: Path, side: str) -> list[dict[str, int]]:
    """Return the lines of one side's telephones from the steady part."""
    lines = [json.loads(line) for line in (work / f"{side}_sound.log").read_text().splitlines()]
    return lines[int(load.seconds * STEADY_FROM) : int(load.seconds * STEADY_TO)]


@contextlib.contextmanager
def _ended(process: subprocess.Popen[bytes], how: signal.Signals = signal.SIGKILL) -> Iterator[subprocess.Popen[bytes]]:
    """Let a program live as long as the context."""
    try:
        yield process
    finally:
        process.send_signal(how)
        process.wait()
