"""One seed, one hour in which everything goes wrong: which centre, which faults, and what is counted as what.

Even seeds are for liveness: half an hour of faults, then everything works again and all must come to its end. Odd seeds
are for safety: faults until the clock stops. One in two has late and doubled events, one in four is the shipped centre.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cache

from contactcenter.center import Center
from contactcenter.model.config import CenterConfig
from contactcenter.runtime.replay import verify
from contactcenter.settings import load
from contactcenter.sim.engine import VERSION
from contactcenter.sim.habits import HALF_HOUR_MS, HOUR_MS, FaultRates, Habits
from contactcenter.sim.simulate import START_AT, Simulation
from contactcenter.sim.streams import Streams
from tests.sim.centres import odder_centre
from tests.source import ROOT

__all__ = ["COUNTED_AS", "KINDS", "Outcome", "run_seed"]

MORNING_AT = START_AT + 9 * HOUR_MS
KINDS = ("F1", "F2", "F3", "F5", "F6", "F9", "F10", "F11", "F12", "F13", "F14", "F15", "F16")
VERIFIED = 5  # of so many seeds one is decided again, entry by entry

COUNTED_AS = {
    "lost": ("C1", "C2", "C3"),
    "double-offered": ("O1", "O2", "O4"),
    "over-capacity": ("A1", "A2"),
    "fifo-breaks": ("Q1", "Q4"),
    "stuck-agents": ("A3", "A4"),
    "timers-twice": ("T1", "O3"),
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one seed; `facts` counts by its name whatever happened."""

    seed: int
    contacts: int
    entries: int
    injected: Counter[str]
    facts: Counter[str]
    wrong: list[str]


@cache
def shipped() -> CenterConfig:
    """Return the shipped example."""
    return load(ROOT / "config", {}, at=START_AT).center


def rates_of(seed: int) -> FaultRates:
    """Return how often what goes wrong under a seed."""
    random = Streams(seed).stream("storm")
    disordered = bool(seed & 2)
    return FaultRates(
        late_permille=30 if disordered else 0,
        doubled_permille=30 if disordered else 0,
        slow_commit_permille=random.choice((0, 50, 200)),
        slow_commit_ms_max=random.choice((1_500, 10_000)),
        lost_lines=random.randrange(12),
        lost_consoles=random.randrange(6),
        lost_phones=random.randrange(8),
        reconfigurations=random.randrange(4),
        restarts=random.randrange(3),
        torn_restarts=random.randrange(3),
        rolling_restarts=random.randrange(3),
        freezes=random.randrange(6),
        clock_steps=random.randrange(3),
        lost_byes_permille=random.choice((0, 50)),
        vanished_permille=random.choice((0, 20)),
        crossing_permille=random.choice((0, 20)),
        slow_answers_permille=random.choice((0, 100)),
        until_ms=HOUR_MS if seed % 2 else HALF_HOUR_MS,
    )


def habits_of(seed: int) -> Habits:
    """Return what people do under a seed: a rush, or hours in which agents are free for all that needs two of them."""
    random = Streams(seed).stream("storm habits")
    rush = random.random() < 0.5
    return Habits(
        calls_per_hour=100 if rush else 40,
        chats_per_hour=40 if rush else 15,
        texts_per_hour=25 if rush else 10,
        population=random.choice((30, 200)),
        patience_ms=random.choice((60_000, 240_000, 900_000)),
        talk_ms=random.choice((60_000, 180_000)),
        pass_on_permille=random.choice((150, 400)),
        consult_permille=random.choice((150, 600)),
        callback_permille=random.choice((200, 900)),
        requests_per_hour=random.choice((4, 40)),
        supervisor_permille=random.choice((80, 400)),
        message_permille=random.choice((200, 700)),
        message_dismissed_permille=random.choice((80, 300)),
        dials_per_shift=random.choice((6, 60)),
        direct_per_hour=random.choice((4, 40)),
        mode_switches=random.choice((0, 0, 6, 20)),
        forced_per_shift=random.choice((1, 12)),
        extend_permille=random.choice((30, 300)),
        colleagues_per_shift=random.choice((3, 40)),
    )


def simulation_of(seed: int) -> Simulation:
    """Return the hour of a seed, ready to run."""
    config = shipped() if seed % 4 == 0 else odder_centre(seed)
    habits, faults = habits_of(seed), rates_of(seed)
    return Simulation(config, 1, seed, habits=habits, faults=faults, start_at=MORNING_AT, to_the_end=seed % 2 == 0)


def run_seed(seed: int) -> Outcome:
    """Let the hour of a seed pass; a rule that raises is as wrong as one that breaks an invariant."""
    simulation = simulation_of(seed)
    wrong: list[str] = []
    try:
        simulation.run()
        if seed % VERIFIED == 0 and (told := verify(simulation.engine, Center, VERSION).difference) is not None:
            wrong.append(f"X2 decided otherwise: {told}")
    except Exception as error:
        wrong.append(f"{type(error).__name__} {error}")
    wrong += [f"{found.invariant} at {found.at}: {found.what}" for found in simulation.ledger.violations]
    entries = simulation.engine.entries
    facts = Counter(type(fact).__name__ for entry in entries for fact in entry.facts)
    return Outcome(seed, simulation.contacts, len(entries), simulation.injected(), facts, wrong)
