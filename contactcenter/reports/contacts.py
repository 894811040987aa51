"""One record per contact, with its segments: what happened to it from first touch to the end of after-contact work.

A contact is in one segment at a time; segments join without gaps, so they are never negative and sum to the lifetime.
Stretches of no length are left out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from contactcenter.model.facts import (
    CallbackAnswered,
    ConferenceStarted,
    ConsultEnded,
    ConsultFaced,
    ContactArrived,
    ContactEnded,
    CustomerKnown,
    CustomerLeft,
    DialStarted,
    DirectDiverted,
    DispositionSet,
    EndDeferred,
    Fact,
    MessageBegun,
    OfferEnded,
    OfferMade,
    TalkEnded,
    TalkStarted,
    TransferStarted,
    VisitEnded,
    VisitOpened,
    WorkChanged,
    WrapUpExtended,
)
from contactcenter.model.ids import AgentId, ContactId, CustomerId, QueueId
from contactcenter.model.transfers import TransferTarget
from contactcenter.model.words import Channel, ContactOutcome, Direction, OfferOutcome, Party, VisitOutcome, Work

__all__ = ["ContactRecord", "ContactRecords", "Segment", "SegmentKind"]


class SegmentKind(StrEnum):
    """What an unbroken stretch of a contact is."""

    IVR = "ivr"
    DIAL = "dial"
    QUEUE = "queue"
    RING = "ring"
    TALK = "talk"
    HOLD = "hold"
    CONSULT = "consult"
    CONFERENCE = "conference"
    EXTERNAL = "external"
    WRAP_UP = "wrap_up"
    PARKED = "parked"
    RESULT_OPEN = "result_open"
    MESSAGE = "message"


BESIDE_TALK = (SegmentKind.HOLD, SegmentKind.CONSULT, SegmentKind.PARKED)


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch [from_at, to_at) in ms, in a queue and with an agent where there is one."""

    kind: SegmentKind
    from_at: int
    to_at: int
    queue: QueueId | None = None
    agent: AgentId | None = None


@dataclass(slots=True)
class ContactRecord:
    """What is known of one contact so far; `ended_at` and `outcome` are None while it lives.

    `ringing` counts its live offers: a group rings as one segment, which is no single agent's.
    """

    contact: ContactId
    channel: Channel
    entry: str
    arrived_at: int
    language: str
    direction: Direction = Direction.INBOUND
    customer: CustomerId | None = None
    queues: list[QueueId] = field(default_factory=list)
    agents: list[AgentId] = field(default_factory=list)
    segments: list[Segment] = field(default_factory=list)
    visit_outcomes: list[VisitOutcome] = field(default_factory=list)
    left_at: int | None = None
    parted_by: Party | None = None
    disposition: str = ""
    outcome: ContactOutcome | None = None
    ended_at: int | None = None
    kind: SegmentKind = SegmentKind.IVR
    since_at: int = 0
    with_agent: AgentId | None = None
    disposition_missing: bool = False
    extensions: int = 0
    ringing: int = 0

    def spent_ms(self, kind: SegmentKind) -> int:
        """Return the time in segments of one kind (ms)."""
        return sum(segment.to_at - segment.from_at for segment in self.segments if segment.kind is kind)

    def move(self, kind: SegmentKind, at: int, agent: AgentId | None = None) -> None:
        """Close the present segment at `at` and begin one of `kind`."""
        if at > self.since_at:
            queue = None if self.kind is SegmentKind.IVR or not self.queues else self.queues[-1]
            self.segments.append(Segment(self.kind, self.since_at, at, queue, self.with_agent))
        self.kind, self.since_at, self.with_agent = kind, at, agent


class ContactRecords:
    """The fold of contacts. Ended records stay until they are taken with `take_ended`."""

    def __init__(self) -> None:
        """Begin with no contact."""
        self.living: dict[ContactId, ContactRecord] = {}
        self._ended: list[ContactRecord] = []

    def apply(self, fact: Fact, at: int) -> None:
        """Take a fact that was stated at `at` (ms) into account; facts come in order of time."""
        if isinstance(fact, ContactArrived):
            record = ContactRecord(
                fact.contact, fact.channel, fact.entry, at, fact.language, fact.direction, since_at=at
            )
            self.living[fact.contact] = record
            return
        record_or_none = self.living.get(getattr(fact, "contact", ContactId("")))
        if record_or_none is not None:
            _advance(record_or_none, fact, at)
            _annotate(record_or_none, fact, at)
            if isinstance(fact, ContactEnded):
                self._ended.append(self.living.pop(fact.contact))

    def take_ended(self) -> list[ContactRecord]:
        """Return the records that ended since the last call, in the order of their ends."""
        ended, self._ended = self._ended, []
        return ended


