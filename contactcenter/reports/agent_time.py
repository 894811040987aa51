"""How agents spent their time, per agent and interval, in ms that sum to the time signed in.

An agent is in one state at a time by the overlap rule of `activity`: several text contacts at once count once. Signed
in lasts from sign-in to sign-out, or to the end of the work that was still in hand then.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from contactcenter.model.facts import (
    ConferenceStarted,
    ConfigApplied,
    ContactArrived,
    ContactEnded,
    DialEnded,
    DispositionSet,
    Fact,
    OfferEnded,
    PresenceChanged,
    TalkStarted,
    TransferStarted,
    WorkChanged,
    WrapUpExtended,
)
from contactcenter.model.ids import AgentId, ContactId, QueueId
from contactcenter.model.words import DialOutcome, Direction, OfferOutcome
from contactcenter.reports.activity import Activity, Doing
from contactcenter.reports.intervals import QUARTER_HOUR_MS
from contactcenter.reports.service_level import percent
from contactcenter.reports.transfers import TransferCounts

__all__ = ["AgentInterval", "AgentTime"]

NO_QUEUE = QueueId("")
ON_CONTACTS = (Doing.TALKING, Doing.CONSULTING, Doing.HOLD, Doing.DIALLING, Doing.RINGING, Doing.WRAP_UP)


@dataclass(slots=True)
class AgentInterval:
    """One agent in one interval: ms by state, not-ready ms by reason, and what became of the offers to him.

    `dialled` are the customers called for him, `reached` those of them who answered, `direct` those who called his own
    number and talked with him; `handled` counts none of these. `talked_ms` is the talking by how the contact began.
    `dispositions_missing` are the contacts left without a result, `extensions` the times he took more time.
    """

    agent: AgentId
    from_at: int
    spent_ms: dict[Doing, int] = field(default_factory=lambda: dict.fromkeys(Doing, 0))
    not_ready_ms: dict[str, int] = field(default_factory=dict)
    offers: dict[OfferOutcome, int] = field(default_factory=lambda: dict.fromkeys(OfferOutcome, 0))
    handled: int = 0
    dialled: int = 0
    reached: int = 0
    direct: int = 0
    dispositions_missing: int = 0
    extensions: int = 0
    talked_ms: dict[Direction, int] = field(default_factory=lambda: dict.fromkeys(Direction, 0))
    transfers: TransferCounts = field(default_factory=TransferCounts)
    conferences: int = 0

    @property
    def signed_in_ms(self) -> int:
        """Time signed in: all states but logged out."""
        return sum(spent for doing, spent in self.spent_ms.items() if doing is not Doing.LOGGED_OUT)

    def occupancy(self) -> float | None:
        """Return time on contacts in percent of time on contacts and ready."""
        busy = sum(self.spent_ms[doing] for doing in ON_CONTACTS)
        return percent(busy, busy + self.spent_ms[Doing.READY])

    def add(self, other: AgentInterval) -> None:
        """Add another interval of the same agent to this one."""
        for doing, spent in other.spent_ms.items():
            self.spent_ms[doing] += spent
        for reason, spent in other.not_ready_ms.items():
            self.not_ready_ms[reason] = self.not_ready_ms.get(reason, 0) + spent
        for outcome, count in other.offers.items():
            self.offers[outcome] += count
        self.handled += other.handled
        self.dialled += other.dialled
        self.reached += other.reached
        self.direct += other.direct
        for direction, talked in other.talked_ms.items():
            self.talked_ms[direction] += talked
        self.dispositions_missing += other.dispositions_missing
        self.extensions += other.extensions
        self.transfers.add(other.transfers)
        self.conferences += other.conferences


class AgentTime:
    """The historic fold of what agents did."""

    def __init__(self, interval_ms: int = QUARTER_HOUR_MS) -> None:
        """Begin with nobody signed in, with intervals of `interval_ms`."""
        self.interval_ms = interval_ms
        self.names: dict[AgentId, str] = {}
        self._activities: dict[AgentId, Activity] = {}
        self._settled_at: dict[AgentId, int] = {}
        self._rows: dict[AgentId, dict[int, AgentInterval]] = {}
        self._passed_on: dict[ContactId, None] = {}
        self._directions: dict[ContactId, Direction] = {}

    def apply(self, fact: Fact, at: int) -> None:
        """Take a fact that was stated at `at` (ms) into account; facts come in order of time."""
        match fact:
            case WorkChanged():
                direction = self._directions.get(fact.contact, Direction.INBOUND)
                self._settle(fact.agent, at).work(fact, NO_QUEUE, at, direction)
            case ContactArrived() if fact.direction is not Direction.INBOUND:
                self._directions[fact.contact] = fact.direction
            case PresenceChanged():
                self._settle(fact.agent, at).present(fact, at)
            case OfferEnded():
                self._row(fact.agent, at).offers[fact.outcome] += 1
            case TalkStarted():
                self._talk_started(fact, at)
            case TransferStarted():
                self._row(fact.agent, at).transfers.count(fact)
                self._passed_on[fact.contact] = None
            case ConferenceStarted():
                self._row(fact.agent, at).conferences += 1
            case ContactEnded():
                self._passed_on.pop(fact.contact, None)
                self._directions.pop(fact.contact, None)
            case DialEnded() if self._directions.get(fact.contact) is not Direction.INTERNAL:
                self._row(fact.agent, at).dialled += 1
                self._row(fact.agent, at).reached += fact.outcome is DialOutcome.ANSWERED
            case DispositionSet():
                self._row(fact.agent, at).dispositions_missing += fact.missing
            case WrapUpExtended():
                self._row(fact.agent, at).extensions += 1
            case ConfigApplied():
                self.names |= {agent.id: agent.name for agent in fact.config.agents}

    def _talk_started(self, fact: TalkStarted, at: int) -> None:
        """Count a talk with somebody who came or was passed on: whom the agent calls is counted as reached."""
        passed_on = fact.contact in self._passed_on
        self._passed_on.pop(fact.contact, None)
        self._row(fact.agent, at).transfers.received += passed_on
        self._row(fact.agent, at).handled += passed_on or fact.visit is not None
        straight = self._directions.get(fact.contact) is Direction.DIRECT and fact.visit is None and not passed_on
        self._row(fact.agent, at).direct += straight

    def settle(self, at: int) -> None:
        """Count everybody's time up to `at`, so that rows up to then are complete."""
        for agent in self._activities:
            self._settle(agent, at)

    def rows(self, from_at: int, to_at: int) -> list[AgentInterval]:
        """Return the intervals that begin in [from_at, to_at) in which somebody was signed in, by agent and time."""
        return [
            row
            for agent in sorted(self._rows)
            for start, row in sorted(self._rows[agent].items())
            if from_at <= start < to_at and (row.signed_in_ms or any(row.offers.values()))
        ]

    def total(self, from_at: int, to_at: int) -> list[AgentInterval]:
        """Return one row per agent: the sum of the intervals in [from_at, to_at)."""
        totals: dict[AgentId, AgentInterval] = {}
        for row in self.rows(from_at, to_at):
            totals.setdefault(row.agent, AgentInterval(row.agent, from_at)).add(row)
        return list(totals.values())

    def _settle(self, agent: AgentId, at: int) -> Activity:
        """Count the time since the last change under what the agent has been doing; return the activity to change."""
        activity = self._activities.setdefault(agent, Activity(agent))
        begin = self._settled_at.get(agent, at)
        doing = activity.doing()
        while begin < at and doing is not Doing.LOGGED_OUT:
            end = min(at, begin - begin % self.interval_ms + self.interval_ms)
            row = self._row(agent, begin)
            row.spent_ms[doing] += end - begin
            if doing is Doing.TALKING:
                row.talked_ms[activity.direction()] += end - begin
            if doing is Doing.NOT_READY:
                row.not_ready_ms[activity.reason] = row.not_ready_ms.get(activity.reason, 0) + end - begin
            begin = end
        self._settled_at[agent] = max(at, begin)
        return activity

    def _row(self, agent: AgentId, at: int) -> AgentInterval:
        from_at = at - at % self.interval_ms
        return self._rows.setdefault(agent, {}).setdefault(from_at, AgentInterval(agent, from_at))
