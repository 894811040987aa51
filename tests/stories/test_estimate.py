"""Stories of callers who are told how long they will wait: only when it is known, and never that it got worse."""

from __future__ import annotations

import pytest

from contactcenter.model import commands, events
from contactcenter.model.facts import CallbackOffered, PositionTold, VisitEnded
from contactcenter.model.ids import ContactId
from contactcenter.model.words import Channel, Presence
from tests.stories.callbacks import callback_config
from tests.stories.centre import ANNA, FAULTS, Centre, small_config

MINUTE_MS = 60_000


@pytest.fixture
def busy() -> Centre:
    """A morning in which Anna alone has served seven callers, who waited, in two minutes each; an eighth talks."""
    return after_talks_of(2 * MINUTE_MS)


def after_talks_of(talk_ms: int, **queue: object) -> Centre:
    """Return a centre whose one agent has served eight callers, who waited, in talks of `talk_ms`."""
    centre = Centre(small_config(wrap_up_ms=0, **queue))
    serve_eight(centre, talk_ms)
    return centre


def serve_eight(centre: Centre, talk_ms: int) -> None:
    """Let Anna serve eight callers one after the other; each of them waited."""
    centre.signs_in(ANNA)
    centre.calls("caller 0")
    centre.answers()
    for number in range(8):
        centre.calls(f"caller {number + 1}")
        centre.passes(talk_ms)
        centre.hangs_up(f"caller {number}")
        centre.answers()


def told(centre: Centre, contact: ContactId) -> list[PositionTold]:
    """Return what a contact was told, or would have been."""
    return [fact for fact in centre.all_facts(PositionTold) if fact.contact == contact]


def test_without_experience_only_the_place_is_told() -> None:
    centre = Centre()
    waiting = centre.calls()
    assert told(centre, waiting) == [PositionTold(waiting, 1)]


def test_the_wait_is_places_times_the_mean_gap_between_two_served(busy: Centre) -> None:
    first, second = busy.calls("first"), busy.calls("second")
    (of_first,), (of_second,) = told(busy, first), told(busy, second)
    assert of_first.wait is not None and of_second.wait is not None
    assert of_first.wait.expected_ms == 2 * MINUTE_MS
    assert of_second.wait.expected_ms == 4 * MINUTE_MS
    assert of_first.wait.low_ms < 15_000, "one single talk may end at once"
    assert 15_000 < of_second.wait.low_ms < 4 * MINUTE_MS < of_second.wait.high_ms
    assert of_first.wait_told and of_second.wait_told


def test_it_is_said_in_whole_minutes(busy: Centre) -> None:
    busy.calls("first")
    assert busy.commands(commands.Play)[-1].prompts[3:-1] == ("queue_wait_up_to", "number/5", "minutes")
    for number in range(2, 9):
        busy.calls(f"number {number}")
    spoken = busy.commands(commands.Play)[-1].prompts
    assert spoken[3:-1] == ("queue_wait_between", "number/7", "queue_wait_and", "number/27", "minutes")


def test_less_than_a_minute_is_said_so() -> None:
    centre = after_talks_of(20_000)
    centre.calls("first")
    assert centre.commands(commands.Play)[-1].prompts[3:-1] == ("queue_wait_short",)


def test_more_than_half_an_hour_is_called_long_and_no_figure_is_told() -> None:
    centre = after_talks_of(9 * MINUTE_MS)
    for number in range(4):
        centre.calls(f"number {number}")
    assert centre.commands(commands.Play)[-1].prompts[3:-1] == ("queue_wait_long",)


def test_waiting_alone_never_makes_it_longer(busy: Centre) -> None:
    waiting = busy.calls("patient")
    busy.passes(10 * MINUTE_MS)
    estimates = [fact.wait for fact in told(busy, waiting)]
    assert len(estimates) > 10 and len(set(estimates)) == 1
    assert [fact.wait_told for fact in told(busy, waiting)].count(True) == 1, "the same again is no news"


def test_it_is_told_again_when_it_got_better(busy: Centre) -> None:
    busy.calls("first")
    second = busy.calls("second")
    busy.passes(30_000)
    assert [fact.wait_told for fact in told(busy, second)] == [True, False]
    busy.hangs_up("first")
    busy.passes(30_000)
    last = told(busy, second)[-1]
    assert last.position == 1 and last.wait_told


