"""The oracle of silence finds a phone that never rings, an agent who stays ready, a console that keeps its chats."""

from __future__ import annotations

import pytest

from contactcenter.model.entry import Entry, Position
from contactcenter.model.events import EngineStarted, Event, TimePassed
from contactcenter.model.facts import (
    ConsolePresence,
    Fact,
    LegChanged,
    LegOpened,
    OfferEnded,
    PresenceChanged,
    WorkChanged,
)
from contactcenter.model.ids import AgentId, ContactId, LegId, OfferId
from contactcenter.model.words import Channel, LegRole, LegState, OfferOutcome, Presence, Work
from contactcenter.sim.silence_checkers import SilenceChecker
from contactcenter.sim.violations import Ledger

ANN, CALL, LINE, OFFER = AgentId("ann"), ContactId("c"), LegId("l"), OfferId("o")
DIALLED = LegOpened(LINE, CALL, LegRole.AGENT, LegState.DIALLING, offer=OFFER)
RINGS = LegChanged(LINE, CALL, LegRole.AGENT, LegState.ALERTING)
LOST = OfferEnded(OFFER, CALL, ANN, Channel.VOICE, OfferOutcome.DEVICE_LOST)
UNANSWERED = OfferEnded(OFFER, CALL, ANN, Channel.VOICE, OfferOutcome.NO_ANSWER)
NOT_READY = PresenceChanged(ANN, Presence.NOT_READY, "no_answer", 0)
CHATS = WorkChanged(ANN, CALL, Channel.CHAT, Work.TALKING)
PARTS = WorkChanged(ANN, CALL, Channel.CHAT, Work.ENDED)
GONE, BACK = ConsolePresence(ANN, False), ConsolePresence(ANN, True)
NOTHING: tuple[Fact, ...] = ()


@pytest.mark.parametrize(
    ("steps", "found"),
    [
        ([(0, (DIALLED,)), (3_000, (RINGS,)), (9_000, NOTHING)], []),
        ([(0, (DIALLED,)), (4_000, (LOST,)), (9_000, NOTHING)], []),
        ([(0, (DIALLED,)), (9_000, NOTHING)], ["A6"]),
        ([(0, (UNANSWERED, NOT_READY))], []),
        ([(0, (UNANSWERED,))], ["A7"]),
        ([(0, (CHATS, GONE)), (15_000, (PARTS,)), (30_000, NOTHING)], []),
        ([(0, (CHATS, GONE)), (9_000, (BACK,)), (30_000, NOTHING)], []),
        ([(0, (CHATS, GONE)), (30_000, NOTHING)], ["A8"]),
    ],
    ids=[
        *("it rings", "it is given up", "it rings nowhere", "not ready", "still ready"),
        *("the chat goes back", "the console is back", "the chat stays"),
    ],
)
def test_the_oracle_of_silence_finds(steps: list[tuple[int, tuple[Fact, ...]]], found: list[str]) -> None:
    assert violations(steps, TimePassed()) == found


def test_what_ran_out_while_no_engine_lived_is_no_fault() -> None:
    assert violations([(0, (DIALLED, CHATS, GONE)), (60_000, NOTHING)], EngineStarted("test", ())) == []


def violations(steps: list[tuple[int, tuple[Fact, ...]]], last: Event) -> list[str]:
    """Return what is found, the last entry being that of an event."""
    ledger = Ledger()
    checker = SilenceChecker(ledger)
    for number, (at, facts) in enumerate(steps, 1):
        event = last if number == len(steps) else TimePassed()
        checker.see(Entry(Position(1, number), at, "test", event, facts))
    checker.finish(99_000)
    return [violation.invariant for violation in ledger.violations]
