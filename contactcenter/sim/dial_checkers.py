"""Oracles of calls that agents ask for: each ends once and in time, takes the agent alone, and stands in no queue."""

from __future__ import annotations

from contactcenter.model.config import OutgoingConfig
from contactcenter.model.entry import Entry
from contactcenter.model.facts import (
    CallbackPromised,
    ConfigApplied,
    ContactArrived,
    ContactEnded,
    DialEnded,
    DialStarted,
    DirectDiverted,
    Fact,
    LegOpened,
    OfferMade,
    TalkStarted,
    TransferStarted,
    VisitOpened,
    WorkChanged,
)
from contactcenter.model.ids import AgentId, ContactId
from contactcenter.model.words import DialOutcome, Direction, LegRole, Work
from contactcenter.sim.violations import Ledger

__all__ = ["DialChecker"]

SLACK_MS = 1_000
MINUTE_MS = 60_000


class DialChecker:
    """D1 (ends once, in time), D2 (agent first), D3 (no queue, no offer), D4 (work follows), D5 (limit per minute)."""

    def __init__(self, ledger: Ledger) -> None:
        """Begin with nobody called."""
        self._ledger = ledger
        self._rules = OutgoingConfig("", "")
        self._promised: dict[ContactId, OutgoingConfig] = {}  # the rules under which a call back was promised
        self._outbound: dict[ContactId, int] = {}
        self._dials: dict[ContactId, tuple[DialStarted, int]] = {}
        self._agent_lines: dict[ContactId, int] = {}
        self._passed_on: dict[ContactId, int] = {}
        self._beside_queues: set[ContactId] = set()
        self._answered: dict[ContactId, AgentId] = {}
        self._begun: dict[AgentId, list[int]] = {}

    def see(self, entry: Entry) -> None:
        """Check the facts one by one, then whether a dial outlives its time."""
        for fact in entry.facts:
            self._see(fact, entry.at)
        for contact, (_, until_at) in self._dials.items():
            self._ledger.hold(entry.at <= until_at, "D1", entry.at, f"{contact} rings for too long")

    def finish(self, at: int) -> None:
        """At the end nobody is being called."""
        self._ledger.hold(not self._dials, "D1", at, f"calls left: {list(self._dials)[:5]}")

    def _see(self, fact: Fact, at: int) -> None:
        match fact:
            case ConfigApplied():
                self._rules = fact.config.outgoing or self._rules
            case ContactArrived(direction=Direction.OUTBOUND):
                self._outbound[fact.contact] = at
            case CallbackPromised():
                self._promised[fact.contact] = self._rules
            case DialStarted():
                self._started(fact, at)
            case DialEnded():
                self._ended(fact, at)
            case LegOpened(role=LegRole.AGENT):
                self._agent_lines[fact.contact] = at
            case LegOpened(role=LegRole.CALLED):
                dial = self._dials.get(fact.contact)
                first = dial is not None and (dial[0].customer_first or fact.contact in self._agent_lines)
                self._ledger.hold(first, "D2", at, f"{fact.contact} is called before the agent")
            case TransferStarted():
                self._outbound.pop(fact.contact, None)
                self._beside_queues.discard(fact.contact)
                self._passed_on[fact.contact] = at
            case OfferMade(visit=None) if fact.contact in self._dials:  # the caller's phone was lifted, hers rings
                self._dials[fact.contact] = (self._dials[fact.contact][0], fact.expires_at + SLACK_MS)
            case OfferMade(visit=None):
                pass  # by name: a colleague is asked about a call, which `transfer_checkers` watches
            case VisitOpened() | OfferMade():
                queued = fact.contact in self._outbound or fact.contact in self._beside_queues
                self._ledger.hold(not queued, "D3", at, f"{fact.contact} was called and stands in a queue")
            case TalkStarted() if fact.contact in self._outbound:
                met = self._answered.get(fact.contact) == fact.agent and fact.visit is None
                self._ledger.hold(met, "D1", at, f"{fact.contact} talks without having answered {fact.agent}")
            case ContactArrived(direction=Direction.INTERNAL | Direction.DIRECT):
                self._beside_queues.add(fact.contact)
            case DirectDiverted():
                self._beside_queues.discard(fact.contact)
            case TalkStarted() if fact.contact in self._beside_queues:
                self._ledger.hold(fact.visit is None, "D3", at, f"{fact.contact} came to no queue, and has a visit")
            case TalkStarted() if fact.contact not in self._passed_on:
                self._ledger.hold(fact.visit is not None, "D3", at, f"{fact.contact} came, and talks without a visit")
            case WorkChanged(work=Work.DIALLING):
                self._ledger.hold(fact.contact in self._dials, "D4", at, f"{fact.agent} dials nobody")
            case ContactEnded():
                self._ledger.hold(fact.contact not in self._dials, "D1", at, f"{fact.contact} ended while it rang")
                self._beside_queues.discard(fact.contact)
                for known in (self._outbound, self._promised, self._agent_lines, self._answered, self._passed_on):
                    known.pop(fact.contact, None)

    def _started(self, fact: DialStarted, at: int) -> None:
        self._ledger.hold(fact.contact not in self._dials, "D1", at, f"{fact.contact} is called twice")
        busy = [contact for contact, (dial, _) in self._dials.items() if dial.agent == fact.agent]
        self._ledger.hold(not busy, "D4", at, f"{fact.agent} calls {fact.contact} while calling {busy}")
        among_colleagues = fact.colleague is not None  # then his own phone rings first, hers after it
        rules = self._promised.get(fact.contact, self._rules)
        until_at = fact.expires_at if among_colleagues else at + rules.ring_agent_ms + rules.ring_ms
        self._dials[fact.contact] = (fact, until_at + SLACK_MS)
        if fact.contact in self._outbound:
            self._count(fact, at)

    def _count(self, fact: DialStarted, at: int) -> None:
        """Count the calls that an agent asks for; callbacks come as they come."""
        lately = [begun_at for begun_at in self._begun.get(fact.agent, []) if begun_at > at - MINUTE_MS]
        self._begun[fact.agent] = [*lately, at]
        few = len(lately) < self._rules.calls_per_min
        self._ledger.hold(few, "D5", at, f"{fact.agent} calls {len(lately) + 1} within a minute")

    def _ended(self, fact: DialEnded, at: int) -> None:
        dial = self._dials.pop(fact.contact, None)
        self._ledger.hold(dial is not None, "D1", at, f"calling {fact.contact} ends twice or never began")
        if fact.outcome is DialOutcome.ANSWERED:
            self._answered[fact.contact] = fact.agent
