"""Oracles of contacts that are passed on: the customer is never left alone, and what nobody takes comes back."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from contactcenter.model.entry import Entry
from contactcenter.model.facts import (
    ConferenceStarted,
    ConsultAnswered,
    ConsultEnded,
    ConsultFaced,
    ConsultMoved,
    ConsultStarted,
    ContactArrived,
    ContactEnded,
    EndDeferred,
    ExternalAnswered,
    ExternalDialled,
    ExternalEnded,
    Fact,
    OfferEnded,
    OfferMade,
    TalkEnded,
    TalkStarted,
    TransferStarted,
    VisitOpened,
    WorkChanged,
)
from contactcenter.model.ids import AgentId, ContactId, QueueId
from contactcenter.model.transfers import TransferKind, TransferTarget
from contactcenter.model.words import DialOutcome, Direction, OfferOutcome, Work
from contactcenter.sim.violations import Ledger

__all__ = ["TransferChecker"]


SLACK_MS = 1_000


@dataclass(slots=True)
class Passed:
    """A contact that was passed on and is with nobody yet; `asked` is who has it offered, or had last."""

    started: TransferStarted
    asked: AgentId | None = None
    offered: bool = False
    returned: bool = False


class TransferChecker:
    """X1 (never left alone), X2 (the right one is asked), X3 (place kept), X4 (outside), X5 and X6 (consultations)."""

    def __init__(self, ledger: Ledger) -> None:
        """Begin with nothing passed on."""
        self._ledger = ledger
        self._talks: dict[ContactId, AgentId] = {}
        self._passed: dict[ContactId, Passed] = {}
        self._consults: dict[ContactId, ConsultStarted] = {}
        self._answered: dict[ContactId, None] = {}
        self._joined: dict[ContactId, ConferenceStarted] = {}
        self._work: dict[tuple[ContactId, AgentId], Work] = {}
        self._rings_outside: dict[ContactId, int] = {}
        self._places: dict[ContactId, tuple[QueueId, int]] = {}
        self._beside_queues: dict[ContactId, None] = {}

    def see(self, entry: Entry) -> None:
        """Check the facts one by one, then that everybody who was passed on is offered to somebody."""
        for fact in entry.facts:
            self._see(fact, entry.at)
        for contact, fact in self._joined.items():
            both = [self._work.get((contact, agent)) for agent in (fact.agent, fact.colleague) if agent is not None]
            talk = all(work in (Work.TALKING, Work.HOLD) for work in both)
            self._ledger.hold(talk, "X6", entry.at, f"in the conference about {contact} are {both}")
        for contact, until_at in self._rings_outside.items():
            rings = entry.at <= until_at + SLACK_MS
            self._ledger.hold(rings, "X4", entry.at, f"it rings outside for {contact} for too long")
        for contact, passed in self._passed.items():
            self._ledger.hold(passed.offered, "X1", entry.at, f"{contact} was passed on and is with nobody")

    def finish(self, at: int) -> None:
        """At the end nobody is on the way."""
        self._ledger.hold(not self._passed, "X1", at, f"on the way for ever: {list(self._passed)[:5]}")
        self._ledger.hold(not self._consults, "X5", at, f"consulted about for ever: {list(self._consults)[:5]}")

    def _see(self, fact: Fact, at: int) -> None:
        self._see_conference(fact, at)
        match fact:
            case ContactArrived(direction=Direction.INTERNAL | Direction.DIRECT):
                self._beside_queues[fact.contact] = None
            case TalkStarted():
                self._met(fact, at)
                self._talks[fact.contact] = fact.agent
                self._passed.pop(fact.contact, None)
            case TalkEnded() if not fact.passed_on:
                self._talks.pop(fact.contact, None)
            case TransferStarted():
                own = self._talks.pop(fact.contact, None) == fact.agent
                self._ledger.hold(own, "X2", at, f"{fact.agent} passes {fact.contact} on and did not talk with it")
                self._beside_queues.pop(fact.contact, None)
                rings = fact.to is TransferTarget.NUMBER and fact.contact in self._rings_outside
                self._passed[fact.contact] = Passed(fact, offered=rings)
            case ConsultStarted():
                own = self._talks.get(fact.contact) == fact.agent and fact.contact not in self._consults
                self._ledger.hold(own, "X5", at, f"{fact.agent} consults about {fact.contact}, which is not with her")
                self._consults[fact.contact] = fact
            case ConsultMoved() if fact.contact in self._consults:
                one = self._consults[fact.contact]
                same = one.agent == fact.agent and one.queue is not None and one.colleague != fact.colleague
                self._ledger.hold(same, "X5", at, f"another one is asked about {fact.contact}, for whom nobody was")
                self._consults[fact.contact] = msgspec.structs.replace(one, colleague=fact.colleague)
            case ConsultEnded():
                begun = self._consults.pop(fact.contact, None)
                same = begun is not None and (begun.agent, begun.colleague) == (fact.agent, fact.colleague)
                self._ledger.hold(same, "X5", at, f"a consultation about {fact.contact} ends that was not")
            case OfferMade(visit=None) if fact.contact in self._consults:
                asked = self._consults[fact.contact].colleague == fact.agent
                self._ledger.hold(asked, "X5", at, f"{fact.agent} is rung about {fact.contact} and was not asked")
            case OfferMade(visit=None) if fact.contact in self._beside_queues:
                pass  # nobody passes it on: it is for one agent from the beginning (`internal_checkers`)
            case OfferMade(visit=None):
                self._offered(fact, at)
            case OfferEnded() if fact.contact in self._passed:
                self._passed[fact.contact].offered = False
                self._passed[fact.contact].returned |= fact.outcome is not OfferOutcome.WITHDRAWN
            case ExternalDialled():
                self._external(fact, at)
            case ExternalAnswered():
                answered = self._passed.pop(fact.contact, None)
                self._ledger.hold(answered is not None, "X4", at, f"{fact.contact} is answered outside twice")
                self._rings_outside.pop(fact.contact, None)
            case ExternalEnded():
                self._rings_outside.pop(fact.contact, None)
                if fact.contact in self._passed:
                    self._passed[fact.contact].offered = fact.outcome is DialOutcome.CANCELLED
            case VisitOpened():
                self._queued(fact, at)
            case ContactEnded() | EndDeferred():
                over = fact.contact not in self._consults
                self._ledger.hold(over, "X5", at, f"{fact.contact} ended in a consultation")
                self._passed.pop(fact.contact, None)
                if isinstance(fact, ContactEnded):
                    self._beside_queues.pop(fact.contact, None)
                    self._places.pop(fact.contact, None)

    def _see_conference(self, fact: Fact, at: int) -> None:
        """Follow who talks together: only whom a consultation brought together, and only as long as it lasts."""
        match fact:
            case WorkChanged():
                self._work[fact.contact, fact.agent] = fact.work
                if fact.work is Work.ENDED:
                    del self._work[fact.contact, fact.agent]
            case ConsultAnswered():
                self._answered[fact.contact] = None
                self._rings_outside.pop(fact.contact, None)
            case ConferenceStarted():
                begun = self._consults.get(fact.contact)
                same = begun is not None and (begun.agent, begun.colleague) == (fact.agent, fact.colleague)
                own = same and fact.contact in self._answered and fact.contact not in self._joined
                self._ledger.hold(own, "X6", at, f"a conference about {fact.contact} with who did not consult")
                self._joined[fact.contact] = fact
            case ConsultFaced():
                self._joined.pop(fact.contact, None)
            case ConsultEnded():
                self._joined.pop(fact.contact, None)
                self._answered.pop(fact.contact, None)

    def _met(self, fact: TalkStarted, at: int) -> None:
        """Hold that who was passed on after a consultation talks with the colleague at once."""
        passed = self._passed.get(fact.contact)
        if passed is not None and passed.started.kind is TransferKind.CONSULT:
            right = fact.agent == passed.started.to_agent
            self._ledger.hold(right, "X5", at, f"{fact.contact} was passed on to {passed.started.to_agent}")

    def _offered(self, fact: OfferMade, at: int) -> None:
        passed = self._passed.get(fact.contact)
        self._ledger.hold(passed is not None, "X2", at, f"{fact.contact} is offered by name and was not passed on")
        if passed is None:
            return
        by_number = passed.started.to is TransferTarget.NUMBER
        first = passed.started.to_agent if passed.asked is None and not by_number else passed.asked
        may_return = passed.asked is not None or by_number
        right = fact.agent == first or (may_return and fact.agent == passed.started.agent)
        self._ledger.hold(right, "X2", at, f"{fact.contact} was passed on to {first} and is offered to {fact.agent}")
        self._ledger.hold(not passed.offered, "O1", at, f"{fact.contact} is offered twice")
        passed.asked, passed.offered = fact.agent, True

    def _external(self, fact: ExternalDialled, at: int) -> None:
        passed = self._passed.get(fact.contact)
        asked = passed is not None and passed.started.to is TransferTarget.NUMBER
        consult = self._consults.get(fact.contact)
        asked = asked or (consult is not None and consult.colleague is None)
        self._ledger.hold(asked, "X4", at, f"{fact.contact} is called outside for and was not passed on there")
        if passed is not None:
            passed.offered = True
        self._rings_outside[fact.contact] = fact.expires_at

    def _queued(self, fact: VisitOpened, at: int) -> None:
        queue, placed_at = self._places.setdefault(fact.contact, (fact.queue, fact.placed_at))
        passed = self._passed.pop(fact.contact, None)
        if passed is None:
            return
        named = passed.started.to is TransferTarget.QUEUE
        wanted = passed.started.to_queue if named else passed.started.queue
        right = wanted in (None, fact.queue)
        self._ledger.hold(right, "X2", at, f"{fact.contact} was to wait in {wanted} and waits in {fact.queue}")
        self._ledger.hold(fact.placed_at == placed_at, "X3", at, f"{fact.contact} of {queue} lost its place")