def test_it_is_not_told_when_it_got_worse(busy: Centre) -> None:
    waiting = busy.calls("patient")
    busy.passes(25 * MINUTE_MS)
    busy.hangs_up("caller 8")
    busy.happens(events.OfferRejected(ANNA, busy.offer().offer))
    busy.passes(11 * MINUTE_MS)
    assert all(not fact.wait_told for fact in told(busy, waiting)[1:])


def test_after_half_an_hour_without_service_nothing_is_known(busy: Centre) -> None:
    waiting = busy.calls("patient")
    busy.passes(31 * MINUTE_MS)
    assert told(busy, waiting)[-1].wait is None


def test_a_night_without_agents_is_no_gap() -> None:
    centre = after_talks_of(2 * MINUTE_MS)
    centre.hangs_up("caller 8")
    centre.happens(events.NotReadyChosen(ANNA, "break"))
    early = centre.calls("early bird")
    centre.passes(5 * 60 * MINUTE_MS)
    centre.happens(events.ReadyChosen(ANNA))
    centre.answers()
    assert early and centre.center.routing.floor.agents[ANNA].presence is Presence.READY
    assert max(centre.center.routing.floor.paces[FAULTS, Channel.VOICE].gaps) == 10 * MINUTE_MS


def test_who_rings_already_is_served_before(busy: Centre) -> None:
    busy.calls("first")
    busy.hangs_up("caller 8")
    late = busy.calls("late")
    (fact,) = told(busy, late)
    assert fact.position == 1, "nobody stands before, for the first is being offered"
    assert fact.wait is not None and fact.wait.expected_ms > 3 * MINUTE_MS


def test_a_queue_may_keep_it_to_itself() -> None:
    centre = after_talks_of(2 * MINUTE_MS, announce_wait=False)
    waiting = centre.calls("first")
    (fact,) = told(centre, waiting)
    assert fact.wait is not None, "it is measured all the same"
    assert not fact.wait_told
    assert centre.commands(commands.Play)[-1].prompts[1:] == ("queue_position_is", "number/1", "music/hold")


def test_a_visitor_reads_the_place_as_it_changes(busy: Centre) -> None:
    visitor = busy.chats()
    busy.chooses(visitor, "1")
    busy.chooses(visitor, "", "12345678")
    contact = busy.center.conversations.threads.threads[visitor].contact
    busy.passes(MINUTE_MS)
    assert [fact.position for fact in told(busy, contact)] == [1, 1, 1]


def test_who_leaves_is_no_gap_and_who_was_rung_at_once_neither() -> None:
    centre = Centre(small_config(wrap_up_ms=0))
    centre.signs_in(ANNA)
    centre.calls("at once")
    centre.answers()
    centre.calls("impatient")
    centre.hangs_up("impatient")
    pace = centre.center.routing.floor.paces[FAULTS, Channel.VOICE]
    assert pace.gaps == [] and pace.queued == 0
    assert len(centre.all_facts(VisitEnded)) == 2


def test_who_would_wait_for_long_is_asked_whether_we_shall_call_back() -> None:
    centre = Centre(callback_config(queue={"wrap_up_ms": 0}))
    serve_eight(centre, 9 * MINUTE_MS)
    for number in range(4):
        centre.calls(f"number {number}")
    assert not any(fact.long_wait for fact in centre.all_facts(CallbackOffered)[:-1])
    (offered,) = centre.facts(CallbackOffered)
    assert offered.long_wait
    (asked,) = centre.commands(commands.Collect) or centre.commands(commands.Play)[-1:]
    assert asked.prompts[:2] == ("queue_wait_long", "callback_offer")


def test_who_was_not_answered_is_told_where_he_stands_as_if_he_came_now(busy: Centre) -> None:
    busy.hangs_up("caller 8")
    rung = busy.calls("rung")
    assert told(busy, rung) == [], "somebody was free"
    busy.passes(100)
    busy.happens(events.LegRinging(busy.ringing_leg()))
    busy.passes(15_000)
    (of_rung,) = told(busy, rung)
    late = busy.calls("late")
    (of_late,) = told(busy, late)
    assert (of_rung.position, of_late.position) == (1, 2)
    assert of_rung.wait is not None and of_late.wait is not None
    assert of_late.wait.expected_ms == 2 * of_rung.wait.expected_ms, "both are counted from now on"
