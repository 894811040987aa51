"""What an agent will be next: one wish, the last one wins, and it comes true when the hands are empty."""

import msgspec
import pytest

from contactcenter.model import events
from contactcenter.model.facts import (
    AgentForced,
    NextStateChanged,
    OfferEnded,
    OfferMade,
    PresenceChanged,
    TalkEnded,
    VisitOpened,
)
from contactcenter.model.ids import AgentId, ContactId
from contactcenter.model.words import OfferOutcome, Presence, WrapUpKind
from tests.stories.centre import ANNA, BO, Centre, small_config

READY, NOT_READY, LOGGED_OUT = Presence.READY, Presence.NOT_READY, Presence.LOGGED_OUT


def wants(centre: Centre, presence: Presence, reason: str = "", agent: AgentId = ANNA) -> None:
    """Let an agent choose what to be next."""
    centre.happens(events.NextStateChosen(agent, presence, reason))


def talking(centre: Centre) -> ContactId:
    """Let Anna be in a call."""
    centre.signs_in(ANNA)
    contact = centre.calls()
    centre.answers()
    return contact


def state(centre: Centre, agent: AgentId = ANNA) -> tuple[Presence, str]:
    """Return what an agent is, as facts say."""
    last = [fact for fact in centre.all_facts(PresenceChanged) if fact.agent == agent][-1]
    return last.presence, last.reason


def done(centre: Centre, contact: ContactId) -> None:
    """Let the call end and be written up."""
    centre.hangs_up()
    centre.wraps_up(ANNA, contact)


def test_a_choice_made_in_a_call_comes_true_after_the_wrap_up(centre: Centre) -> None:
    contact = talking(centre)
    wants(centre, NOT_READY, "lunch")
    assert centre.step.facts == [NextStateChanged(ANNA, NOT_READY, "lunch")]
    centre.hangs_up()
    assert state(centre) == (READY, "")
    waiting = centre.calls("+2")
    centre.wraps_up(ANNA, contact)
    assert state(centre) == (NOT_READY, "lunch")
    assert [fact.contact for fact in centre.all_facts(OfferMade)] == [contact]
    centre.happens(events.ReadyChosen(ANNA))
    assert centre.offer().contact == waiting


def test_the_last_wish_wins_whichever_came_before(centre: Centre) -> None:
    """Users of other products complain that a pending state wins over their later choice (complaint 20)."""
    contact = talking(centre)
    wants(centre, NOT_READY, "lunch")
    wants(centre, LOGGED_OUT)
    wants(centre, NOT_READY, "meeting")
    wants(centre, READY)
    assert centre.step.facts == [NextStateChanged(ANNA, None)]
    done(centre, contact)
    assert state(centre) == (READY, "")


@pytest.mark.parametrize("choice", [events.ReadyChosen(ANNA), events.NotReadyChosen(ANNA, "training")])
def test_a_choice_for_now_takes_the_place_of_one_for_later(centre: Centre, choice: events.Event) -> None:
    contact = talking(centre)
    wants(centre, NOT_READY, "lunch")
    centre.happens(choice)
    now = state(centre)
    done(centre, contact)
    assert state(centre) == now, "nothing flips by itself afterwards"


def test_no_state_flips_to_ready_by_itself(centre: Centre) -> None:
    contact = talking(centre)
    centre.happens(events.NotReadyChosen(ANNA, "lunch"))
    wants(centre, READY)
    wants(centre, NOT_READY, "lunch")
    done(centre, contact)
    assert state(centre) == (NOT_READY, "lunch")


def test_with_empty_hands_a_choice_takes_effect_at_once(centre: Centre) -> None:
    centre.signs_in(ANNA)
    wants(centre, NOT_READY, "lunch")
    assert state(centre) == (NOT_READY, "lunch")
    wants(centre, READY)
    assert state(centre) == (READY, "")
    wants(centre, LOGGED_OUT)
    assert state(centre) == (LOGGED_OUT, "")
    assert not centre.all_facts(NextStateChanged)


def test_only_who_is_not_ready_is_so_for_a_reason(centre: Centre) -> None:
    contact = talking(centre)
    wants(centre, LOGGED_OUT, "lunch")
    assert centre.facts(NextStateChanged) == [NextStateChanged(ANNA, LOGGED_OUT)]
    assert "chosen already" in centre.refuses(events.NextStateChosen(ANNA, LOGGED_OUT))
    done(centre, contact)


def test_what_rings_goes_to_somebody_else_when_the_agent_will_not_be_ready(centre: Centre) -> None:
    centre.signs_in(ANNA, BO)
    centre.calls()
    wants(centre, NOT_READY, "lunch")
    assert centre.facts(OfferEnded)[0].outcome is OfferOutcome.WITHDRAWN
    assert (centre.offer().agent, state(centre)) == (BO, (NOT_READY, "lunch"))


