"""The oracles of waits: estimates told when new or better and never grown by time alone, answers timed exactly."""

from __future__ import annotations

from dataclasses import dataclass

from contactcenter.model.entry import Entry
from contactcenter.model.facts import (
    CallbackAnswered,
    CallbackPostponed,
    CallbackResumed,
    ConfigApplied,
    CustomerAnswered,
    Fact,
    MessageBegun,
    OfferEnded,
    OfferMade,
    PositionTold,
    PreferenceEnded,
    PriorityChanged,
    RequirementRelaxed,
    TalkEnded,
    TalkStarted,
    TextPosted,
    VisitEnded,
    VisitOpened,
    WorkChanged,
)
from contactcenter.model.ids import AgentId, ContactId, QueueId
from contactcenter.model.words import Author, Channel, Work
from contactcenter.sim.violations import Ledger

__all__ = ["AnswerChecker", "WaitChecker"]

Line = tuple[QueueId, Channel]


@dataclass(slots=True)
class _Told:
    line: Line
    moves: int = -1
    expected_ms: int | None = None
    spoken_ms: int | None = None


class WaitChecker:
    """E1: what is told of a wait over the entries."""

    def __init__(self, ledger: Ledger) -> None:
        """Begin with nobody waiting; write into `ledger`."""
        self._ledger = ledger
        self._told: dict[ContactId, _Told] = {}
        self._moves: dict[Line, int] = {}

    def see(self, entry: Entry) -> None:
        """Check the facts one by one."""
        for fact in entry.facts:
            self._see(fact, entry.at)

    def finish(self, at: int) -> None:
        """At the end there is nothing more to tell."""

    def _see(self, fact: Fact, at: int) -> None:
        match fact:
            case VisitOpened():
                self._told[fact.contact] = _Told((fact.queue, fact.channel))
                self._move(fact.contact)
            case VisitEnded() | MessageBegun():
                self._move(fact.contact)
                self._told.pop(fact.contact, None)
            case ConfigApplied():
                self._moves = {line: moves + 1 for line, moves in self._moves.items()}
            case OfferMade() | OfferEnded() | PriorityChanged() | PreferenceEnded() | RequirementRelaxed():
                self._move(fact.contact)
            case CallbackPostponed() | CallbackResumed() | CallbackAnswered():
                self._move(fact.contact)
            case PositionTold() if fact.contact in self._told:
                self._see_told(fact, self._told[fact.contact], at)

    def _move(self, contact: ContactId) -> None:
        told = self._told.get(contact)
        if told is not None:
            self._moves[told.line] = self._moves.get(told.line, 0) + 1

    def _see_told(self, fact: PositionTold, told: _Told, at: int) -> None:
        wait, moves = fact.wait, self._moves.get(told.line, 0)
        if wait is None:
            self._ledger.hold(not fact.wait_told, "E1", at, f"{fact.contact} is told a wait that is not known")
            return
        whole = 0 <= wait.low_ms <= wait.expected_ms <= wait.high_ms
        self._ledger.hold(whole, "E1", at, f"{fact.contact} is told an interval of {wait}")
        if moves == told.moves and told.expected_ms is not None:
            grew = wait.expected_ms > told.expected_ms
            self._ledger.hold(not grew, "E1", at, f"the wait of {fact.contact} grew though nothing happened")
        told.moves, told.expected_ms = moves, wait.expected_ms
        if fact.wait_told:
            better = told.spoken_ms is None or wait.high_ms < told.spoken_ms
            self._ledger.hold(better, "E1", at, f"{fact.contact} is told a wait that is no better than before")
            told.spoken_ms = wait.high_ms


class AnswerChecker:
    """E2: the service clock of a text stops once, at an agent's first text after the visit, and never on the line."""

    def __init__(self, ledger: Ledger) -> None:
        """Begin with nobody waiting; write into `ledger`."""
        self._ledger = ledger
        self._opened: dict[ContactId, tuple[QueueId, int]] = {}
        self._with: dict[ContactId, AgentId] = {}
        self._parked: dict[ContactId, int] = {}
        self._due: dict[ContactId, int] = {}
        self._hours: dict[QueueId, tuple[tuple[int, int], ...] | None] = {}

    def see(self, entry: Entry) -> None:
        """Check the facts one by one; an answer is stated in the entry of its text."""
        for fact in entry.facts:
            self._see(fact, entry.at)
        self._ledger.hold(not self._due, "E2", entry.at, f"answers that stopped no clock: {list(self._due)[:5]}")
        self._due = {}

    def finish(self, at: int) -> None:
        """Who was never answered has no clock that stopped."""

    def _see(self, fact: Fact, at: int) -> None:
        match fact:
            case ConfigApplied():
                calendars = {calendar.id: calendar.open for calendar in fact.config.calendars}
                self._hours = {queue.id: calendars.get(queue.hours) for queue in fact.config.queues}
            case VisitOpened() if fact.channel is not Channel.VOICE:
                self._opened[fact.contact] = (fact.queue, at)
            case TextPosted(author=Author.AGENT) if fact.contact in self._opened:
                until_at = self._parked.get(fact.contact, at)
                self._due[fact.contact] = self._spent(*self._opened.pop(fact.contact), until_at)
            case TalkStarted():
                self._with[fact.contact] = fact.agent
            case WorkChanged() if self._with.get(fact.contact) == fact.agent:
                self._go_on(fact.contact, at)
                if fact.work is Work.PARKED:
                    self._parked[fact.contact] = at
            case CustomerAnswered():
                due = self._due.pop(fact.contact, None)
                right = fact.answer_ms == due
                self._ledger.hold(right, "E2", at, f"{fact.contact} answered after {fact.answer_ms} ms, not {due}")
            case TalkEnded():
                self._with.pop(fact.contact, None)
                self._go_on(fact.contact, at)
                if not fact.passed_on:
                    self._opened.pop(fact.contact, None)

    def _go_on(self, contact: ContactId, at: int) -> None:
        """Let a clock that stood still show what it would if the customer had come so much later."""
        stood_ms = at - self._parked.pop(contact, at)
        if contact in self._opened:
            queue, opened_at = self._opened[contact]
            self._opened[contact] = queue, opened_at + stood_ms

    def _spent(self, queue: QueueId, from_at: int, to_at: int) -> int:
        """Go through all hours of a queue and add up what lies between two times."""
        hours = self._hours.get(queue)
        if hours is None:
            return to_at - from_at
        return sum(max(0, min(end_at, to_at) - max(begin_at, from_at)) for begin_at, end_at in hours)
