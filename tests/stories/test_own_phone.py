"""An agent dials on her own phone: a colleague, a customer, or what is refused by its SIP status."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest

from contactcenter.model import commands, events
from contactcenter.model.config import CenterConfig, OutgoingConfig
from contactcenter.model.facts import ContactArrived, ContactEnded, DialStarted, LegOpened, OfferMade, TalkStarted
from contactcenter.model.ids import LegId, PersonId, StationId
from contactcenter.model.words import ContactOutcome, DialOutcome, Direction, LegState, Work
from tests.stories.centre import ANNA, BO, Centre, sealed
from tests.stories.test_internal import ending, internal_config, line_of, works

HERS, HIS, LEG = StationId("anna-phone"), StationId("bo-phone"), LegId("in-1")
PERSON = PersonId("person-1")
NUMBER = sealed("+8613900000001")


def config(calls_per_min: int = 6) -> CenterConfig:
    """Return the small centre whose agents may call each other, and customers."""
    return msgspec.structs.replace(
        internal_config(), outgoing=OutgoingConfig("carrier", "+861095598", calls_per_min=calls_per_min)
    )


@pytest.fixture
def centre() -> Iterator[Centre]:
    """A centre with both agents at their phones, replayed at the end of the story."""
    story = Centre(config())
    story.signs_in(ANNA, BO)
    yield story
    story.check_replay()


def extension(station: StationId = HIS, leg: LegId = LEG, by: StationId = HERS) -> events.StationDialled:
    """Return that somebody dialled an extension."""
    return events.StationDialled(leg, by, station, dialog=sealed("dialog"))


def number(leg: LegId = LEG) -> events.StationDialled:
    """Return that Anna dialled a customer's number."""
    return events.StationDialled(leg, HERS, None, NUMBER, "key", PERSON, sealed("dialog"))


def refused(centre: Centre, event: events.StationDialled) -> tuple[int, str]:
    """Let something be dialled; return with which status and why it is refused."""
    reason = centre.refuses(event)
    [command] = centre.step.commands
    assert isinstance(command, commands.RejectLeg) and command.leg == event.leg
    return command.status, reason


def lifted(centre: Centre) -> None:
    """Her line is up."""
    centre.happens(events.LegAnswered(LEG, sealed("dialog")))


def test_her_line_is_answered_his_phone_rings_and_they_talk(centre: Centre) -> None:
    centre.happens(extension())
    [arrived], [started], [opened] = centre.facts(ContactArrived), centre.facts(DialStarted), centre.facts(LegOpened)
    assert (arrived.direction, started.agent, started.colleague) == (Direction.INTERNAL, ANNA, BO)
    assert (opened.leg, opened.station, opened.state) == (LEG, HERS, LegState.ANSWERING)
    assert centre.step.commands == [commands.AnswerLeg(LEG)], "her own phone is not rung"
    lifted(centre)
    [ring] = centre.commands(commands.DialStation)
    assert (ring.station, ring.beside) == (HIS, LEG)
    assert [play.leg for play in centre.commands(commands.Play)] == [LEG]
    centre.answers()
    assert centre.commands(commands.Bridge) == [commands.Bridge(LEG, line_of(centre, BO))]
    assert works(centre, ANNA) == [Work.DIALLING, Work.TALKING] and works(centre, BO)[-1] is Work.TALKING
    centre.happens(events.LegHungUp(LEG))
    assert ending(centre) == (DialOutcome.ANSWERED, ContactOutcome.HANDLED)


def test_he_rejects_and_her_line_is_freed(centre: Centre) -> None:
    centre.happens(extension())
    lifted(centre)
    centre.happens(events.OfferRejected(BO, centre.offer().offer))
    assert commands.HangUpLeg(LEG) in centre.step.commands
    assert ending(centre) == (DialOutcome.REFUSED, ContactOutcome.REFUSED)


