"""Why an offer went where it went, told from the journal afterwards."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from contactcenter.acd.why import Choice
from contactcenter.app.why import choices_of
from contactcenter.model import events
from contactcenter.model.config import AgentConfig, CenterConfig, SkillLevel
from contactcenter.model.facts import OfferMade, TalkStarted
from contactcenter.model.ids import AgentId, ContactId, StationId
from tests.stories.centre import ANNA, BO, Centre, small_config

CARL, DORA = AgentId("carl"), AgentId("dora")


def larger_config() -> CenterConfig:
    """Anna and Bo, Carl who lacks the skill, and Dora who never comes."""
    usual = small_config()
    carl = AgentConfig(CARL, "Carl", (SkillLevel("other", 9),))
    dora = replace(usual.agents[0], id=DORA, name="Dora", station=None)
    return replace(usual, agents=(*usual.agents, carl, dora))


def told(centre: Centre, contact: ContactId) -> list[Choice]:
    """All that the journal tells about a contact's offers."""
    return choices_of(centre.journal, contact).choices


def seen(choice: Choice) -> dict[str, str | int]:
    """Each agent's rank, or what excluded the agent."""
    return {each.agent: each.rank or each.excluded for each in choice.candidates}


def test_the_candidates_stand_in_the_order_in_which_they_would_have_been_asked() -> None:
    centre = Centre(larger_config())
    centre.signs_in(ANNA, BO)
    contact = centre.calls()
    (choice,) = told(centre, contact)
    assert (choice.agent, choice.strategy, choice.waited_ms) == (ANNA, "longest_available", 0)
    assert seen(choice) == {ANNA: 1, BO: 2, CARL: "lacks what the queue asks for", DORA: "signed out"}
    first, second = choice.candidates[:2]
    assert first.score == second.score == (0, 0) and first.idle_since < second.idle_since


def test_who_did_not_answer_and_who_is_busy_is_named_at_the_next_offer() -> None:
    centre = Centre(larger_config())
    centre.signs_in(ANNA, BO)
    contact = centre.calls()
    centre.passes(4_000)
    assert centre.offer().agent == BO
    found = choices_of(centre.journal, contact)
    assert [seen(choice)[ANNA] for choice in found.choices] == [1, "telephone did not answer"]
    assert found.choices[1].waited_ms == 4_000
    assert [found.outcomes.get(choice.offer) for choice in found.choices] == ["device_lost", None]


def test_a_rejection_excludes_only_for_this_contact() -> None:
    centre = Centre(larger_config())
    centre.signs_in(ANNA, BO)
    contact = centre.calls()
    centre.happens(events.OfferRejected(ANNA, centre.offer().offer))
    assert [seen(choice)[ANNA] for choice in told(centre, contact)] == [1, "rejected this contact just now"]


def test_a_returning_texter_is_kept_for_one_agent() -> None:
    centre = Centre(larger_config())
    centre.signs_in(ANNA, BO)
    centre.texts("hello")
    first = centre.offer().contact
    centre.accepts(ANNA)
    centre.happens(events.ContactClosed(ANNA, first))
    centre.wraps_up(ANNA, first)
    centre.texts("me again")
    second = centre.offer().contact
    (choice,) = told(centre, second)
    assert choice.strategy == "kept for one agent"
    assert (seen(choice)[ANNA], seen(choice)[BO]) == (1, "the contact is kept for another agent")


@pytest.mark.parametrize("gone", [True, False])
def test_who_left_the_configuration_is_not_forgotten(gone: bool) -> None:
    centre = Centre(larger_config())
    centre.signs_in(BO)
    if gone:
        config = larger_config()
        centre.happens(events.ConfigPublished("second", replace(config, agents=config.agents[1:])))
    contact = centre.calls()
    assert seen(told(centre, contact)[0])[ANNA] == ("has left the configuration" if gone else "signed out")


def test_what_hinders_an_agent_has_its_words() -> None:
    centre = Centre(larger_config())
    centre.signs_in(ANNA, BO)
    centre.calls("+8613900000001")
    assert seen(told(centre, centre.calls("+8613900000002"))[0])[ANNA] == "something else rings"


def test_a_call_in_hand_and_a_lost_telephone_have_theirs() -> None:
    centre = Centre(larger_config())
    centre.signs_in(ANNA, BO)
    centre.calls("+8613900000001")
    centre.answers()
    assert seen(told(centre, centre.calls("+8613900000002"))[0])[ANNA] == "has a call in hand"
    centre.happens(events.LegHungUp(centre.ringing_leg()))
    centre.happens(events.PhoneUnbound(StationId("bo-phone"), "gone"))
    centre.hangs_up("+8613900000001")
    centre.wraps_up(ANNA, centre.all_facts(TalkStarted)[0].contact)
    (*_, last) = told(centre, centre.all_facts(OfferMade)[-1].contact)
    assert seen(last)[BO] in ("no telephone", "telephone did not answer")


def test_a_contact_that_nobody_knows_is_not_known() -> None:
    assert not choices_of([], "C9.9").known
