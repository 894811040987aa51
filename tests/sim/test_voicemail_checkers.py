"""The oracle of messages finds those that are made up, misplaced, too short, forgotten, or that ring a telephone."""

from __future__ import annotations

import pytest

from contactcenter.model.entry import Entry, Position
from contactcenter.model.events import TimePassed
from contactcenter.model.facts import (
    ContactEnded,
    Fact,
    MessageBegun,
    MessageLeft,
    MessageRecording,
    OfferMade,
    TransferStarted,
    VisitEnded,
    VisitOpened,
)
from contactcenter.model.ids import AgentId, ContactId, OfferId, PlayId, QueueId, RecordingId, StationId, VisitId
from contactcenter.model.transfers import TransferKind, TransferTarget
from contactcenter.model.words import Channel, ContactOutcome, VisitOutcome
from contactcenter.sim.violations import Ledger
from contactcenter.sim.voicemail_checkers import VoicemailChecker

ANNE, VOICE, FAULTS, PLAY = ContactId("anne"), Channel.VOICE, QueueId("faults"), PlayId("p")
CAME = (0, (VisitOpened(VisitId("v"), ANNE, FAULTS, VOICE, 0, 0),))
ASKED = (1_000, (MessageBegun(ANNE, PLAY, ("ask",), VisitOutcome.ABANDONED),))
BY_FLOW = (1_000, (MessageBegun(ANNE, PLAY, ("ask",), VisitOutcome.ABANDONED, FAULTS),))
TONE = (2_000, (MessageRecording(ANNE, 99_000),))
ENDED = VisitEnded(VisitId("v"), ANNE, FAULTS, VOICE, VisitOutcome.VOICEMAIL, 1_000)
LEFT = MessageLeft(ANNE, RecordingId("r"), 8_000, True, PLAY)
AT_THAT_MOMENT = VisitOpened(VisitId("w"), ANNE, FAULTS, VOICE, 0, 1_000, message=True)
WAITS = VisitOpened(VisitId("w"), ANNE, FAULTS, VOICE, 0, 0, message=True)
BEHIND = VisitOpened(VisitId("w"), ANNE, FAULTS, VOICE, 0, 9_000, message=True)
BILLS = QueueId("bills")
TO_BILLS = TransferStarted(
    ANNE, VOICE, AgentId("ann"), TransferKind.BLIND, TransferTarget.QUEUE, FAULTS, to_queue=BILLS
)
ELSEWHERE = VisitOpened(VisitId("x"), ANNE, BILLS, VOICE, 0, 0, message=True)
OVER = (99_000, (ContactEnded(ANNE, VOICE, ContactOutcome.HANDLED),))


def rings(station: StationId | None) -> tuple[int, tuple[Fact, ...]]:
    """The message is offered to an agent."""
    offer = OfferMade(OfferId("o"), ANNE, VisitId("w"), FAULTS, VOICE, AgentId("ann"), station, 60_000)
    return (20_000, (offer,))


@pytest.mark.parametrize(
    ("steps", "found"),
    [
        ([CAME, ASKED, TONE, (10_000, (ENDED, LEFT, WAITS)), rings(None), OVER], []),
        ([CAME, ASKED, TONE, (3_000, (ENDED, LEFT, WAITS)), OVER], ["V1"]),
        ([ASKED, OVER], ["V1"]),
        ([CAME, ASKED, TONE, (10_000, (ENDED, LEFT, BEHIND)), OVER], ["V2"]),
        ([CAME, ASKED, TONE, (10_000, (ENDED, LEFT, WAITS)), (20_000, (TO_BILLS, ELSEWHERE)), OVER], []),
        ([CAME, ASKED, TONE, (10_000, (ENDED, LEFT, WAITS)), (20_000, (ELSEWHERE,)), OVER], ["V2"]),
        ([BY_FLOW, TONE, (10_000, (LEFT, AT_THAT_MOMENT)), OVER], []),
        ([BY_FLOW, TONE, (10_000, (LEFT, BEHIND)), OVER], ["V2"]),
        ([CAME, BY_FLOW, OVER], ["V1"]),
        ([CAME, ASKED, TONE, (10_000, (ENDED,)), OVER], ["V3"]),
        ([CAME, ASKED, TONE, (10_000, (ENDED, LEFT, WAITS))], ["V4"]),
        ([CAME, ASKED], ["V4"]),
        ([CAME, ASKED, TONE, (10_000, (ENDED, LEFT, WAITS)), rings(StationId("1001")), OVER], ["V5"]),
    ],
    ids=[
        "sound",
        "too short",
        "nobody waits",
        "misplaced",
        "passed on",
        "strayed",
        "from a flow",
        "misplaced from a flow",
        "in two places",
        "no message",
        "forgotten",
        "still asked",
        "rings",
    ],
)
def test_the_oracle_of_messages_finds(steps: list[tuple[int, tuple[Fact, ...]]], found: list[str]) -> None:
    ledger = Ledger()
    checker = VoicemailChecker(ledger)
    for number, (at, facts) in enumerate(steps, 1):
        checker.see(Entry(Position(1, number), at, "test", TimePassed(), facts))
    checker.finish(100_000)
    assert [violation.invariant for violation in ledger.violations] == found
