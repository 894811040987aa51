"""Recovery applies and never decides; verification decides again and names the first difference."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from contactcenter.center import Center
from contactcenter.model import events, facts
from contactcenter.model.entry import Entry, Position
from contactcenter.model.ids import AgentId
from contactcenter.model.step import Step
from contactcenter.runtime.replay import Difference, recover, verify
from tests.journals.day import short_day
from tests.stories.centre import ANNA, Centre


@dataclass
class Recorded:
    """A journal in memory."""

    entries: list[Entry]

    def load(self) -> Iterator[Entry]:
        """Yield all entries."""
        return iter(self.entries)


class Undecided:
    """A centre that must not decide."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self.position = Position(0, 0)
        self._center = Center()

    def begin_epoch(self, epoch: int) -> None:
        """Be owned."""
        self._center.begin_epoch(epoch)

    def apply(self, entry: Entry) -> None:
        """Change as a centre does."""
        self._center.apply(entry)

    def handle(self, event: events.Event, now: int) -> Step:
        """Fail the test."""
        raise AssertionError("recovery decided")


def changed(centre: Centre, kind: type, *new: facts.Fact) -> Recorded:
    """The centre's journal, with the first entry that has a fact of `kind` saying `new` in its place."""
    entries = list(centre.journal)
    number = next(number for number, entry in enumerate(entries) if any(isinstance(fact, kind) for fact in entry.facts))
    kept = tuple(fact for fact in entries[number].facts if not isinstance(fact, kind))
    entries[number] = msgspec.structs.replace(entries[number], facts=(*new, *kept))
    return Recorded(entries)


def difference(journal: Recorded) -> Difference:
    """What a verification of a journal of stories finds first."""
    found = verify(journal, Center, "story").difference
    assert found is not None
    return found


def test_an_empty_journal_is_an_empty_centre() -> None:
    center = Center()
    assert recover(center, Recorded([])) == 0
    assert center.position == Position(0, 0)


def test_recovery_never_decides() -> None:
    centre = short_day()
    assert recover(Undecided(), Recorded(centre.journal)) == centre.journal[-1].at


def test_a_recovered_centre_goes_on_as_the_lost_one_would_have() -> None:
    centre = short_day()
    successor = Center()
    recover(successor, Recorded(centre.journal))
    for after_ms, event in (
        (0, events.ReadyChosen(ANNA)),
        (10, events.NotReadyChosen(ANNA, "break")),
        (60_000, events.TimePassed()),
    ):
        now = centre.now + after_ms
        lost, found = centre.center.handle(event, now), successor.handle(event, now)
        assert (lost.facts, lost.commands, lost.rejected) == (found.facts, found.commands, found.rejected)
        assert centre.center.deadline() == successor.deadline()
    assert centre.center.position == successor.position


def test_a_journal_that_is_true_verifies() -> None:
    centre = short_day()
    verdict = verify(Recorded(centre.journal), Center, "story")
    assert (verdict.decided, verdict.applied, verdict.difference) == (len(centre.journal), 0, None)


def test_entries_of_another_engine_are_applied_and_counted() -> None:
    centre = short_day()
    half = len(centre.journal) // 2
    old = [msgspec.structs.replace(entry, version="old") for entry in centre.journal[:half]]
    verdict = verify(Recorded([*old, *centre.journal[half:]]), Center, "story")
    assert verdict.difference is None
    assert (verdict.applied, verdict.other_versions) == (half, {"old": half})
    assert verdict.decided == len(centre.journal) - half


def test_the_first_difference_is_named_with_its_place_and_both_facts() -> None:
    centre = short_day()
    real = centre.all_facts(facts.OfferMade)[0]
    other = msgspec.structs.replace(real, agent=AgentId("somebody"))
    found = difference(changed(centre, facts.OfferMade, other))
    words = str(found)
    assert words.startswith(f"entry 1.{found.position.sequence} ({found.event}): fact 1 was OfferMade(")
    assert "agent=somebody" in words


def test_a_fact_too_many_is_a_difference() -> None:
    centre = short_day()
    ended = centre.all_facts(facts.ContactEnded)[0]
    entries = list(centre.journal)
    entries[-1] = msgspec.structs.replace(entries[-1], facts=(*entries[-1].facts, ended))
    assert "was ContactEnded(" in str(difference(Recorded(entries)))
    assert str(difference(Recorded(entries))).endswith("now none")


def test_an_event_that_would_be_refused_now_is_a_difference() -> None:
    centre = short_day()
    entries = [entry for entry in centre.journal if not isinstance(entry.event, events.AgentSignedIn)]
    assert "refused now: " in str(difference(Recorded(entries)))


def test_a_hole_in_the_journal_is_a_difference() -> None:
    centre = Centre()
    centre.signs_in(ANNA)
    without = [entry for entry in centre.journal if not isinstance(entry.event, events.PhoneBound)]
    assert "stands at " in str(difference(Recorded(without)))


def test_a_difference_shows_no_box_and_no_whole_configuration() -> None:
    centre = short_day()
    assert "address=<Sealed>" in str(difference(changed(centre, facts.ContactArrived)))
    assert "config=<CenterConfig>" in str(difference(changed(centre, facts.ConfigApplied)))
