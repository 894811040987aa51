"""Days of a small floor for the oracles to look at, and what they find broken in them."""

from __future__ import annotations

from collections.abc import Callable

from contactcenter.model.facts import ConsolePresence
from contactcenter.model.words import Channel, Presence
from contactcenter.sim.checkers import Checker, all_checkers
from contactcenter.sim.violations import Ledger
from tests.reports.day import ANN, BOB, FAULTS, MINUTE, Day

CHAT = Channel.CHAT


def broken(day: Day, *oracles: Callable[[Ledger], Checker]) -> list[str]:
    """The invariants that all oracles, or these alone, find broken, each once, in the order in which they are found."""
    ledger = Ledger()
    checkers = [oracle(ledger) for oracle in oracles] or all_checkers(ledger)
    for entry in day.entries():
        for checker in checkers:
            checker.see(entry)
    for checker in checkers:
        checker.finish(day.at)
    return list(dict.fromkeys(violation.invariant for violation in ledger.violations))


def opened() -> Day:
    """A centre with Ann and Bob at their consoles, ready for chats."""
    day = Day(at=MINUTE)
    day.configure()
    for agent in (ANN, BOB):
        day.state(ConsolePresence(agent, True))
        day.present(agent, Presence.READY)
    return day


def come(day: Day, name: str) -> None:
    """A chat comes and waits."""
    day.arrive(name, CHAT)
    day.enter(name, FAULTS, CHAT)
