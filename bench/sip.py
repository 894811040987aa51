"""What a call costs and how fast a freed agent gets the next one: `python -m bench.sip [--quick]`.

Starts a centre of its own, lets sipp call it and answer its calls, and prints tables: calls a second, CPU per call,
dispatch latency, the journal's commits, memory. All on loopback; it asserts nothing.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from bench.sip_centre import Centre, NotStarted, free_port
from bench.sip_figures import percentile
from bench.sip_load import Load, Outcome, missing_programs, run_load

__all__ = ["main"]

HELD_PERCENT = 1.0  # a rate is held while fewer calls than this fail
MISUSE = 2

STEADY = Load("steady", "100", 20, 20, (1_000, 1_000))
LATENCY = Load("latency", "100", 30, 60, (3_000, 7_000), at_once_max=140, grace_s=20, captured=True)
MEDIA = Load("media", "200", 25, 30, (32_000, 32_000), calls=100, grace_s=25, speaking=True)
FLOOD = Load("overload", "100", 300, 10, (1_000, 1_000), grace_s=30)


class Bench:
    """All scenarios, one after the other, each with a centre of its own."""

    def __init__(self, folder: Path, quick: bool, with_desk: bool) -> None:
        """Measure nothing yet; `folder` is for records and logs."""
        self._folder = folder
        self._quick = quick
        self._with_desk = with_desk
        self._agent_port = free_port()
        self._runs = 0

    @contextlib.contextmanager
    def _centre(self, agents: int) -> Iterator[Centre]:
        self._runs += 1
        folder = self._folder / str(self._runs)
        folder.mkdir()
        with Centre(folder, agents, self._agent_port, self._with_desk) as centre:
            yield centre
            show_centre(centre)

    def _run(self, load: Load, centre: Centre) -> Outcome:
        self._runs += 1
        return run_load(load, centre, self._agent_port, self._folder / str(self._runs))

    def steady(self) -> None:
        """Raise the rate until calls fail; 500 agents, a second of talk."""
        print("\nsteady: prompt, key, queue, a second of talk; 500 agents")
        print(LOAD_HEADER)
        with self._centre(500) as centre:
            for rate in (20, 50, 80) if self._quick else (20, 50, 80, 100, 120, 140):
                outcome = self._run(replace(STEADY, rate=rate, seconds=6 if self._quick else 20), centre)
                show_load(outcome)
                if outcome.failed_percent() > HELD_PERCENT:
                    return

    def latency(self) -> None:
        """Measure what a freed agent waits while callers wait."""
        print("\nlatency: 40 agents, 100 callers waiting, 3 to 7 seconds of talk; 200 to an agent's BYE → next INVITE")
        print(LOAD_HEADER)
        seconds = 15 if self._quick else 60
        with self._centre(40) as centre:
            outcome = self._run(replace(LATENCY, seconds=seconds, calls=LATENCY.rate * seconds, grace_s=0), centre)
            show_load(outcome)
            show_dispatches(outcome)

    def media(self) -> None:
        """Measure calls with sound both ways, plain and recorded."""
        calls, seconds = (40, 12) if self._quick else (100, 30)
        print(f"\nmedia: {calls} calls, sound both ways, signalling and sound together; plain (200), recorded (201)")
        print(SOUND_HEADER)
        talk = (seconds + 2) * 1_000
        with self._centre(500) as centre:
            for number in ("200", "201"):
                load = replace(MEDIA, number=number, calls=calls, seconds=seconds, talk_ms=(talk, talk))
                show_sound(self._run(load, centre))

    def overload(self) -> None:
        """Ask for far more than a machine holds, then for little: what is not taken must be refused, and that ends."""
        print("\noverload: far too many calls for ten seconds, then twenty a second again")
        print(LOAD_HEADER)
        with self._centre(500) as centre:
            show_load(self._run(replace(FLOOD, seconds=5 if self._quick else 10), centre))
            show_load(self._run(replace(STEADY, name="after", seconds=6 if self._quick else 10), centre))


LOAD_HEADER = (
    f"{'':9} {'asked/s':>7} {'done/s':>7} {'calls':>6} {'ok':>6} {'503':>5} {'failed':>6} {'sent again':>10}"
    f"   CPU ms a call: {'engine':>6} {'desk':>6} {'workers':>7} {'all':>6}"
    f"   {'cores':>5} {'machine':>7}   MB: engine desk workers"
)
SOUND_HEADER = (
    f"{'':9} {'calls':>6} {'failed':>6}   % of a core a call: {'engine':>6} {'desk':>6} {'workers':>7} {'all':>6}"
    f"   packets/s in, out, lost, late"
)


def show_load(outcome: Outcome) -> None:
    """Print one run of calls in a line."""
    load, callers, cpu, memory = outcome.load, outcome.callers, outcome.cpu_ms_per_call(), outcome.resident_mb()
    living = callers.current if outcome.ended_early else 0
    failed = max(0, callers.created - callers.ok - callers.refused - living)
    print(
        f"{load.name:9} {load.rate:7} {outcome.per_second():7.1f} {callers.created:6} {callers.ok:6}"
        f" {callers.refused:5} {failed:6} {callers.retransmissions + outcome.agents.retransmissions:10}"
        f"                  {cpu['engine']:6.2f} {cpu.get('desk', 0):6.2f} {cpu['workers']:7.2f}"
        f" {sum(cpu.values()):6.2f}   {sum(outcome.cores().values()):5.2f} {outcome.machine_cores():7.2f}"
        f"       {memory['engine']:6.0f} {memory.get('desk', 0):4.0f} {memory['workers']:7.0f}"
        + ("  (cut off)" if outcome.cut and not outcome.ended_early else ""),
        flush=True,
    )


def show_dispatches(outcome: Outcome) -> None:
    """Print how long freed agents waited, and how evenly calls were spread."""
    told = outcome.dispatched
    if told is None or not told.waits_ms:
        print("no dispatch was seen")
        return
    waits, counts = told.waits_ms, sorted(told.calls_of.values())
    p50, p95, p99 = (percentile(waits, percent) for percent in (50, 95, 99))
    print(
        f"dispatch ms: p50 {p50:.1f}  p95 {p95:.1f}  p99 {p99:.1f}  max {max(waits):.1f}  of {len(waits)};"
        f" {len(counts)} agents, {counts[0]} to {counts[-1]} calls each",
        flush=True,
    )


def show_sound(outcome: Outcome) -> None:
    """Print one run of calls with sound in a line."""
    cores = {name: 100 * busy / outcome.load.asked for name, busy in outcome.cores().items()}
    lines = outcome.sound or [{"heard": 0, "sent": 0, "gaps": 0, "late": 0}]
    heard, sent, gaps, late = (
        2 * sum(line[name] for line in lines) / len(lines) for name in ("heard", "sent", "gaps", "late")
    )
    print(
        f"{outcome.load.number:9} {outcome.load.asked:6} {outcome.load.asked - outcome.callers.ok:6}"
        f"                      {cores['engine']:6.3f} {cores.get('desk', 0):6.3f} {cores['workers']:7.3f}"
        f" {sum(cores.values()):6.3f}   {sent:.0f}, {heard:.0f}, {gaps:.1f}, {late:.1f}",
        flush=True,
    )


def show_centre(centre: Centre) -> None:
    """Print what the centre itself has counted: commits, faults, complaints in its logs."""
    figures = centre.figures()
    p50, p99 = (1_000 * figures.gauges.get(f"journal_commit_seconds_p{share}", 0) for share in (50, 99))
    entries, batches = (figures.counters.get(f"journal_{name}_total", 0) for name in ("entries", "batches"))
    print(
        f"journal: commits p50 ≤ {p50:.2f} ms, p99 ≤ {p99:.2f} ms; {entries:.0f} entries in {batches:.0f} commits;"
        f" faults {figures.counters.get('engine_faults_total', 0):.0f}",
    )
    complaints = centre.complaints()
    for line in complaints[:5]:
        print(f"  {line}")
    if len(complaints) > 5:
        print(f"  … and {len(complaints) - 5} more")


def main() -> int:
    """Read the command line and measure; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench.sip", description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("scenario", nargs="*", help="steady, latency, media, overload; all when none is named")
    parser.add_argument("--quick", action="store_true", help="about a minute in place of six")
    parser.add_argument("--keep", type=Path, help="a new folder for records and logs, which stays")
    parser.add_argument("--engine-only", action="store_true", help="without the desk process")
    chosen = parser.parse_args()
    if missing := missing_programs():
        print(missing, file=sys.stderr)
        return MISUSE
    with contextlib.ExitStack() as kept:
        folder = chosen.keep or Path(kept.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        folder.mkdir(parents=True, exist_ok=True)
        bench = Bench(folder, chosen.quick, not chosen.engine_only)
        scenarios: dict[str, Callable[[], None]] = {
            "steady": bench.steady,
            "latency": bench.latency,
            "media": bench.media,
            "overload": bench.overload,
        }
        if unknown := [name for name in chosen.scenario if name not in scenarios]:
            parser.error(f"there is no scenario {unknown[0]!r}: choose {', '.join(scenarios)}")
        print(f"$ python -m bench.sip {' '.join(sys.argv[1:])}".rstrip())
        try:
            for name in chosen.scenario or scenarios:
                scenarios[name]()
        except NotStarted as problem:
            print(problem, file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