def test_she_hangs_up_before_she_hears_it_ring(centre: Centre) -> None:
    centre.happens(extension())
    centre.happens(events.LegHungUp(LEG))
    assert ending(centre) == (DialOutcome.CANCELLED, ContactOutcome.CANCELLED)
    assert not centre.all_facts(OfferMade)


def test_her_line_cannot_be_answered(centre: Centre) -> None:
    centre.happens(extension())
    centre.happens(events.LegLost(LEG, "no_media_room"))
    assert ending(centre) == (DialOutcome.FAILED, ContactOutcome.FAILED_NODE)


def test_a_number_is_called_as_if_the_console_had_asked(centre: Centre) -> None:
    centre.happens(number())
    [arrived], [started] = centre.facts(ContactArrived), centre.facts(DialStarted)
    assert (arrived.direction, arrived.address, arrived.person) == (Direction.OUTBOUND, NUMBER, PERSON)
    assert (started.trunk, started.shown, started.leg) == ("carrier", "+861095598", LEG)
    lifted(centre)
    [dial] = centre.commands(commands.DialOut)
    assert (dial.number, dial.beside) == (NUMBER, LEG)
    centre.happens(events.LegAnswered(dial.leg, sealed("dialog")))
    assert centre.facts(TalkStarted)[0].agent == ANNA
    centre.happens(events.LegHungUp(dial.leg))
    assert commands.HangUpLeg(LEG) in centre.step.commands


def test_a_message_that_comes_twice_ends_nothing(centre: Centre) -> None:
    centre.happens(extension())
    assert "already here" in centre.refuses(extension())
    assert centre.step.commands == []
    lifted(centre)
    assert centre.facts(OfferMade)


def test_an_engine_that_dies_ends_her_line_by_its_dialog(centre: Centre) -> None:
    centre.happens(extension())
    lifted(centre)
    centre.crash()
    released = [command for command in centre.step.commands if isinstance(command, commands.ReleaseDialog)]
    assert LEG in [command.leg for command in released if command.dialog is not None]
    assert centre.all_facts(ContactEnded)[-1].outcome is ContactOutcome.FAILED_NODE


def test_who_is_not_there_or_busy_is_said_by_the_status(centre: Centre) -> None:
    assert refused(centre, extension(HERS)) == (486, "this is your own extension")
    assert refused(centre, extension(StationId("empty"))) == (480, "nobody sits at this extension")
    centre.happens(events.NotReadyChosen(BO, "lunch"))
    assert refused(centre, extension()) == (480, "not ready")
    centre.happens(events.ReadyChosen(BO))
    centre.happens(events.NotReadyChosen(ANNA, "lunch"))
    centre.calls()
    centre.answers()
    assert refused(centre, extension()) == (486, "has a call in hand")


def test_who_may_not_call_is_told_so_by_the_status(centre: Centre) -> None:
    assert refused(centre, extension(by=StationId("empty"))) == (403, "sign in first")
    centre.calls()
    centre.answers()
    second = refused(centre, extension(leg=LegId("in-2")))
    assert second == (403, "finish what you have in hand first")


def test_what_is_switched_off_is_refused() -> None:
    centre = Centre()
    centre.signs_in(ANNA, BO)
    status, reason = refused(centre, extension())
    assert status == 403 and "switched off" in reason
    assert refused(centre, number()) == (404, "nobody has this number")


def test_a_number_that_may_not_be_called_is_nobodys(centre: Centre) -> None:
    assert refused(centre, events.StationDialled(LEG, HERS)) == (404, "nobody has this number")


def test_no_more_customers_are_dialled_within_a_minute_than_from_the_console() -> None:
    centre = Centre(config(calls_per_min=1))
    centre.signs_in(ANNA)
    centre.happens(number())
    centre.happens(events.LegHungUp(LEG))
    status, reason = refused(centre, number(LegId("in-2")))
    assert status == 480 and "wait a little" in reason