def _advance(record: ContactRecord, fact: Fact, at: int) -> None:
    """Move the record from segment to segment."""
    match fact:
        case VisitOpened():
            record.move(SegmentKind.QUEUE, at)
            record.queues.append(fact.queue)
        case MessageBegun():
            record.move(SegmentKind.MESSAGE, at)
        case DialStarted():
            record.move(SegmentKind.DIAL, at, fact.agent)
        case CallbackAnswered():
            record.move(SegmentKind.QUEUE, at)
        case OfferMade():
            record.ringing += 1
            if record.ringing == 1 and record.kind is not SegmentKind.CONSULT:
                record.move(SegmentKind.RING, at, fact.agent if fact.group is None else None)
        case OfferEnded():
            record.ringing -= 1
            in_vain = fact.outcome is not OfferOutcome.ACCEPTED and not record.ringing
            if in_vain and record.kind is not SegmentKind.CONSULT:
                record.move(SegmentKind.QUEUE, at)
        case TalkStarted():
            record.move(SegmentKind.TALK, at, fact.agent)
        case ConferenceStarted():
            record.move(SegmentKind.CONFERENCE, at, fact.agent)
        case ConsultFaced() | ConsultEnded() if record.kind is SegmentKind.CONFERENCE:
            record.move(SegmentKind.TALK, at, fact.agent)
        case WorkChanged(work=Work.HOLD) if record.kind is SegmentKind.TALK:
            record.move(SegmentKind.HOLD, at, fact.agent)
        case WorkChanged(work=Work.CONSULTING) if fact.agent == record.with_agent:
            record.move(SegmentKind.CONSULT, at, fact.agent)
        case WorkChanged(work=Work.TALKING) if record.kind in BESIDE_TALK:
            record.move(SegmentKind.TALK, at, fact.agent)
        case WorkChanged(work=Work.PARKED) if record.with_agent == fact.agent:
            record.move(SegmentKind.PARKED, at, fact.agent)
        case WorkChanged(work=Work.WRAP_UP) if record.kind is SegmentKind.PARKED and record.with_agent == fact.agent:
            record.move(SegmentKind.WRAP_UP, at, fact.agent)
        case VisitEnded(outcome=VisitOutcome.CLOSED) | DirectDiverted():
            record.move(SegmentKind.IVR, at)  # the customer hears that nobody will answer, or is asked what to do
        case TalkEnded(passed_on=False):
            record.move(SegmentKind.WRAP_UP, at, fact.agent)
        case WorkChanged(work=Work.RESULT_OPEN) if record.kind is SegmentKind.WRAP_UP:
            record.move(SegmentKind.RESULT_OPEN, at, fact.agent)
        case TransferStarted(to=TransferTarget.NUMBER):
            record.move(SegmentKind.EXTERNAL, at)
        case EndDeferred():
            record.move(SegmentKind.WRAP_UP, at)
        case ContactEnded():
            record.move(record.kind, at, record.with_agent)


def _annotate(record: ContactRecord, fact: Fact, at: int) -> None:
    """Note what the record says beside its segments."""
    match fact:
        case VisitEnded():
            record.visit_outcomes.append(fact.outcome)
        case TalkStarted():
            record.agents.append(fact.agent)
        case TalkEnded():
            record.parted_by = fact.by
        case CustomerLeft():
            record.left_at = at
        case CustomerKnown():
            record.customer = fact.customer
        case DispositionSet():
            if fact.disposition or not record.disposition:
                record.disposition, record.disposition_missing = fact.disposition, fact.missing
        case WrapUpExtended():
            record.extensions = fact.number
        case ContactEnded():
            record.outcome, record.ended_at = fact.outcome, at
