"""Oracles of contacts, agents' time and figures over the stream of entries, and the one place where all checkers meet.

What must be true at the end is asked once everything has come to rest.
"""

from __future__ import annotations

from contactcenter.model.entry import Entry
from contactcenter.model.events import OfferAccepted, OfferRejected
from contactcenter.model.facts import (
    ContactArrived,
    ContactEnded,
    DialEnded,
    DialStarted,
    Fact,
    KeyHeard,
    LegChanged,
    LegOpened,
    OfferEnded,
    OfferMade,
    OfferTaken,
    PromptIssued,
    QueueRequested,
    RecordingChanged,
    TalkEnded,
    TalkStarted,
    TextPosted,
    VisitOpened,
)
from contactcenter.model.ids import AgentId, ContactId, LegId, MessageId, QueueId, RecordingId
from contactcenter.model.words import Channel, LegState, RecordingState
from contactcenter.reports.contacts import ContactRecords
from contactcenter.reports.intervals import IntervalFigures
from contactcenter.sim.auto_answer_checkers import AutoAnswerChecker
from contactcenter.sim.callback_checkers import CallbackChecker
from contactcenter.sim.dial_checkers import DialChecker
from contactcenter.sim.floor_checkers import FloorChecker
from contactcenter.sim.group_checkers import GroupChecker
from contactcenter.sim.hours_checkers import HoursChecker
from contactcenter.sim.internal_checkers import InternalChecker
from contactcenter.sim.mode_checkers import ModeChecker
from contactcenter.sim.next_state_checkers import NextStateChecker
from contactcenter.sim.parking_checkers import ParkingChecker
from contactcenter.sim.penalty_checkers import PenaltyChecker
from contactcenter.sim.place_checkers import PlaceChecker
from contactcenter.sim.recipe_checkers import RecipeChecker, ReserveChecker
from contactcenter.sim.silence_checkers import SilenceChecker
from contactcenter.sim.sticky_checkers import StickyChecker
from contactcenter.sim.timer_checkers import TimerChecker
from contactcenter.sim.transfer_checkers import TransferChecker
from contactcenter.sim.violations import Checker, Ledger
from contactcenter.sim.voicemail_checkers import VoicemailChecker
from contactcenter.sim.wait_checkers import AnswerChecker, WaitChecker
from contactcenter.sim.wrap_up_checkers import WrapUpChecker

__all__ = ["Checker", "ContactChecker", "FiguresChecker", "LineChecker", "all_checkers"]

# What may not be said of a contact that is over. Lines, deliveries and recordings come to their own ends later.
LIVING = (
    *(DialEnded, DialStarted, KeyHeard, OfferMade, PromptIssued, QueueRequested),
    *(TalkEnded, TalkStarted, TextPosted, VisitOpened),
)
LINE_SLACK_MS = 5_000  # a line may outlive its contact by a crossing, not more


def all_checkers(ledger: Ledger) -> list[Checker]:
    """Return all oracles, writing into one ledger."""
    return [
        ContactChecker(ledger),
        FloorChecker(ledger),
        WrapUpChecker(ledger),
        LineChecker(ledger),
        FiguresChecker(ledger),
        DialChecker(ledger),
        InternalChecker(ledger),
        WaitChecker(ledger),
        NextStateChecker(ledger),
        ParkingChecker(ledger),
        AnswerChecker(ledger),
        GroupChecker(ledger),
        TransferChecker(ledger),
        RecipeChecker(ledger),
        HoursChecker(ledger),
        ReserveChecker(ledger),
        CallbackChecker(ledger),
        ModeChecker(ledger),
        TimerChecker(ledger),
        PenaltyChecker(ledger),
        StickyChecker(ledger),
        PlaceChecker(ledger),
        SilenceChecker(ledger),
        AutoAnswerChecker(ledger),
        VoicemailChecker(ledger),
    ]


