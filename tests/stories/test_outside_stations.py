"""An agent whose telephone is outside, behind a trunk: it rings late, and a mailbox that lifts is no agent."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest

from contactcenter.model import commands, events
from contactcenter.model.config import CenterConfig, StationConfig
from contactcenter.model.facts import (
    AgentLegUp,
    BridgeMade,
    ConsultAnswered,
    DialEnded,
    OfferEnded,
    OfferMade,
    PresenceChanged,
    TalkStarted,
)
from contactcenter.model.ids import LegId, StationId
from contactcenter.model.words import DialOutcome, OfferOutcome, Presence
from tests.stories.callbacks import FIRST, OUTGOING, SECOND, asks, callback_config, customer
from tests.stories.centre import ANNA, BO, Centre, replayed, sealed, small_config

MOBILE = StationId("anna-phone")
BO_PHONE = StationId("bo-phone")
RING_MS = 15_000


def outside_config(config: CenterConfig | None = None, confirm: bool = True) -> CenterConfig:
    """Return the small centre in which Anna's telephone is a mobile."""
    base = config or small_config()
    stations = (StationConfig(MOBILE, number="+8613912345678", confirm=confirm), StationConfig(BO_PHONE))
    return msgspec.structs.replace(base, stations=stations, outgoing=OUTGOING)


def comes(centre: Centre) -> None:
    """Anna opens her console and is ready; no phone of hers registers."""
    centre.happens(events.ConsoleConnected(ANNA))
    centre.happens(events.AgentSignedIn(ANNA, MOBILE))
    centre.happens(events.ReadyChosen(ANNA))


def lifts(centre: Centre) -> LegId:
    """Somebody or something answers Anna's number."""
    leg = centre.ringing_leg()
    centre.tries(events.LegRinging(leg))
    centre.happens(events.LegAnswered(leg, sealed("dialog")))
    return leg


@pytest.fixture
def centre() -> Iterator[Centre]:
    """A centre with Anna outside, replayed at the end of the story."""
    yield from replayed(outside_config())


def test_it_rings_without_registration_and_the_call_is_hers_once_she_presses_the_key(centre: Centre) -> None:
    comes(centre)
    contact = centre.calls(FIRST)
    assert centre.commands(commands.DialStation)[0].station == MOBILE
    centre.passes(11_000)
    leg = lifts(centre)
    [ask] = centre.commands(commands.Play)
    assert (ask.leg, ask.prompts, ask.loop) == (leg, ("take_call",), True)
    assert (centre.facts(AgentLegUp), centre.facts(BridgeMade)) == ([], [])
    centre.passes(2_000)
    assert "another key" in centre.refuses(events.KeyPressed(leg, "5"))
    centre.happens(events.KeyPressed(leg, "1"))
    assert centre.commands(commands.StopPlay)
    assert centre.commands(commands.Bridge)
    assert centre.facts(TalkStarted)[0].contact == contact
    assert "caller" in centre.refuses(events.KeyPressed(leg, "1"))
    centre.happens(events.LegHeld(leg))
    centre.happens(events.LegResumed(leg))
    assert centre.commands(commands.Bridge)
    centre.happens(events.LegHungUp(leg))
    centre.wraps_up(ANNA, contact)
    assert centre.center.calls.lines.calls == {}


def test_networks_have_twelve_seconds_to_let_it_ring_and_then_it_rings_its_time(centre: Centre) -> None:
    comes(centre)
    centre.calls(FIRST)
    assert centre.offer().expires_at == centre.now + 12_000 + RING_MS
    centre.passes(11_999)
    assert centre.all_facts(OfferEnded) == []
    centre.passes(1)
    assert centre.all_facts(OfferEnded)[0].outcome is OfferOutcome.DEVICE_LOST


def test_a_phone_of_ours_has_four() -> None:
    centre = Centre(outside_config())
    centre.signs_in(BO)
    centre.calls(FIRST)
    centre.passes(4_000)
    assert centre.all_facts(OfferEnded)[0].outcome is OfferOutcome.DEVICE_LOST


def test_a_mailbox_that_lifts_is_no_answer(centre: Centre) -> None:
    comes(centre)
    centre.calls(FIRST)
    leg = lifts(centre)
    centre.passes(12_000 + RING_MS)
    assert centre.all_facts(OfferEnded)[0].outcome is OfferOutcome.NO_ANSWER
    assert centre.all_facts(TalkStarted) == []
    assert leg not in centre.center.calls.lines.legs
    assert centre.all_facts(PresenceChanged)[-1].presence is Presence.NOT_READY


