"""Queues that offer nothing for a while: who waits keeps place and agent, and what an agent asked for rings on."""

from __future__ import annotations

from msgspec.structs import replace

from contactcenter.acd.estimate import position_of
from contactcenter.model import events
from contactcenter.model.config import ModeConfig
from contactcenter.model.facts import OfferEnded, PreferenceEnded, TalkStarted
from contactcenter.model.transfers import ToAgent
from tests.stories.centre import ANNA, BO, Centre
from tests.stories.test_modes import config_with_modes, switches


def test_who_is_kept_for_an_agent_keeps_the_place_and_loses_her_when_she_goes_home_meanwhile() -> None:
    silent = replace(config_with_modes().queues[0], offers=())
    centre = Centre(replace(config_with_modes(), modes=(ModeConfig("mute", "Mute", (silent,)),)))
    centre.signs_in(ANNA, BO)
    centre.texts("one")
    contact = centre.offer().contact
    centre.accepts(ANNA)
    centre.happens(events.ContactClosed(ANNA, contact))
    centre.wraps_up(ANNA, contact)
    switches(centre, "mute")
    other = centre.texts("from somebody else", "+8613900000002")
    kept = centre.texts("two")
    floor = centre.center.routing.floor
    names = {floor.contacts[name].preferred: name for name in floor.contacts}
    assert other != kept and {None, ANNA} == set(names)
    assert [position_of(floor, name, floor.contacts[name]) for name in names.values()] == [1, 1]
    centre.happens(events.AgentSignedOut(ANNA))
    assert centre.facts(PreferenceEnded) == [PreferenceEnded(names[ANNA])]
    assert position_of(floor, names[ANNA], floor.contacts[names[ANNA]]) == 2
    centre.check_replay()


def test_what_an_agent_asked_for_rings_on_when_the_queue_offers_nothing() -> None:
    centre = Centre(config_with_modes())
    centre.signs_in(ANNA)
    contact = centre.calls()
    centre.answers()
    centre.signs_in(BO)
    centre.happens(events.TransferAsked(ANNA, contact, ToAgent(BO)))
    switches(centre, "evacuated")
    assert not centre.facts(OfferEnded)
    centre.answers()
    assert centre.facts(TalkStarted)[0].agent == BO
