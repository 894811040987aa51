"""Oracles of routing: who is offered what, in which order, to whom, and that nobody waits while somebody is free.

They rebuild from facts what they need, in the plainest way, and share no code with the rules they check.
"""

from __future__ import annotations

from fractions import Fraction

from contactcenter.model.eligibility import properties_of, requirement_of
from contactcenter.model.entry import Entry
from contactcenter.model.events import EngineStarted, TimePassed
from contactcenter.model.expression import parse
from contactcenter.model.facts import (
    CallbackAnswered,
    CallbackPostponed,
    CallbackResumed,
    ConsultEnded,
    ConsultStarted,
    CustomerLeft,
    DialStarted,
    DirectDiverted,
    Fact,
    MessageBegun,
    OfferEnded,
    OfferMade,
    PositionTold,
    PreferenceEnded,
    PriorityChanged,
    RecipeStepDue,
    RefusalsForgotten,
    RequirementRelaxed,
    TalkStarted,
    TransferStarted,
    VisitEnded,
    VisitOpened,
)
from contactcenter.model.ids import AgentId, ContactId, GroupId, OfferId, QueueId
from contactcenter.model.recipes import Relax
from contactcenter.model.transfers import ConsultOutcome
from contactcenter.model.words import Channel, OfferOutcome
from contactcenter.sim.seen import SeenAgent, Waiting
from contactcenter.sim.seen_staff import SeenStaff
from contactcenter.sim.violations import Ledger

__all__ = ["FloorChecker"]

IDLE_MS_MAX = 1_000  # Q2: a free agent and a waiting contact may stand side by side no longer
OFFER_SLACK_MS = 1_000  # O3
GROUP_MAX = 20  # O1: a contact rings at so many at once


