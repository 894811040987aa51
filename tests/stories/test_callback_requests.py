"""Visitors of a website ask to be called: they stand where somebody stands who calls now."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest

from contactcenter.model import events
from contactcenter.model.facts import (
    CallbackPostponed,
    CallbackPromised,
    CallbackRefused,
    ContactArrived,
    PromptIssued,
    TalkStarted,
    VisitEnded,
    VisitOpened,
)
from contactcenter.model.ids import QueueId
from contactcenter.model.words import CallbackOutcome, CallbackRefusal, ContactOutcome, VisitOutcome
from tests.stories.callbacks import FIRST, HOURS, SECOND, callback_config, customer, ends, reaches
from tests.stories.centre import ANNA, FAULTS, MORNING, Centre, replayed, sealed


@pytest.fixture
def centre() -> Iterator[Centre]:
    """A centre whose website may ask, replayed at the end of the story."""
    yield from replayed(callback_config(queue={"priority": 3}, web=True))


def wish(number: str = FIRST, queue: QueueId = FAULTS) -> events.CallbackRequested:
    """Return what a visitor asks for."""
    return events.CallbackRequested(queue, sealed(number), f"key {number}", sealed(number).person, "")


def test_a_visitor_is_called_in_turn_after_who_came_before(centre: Centre) -> None:
    before = centre.calls(SECOND)
    centre.passes(5_000)
    centre.happens(wish())
    [arrived], [visit] = centre.facts(ContactArrived), centre.facts(VisitOpened)
    assert (arrived.address, arrived.language, arrived.flow) == (sealed(FIRST), "en", "")
    assert (visit.priority, visit.placed_at, visit.callback) == (3, MORNING + 5_000, True)
    assert centre.facts(PromptIssued) == []
    centre.signs_in(ANNA)
    assert centre.offer().contact == before
    centre.hangs_up(SECOND)
    assert centre.offer().contact == arrived.contact
    reaches(centre)
    assert centre.all_facts(TalkStarted)[-1].contact == arrived.contact
    centre.happens(events.LegHungUp(customer(centre)))
    centre.wraps_up(ANNA, arrived.contact)
    assert ends(centre) == [(CallbackOutcome.REACHED, ContactOutcome.HANDLED)]
    outcomes = [fact.outcome for fact in centre.all_facts(VisitEnded) if fact.contact == arrived.contact]
    assert outcomes == [VisitOutcome.HANDLED]


def test_a_number_asks_once(centre: Centre) -> None:
    centre.happens(wish())
    assert "already" in centre.refuses(wish())
    centre.calls(SECOND)
    centre.calls(FIRST)
    assert ends(centre) == [(CallbackOutcome.REPLACED, ContactOutcome.CALLBACK_CANCELLED)]


def test_who_waits_on_the_line_is_not_promised_what_the_website_promised(centre: Centre) -> None:
    centre.calls(FIRST)
    centre.happens(wish())
    centre.keys("1")
    assert centre.facts(CallbackRefused)[0].reason is CallbackRefusal.PROMISED_ALREADY


def test_at_night_it_waits_for_the_hours() -> None:
    centre = Centre(callback_config(hours=HOURS[1:], web=True))
    centre.happens(wish())
    assert centre.facts(CallbackPromised)[0].opens_at == HOURS[1][0]
    assert centre.facts(CallbackPostponed)[0].until_at == HOURS[1][0]
    centre.crash()
    centre.passes(HOURS[1][0] - MORNING)
    centre.signs_in(ANNA)
    reaches(centre)
    centre.check_replay()


def test_what_is_not_set_is_refused(centre: Centre) -> None:
    assert "not promised here" in centre.refuses(wish(queue=QueueId("none")))
    without = msgspec.structs.replace(callback_config(web=True), outgoing=None)
    centre.happens(events.ConfigPublished("no way out", without))
    assert "not promised here" in centre.refuses(wish())
    centre.happens(events.ConfigPublished("no website", callback_config()))
    assert "not promised here" in centre.refuses(wish())
    centre.happens(events.ConfigPublished("no hours", callback_config(hours=(), web=True)))
    assert "cannot promise" in centre.refuses(wish())
