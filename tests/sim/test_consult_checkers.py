"""The oracle of who is asked out of a queue finds what it is for, and leaves sound consultations alone."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest

from contactcenter.model.config import AgentConfig, StationConfig
from contactcenter.model.facts import (
    AgentSeated,
    ConfigApplied,
    ConsolePresence,
    ConsultEnded,
    ConsultMoved,
    ConsultStarted,
    OfferEnded,
    OfferMade,
)
from contactcenter.model.ids import AgentId, ContactId, OfferId, StationId
from contactcenter.model.transfers import ConsultOutcome
from contactcenter.model.words import Channel, OfferOutcome, Presence, Work
from tests.reports.day import ANN, BOB, FAULTS, MINUTE, Day, config
from tests.sim.floor_days import broken, opened

C1, CY = ContactId("c1"), AgentId("cy")
VOICE = Channel.VOICE


def talking() -> Day:
    """Ann is on the phone; Bob and Cy serve the same queue and are free, Bob for longer."""
    day, usual, agents = opened(), config(), (ANN, BOB, CY)
    more = (*usual.agents, AgentConfig(CY, "Cy", usual.agents[1].skills))
    stations = tuple(StationConfig(StationId(f"of {name}"), contact=f"sip:{name}@127.0.0.1") for name in agents)
    day.state(ConfigApplied("more", msgspec.structs.replace(usual, agents=more, stations=stations)))
    for name in agents:
        day.state(AgentSeated(name, StationId(f"of {name}")))
        day.state(ConsolePresence(name, True))
        day.present(name, Presence.READY)
        day.at += 1_000
    day.arrive("c1")
    day.enter("c1")
    day.ring("c1", ANN)
    day.answer("c1", ANN)
    day.at += MINUTE
    return day


def asks(day: Day, colleague: AgentId) -> None:
    """Ann asks for whoever of her queue is free, and this colleague is rung."""
    day.state(ConsultStarted(C1, ANN, colleague, FAULTS))
    rings(day, colleague)


def rings(day: Day, colleague: AgentId) -> None:
    """A colleague is rung about the call."""
    day.state(OfferMade(OfferId("o"), C1, None, FAULTS, VOICE, colleague, None, day.at + MINUTE))
    day.work("c1", colleague, Work.RINGING)


def rejects(day: Day, colleague: AgentId) -> None:
    """A colleague does not want to be asked."""
    day.at += 1_000
    day.state(OfferEnded(OfferId("o"), C1, colleague, VOICE, OfferOutcome.REJECTED))
    day.work("c1", colleague, Work.ENDED)


def moves(day: Day, colleague: AgentId) -> None:
    """Another one is asked."""
    day.state(ConsultMoved(C1, ANN, colleague))
    rings(day, colleague)


def ends(day: Day, colleague: AgentId, outcome: ConsultOutcome = ConsultOutcome.NOT_ANSWERED) -> None:
    """The consultation is over."""
    day.state(ConsultEnded(C1, ANN, colleague, outcome))


def sound(day: Day) -> None:
    """Bob rejects, then Cy, and nobody is left."""
    asks(day, BOB)
    rejects(day, BOB)
    moves(day, CY)
    rejects(day, CY)
    ends(day, CY)


def called_off(day: Day) -> None:
    """Ann goes back to the customer before everybody was asked."""
    asks(day, BOB)
    rejects(day, BOB)
    ends(day, BOB, ConsultOutcome.CANCELLED)


def passes_over(day: Day) -> None:
    """Cy is asked, though Bob has been free for longer."""
    asks(day, CY)
    ends(day, CY, ConsultOutcome.CANCELLED)


def asks_twice(day: Day) -> None:
    """Bob rejects and is asked again."""
    asks(day, BOB)
    rejects(day, BOB)
    moves(day, BOB)
    ends(day, BOB, ConsultOutcome.CANCELLED)


def asks_who_cannot(day: Day) -> None:
    """Bob is asked on his break."""
    day.present(BOB, Presence.NOT_READY)
    asks(day, BOB)
    ends(day, BOB, ConsultOutcome.CANCELLED)


def gives_up(day: Day) -> None:
    """Bob rejects, and nobody thinks of Cy."""
    asks(day, BOB)
    rejects(day, BOB)
    ends(day, BOB)


@pytest.mark.parametrize(
    ("tell", "found"),
    [
        (sound, False),
        (called_off, False),
        (passes_over, True),
        (asks_twice, True),
        (asks_who_cannot, True),
        (gives_up, True),
    ],
)
def test_the_oracle_finds_what_it_is_for(tell: Callable[[Day], None], found: bool) -> None:
    day = talking()
    tell(day)
    assert ("X7" in broken(day)) is found


def test_another_one_is_asked_only_where_a_queue_was() -> None:
    day = talking()
    day.state(ConsultStarted(C1, ANN, BOB))
    moves(day, CY)
    assert "X5" in broken(day)
