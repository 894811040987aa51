"""Watches over calls among colleagues: two people, one call in hand for each, and no queue knows of it.

I1  the caller's own phone is lifted first, then nobody but the colleague who was asked for is rung, once
I2  both have it in hand as long as it lasts: dialling and ringing, then talking or on hold; and nobody else has
I3  it stands in no queue, and the figures of queues count nothing of it
I4  it counts in the time of both as talking, and nowhere as handled, dialled or reached
I5  once it is over the called one is free at once, the caller when it is written up
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from contactcenter.model.entry import Entry
from contactcenter.model.facts import (
    ContactArrived,
    ContactEnded,
    DialStarted,
    Fact,
    LegChanged,
    OfferEnded,
    OfferMade,
    QueueRequested,
    TalkEnded,
    TalkStarted,
    VisitOpened,
    WorkChanged,
)
from contactcenter.model.ids import AgentId, ContactId
from contactcenter.model.words import Direction, LegState, Work
from contactcenter.model.wrap_up import AFTER_TALK
from contactcenter.reports.agent_time import AgentTime
from contactcenter.reports.intervals import IntervalFigures
from contactcenter.sim.violations import Ledger

__all__ = ["InternalChecker"]

WHOLE_MS = 10**15  # one interval for all time
IN_TALK = (Work.TALKING, Work.HOLD)


@dataclass(slots=True)
class Seen:
    """A call among colleagues, as far as it has come."""

    caller: AgentId | None = None
    colleague: AgentId | None = None
    lifted: bool = False
    rings: bool = False
    rung: bool = False
    talks: bool = False
    work: dict[AgentId, Work] = field(default_factory=dict)

    def is_in_order(self) -> bool:
        """Whether both have in their hands what the call has come to, and nobody else anything."""
        caller, colleague = self.work.get(self.caller or AgentId("")), self.work.get(self.colleague or AgentId(""))
        if not self.work.keys() <= {self.caller, self.colleague}:
            return False
        if self.talks:
            return caller in IN_TALK and colleague in IN_TALK
        if self.rings:
            return (caller, colleague) == (Work.DIALLING, Work.RINGING)
        return colleague is None


class InternalChecker:
    """The calls among colleagues of a run, by its facts alone."""

    def __init__(self, ledger: Ledger) -> None:
        """Begin with none."""
        self._ledger = ledger
        self._calls: dict[ContactId, Seen] = {}
        self._talking: dict[tuple[ContactId, AgentId], int] = {}
        self._talked_ms = Counter[AgentId]()
        self._time = AgentTime(WHOLE_MS)
        # These are told of calls among colleagues and of nothing else.
        self._queues, self._agents = IntervalFigures(WHOLE_MS), AgentTime(WHOLE_MS)

    def see(self, entry: Entry) -> None:
        """Check the facts one by one, then what both have in hand."""
        for fact in entry.facts:
            self._time.apply(fact, entry.at)
            if isinstance(fact, ContactArrived) and fact.direction is Direction.INTERNAL:
                self._calls[fact.contact] = Seen()
            contact: ContactId | None = getattr(fact, "contact", None)
            call = self._calls.get(contact) if contact is not None else None
            if call is not None:
                self._queues.apply(fact, entry.at)
                self._agents.apply(fact, entry.at)
                self._see(fact, call, entry.at)
        for contact, call in self._calls.items():
            told = f"{contact} of {call.caller} to {call.colleague}: {call.work}"
            self._ledger.hold(call.is_in_order(), "I2" if call.rings or call.talks else "I5", entry.at, told)

    def finish(self, at: int) -> None:
        """At the end the figures are told of nothing, and agents of what they talked."""
        self._ledger.hold(not self._calls, "I5", at, f"calls left: {list(self._calls)[:5]}")
        counted = self._queues.total(0, WHOLE_MS)
        self._ledger.hold(not counted, "I3", at, f"figures of queues count calls among colleagues: {counted}")
        for row in self._agents.total(0, WHOLE_MS):
            beside = row.handled or row.dialled or row.reached or row.direct
            self._ledger.hold(not beside, "I4", at, f"{row.agent} has a call among colleagues counted as another")
        self._time.settle(at)
        told = {row.agent: row.talked_ms[Direction.INTERNAL] for row in self._time.total(0, WHOLE_MS)}
        for agent in dict.fromkeys((*told, *self._talked_ms)):
            same = told.get(agent, 0) == self._talked_ms[agent]
            self._ledger.hold(same, "I4", at, f"{agent} talked {self._talked_ms[agent]} ms, not {told.get(agent)}")

    def _see(self, fact: Fact, call: Seen, at: int) -> None:
        match fact:
            case DialStarted():
                call.caller, call.colleague = fact.agent, fact.colleague
            case LegChanged(state=LegState.UP):
                call.lifted = True
            case OfferMade():
                first = call.lifted and not call.rung and fact.agent == call.colleague
                self._ledger.hold(first, "I1", at, f"{fact.agent} is rung by {fact.contact}: {call}")
                self._ledger.hold(_is_beside_queues(fact), "I3", at, f"{fact.contact} rings out of a queue")
                call.rings = call.rung = True
            case OfferEnded():
                call.rings = False
            case TalkStarted():
                whole = call.rung and fact.agent == call.caller and _is_beside_queues(fact)
                self._ledger.hold(whole, "I1", at, f"{fact.agent} talks in {fact.contact}: {call}")
                call.talks = True
            case TalkEnded():
                call.talks = False
            case VisitOpened() | QueueRequested():
                self._ledger.hold(False, "I3", at, f"{fact.contact} goes to a queue")
            case WorkChanged():
                self._work(fact, call, at)
            case ContactEnded():
                over = all(work in AFTER_TALK for work in call.work.values())
                self._ledger.hold(over, "I5", at, f"{fact.contact} is over, in hand is {call.work}")
                del self._calls[fact.contact]

    def _work(self, fact: WorkChanged, call: Seen, at: int) -> None:
        """Follow what an agent does with a call, and for how long they talk."""
        since = self._talking.pop((fact.contact, fact.agent), None)
        if since is not None:
            self._talked_ms[fact.agent] += at - since
        call.work.pop(fact.agent, None)
        if fact.work is not Work.ENDED:
            call.work[fact.agent] = fact.work
        if fact.work is Work.TALKING:
            self._talking[fact.contact, fact.agent] = at


def _is_beside_queues(fact: OfferMade | TalkStarted) -> bool:
    return fact.queue is None and fact.visit is None
