"""The oracle of calls among colleagues finds each thing that must never be."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from contactcenter.model.config import StationConfig
from contactcenter.model.facts import (
    AgentSeated,
    ConfigApplied,
    ContactArrived,
    DialEnded,
    DialStarted,
    LegChanged,
    OfferEnded,
    OfferMade,
    TalkEnded,
    TalkStarted,
    TransferStarted,
    VisitOpened,
)
from contactcenter.model.ids import AgentId, ContactId, LegId, OfferId, QueueId, StationId, VisitId
from contactcenter.model.transfers import TransferKind, TransferTarget
from contactcenter.model.words import (
    Channel,
    ContactOutcome,
    DialOutcome,
    Direction,
    LegRole,
    LegState,
    OfferOutcome,
    Party,
    Presence,
    Work,
)
from contactcenter.sim.floor_checkers import FloorChecker
from contactcenter.sim.internal_checkers import InternalChecker
from tests.reports.day import ANN, BOB, FAULTS, MINUTE, Day, config
from tests.sim import floor_days

C, CID, EVE, VOICE = "c1", ContactId("c1"), AgentId("eve"), Channel.VOICE


def asks(day: Day) -> None:
    """Ann asks for Bob, and her own phone rings."""
    day.present(ANN, Presence.READY)
    day.present(BOB, Presence.READY)
    day.state(ContactArrived(CID, VOICE, "", "", "en", None, None, "", direction=Direction.INTERNAL))
    day.state(DialStarted(CID, ANN, StationId("p"), "", "", day.at + 20_000, colleague=BOB))
    day.work(C, ANN, Work.DIALLING)
    day.at += 1_000


def lifts(day: Day) -> None:
    """Ann's phone is answered."""
    day.state(LegChanged(LegId("a"), CID, LegRole.AGENT, LegState.UP))


def rings(day: Day, agent: AgentId = BOB, queue: QueueId | None = None) -> None:
    """The colleague's phone rings, or somebody else's."""
    day.state(OfferMade(OfferId("o"), CID, None, queue, VOICE, agent, StationId("q"), day.at + 20_000))
    day.work(C, agent, Work.RINGING)
    day.at += 1_000


def is_lifted(day: Day) -> None:
    """Bob answers, and both talk."""
    day.state(OfferEnded(OfferId("o"), CID, BOB, VOICE, OfferOutcome.ACCEPTED))
    day.state(DialEnded(CID, ANN, DialOutcome.ANSWERED))
    day.state(TalkStarted(CID, None, None, VOICE, ANN))
    day.work(C, ANN, Work.TALKING)
    day.work(C, BOB, Work.TALKING)
    day.at += MINUTE


def parts(day: Day, *freed: AgentId) -> None:
    """The talk is over, and so is the contact."""
    day.state(TalkEnded(CID, ANN, VOICE, Party.AGENT))
    for agent in freed:
        day.work(C, agent, Work.ENDED)
    day.end(C, ContactOutcome.HANDLED)
    day.at += MINUTE


def a_sound_day(day: Day) -> None:
    """They talk, one holds for a while, and both are free."""
    asks(day)
    lifts(day)
    rings(day)
    is_lifted(day)
    day.work(C, BOB, Work.HOLD)
    day.at += MINUTE
    parts(day, ANN, BOB)


def rejected(day: Day) -> None:
    """Bob rejects, and it is over."""
    asks(day)
    lifts(day)
    rings(day)
    day.state(OfferEnded(OfferId("o"), CID, BOB, VOICE, OfferOutcome.REJECTED))
    day.work(C, BOB, Work.ENDED)
    day.state(DialEnded(CID, ANN, DialOutcome.REFUSED))
    day.work(C, ANN, Work.ENDED)
    day.end(C, ContactOutcome.REFUSED)


def rung_before_hers(day: Day) -> None:
    """Bob's phone rings though Ann has not lifted hers."""
    asks(day)
    rings(day)
    is_lifted(day)
    parts(day, ANN, BOB)


def somebody_else(day: Day) -> None:
    """Eve's phone rings, though nobody asked for her."""
    asks(day)
    lifts(day)
    rings(day, EVE)
    day.work(C, EVE, Work.ENDED)
    rings(day)


