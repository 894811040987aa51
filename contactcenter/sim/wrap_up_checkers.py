"""Oracles of work at hand: it has a live cause, wrap-up ends as its kind says, and a missing result is marked.

They rebuild from facts what they need and share no code with the rules they check.
"""

from __future__ import annotations

from dataclasses import dataclass

from contactcenter.model.config import CenterConfig, QueueConfig, Rules
from contactcenter.model.entry import Entry
from contactcenter.model.facts import (
    ConfigApplied,
    ConsolePresence,
    ContactArrived,
    ContactEnded,
    DispositionSet,
    Fact,
    OfferEnded,
    OfferMade,
    PresenceChanged,
    VisitOpened,
    WorkChanged,
    WrapUpExtended,
)
from contactcenter.model.ids import AgentId, ContactId, QueueId
from contactcenter.model.words import Presence, Work, WrapUpKind
from contactcenter.sim.violations import Ledger

__all__ = ["WrapUpChecker"]

SLACK_MS = 1_000  # A4
OPEN_MS = 900_000  # how long a result may be written that nobody waits for
ENDLESS = 1 << 62


@dataclass(slots=True)
class Written:
    """After-contact work as it began: by which rules, when it must be over, and whether it is optional.

    A contact that is passed on may be in another queue by then: `queue` is the one whose talk it follows.
    """

    queue: QueueId | None
    rules: Rules
    until_at: int
    work: Work
    extensions: int = 0
    result: str = ""