def test_who_will_go_is_offered_nothing_more_beside_a_chat(centre: Centre) -> None:
    centre.signs_in(ANNA)
    first = centre.chats("one")
    centre.chooses(first, "1", "a")
    centre.chooses(first, "", "b")
    centre.accepts(ANNA)
    served = centre.offer().contact
    wants(centre, NOT_READY, "lunch")
    centre.texts("hello")
    assert len(centre.all_facts(OfferMade)) == 1
    wants(centre, READY)
    assert centre.offer().contact != served, "who waited is found at once"


def test_signing_out_next_gives_back_what_may_lie_for_hours(centre: Centre) -> None:
    contact = talking(centre)
    wants(centre, LOGGED_OUT)
    assert not centre.facts(TalkEnded)
    done(centre, contact)
    assert state(centre) == (LOGGED_OUT, "")


def test_a_text_does_not_keep_hands_full_but_its_wrap_up_does(centre: Centre) -> None:
    centre.signs_in(ANNA)
    centre.texts("hello")
    centre.accepts(ANNA)
    contact = centre.offer().contact
    wants(centre, NOT_READY, "lunch")
    assert state(centre) == (NOT_READY, "lunch")
    assert not centre.facts(VisitOpened), "it stays with her"
    centre.happens(events.ContactClosed(ANNA, contact))
    wants(centre, LOGGED_OUT)
    assert state(centre) == (NOT_READY, "lunch")
    centre.wraps_up(ANNA, contact)
    assert state(centre) == (LOGGED_OUT, "")


def test_a_mandatory_result_is_not_left_behind_by_signing_out() -> None:
    centre = Centre(small_config(wrap_up=WrapUpKind.MANDATORY))
    centre.signs_in(ANNA)
    centre.texts("hello")
    centre.accepts(ANNA)
    contact = centre.offer().contact
    centre.happens(events.ContactClosed(ANNA, contact))
    assert "choose a result" in centre.refuses(events.AgentSignedOut(ANNA))
    wants(centre, LOGGED_OUT)
    centre.wraps_up(ANNA, contact)
    assert state(centre) == (LOGGED_OUT, "")
    centre.check_replay()


def test_what_cannot_be_wished_for_is_said_in_words(centre: Centre) -> None:
    assert "sign in first" in centre.refuses(events.NextStateChosen(ANNA, READY))
    assert "sign in first" in centre.refuses(events.StateForced(AgentId("nobody"), READY, "", "sue"))
    talking(centre)
    assert "unknown reason" in centre.refuses(events.NextStateChosen(ANNA, NOT_READY, "boredom"))
    assert "chosen already" in centre.refuses(events.NextStateChosen(ANNA, READY))
    wants(centre, NOT_READY, "lunch")
    assert "chosen already" in centre.refuses(events.NextStateChosen(ANNA, NOT_READY, "lunch"))
    assert "chosen already" in centre.refuses(events.StateForced(ANNA, NOT_READY, "lunch", "sue"))


def test_a_wish_outlives_a_take_over_and_the_call_that_was_lost_with_it(centre: Centre) -> None:
    talking(centre)
    wants(centre, NOT_READY, "lunch")
    centre.crash()
    assert state(centre) == (NOT_READY, "lunch"), "her call is gone, her hands are empty"


def test_who_lost_the_console_is_not_made_ready(centre: Centre) -> None:
    contact = talking(centre)
    centre.happens(events.NotReadyChosen(ANNA, "lunch"))
    wants(centre, READY)
    centre.happens(events.ConsoleLost(ANNA))
    centre.passes(20_000)
    centre.hangs_up()
    centre.passes(60_000)
    assert state(centre) == (NOT_READY, "lunch")
    assert centre.all_facts(NextStateChanged)[-1] == NextStateChanged(ANNA, None)
    assert contact


def test_who_wished_to_be_ready_is_when_the_call_is_over(centre: Centre) -> None:
    contact = talking(centre)
    centre.happens(events.NotReadyChosen(ANNA, "lunch"))
    wants(centre, READY)
    done(centre, contact)
    assert state(centre) == (READY, "")


def test_a_supervisor_sets_a_state_and_it_is_known_who_did(centre: Centre) -> None:
    contact = talking(centre)
    centre.happens(events.StateForced(ANNA, NOT_READY, "meeting", "sue"))
    assert centre.step.facts == [
        AgentForced(ANNA, NOT_READY, "meeting", "sue"),
        NextStateChanged(ANNA, NOT_READY, "meeting", "sue"),
    ]
    assert not centre.facts(TalkEnded), "nobody's call is cut"
    done(centre, contact)
    assert state(centre) == (NOT_READY, "meeting")
    centre.happens(events.StateForced(ANNA, LOGGED_OUT, "", "sue"))
    assert state(centre) == (LOGGED_OUT, "")


def test_leaving_the_configuration_ends_every_wish(centre: Centre) -> None:
    talking(centre)
    wants(centre, NOT_READY, "lunch")
    config = small_config()
    without_anna = msgspec.structs.replace(config, agents=config.agents[1:])
    centre.happens(events.ConfigPublished("second", without_anna))
    centre.hangs_up()
    assert state(centre) == (LOGGED_OUT, "")
