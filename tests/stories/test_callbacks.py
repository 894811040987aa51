"""Callers who would rather be called back are asked on which number, and keep their place."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest

from contactcenter.model import commands, events
from contactcenter.model.facts import (
    CallbackAgreed,
    CallbackDeclined,
    CallbackOffered,
    CallbackPromised,
    CallbackProposed,
    CallbackRefused,
    ContactEnded,
    OfferEnded,
    OfferMade,
    TalkStarted,
    VisitOpened,
)
from contactcenter.model.ids import ContactId, LegId
from contactcenter.model.recipes import Announce, OfferCallback, RecipeStep
from contactcenter.model.words import (
    CallbackRefusal,
    OfferOutcome,
    VisitOutcome,
)
from tests.stories.callbacks import (
    FIRST,
    HOURS,
    OTHER,
    SECOND,
    agrees,
    asks,
    callback_config,
    hears,
    playing,
    proposes,
    reaches,
    visits,
)
from tests.stories.centre import ANNA, BO, FAULTS, MORNING, Centre, replayed, sealed, small_config


@pytest.fixture
def centre() -> Iterator[Centre]:
    """A centre that calls back, replayed at the end of the story."""
    yield from replayed(callback_config())


def test_a_key_asks_and_a_yes_keeps_the_place(centre: Centre) -> None:
    contact = centre.calls(FIRST)
    centre.passes(20_000)
    centre.keys("1")
    assert centre.facts(CallbackOffered)[0].known
    [play] = centre.commands(commands.Play)
    assert play.prompts == ("callback_offer", "callback_number_is", "spoken_number", "callback_confirm")
    assert play.number == sealed(FIRST)
    centre.keys("1")
    assert centre.facts(CallbackAgreed) == [CallbackAgreed(contact)]
    assert visits(centre) == [VisitOutcome.CALLED_BACK]
    [promise] = centre.facts(CallbackPromised)
    assert (promise.number, promise.opens_at, promise.expires_at) == (None, centre.now, HOURS[1][1])
    hears(centre)
    assert centre.commands(commands.HangUpLeg)
    [opened] = centre.facts(VisitOpened)
    assert (opened.contact, opened.placed_at, opened.callback) == (contact, MORNING, True)


def test_who_hangs_up_at_goodbye_is_called_all_the_same(centre: Centre) -> None:
    asks(centre)
    assert [fact.callback for fact in centre.all_facts(VisitOpened)] == [False, True]
    assert centre.all_facts(ContactEnded) == []


def test_it_goes_before_who_came_later_and_after_who_came_before(centre: Centre) -> None:
    before = centre.calls(OTHER)
    centre.passes(1_000)
    contact = asks(centre)
    centre.passes(1_000)
    centre.calls(SECOND)
    centre.signs_in(ANNA)
    assert centre.offer().contact == before
    centre.signs_in(BO)
    assert centre.offer().contact == contact


def test_another_number_is_keyed_in_read_back_and_agreed(centre: Centre) -> None:
    contact = centre.calls(FIRST)
    centre.keys("1")
    centre.keys("2")
    [collect] = centre.commands(commands.Collect)
    assert (collect.prompts, collect.number, collect.secret) == (("callback_key_number",), True, False)
    leg = LegId(f"leg of {FIRST}")
    centre.happens(events.CollectEnded(leg, collect.play, "invalid", 4, None))
    [collect] = centre.commands(commands.Collect)
    assert collect.prompts == ("callback_number_wrong", "callback_key_number")
    centre.happens(events.CollectEnded(leg, collect.play, "done", 11, sealed(OTHER), f"key {OTHER}"))
    [play] = centre.commands(commands.Play)
    assert (play.prompts, play.number) == (("callback_number_is", "spoken_number", "callback_confirm"), sealed(OTHER))
    centre.keys("1")
    assert centre.facts(CallbackAgreed) == [CallbackAgreed(contact, sealed(OTHER), f"key {OTHER}")]
    centre.hangs_up()
    centre.signs_in(ANNA)
    assert centre.all_facts(OfferMade)[-1].contact == contact
    centre.answers()
    assert centre.commands(commands.DialOut)[0].number == sealed(OTHER)


def test_a_number_that_is_wrong_three_times_lets_him_wait_on(centre: Centre) -> None:
    centre.calls(FIRST)
    centre.keys("1")
    centre.keys("2")
    for _ in range(3):
        centre.happens(events.CollectEnded(LegId(f"leg of {FIRST}"), playing(centre), "timeout", 0, None))
    assert centre.facts(CallbackDeclined)
    assert centre.commands(commands.Play)[0].prompts == ("music/hold",)


def test_who_calls_without_a_number_is_asked_for_one(centre: Centre) -> None:
    leg = LegId("leg of nobody")
    centre.happens(events.CallArrived(leg, "trunk", "200", None, "", None))
    centre.happens(events.LegAnswered(leg))
    centre.keys("1", "nobody")
    assert centre.commands(commands.Collect)[0].prompts == ("callback_offer", "callback_key_number")


@pytest.mark.parametrize("how", ["another key", "silence", "nothing said"])
def test_who_does_not_say_yes_waits_on_and_may_ask_again(centre: Centre, how: str) -> None:
    centre.calls(FIRST)
    centre.keys("1")
    if how == "another key":
        centre.keys("7")
    elif how == "silence":
        hears(centre)
        centre.passes(4_999)
        assert centre.all_facts(CallbackDeclined) == []
        centre.passes(1)
    else:
        centre.passes(150_000)
    assert len(centre.all_facts(CallbackDeclined)) == 1
    assert visits(centre) == []
    agrees(centre)
    assert visits(centre) == [VisitOutcome.CALLED_BACK]


def test_keys_that_mean_nothing_are_not_written_down(centre: Centre) -> None:
    centre.calls(FIRST)
    assert "listens" in centre.refuses(events.KeyPressed(LegId(f"leg of {FIRST}"), "5"))
    centre.keys("1")
    centre.keys("2")
    assert "listens" in centre.refuses(events.KeyPressed(LegId(f"leg of {FIRST}"), "5"))


def test_the_key_asks_nobody_else(centre: Centre) -> None:
    centre.signs_in(ANNA)
    centre.calls(FIRST)
    centre.answers()
    assert "listens" in centre.refuses(events.KeyPressed(LegId(f"leg of {FIRST}"), "1"))
    centre.calls(SECOND, dialled="95598")
    centre.keys("1", SECOND)
    assert centre.all_facts(CallbackOffered) == []


def test_a_recipe_proposes_it_to_callers_who_wait_and_to_nobody_else(centre: Centre) -> None:
    contact = centre.calls(FIRST)
    proposes(centre, ContactId("nobody"))
    assert centre.center.routing.floor.contacts[contact].asked is False
    assert [type(fact) for fact in proposes(centre, contact)] == [CallbackProposed, CallbackOffered]
    assert [type(fact) for fact in proposes(centre, contact)] == [CallbackProposed]


def test_what_a_recipe_announces_does_not_cut_the_question_off() -> None:
    recipe = (RecipeStep(5_000, Announce(("queue_still_waiting",))), RecipeStep(60_000, OfferCallback()))
    centre = Centre(callback_config(queue={"recipe": recipe}))
    centre.calls(FIRST)
    centre.keys("1")
    played = playing(centre)
    centre.passes(5_000)
    assert playing(centre) == played
    centre.keys("9")
    centre.passes(55_000)
    assert len(centre.all_facts(CallbackOffered)) == 2
    centre.keys("1")
    centre.hangs_up()
    centre.passes(600_000)
    assert len(centre.all_facts(CallbackOffered)) == 2
    centre.check_replay()


def test_where_nobody_may_be_called_nobody_is_asked() -> None:
    centre = Centre(msgspec.structs.replace(callback_config(), outgoing=None))
    centre.calls(FIRST)
    centre.keys("1")
    assert centre.facts(CallbackOffered) == []
    texter = centre.texts("hello")
    assert texter.rejected is None


def test_rules_that_change_while_he_is_asked_hold_for_the_answer(centre: Centre) -> None:
    centre.calls(FIRST)
    centre.keys("1")
    centre.happens(events.ConfigPublished("without", small_config()))
    centre.keys("1")
    assert centre.facts(CallbackRefused)[0].reason is CallbackRefusal.CROWDED


def test_a_promise_is_kept_by_the_rules_under_which_it_was_given(centre: Centre) -> None:
    asks(centre)
    kept = msgspec.structs.replace(small_config(), callback_hours=HOURS)
    centre.happens(events.ConfigPublished("no more promises", kept))
    centre.signs_in(ANNA)
    reaches(centre)
    assert centre.facts(TalkStarted)


def test_a_key_for_none_is_none() -> None:
    centre = Centre(callback_config(key=""))
    contact = centre.calls(FIRST)
    assert "listens" in centre.refuses(events.KeyPressed(LegId(f"leg of {FIRST}"), "1"))
    assert CallbackOffered in [type(fact) for fact in proposes(centre, contact)]


def test_an_agent_who_answers_meanwhile_ends_the_question(centre: Centre) -> None:
    contact = centre.calls(FIRST)
    centre.keys("1")
    centre.signs_in(ANNA)
    centre.answers()
    assert centre.all_facts(TalkStarted)[0].contact == contact
    assert "listens" in centre.refuses(events.KeyPressed(LegId(f"leg of {FIRST}"), "1"))
    centre.passes(150_000)
    assert centre.all_facts(CallbackDeclined) == []


def test_a_phone_that_rings_for_him_is_let_go_when_he_says_yes(centre: Centre) -> None:
    centre.signs_in(ANNA)
    contact = centre.calls(FIRST)
    agrees(centre)
    assert centre.facts(OfferEnded)[0].outcome is OfferOutcome.CALLER_GONE
    centre.hangs_up()
    assert (centre.offer().contact, centre.offer().agent) == (contact, ANNA)


def test_one_number_has_one_callback(centre: Centre) -> None:
    asks(centre, FIRST)
    centre.calls(SECOND)
    centre.keys("1", SECOND)
    centre.keys("2", SECOND)
    keyed = events.CollectEnded(
        LegId(f"leg of {SECOND}"), playing(centre, SECOND), "done", 11, sealed(FIRST), f"key {FIRST}"
    )
    centre.happens(keyed)
    centre.keys("1", SECOND)
    assert centre.facts(CallbackRefused)[0].reason is CallbackRefusal.PROMISED_ALREADY
    hears(centre, SECOND)
    assert centre.facts(CallbackDeclined)
    assert len(centre.all_facts(CallbackPromised)) == 1


def test_no_more_are_promised_than_can_be_called_before_closing() -> None:
    centre = Centre(callback_config(hours=((MORNING, MORNING + 600_000), HOURS[1])))
    asks(centre, FIRST)
    asks(centre, SECOND)
    centre.calls(OTHER)
    centre.keys("1", OTHER)
    assert centre.facts(CallbackRefused)[0].reason is CallbackRefusal.CROWDED
    [play] = centre.commands(commands.Play)
    assert play.prompts == ("callback_crowded",)
    centre.check_replay()


def test_agents_who_are_ready_and_short_talks_make_room() -> None:
    centre = Centre(callback_config(hours=((MORNING, MORNING + 600_000), HOURS[1]), queue={"wrap_up_ms": 0}))
    centre.signs_in(ANNA, BO)
    for number in ("+1", "+2"):
        centre.calls(number)
        centre.answers()
        centre.passes(10_000)
        centre.hangs_up(number)
    assert centre.center.routing.floor.handle_ms == {FAULTS: 10_000}
    centre.happens(events.ConfigPublished("same agents", msgspec.structs.replace(callback_config(), name="Again")))
    assert centre.center.routing.floor.staff[FAULTS].ready == 2
    centre.happens(events.NotReadyChosen(BO, "break"))
    assert centre.center.routing.floor.staff[FAULTS].ready == 1
    centre.check_replay()