class WrapUpChecker:
    """A3 (work has a live cause), A4 (wrap-up ends in time), W1 (as its kind says), W2 (what is missing is marked)."""

    def __init__(self, ledger: Ledger) -> None:
        """Begin with nobody at work."""
        self._ledger = ledger
        self._rules: dict[QueueId, QueueConfig] = {}
        self._config: CenterConfig | None = None
        self._own_rules: dict[ContactId, Rules] = {}
        self._queue_of: dict[ContactId, QueueId] = {}
        self._written: dict[tuple[AgentId, ContactId], Written] = {}
        self._work: dict[tuple[AgentId, ContactId], Work] = {}
        self._offered: dict[tuple[AgentId, ContactId], int] = {}
        self._consoles: dict[AgentId, bool] = {}
        self._presences: dict[AgentId, Presence] = {}
        self._unanswered: list[tuple[AgentId, ContactId]] = []

    def see(self, entry: Entry) -> None:
        """Check the facts, then every wrap-up against its limit."""
        for fact in entry.facts:
            self._see(fact, entry.at)
        for (agent, contact), written in self._written.items():
            in_time = entry.at <= written.until_at + SLACK_MS
            self._ledger.hold(in_time, "A4", entry.at, f"{agent} wraps {contact} up for too long")
        for key, work in self._work.items():
            live = work is not Work.RINGING or key in self._offered
            self._ledger.hold(live, "A3", entry.at, f"{key} rings without an offer")
        for agent, contact in self._unanswered:
            gone = not self._consoles.get(agent) or self._presences.get(agent) is Presence.LOGGED_OUT
            self._ledger.hold(gone, "W1", entry.at, f"{contact} of {agent} needs a result and has none")
        self._unanswered.clear()

    def finish(self, at: int) -> None:
        """At the end nobody has anything in hand."""
        stuck = list(self._work.items())
        self._ledger.hold(not stuck, "A3", at, f"agents left at work: {stuck[:5]}")

    def _see(self, fact: Fact, at: int) -> None:
        match fact:
            case ConfigApplied():
                self._rules |= {queue.id: queue for queue in fact.config.queues}
                self._config = fact.config
            case ContactArrived():
                assert self._config is not None, "nobody comes before there is a configuration"
                if (rules := self._config.own_rules(fact.direction)) is not None:
                    self._own_rules[fact.contact] = rules
            case ConsolePresence():
                self._consoles[fact.agent] = fact.connected
            case PresenceChanged():
                self._presences[fact.agent] = fact.presence
            case VisitOpened():
                self._queue_of[fact.contact] = fact.queue
            case WorkChanged():
                self._see_work(fact, at)
            case WrapUpExtended():
                self._see_extension(fact, at)
            case DispositionSet():
                self._see_result(fact, at)
            case OfferMade():
                key = (fact.agent, fact.contact)
                self._offered[key] = fact.expires_at
                # What comes back to who passed it on will have its result later.
                self._unanswered = [other for other in self._unanswered if other != key]
            case OfferEnded():
                self._offered.pop((fact.agent, fact.contact), None)
            case ContactEnded():
                held = [agent for agent, contact in self._work if contact == fact.contact]
                self._ledger.hold(not held, "A3", at, f"{held} still at work for {fact.contact}, which is over")
                self._own_rules.pop(fact.contact, None)

    def _see_work(self, fact: WorkChanged, at: int) -> None:
        key = (fact.agent, fact.contact)
        before = self._written.pop(key, None)
        if fact.work is Work.PARKED and before is not None:
            before.until_at = ENDLESS
            self._written[key] = before
        if fact.work is Work.ENDED:
            self._work.pop(key, None)
            if before is not None and not before.result and self._must_be_answered(before, fact.contact):
                self._unanswered.append(key)
            return
        self._work[key] = fact.work
        if fact.work in (Work.WRAP_UP, Work.RESULT_OPEN):
            self._begin(key, fact.work, at, before)

    def _must_be_answered(self, written: Written, contact: ContactId) -> bool:
        """Whether a result must be named: by the rules as it began and those by which it may begin again."""
        both = (written.rules, self._rules_of(written.queue, contact))
        return all(rules.wrap_up is WrapUpKind.MANDATORY and bool(rules.dispositions) for rules in both)

    def _begin(self, key: tuple[AgentId, ContactId], work: Work, at: int, before: Written | None) -> None:
        """Note until when it may last; what begins again after a take-over stays of its kind."""
        queue = self._queue_of.get(key[1]) if before is None else before.queue
        of_now = self._rules_of(queue, key[1])
        rules = of_now if before is None else before.rules
        optional = rules.wrap_up is WrapUpKind.OPTIONAL
        fits = optional == (work is Work.RESULT_OPEN) and rules.wrap_up is not WrapUpKind.NONE
        self._ledger.hold(fits or before is not None, "W1", at, f"{key[1]} is in {work} where it is {rules.wrap_up}")
        limits = {WrapUpKind.OPTIONAL: OPEN_MS, WrapUpKind.MANDATORY: ENDLESS}
        extensions = before.extensions if before is not None else 0
        # The rules may have changed since it began: it begins again by those of now.
        limit_ms = max(limits.get(each.wrap_up, each.wrap_up_ms) for each in (rules, of_now))
        self._written[key] = Written(queue, rules, at + limit_ms, work, extensions)

    def _see_extension(self, fact: WrapUpExtended, at: int) -> None:
        written = self._written.get((fact.agent, fact.contact))
        if written is None:
            self._ledger.hold(False, "W1", at, f"{fact.contact} is given more time and is not wrapped up")
            return
        rules = self._rules_of(written.queue, fact.contact)
        given = fact.number == written.extensions + 1 <= rules.wrap_up_extensions
        self._ledger.hold(given, "W1", at, f"{fact.contact} is given extension {fact.number}")
        written.extensions = fact.number
        written.until_at += rules.wrap_up_ms

    def _see_result(self, fact: DispositionSet, at: int) -> None:
        written = self._written.get((fact.agent, fact.contact))
        queue = self._queue_of.get(fact.contact)
        if written is not None:
            queue, written.result = written.queue, fact.disposition
        missing = not fact.disposition and bool(self._rules_of(queue, fact.contact).dispositions)
        self._ledger.hold(fact.missing == missing, "W2", at, f"{fact.contact}: a missing result must be marked")

    def _rules_of(self, queue: QueueId | None, contact: ContactId) -> Rules:
        """Return what holds for a talk: its queue's rules, or those of the day on which it began beside all queues."""
        return self._own_rules[contact] if queue is None else self._rules[queue]