def one_alone(day: Day) -> None:
    """Bob has nothing in hand, and would be offered the next call."""
    asks(day)
    lifts(day)
    rings(day)
    is_lifted(day)
    day.work(C, BOB, Work.ENDED)
    day.at += MINUTE
    parts(day, ANN)


def stays_in_hand(day: Day) -> None:
    """The talk is over, and Bob is not free."""
    asks(day)
    lifts(day)
    rings(day)
    is_lifted(day)
    parts(day, ANN)


def never_ends(day: Day) -> None:
    """The day is over and Ann's phone still rings."""
    asks(day)


def from_a_queue(day: Day) -> None:
    """It rings as if it came out of a queue."""
    asks(day)
    lifts(day)
    rings(day, queue=FAULTS)
    is_lifted(day)
    parts(day, ANN, BOB)


def in_a_queue(day: Day) -> None:
    """It waits."""
    asks(day)
    day.state(VisitOpened(VisitId("v"), CID, FAULTS, VOICE, 0, day.at))
    day.work(C, ANN, Work.ENDED)
    day.end(C, ContactOutcome.ABANDONED)


def passed_on(day: Day) -> None:
    """It is passed on to a queue, whose figures count that."""
    asks(day)
    to = (TransferKind.BLIND, TransferTarget.QUEUE)
    day.state(TransferStarted(CID, VOICE, ANN, *to, to_queue=FAULTS))
    day.work(C, ANN, Work.ENDED)
    day.end(C, ContactOutcome.HANDLED)


def unanswered(day: Day) -> None:
    """They talk though Bob's phone never rang."""
    asks(day)
    lifts(day)
    is_lifted(day)
    parts(day, ANN, BOB)


def counted_as_received(day: Day) -> None:
    """Ann's report says that a customer was passed on to her."""
    asks(day)
    day.state(TransferStarted(CID, VOICE, BOB, TransferKind.BLIND, TransferTarget.AGENT, to_agent=ANN))
    lifts(day)
    rings(day)
    is_lifted(day)
    parts(day, ANN, BOB)


def two_at_once(day: Day) -> None:
    """Ann talks in another call among colleagues too: what she talked is more than her time."""
    asks(day)
    lifts(day)
    rings(day)
    day.state(ContactArrived(ContactId("c2"), VOICE, "", "", "en", None, None, "", direction=Direction.INTERNAL))
    day.work("c2", ANN, Work.TALKING)
    is_lifted(day)
    day.work("c2", ANN, Work.ENDED)
    day.end("c2", ContactOutcome.HANDLED)
    parts(day, ANN, BOB)


def broken(tell: Callable[[Day], object]) -> list[str]:
    """The invariants that a day breaks."""
    day = Day(at=MINUTE)
    tell(day)
    return floor_days.broken(day, InternalChecker)


@pytest.mark.parametrize(
    ("tell", "invariants"),
    [
        (a_sound_day, []),
        (rejected, []),
        (rung_before_hers, ["I1"]),
        (unanswered, ["I1"]),
        (somebody_else, ["I1", "I2", "I5"]),
        (one_alone, ["I2"]),
        (from_a_queue, ["I3"]),
        (in_a_queue, ["I3"]),
        (passed_on, ["I3"]),
        (counted_as_received, ["I4"]),
        (two_at_once, ["I5", "I4"]),
        (stays_in_hand, ["I5", "I4"]),
        (never_ends, ["I5"]),
    ],
)
def test_the_oracle_finds_what_it_is_for(tell: Callable[[Day], object], invariants: list[str]) -> None:
    assert broken(tell) == invariants


@pytest.mark.parametrize("busy", [True, False])
def test_a9_a_colleague_who_is_rung_though_she_talks_or_is_away(busy: bool) -> None:
    for presence in (Presence.READY, Presence.NOT_READY):
        day = floor_days.opened()
        day.state(
            ConfigApplied("phones", replace(config(), stations=(StationConfig(StationId("q"), contact="sip:q"),)))
        )
        day.state(AgentSeated(BOB, StationId("q")))
        asks(day)
        day.present(BOB, presence)
        if busy:
            day.work("c2", BOB, Work.TALKING, Channel.CHAT)
        lifts(day)
        rings(day)
        sound = presence is Presence.READY and not busy
        assert ("A9" in floor_days.broken(day, FloorChecker)) is not sound