def test_who_lifts_and_hangs_up_without_the_key_has_rejected(centre: Centre) -> None:
    comes(centre)
    centre.calls(FIRST)
    leg = lifts(centre)
    centre.happens(events.LegHeld(leg))
    centre.happens(events.LegResumed(leg))
    assert centre.commands(commands.Bridge) == []
    centre.happens(events.LegHungUp(leg))
    assert centre.facts(OfferEnded)[0].outcome is OfferOutcome.REJECTED


def test_a_number_that_is_engaged_is_busy(centre: Centre) -> None:
    comes(centre)
    centre.calls(FIRST)
    centre.happens(events.LegFailed(centre.ringing_leg(), 486))
    assert centre.facts(OfferEnded)[0].outcome is OfferOutcome.BUSY


def test_a_caller_who_goes_ends_the_call_to_her_before_she_has_the_key(centre: Centre) -> None:
    comes(centre)
    centre.calls(FIRST)
    leg = lifts(centre)
    centre.hangs_up()
    assert centre.facts(OfferEnded)[0].outcome is OfferOutcome.CALLER_GONE
    assert leg not in centre.center.calls.lines.legs
    assert "caller" in centre.refuses(events.KeyPressed(leg, "1"))


def test_of_a_group_the_first_who_is_there_wins_not_the_first_machine() -> None:
    centre = Centre(outside_config(small_config(strategy="ring_all")))
    comes(centre)
    centre.signs_in(BO)
    centre.calls(FIRST)
    rung = {offer.agent for offer in centre.facts(OfferMade)}
    assert rung == {ANNA, BO}
    legs = {leg.station: name for name, leg in centre.center.calls.lines.legs.items() if leg.station is not None}
    centre.happens(events.LegAnswered(legs[MOBILE], sealed("dialog")))
    centre.happens(events.LegRinging(legs[BO_PHONE]))
    centre.happens(events.LegAnswered(legs[BO_PHONE], sealed("dialog")))
    assert centre.facts(TalkStarted)[0].agent == BO
    assert legs[MOBILE] not in centre.center.calls.lines.legs
    centre.check_replay()


def test_without_the_key_where_the_site_wants_it_so() -> None:
    centre = Centre(outside_config(confirm=False))
    comes(centre)
    centre.calls(FIRST)
    lifts(centre)
    assert centre.facts(TalkStarted)[0].agent == ANNA
    centre.check_replay()


def test_her_own_call_goes_out_once_she_has_pressed_the_key(centre: Centre) -> None:
    comes(centre)
    asked = events.DialAsked(ANNA, sealed(SECOND), SECOND, sealed(SECOND).person)
    centre.happens(asked)
    leg = lifts(centre)
    assert centre.commands(commands.DialOut) == []
    centre.happens(events.KeyPressed(leg, "1"))
    assert centre.commands(commands.DialOut)[0].number == sealed(SECOND)
    centre.happens(events.LegAnswered(customer(centre), sealed("dialog")))
    assert centre.commands(commands.Bridge)


def test_her_mailbox_calls_nobody(centre: Centre) -> None:
    comes(centre)
    centre.happens(events.DialAsked(ANNA, sealed(SECOND), SECOND, sealed(SECOND).person))
    leg = lifts(centre)
    centre.happens(events.LegHungUp(leg))
    assert centre.facts(DialEnded)[0].outcome is DialOutcome.NO_AGENT


def test_a_callback_calls_the_customer_once_she_has_pressed_the_key() -> None:
    centre = Centre(outside_config(callback_config()))
    contact = asks(centre)
    comes(centre)
    assert centre.offer().contact == contact
    leg = lifts(centre)
    assert centre.commands(commands.DialOut) == []
    centre.happens(events.KeyPressed(leg, "1"))
    assert centre.commands(commands.DialOut)
    centre.check_replay()


def test_a_colleague_outside_is_consulted_once_she_has_pressed_the_key(centre: Centre) -> None:
    centre.signs_in(BO)
    contact = centre.calls(FIRST)
    centre.answers()
    comes(centre)
    centre.happens(events.ConsultAsked(BO, contact, ANNA))
    leg = lifts(centre)
    assert centre.facts(ConsultAnswered) == []
    centre.happens(events.KeyPressed(leg, "1"))
    assert centre.facts(ConsultAnswered)[0].colleague == ANNA


def test_nobody_is_called_outside_where_nobody_may_be() -> None:
    centre = Centre(msgspec.structs.replace(outside_config(), outgoing=None))
    comes(centre)
    centre.calls(FIRST)
    assert centre.all_facts(OfferMade) == []
    centre.happens(events.ConfigPublished("allowed", outside_config()))
    assert centre.offer().agent == ANNA
    centre.check_replay()


def test_after_a_kill_she_is_rung_anew(centre: Centre) -> None:
    comes(centre)
    centre.calls(FIRST)
    lifts(centre)
    centre.crash()
    assert centre.all_facts(TalkStarted) == []
    assert len(centre.commands(commands.ReleaseDialog)) == 2
