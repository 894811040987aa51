"""For whom a contact is kept: the own agent, or the one of last time, and never for somebody who is gone."""

from __future__ import annotations

import pytest

from contactcenter.model import events
from contactcenter.model.facts import OfferEnded, OfferMade, PreferenceEnded, VisitOpened
from contactcenter.model.ids import AgentId, ContactId, CustomerId
from contactcenter.model.words import OfferOutcome
from tests.stories.centre import ANNA, BO, FAULTS, Centre, small_config
from tests.stories.test_why import seen, told

MENU = "95598"
LATER_MS = 100


def arrives(centre: Centre, own: AgentId | None, number: str = "+1") -> ContactId:
    """A caller comes to the menu, is found to have an own agent, and asks for the queue."""
    contact = centre.calls(number, dialled=MENU)
    centre.happens(events.CustomerIdentified(contact, CustomerId("K1"), "VIP", "en", own))
    centre.keys("1", number)
    leg = centre.all_facts(VisitOpened)
    while not leg or leg[-1].contact != contact:
        centre.passes(LATER_MS)
        _ends_the_collection(centre, number)
        leg = centre.all_facts(VisitOpened)
    return contact


def _ends_the_collection(centre: Centre, number: str) -> None:
    """The caller keys in nothing."""
    lines = centre.center.calls.lines
    leg = next(leg for leg in lines.legs if leg == f"leg of {number}")
    call = lines.calls[lines.legs[leg].contact]
    assert call.play is not None
    centre.tries(events.CollectEnded(leg, call.play, "timeout", 0, None))


def talked(centre: Centre, name: AgentId) -> None:
    """A texter was served by an agent, and the conversation is over."""
    contact = centre.offer().contact
    centre.accepts(name)
    centre.happens(events.ContactClosed(name, contact))
    centre.wraps_up(name, contact)


def test_a_customer_is_kept_for_the_own_agent_on_the_telephone_too() -> None:
    centre = Centre()
    centre.signs_in(ANNA, BO)
    contact = arrives(centre, BO)
    assert (centre.offer().contact, centre.offer().agent) == (contact, BO), "though Anna has been idle for longer"
    (choice,) = told(centre, contact)
    assert choice.strategy == "kept for one agent"
    assert seen(choice)[ANNA] == "the contact is kept for another agent"
    centre.check_replay()


def test_a_returning_texter_is_kept_for_the_agent_of_last_time() -> None:
    centre = Centre()
    centre.signs_in(ANNA, BO)
    centre.texts("hello")
    talked(centre, ANNA)
    centre.texts("me again")
    assert centre.offer().agent == ANNA, "though Bo has been idle for longer"
    assert centre.all_facts(VisitOpened)[-1].preferred == ANNA
    centre.check_replay()


@pytest.mark.parametrize("own", [AgentId("nobody"), ANNA])
def test_nobody_waits_for_an_own_agent_who_is_not_there(own: AgentId) -> None:
    centre = Centre()
    centre.signs_in(BO)
    contact = arrives(centre, own)
    assert (centre.offer().contact, centre.offer().agent) == (contact, BO)


def test_who_is_kept_waits_so_long_and_no_longer() -> None:
    centre = Centre(small_config(sticky_ms=20_000))
    centre.signs_in(ANNA, BO)
    centre.happens(events.NotReadyChosen(BO, "break"))
    contact = arrives(centre, BO)
    made = len(centre.all_facts(OfferMade))
    centre.passes(19_999)
    assert len(centre.all_facts(OfferMade)) == made
    centre.passes(1)
    assert (centre.offer().contact, centre.offer().agent) == (contact, ANNA)
    centre.check_replay()


def test_a_queue_may_keep_nobody() -> None:
    centre = Centre(small_config(sticky_ms=0))
    centre.signs_in(ANNA, BO)
    arrives(centre, BO)
    assert centre.offer().agent == ANNA


def test_who_goes_home_hands_over_at_once_those_who_were_kept_for_her() -> None:
    centre = Centre()
    centre.signs_in(ANNA, BO)
    centre.texts("hello", "+1")
    talked(centre, ANNA)
    centre.happens(events.NotReadyChosen(ANNA, "meeting"))
    centre.texts("me again", "+1")
    contact = centre.all_facts(VisitOpened)[-1].contact
    assert centre.center.routing.floor.contacts[contact].preferred == ANNA
    centre.happens(events.AgentSignedOut(ANNA))
    assert centre.facts(PreferenceEnded) == [PreferenceEnded(contact)]
    assert (centre.offer().contact, centre.offer().agent) == (contact, BO)
    assert centre.all_facts(VisitOpened)[-1].queue == FAULTS
    centre.check_replay()


def test_what_rings_at_who_goes_home_is_handed_over_too() -> None:
    centre = Centre()
    centre.signs_in(ANNA, BO)
    contact = arrives(centre, ANNA)
    centre.happens(events.AgentSignedOut(ANNA))
    assert [fact.outcome for fact in centre.facts(OfferEnded)] == [OfferOutcome.WITHDRAWN]
    assert (centre.offer().contact, centre.offer().agent) == (contact, BO)
    centre.check_replay()


def test_a_kill_keeps_who_is_kept() -> None:
    centre = Centre()
    centre.signs_in(ANNA, BO)
    centre.texts("hello", "+1")
    talked(centre, ANNA)
    centre.happens(events.NotReadyChosen(ANNA, "meeting"))
    centre.texts("me again", "+1")
    made = len(centre.all_facts(OfferMade))
    centre.crash()
    assert len(centre.all_facts(OfferMade)) == made, "she is there: the minute runs on"
    centre.passes(60_000)
    assert centre.offer().agent == BO
    centre.check_replay()
