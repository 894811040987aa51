"""The oracle of kept places finds who comes back in time and stands behind others."""

from __future__ import annotations

import pytest

from contactcenter.model.entry import Entry, Position
from contactcenter.model.events import TimePassed
from contactcenter.model.facts import ContactArrived, Fact, PlaceKept, QueueRequested, VisitOpened
from contactcenter.model.ids import ContactId, PersonId, QueueId, VisitId
from contactcenter.model.words import Channel
from contactcenter.sim.place_checkers import PlaceChecker
from contactcenter.sim.violations import Ledger
from tests.reports.day import FAULTS, MINUTE

BILLS = QueueId("bills")
BACK = ContactId("back")


def entry(at: int, *facts: Fact) -> Entry:
    """What was journaled at a time."""
    return Entry(Position(1, at), at, "test", TimePassed(), facts)


def comes_back(at: int, placed_at: int, queue: QueueId, priority: int) -> list[Entry]:
    """A caller lost the line in the first minute, and calls again."""
    arrived = ContactArrived(BACK, Channel.VOICE, "200", "main", "en", PersonId("p"), None, "key")
    opened = VisitOpened(VisitId("v"), BACK, queue, Channel.VOICE, priority, placed_at)
    return [
        entry(MINUTE, PlaceKept("key", FAULTS, 3, 30_000, 11 * MINUTE)),
        entry(at, arrived),
        entry(at, QueueRequested(BACK, queue, 0), opened),
    ]


@pytest.mark.parametrize(
    ("back_at", "placed_at", "queue", "priority", "found"),
    [
        (5 * MINUTE, 30_000, FAULTS, 3, []),
        (5 * MINUTE, 5 * MINUTE, FAULTS, 3, ["Q6"]),
        (5 * MINUTE, 30_000, FAULTS, 0, ["Q6"]),
        (5 * MINUTE, 5 * MINUTE, BILLS, 0, []),
        (11 * MINUTE, 11 * MINUTE, FAULTS, 0, []),
    ],
    ids=["old place", "end of the line", "without what it had", "another queue", "too late"],
)
def test_the_oracle_of_kept_places_finds(
    back_at: int, placed_at: int, queue: QueueId, priority: int, found: list[str]
) -> None:
    ledger = Ledger()
    checker = PlaceChecker(ledger)
    for seen in comes_back(back_at, placed_at, queue, priority):
        checker.see(seen)
    checker.finish(back_at)
    assert [violation.invariant for violation in ledger.violations] == found