class ContactChecker:
    """C1 (one end, nothing after it), C3 (a message counts once), O2 (who answers an offer), O4 (one agent talks)."""

    def __init__(self, ledger: Ledger) -> None:
        """Begin with no contact."""
        self._ledger = ledger
        self._living: dict[ContactId, Channel] = {}
        self._talks: dict[ContactId, AgentId] = {}
        self._messages: dict[MessageId, int] = {}

    def see(self, entry: Entry) -> None:
        """Check the facts one by one."""
        for fact in entry.facts:
            self._see(fact, entry.at)
            if isinstance(fact, OfferEnded | OfferTaken) and isinstance(entry.event, OfferAccepted | OfferRejected):
                own = fact.offer != entry.event.offer or fact.agent == entry.event.agent
                self._ledger.hold(own, "O2", entry.at, f"{entry.event.agent} answers for {fact.agent}: {fact.offer}")

    def finish(self, at: int) -> None:
        """At the end every contact is over."""
        left = list(self._living)
        self._ledger.hold(not left, "C1", at, f"contacts that never ended: {left[:5]}")

    def _see(self, fact: Fact, at: int) -> None:
        match fact:
            case ContactArrived():
                self._ledger.hold(fact.contact not in self._living, "C1", at, f"{fact.contact} came twice")
                self._living[fact.contact] = fact.channel
            case ContactEnded():
                self._ledger.hold(fact.contact in self._living, "C1", at, f"{fact.contact} ended twice")
                self._living.pop(fact.contact, None)
                self._ledger.hold(fact.contact not in self._talks, "C1", at, f"{fact.contact} ended in talk")
            case TalkStarted():
                alone = fact.contact not in self._talks
                self._ledger.hold(alone, "O4", at, f"{fact.contact} talks to two agents")
                self._talks[fact.contact] = fact.agent
            case TalkEnded():
                agent = self._talks.pop(fact.contact, None)
                self._ledger.hold(agent == fact.agent, "O4", at, f"{fact.agent} parts from {fact.contact} of {agent}")
            case TextPosted():
                fresh = fact.message not in self._messages
                self._ledger.hold(fresh, "C3", at, f"message {fact.message} stands twice")
                self._messages[fact.message] = at
        if isinstance(fact, LIVING):
            self._ledger.hold(
                fact.contact in self._living, "C1", at, f"{type(fact).__name__} after {fact.contact}'s end"
            )


class LineChecker:
    """No line and no recording is left behind: lines end with their contacts, recordings are stored or failed once."""

    def __init__(self, ledger: Ledger) -> None:
        """Begin with no line."""
        self._ledger = ledger
        self._lines: dict[LegId, ContactId] = {}
        self._recordings: dict[RecordingId, RecordingState] = {}

    def see(self, entry: Entry) -> None:
        """Follow lines and recordings."""
        for fact in entry.facts:
            match fact:
                case LegOpened():
                    self._lines[fact.leg] = fact.contact
                case LegChanged(state=LegState.ENDED):
                    known = self._lines.pop(fact.leg, None)
                    self._ledger.hold(known is not None, "L1", entry.at, f"line {fact.leg} ends twice")
                case RecordingChanged():
                    self._see_recording(fact, entry.at)

    def finish(self, at: int) -> None:
        """At the end all lines are down and all recordings at their end."""
        self._ledger.hold(not self._lines, "L1", at, f"lines left: {list(self._lines.items())[:5]}")
        self._ledger.hold(not self._recordings, "R1", at, f"recordings left: {list(self._recordings.items())[:5]}")

    def _see_recording(self, fact: RecordingChanged, at: int) -> None:
        known = self._recordings.pop(fact.recording, None)
        begins = fact.state is RecordingState.STARTED
        self._ledger.hold((known is None) == begins, "R1", at, f"{fact.recording} becomes {fact.state} from {known}")
        if fact.state not in (RecordingState.STORED, RecordingState.FAILED):
            self._recordings[fact.recording] = fact.state


class FiguresChecker:
    """T2 and T3: segments sum to the lifetime, and every interval accounts for all who came."""

    def __init__(self, ledger: Ledger) -> None:
        """Begin with nothing counted."""
        self._ledger = ledger
        self._records = ContactRecords()
        self._intervals = IntervalFigures()
        self._waiting: dict[QueueId, int] = {}
        self._from_at: int | None = None

    def see(self, entry: Entry) -> None:
        """Fold the facts, and check each record that is complete."""
        if self._from_at is None:
            self._from_at = entry.at - entry.at % self._intervals.interval_ms
        for fact in entry.facts:
            self._records.apply(fact, entry.at)
            self._intervals.apply(fact, entry.at)
        for record in self._records.take_ended():
            lengths = [segment.to_at - segment.from_at for segment in record.segments]
            lifetime_ms = entry.at - record.arrived_at
            whole = all(length > 0 for length in lengths) and sum(lengths) == lifetime_ms
            self._ledger.hold(whole, "T2", entry.at, f"{record.contact}: {lengths} are not {lifetime_ms}")

    def finish(self, at: int) -> None:
        """Check the identity on every interval."""
        waiting: dict[tuple[QueueId, Channel], int] = {}
        for row in self._intervals.rows(self._from_at or 0, at + 1):
            line, event, arrival = (row.queue, row.channel), row.by_event, row.by_arrival
            carried = row.waiting_at_start == waiting.get(line, 0)
            self._ledger.hold(carried, "T3", row.from_at, f"{line}: {row.waiting_at_start} wait at start")
            sums = row.waiting_at_start + event.offered == sum(event.outcomes.values()) + row.waiting_at_end
            self._ledger.hold(sums and row.waiting_at_end >= 0, "T3", row.from_at, f"{line}: the identity is broken")
            arrived = arrival.offered == arrival.ended + row.still_open
            self._ledger.hold(arrived and row.still_open >= 0, "T3", row.from_at, f"{line}: arrivals got lost")
            waiting[line] = row.waiting_at_end