class FloorChecker:
    """O1, O3, A2, A9 (asked by name), Q1, Q2, Q4, Q5, S1 (by strategy), S2 (relaxed in time), X7 (out of a queue)."""

    def __init__(self, ledger: Ledger) -> None:
        """Begin with an empty floor; write into `ledger`."""
        self._ledger = ledger
        self._staff = SeenStaff(ledger)
        self._waiting: dict[ContactId, Waiting] = {}
        self._first_place: dict[tuple[ContactId, QueueId], int] = {}
        self._left: dict[ContactId, Waiting] = {}
        self._offers: dict[OfferId, OfferMade] = {}
        self._passed_on: dict[ContactId, AgentId] = {}
        self._consulted: dict[ContactId, Waiting] = {}
        self._visits = 0
        self._made = 0
        self._idle_pair: tuple[AgentId, ContactId] | None = None
        self._idle_since = 0
        self._seen_at = self._woken_at = 0
        self._begun_at: dict[GroupId, int] = {}
        self._leaving: list[Waiting] = []  # of whom this entry has said so, and not yet that the visit is over

    def see(self, entry: Entry) -> None:
        """Check the facts one by one, then whether the floor is at rest as it should be."""
        self._idle_too_long(entry.at)
        self._woken_at = self._seen_at if isinstance(entry.event, TimePassed | EngineStarted) else entry.at
        self._seen_at = entry.at
        while self._leaving:
            self._leaving.pop().left = False
        for fact in entry.facts:
            self._see_visit(fact, entry.at)
            self._see_offer(fact, entry.at)
            self._see_consultation(fact, entry.at)
            self._staff.see(fact, entry.at)
        self._look_for_idle(entry.at)
        for offer in self._offers.values():
            limit = offer.expires_at + OFFER_SLACK_MS
            self._ledger.hold(entry.at <= limit, "O3", entry.at, f"offer {offer.offer} outlives its time")

    def finish(self, at: int) -> None:
        """At the end no offer lives."""
        self._idle_too_long(at)
        self._ledger.hold(not self._offers, "O3", at, f"offers left: {list(self._offers)}")

    def _see_visit(self, fact: Fact, at: int) -> None:
        match fact:
            case VisitOpened():
                self._visits += 1
                first = self._first_place.setdefault((fact.contact, fact.queue), fact.placed_at)
                self._ledger.hold(fact.placed_at == first, "Q4", at, f"{fact.contact} lost its place")
                self._ledger.hold(fact.contact not in self._waiting, "C1", at, f"{fact.contact} waits twice")
                place = (fact.priority, fact.placed_at, self._visits, fact.queue, fact.channel, fact.preferred)
                now = self._waiting[fact.contact] = Waiting(*place, since=at, message=fact.message)
                before = self._left.pop(fact.contact, None)
                if before is not None and fact.off_line and before.queue == fact.queue:
                    now.since, now.eased = before.since, before.eased
                sender = self._passed_on.pop(fact.contact, None)
                if sender is not None:
                    self._waiting[fact.contact].refused.append(sender)
            case TransferStarted():
                self._passed_on[fact.contact] = fact.agent
            case DirectDiverted(hindrance="") if fact.queue is not None:
                self._passed_on[fact.contact] = fact.agent
            case TalkStarted():
                self._passed_on.pop(fact.contact, None)
            case VisitEnded():
                ended = self._waiting.pop(fact.contact, None)
                self._ledger.hold(ended is not None, "C1", at, f"visit {fact.visit} ends without having begun")
                self._left |= {} if ended is None else {fact.contact: ended}
            case PositionTold() if not self._is_mixed(fact.contact):
                true = self._position(fact.contact, at)
                told = fact.position == true
                self._ledger.hold(told, "Q5", at, f"{fact.contact} is told place {fact.position}, it is {true}")
            case CustomerLeft() if fact.contact in self._waiting:
                self._leaving.append(self._waiting[fact.contact])
                self._leaving[-1].left = True
            case PreferenceEnded() if fact.contact in self._waiting:
                self._waiting[fact.contact].preferred = None
            case PriorityChanged():
                self._waiting[fact.contact].priority = fact.priority
            case RecipeStepDue(act=Relax(), done=True):
                self._waiting[fact.contact].eased = self._waiting[fact.contact].step + 1
            case RequirementRelaxed():
                self._waiting[fact.contact].step = fact.step
            case DialStarted() | CallbackPostponed() | MessageBegun() if fact.contact in self._waiting:
                self._waiting[fact.contact].away, self._waiting[fact.contact].refused = True, []
            case CallbackResumed() | CallbackAnswered():
                self._waiting[fact.contact].away = False
            case RefusalsForgotten() if fact.contact in self._waiting:
                self._waiting[fact.contact].refused = []

    def _key(self, waiting: Waiting, at: int) -> tuple[Fraction, int, int]:
        return waiting.key(self._staff.queues[waiting.queue].ageing_ms, at)

    def _is_mixed(self, contact: ContactId) -> bool:
        """Whether contacts of several queues wait for one agent: places of different queues have no common order."""
        own = self._waiting[contact]
        kept = [other for other in self._waiting.values() if other.preferred == own.preferred is not None]
        return any(other.queue != own.queue for other in kept if other.channel is own.channel)

    def _position(self, contact: ContactId, at: int) -> int:
        """Return the true place of a contact in its line, counted one by one."""
        own = self._waiting[contact]
        line = (own.queue, own.channel, own.preferred)
        others = [other for other in self._waiting.values() if (other.queue, other.channel, other.preferred) == line]
        return 1 + sum(
            1 for other in others if not (other.offered or other.away) and self._key(other, at) < self._key(own, at)
        )

    def _see_offer(self, fact: Fact, at: int) -> None:
        if isinstance(fact, OfferMade):
            self._check_offer(fact, at)
            self._offers[fact.offer] = fact
            if fact.group is None:
                self._note_turn(fact.agent)
        elif isinstance(fact, OfferEnded):
            made = self._offers.pop(fact.offer, None)
            self._ledger.hold(made is not None, "O3", at, f"offer {fact.offer} ends twice or never began")
            waiting = self._waiting.get(fact.contact)
            if made is not None and made.group is not None and fact.outcome is OfferOutcome.ACCEPTED:
                self._note_turn(fact.agent)
            if waiting is not None:
                waiting.offered = bool(self._live(fact.contact))
                if fact.outcome is OfferOutcome.REJECTED:
                    waiting.refused.append(fact.agent)
            if fact.channel is Channel.VOICE:
                self._staff.agents[fact.agent].miss_call(fact.outcome)

    def _note_turn(self, agent: AgentId) -> None:
        """Count an offer as the agent's turn: of a group only the one that was accepted."""
        self._made += 1
        self._staff.agents[agent].shift.last_offer = self._made

    def _live(self, contact: ContactId) -> list[OfferMade]:
        return [offer for offer in self._offers.values() if offer.contact == contact]

    def _check_offer(self, fact: OfferMade, at: int) -> None:
        if fact.visit is None:
            self._check_asked(fact, at)
            return
        waiting, agent = self._waiting.get(fact.contact), self._staff.agents[fact.agent]
        live = self._live(fact.contact)
        beside = all(offer.group == fact.group is not None for offer in live)
        self._ledger.hold(beside, "O1", at, f"{fact.contact} is offered twice")
        self._ledger.hold(waiting is not None, "O1", at, f"{fact.contact} is offered and does not wait")
        if waiting is None:
            return
        kept = self._staff.is_kept(agent, fact.channel)
        self._ledger.hold(not kept, "A5", at, f"{fact.agent} is kept for other work and is offered {fact.contact}")
        able = (
            self._able(agent, waiting)
            and self._staff.could(agent, fact.channel)
            and not self._closed(fact.agent, waiting)
        )
        self._ledger.hold(able, "A2", at, f"{fact.agent} cannot take {fact.contact}")
        asked = fact.agent in waiting.refused
        self._ledger.hold(not asked, "A2", at, f"{fact.agent} has rejected {fact.contact} and is asked again")
        self._check_step(waiting, fact.contact, at)
        waiting.offered = True
        all_at_once = fact.group is not None
        first = [
            name for name in self._staff.agents if not all_at_once and self._comes_first(name, fact.agent, waiting)
        ]
        self._ledger.hold(not first, "S1", at, f"{fact.contact} is offered to {fact.agent}, {first[:3]} come first")
        # Who rings at others already comes after all who ring nowhere; a group asks all at once as it begins.
        begun_at = self._begun_at.setdefault(fact.group, at) if fact.group is not None else at
        earlier_than = None if begun_at < at else waiting
        before = [
            name for name, other in self._waiting.items() if self._goes_before(other, earlier_than, fact.agent, at)
        ]
        self._ledger.hold(not before, "Q1", at, f"{fact.contact} is offered to {fact.agent} before {before[:3]}")

    def _see_consultation(self, fact: Fact, at: int) -> None:
        """Take who is asked about out of a queue for one who waits there, for whom whoever was asked is spoilt."""
        match fact:
            case ConsultStarted() if fact.queue is not None:
                self._consulted[fact.contact] = Waiting(0, at, 0, fact.queue, Channel.VOICE, None, since=at)
            case ConsultEnded(outcome=ConsultOutcome.NOT_ANSWERED) if fact.contact in self._consulted:
                asked = self._consulted.pop(fact.contact)
                left = [name for name in self._staff.agents if self._may_be_asked(name, asked)]
                self._ledger.hold(not left, "X7", at, f"nobody answers about {fact.contact}, {left[:3]} were not asked")
            case ConsultEnded():
                self._consulted.pop(fact.contact, None)

    def _check_asked(self, fact: OfferMade, at: int) -> None:
        """Hold that who is asked by name could take it, out of a queue the first; `TransferChecker` knows the names.

        What comes back to the sender may find her writing it up: that is no hindrance, and no business of this oracle.
        """
        could = self._staff.could(self._staff.agents[fact.agent], fact.channel)
        could |= self._passed_on.get(fact.contact) == fact.agent
        self._ledger.hold(could, "A9", at, f"{fact.agent} is asked by name for {fact.contact} and could not take it")
        asked = self._consulted.get(fact.contact)
        if asked is None:
            return
        able = self._may_be_asked(fact.agent, asked)
        self._ledger.hold(able, "X7", at, f"{fact.agent} is asked about {fact.contact} and could not be")
        first = [name for name in self._staff.agents if self._comes_first(name, fact.agent, asked)]
        self._ledger.hold(not first, "X7", at, f"{fact.agent} is asked about {fact.contact} before {first[:3]}")
        asked.refused.append(fact.agent)

    def _may_be_asked(self, name: AgentId, asked: Waiting) -> bool:
        agent = self._staff.agents[name]
        return self._able(agent, asked) and self._staff.free(agent, Channel.VOICE) and not self._closed(name, asked)

    def _check_step(self, waiting: Waiting, contact: ContactId, at: int) -> None:
        """Hold that the requirement is relaxed when the wait says so, and not before."""
        least, most = waiting.steps_due(self._staff.queues[waiting.queue], min(at, self._woken_at), at)
        told = f"{contact} is at step {waiting.step}, its wait says {least} to {most}"
        right = max(least, waiting.eased) <= waiting.step <= max(most, waiting.eased)
        self._ledger.hold(right, "S2", at, told)

    def _comes_first(self, name: AgentId, chosen: AgentId, waiting: Waiting) -> bool:
        """Whether another agent ought to have been chosen: able, free, and of a better rank by the queue's strategy."""
        other, queue = self._staff.agents[name], self._staff.queues[waiting.queue]
        if waiting.preferred is not None or self._closed(name, waiting) or name == chosen:
            return False
        better = other.rank(queue, waiting.channel) < self._staff.agents[chosen].rank(queue, waiting.channel)
        return better and self._able(other, waiting) and self._staff.free(other, waiting.channel)

    def _goes_before(self, other: Waiting, offered: Waiting | None, name: AgentId, at: int) -> bool:
        """Whether another contact ought to have been offered to this agent first: it comes earlier, and he could."""
        if other.offered or other.away or other.left or self._closed(name, other):
            return False
        if offered is not None and self._key(other, at) >= self._key(offered, at):
            return False
        agent = self._staff.agents[name]
        kept = other.preferred not in (None, name)
        return not kept and self._able(agent, other) and self._staff.free(agent, other.channel)

    def _closed(self, name: AgentId, waiting: Waiting) -> bool:
        """Whether an agent is spared a contact: he rejected it, or one of its queue a moment ago."""
        return name in waiting.refused or waiting.queue in self._staff.agents[name].barred

    def _able(self, agent: SeenAgent, waiting: Waiting) -> bool:
        queue, given = self._staff.queues[waiting.queue], properties_of(agent.config)
        circles = (requirement_of(queue), *(parse(step.requires) for step in queue.relax[: waiting.step]))
        helps = (
            queue.id in self._staff.called and queue.reserve is not None and parse(queue.reserve.requires).met_by(given)
        )
        heard = not waiting.message or agent.has_console()
        return heard and waiting.channel in queue.offers and (helps or any(circle.met_by(given) for circle in circles))

    def _look_for_idle(self, at: int) -> None:
        """Find a free agent beside a waiting contact that he could take; the pair may stand there only briefly."""
        pair = self._idle_and_waiting()
        if pair is None or pair != self._idle_pair:
            self._idle_pair, self._idle_since = pair, at

    def _idle_too_long(self, at: int) -> None:
        if self._idle_pair is not None and at - self._idle_since > IDLE_MS_MAX:
            agent, contact = self._idle_pair
            self._ledger.hold(False, "Q2", at, f"{contact} waits since {self._idle_since} though {agent} is free")
            self._idle_since = at

    def _has_room(self, contact: ContactId) -> bool:
        """Whether a contact rings at so few of a group that who is free ought to have joined it."""
        live = self._live(contact)
        return len(live) < GROUP_MAX and all(offer.group is not None for offer in live)

    def _idle_and_waiting(self) -> tuple[AgentId, ContactId] | None:
        free: dict[Channel, list[AgentId]] = {}
        for contact, waiting in self._waiting.items():
            if waiting.away or (waiting.offered and not self._has_room(contact)):
                continue
            if waiting.channel not in free:
                agents = self._staff.agents.items()
                free[waiting.channel] = [name for name, agent in agents if self._staff.free(agent, waiting.channel)]
            for name in free[waiting.channel]:
                kept = self._closed(name, waiting) or waiting.preferred not in (None, name)
                if not kept and self._able(self._staff.agents[name], waiting):
                    return name, contact
        return None
