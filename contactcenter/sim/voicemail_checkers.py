"""Watches over messages: each that was left waits in its caller's place until an agent has it, and none is made up.

V1  a message is left by who was asked for one, in a queue or by a flow, and was recorded for long enough
V2  it waits at the place of its caller, in the same queue or in that to which it was passed on
V3  its visit, where it had one, ended as voicemail in the same step, and no visit ends so without a message
V4  at the end no message waits, and nobody is still being asked for one
V5  no telephone rings for a message
"""

from __future__ import annotations

from contactcenter.model.entry import Entry
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
from contactcenter.model.ids import ContactId, QueueId
from contactcenter.model.words import VisitOutcome
from contactcenter.sim.violations import Ledger

__all__ = ["SHORTEST_MS", "VoicemailChecker"]

VOICEMAIL = VisitOutcome.VOICEMAIL
SHORTEST_MS = 2_000  # docs/voicemail.md


class VoicemailChecker:
    """The messages of a run, by its facts alone."""

    def __init__(self, ledger: Ledger) -> None:
        """Begin with none."""
        self._ledger = ledger
        self._places: dict[ContactId, tuple[QueueId, int]] = {}
        self._asked: dict[ContactId, int | None] = {}
        self._from_flow: set[ContactId] = set()
        self._left: dict[ContactId, None] = {}

    def see(self, entry: Entry) -> None:
        """Check the facts one by one, and that a visit that ended as voicemail has left a message."""
        ended = {each.contact for each in entry.facts if isinstance(each, VisitEnded) and each.outcome is VOICEMAIL}
        left = {each.contact for each in entry.facts if isinstance(each, MessageLeft)} - self._from_flow
        self._ledger.hold(ended == left, "V3", entry.at, f"visits of {ended} ended as voicemail, messages of {left}")
        for fact in entry.facts:
            self._see(fact, entry.at)

    def finish(self, at: int) -> None:
        """At the end nothing is left over."""
        self._ledger.hold(not self._left, "V4", at, f"messages left: {list(self._left)[:5]}")
        self._ledger.hold(not self._asked, "V4", at, f"still asked for a message: {list(self._asked)[:5]}")

    def _see(self, fact: Fact, at: int) -> None:
        match fact:
            case VisitOpened():
                self._opened(fact, at)
            case MessageBegun():
                if fact.queue is not None:
                    self._requested(fact, fact.queue, at)
                waits = fact.contact in self._places and fact.contact not in self._left
                self._ledger.hold(waits, "V1", at, f"{fact.contact} is asked for a message and waits nowhere")
                self._asked[fact.contact] = None
            case MessageRecording():
                self._asked[fact.contact] = at
            case MessageLeft():
                since = self._asked.pop(fact.contact, None)
                spoken = since is not None and at - since >= SHORTEST_MS
                self._ledger.hold(spoken, "V1", at, f"{fact.contact} left a message and has not spoken for long enough")
                self._left[fact.contact] = None
            case TransferStarted() if fact.to_queue is not None and fact.contact in self._left:
                self._places[fact.contact] = (fact.to_queue, self._places[fact.contact][1])
            case OfferMade() if fact.contact in self._left:
                self._ledger.hold(fact.station is None, "V5", at, f"{fact.station} rings for {fact.contact}")
            case ContactEnded():
                self._from_flow.discard(fact.contact)
                for known in (self._places, self._asked, self._left):
                    known.pop(fact.contact, None)

    def _requested(self, fact: MessageBegun, queue: QueueId, at: int) -> None:
        """Give who comes from a flow the place of this moment; who waits somewhere is not in one."""
        waits = fact.contact in self._places
        self._ledger.hold(not waits, "V1", at, f"{fact.contact} waits, and a flow asks for a message")
        self._places[fact.contact] = (queue, at)
        self._from_flow.add(fact.contact)

    def _opened(self, fact: VisitOpened, at: int) -> None:
        place = (fact.queue, fact.placed_at)
        is_one = fact.contact in self._left
        self._ledger.hold(fact.message == is_one, "V3", at, f"{fact.contact} waits as a message: {fact.message}")
        if fact.message:
            kept = self._places.get(fact.contact) == place
            self._ledger.hold(kept, "V2", at, f"{fact.contact} waits at {place}, not {self._places.get(fact.contact)}")
        self._places[fact.contact] = place
