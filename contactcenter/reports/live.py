"""The centre's day as it stands now: queues and agents, folded from facts as they come.

Each fact costs O(1), or O(queues served) where an agent changes. Nothing here reads a clock: the day's start comes
from outside, and facts before it move people about but are not counted.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from itertools import takewhile

from contactcenter.model.config import AgentConfig, CenterConfig, QueueConfig
from contactcenter.model.eligibility import in_reserve, queues_served, same_circles
from contactcenter.model.facts import (
    ConfigApplied,
    ContactArrived,
    ContactEnded,
    CustomerAnswered,
    Fact,
    ModeChanged,
    NextStateChanged,
    OfferEnded,
    PenaltyBegan,
    PenaltyEnded,
    PresenceChanged,
    ReserveCalled,
    ReserveReleased,
    VisitEnded,
    VisitOpened,
    WorkChanged,
)
from contactcenter.model.ids import AgentId, ContactId, QueueId, VisitId
from contactcenter.model.words import Channel, Direction, Presence, VisitOutcome
from contactcenter.reports.activity import Activity, Doing
from contactcenter.reports.forecasts import WaitForecasts
from contactcenter.reports.hands import AgentFigures, Next, Staffing, units_used
from contactcenter.reports.missed import Missed
from contactcenter.reports.modes import ModeFigures, ModesInForce
from contactcenter.reports.service_level import Variant
from contactcenter.reports.tally import Tally, target_ms

__all__ = ["AgentFigures", "LiveFigures", "QueueFigures", "Staffing"]

NO_QUEUE = QueueId("")


@dataclass(frozen=True, slots=True)
class QueueFigures:
    """One queue's day so far; `channels` says how many wait on each, shares are percent or None.

    `late` of the waiting have waited longer than their target already: the service level counts them as missed.
    `reserve_called` tells that agents in reserve serve it too, who are counted among its agents then.
    `next_wait_ms` is the interval in which a caller who came now would be answered, None where that is not known.
    `callbacks` are customers whom we have promised to call, `messages` what callers have left: they are
    offered, but are not among the waiting.
    """

    id: QueueId
    name: str
    channels: dict[str, int]
    waiting: int
    late: int
    longest_wait_at: int | None
    offered: int
    handled: int
    abandoned: int
    short_abandoned: int
    overflowed: int
    called_back: int
    voicemail: int
    closed: int
    moved: int
    failed: int
    service_level: float | None
    service_level_variant: str
    service_levels: dict[str, float | None]
    target_percent: int
    target_ms: int
    asa_ms: int | None
    abandon_rate: float | None
    agents: Staffing
    interval_from_at: int
    next_wait_ms: tuple[int, int] | None = None
    estimates_judged: int = 0
    reserve_called: bool = False
    estimate_error_ms: int | None = None
    estimates_within: float | None = None
    callbacks: int = 0
    messages: int = 0


class _Queue:
    """One queue's state: who waits, oldest first, what was counted, and its agents by state."""

    __slots__ = ("callbacks", "called", "config", "late", "messages", "reserve", "staff", "tally", "version", "waiting")

    def __init__(self, config: QueueConfig | None) -> None:
        self.config = config
        self.tally = Tally()
        self.waiting: dict[Channel, OrderedDict[VisitId, int]] = {channel: OrderedDict() for channel in Channel}
        self.callbacks: OrderedDict[VisitId, int] = OrderedDict()
        self.messages: OrderedDict[VisitId, int] = OrderedDict()
        self.late = 0
        self.staff = dict.fromkeys(Doing, 0)
        self.reserve: tuple[AgentId, ...] = ()
        self.called = False
        self.version = 0

    def line(self, fact: VisitOpened | VisitEnded) -> OrderedDict[VisitId, int]:
        """Return among whom a visit is counted."""
        if fact.message:
            return self.messages
        return self.callbacks if fact.callback else self.waiting[fact.channel]

    def count_late(self, now: int) -> int:
        """Count who has waited longer than the target; costs as much as there are late ones."""
        late = 0
        for channel, line in self.waiting.items():
            deadline = now - target_ms(self.config, channel)
            late += sum(1 for _ in takewhile(deadline.__gt__, line.values()))
        return late

    def staffing(self) -> Staffing:
        staff = self.staff
        wrap_up, not_ready, ready = staff[Doing.WRAP_UP], staff[Doing.NOT_READY], staff[Doing.READY]
        busy = sum(staff.values()) - wrap_up - not_ready - ready - staff[Doing.LOGGED_OUT]
        return Staffing(ready, busy, wrap_up, not_ready, ready + busy + wrap_up + not_ready)


class _Agent:
    """One agent's state, the queues he serves, and the word under which they count him now."""

    __slots__ = ("activity", "config", "counted", "missed", "name", "next", "serves", "version")

    def __init__(self, agent: AgentId) -> None:
        self.activity = Activity(agent)
        self.missed = Missed()
        self.counted = Doing.LOGGED_OUT
        self.name = str(agent)
        self.serves: tuple[QueueId, ...] = ()
        self.next: Next | None = None
        self.config: AgentConfig | None = None
        self.version = 0


class LiveFigures:
    """The live fold. `version` rises with every visible change; ask with the version you know to get only the news."""

    def __init__(self, day_from_at: int, variant: Variant = Variant.ABANDONS_IGNORED) -> None:
        """Begin empty; counting starts at `day_from_at` (ms), the start of the centre's day."""
        self.version = 0
        self._day_from_at = day_from_at
        self._variant = variant
        self.modes = ModesInForce()
        self._modes_version = 0
        self._config: CenterConfig | None = None
        self._queues: dict[QueueId, _Queue] = {}
        self._agents: dict[AgentId, _Agent] = {}
        self._queue_of: dict[ContactId, QueueId] = {}
        self._directions: dict[ContactId, Direction] = {}
        self._forecasts = WaitForecasts()
        self._unanswered: dict[ContactId, _Queue] = {}

    def apply(self, fact: Fact, at: int) -> None:
        """Take a fact that was stated at `at` (ms) into account."""
        self._forecasts.apply(fact, at)
        match fact:
            case VisitOpened():
                self._visit_opened(fact, at)
            case VisitEnded():
                self._visit_ended(fact, at)
            case WorkChanged():
                agent = self._agent(fact.agent)
                direction = self._directions.get(fact.contact, Direction.INBOUND)
                agent.activity.work(fact, self._queue_of.get(fact.contact, NO_QUEUE), at, direction)
                self._recount(agent)
            case OfferEnded() | PenaltyBegan() | PenaltyEnded():
                agent = self._agent(fact.agent)
                agent.missed.see(fact, today=at >= self._day_from_at)
                self._touch(agent)
            case PresenceChanged():
                agent = self._agent(fact.agent)
                agent.activity.present(fact, at)
                if fact.presence is Presence.LOGGED_OUT:
                    agent.next = None
                self._recount(agent)
            case CustomerAnswered() if fact.contact in self._unanswered:
                queue = self._unanswered.pop(fact.contact)
                queue.tally.answer(fact.answer_ms, target_ms(queue.config, fact.channel))
                self._touch(queue)
            case NextStateChanged():
                agent = self._agent(fact.agent)
                wish = fact.presence
                agent.next = None if wish is None else Next(wish, fact.reason, bool(fact.by))
                self._recount(agent)
            case ContactEnded():
                self._unanswered.pop(fact.contact, None)
                self._queue_of.pop(fact.contact, None)
                self._directions.pop(fact.contact, None)
            case ContactArrived() if fact.direction is not Direction.INBOUND:
                self._directions[fact.contact] = fact.direction
            case ReserveCalled() | ReserveReleased():
                self._reserve(fact)
            case ConfigApplied():
                self.modes.apply(fact, at)
                self._configure(fact.config)
            case ModeChanged():
                self.modes.apply(fact, at)
                self.version += 1
                self._modes_version = self.version

    def roll(self, day_from_at: int) -> None:
        """Begin a new day: counts start anew, who waits still waits."""
        self._day_from_at = day_from_at
        self._forecasts.roll()
        self._unanswered = {}  # they were counted as handled on the day before
        for queue in self._queues.values():
            queue.tally = Tally()
            self._touch(queue)
        for agent in self._agents.values():
            agent.missed.begin_day()
            self._touch(agent)

    def queues(self, now: int, after: int = -1) -> list[QueueFigures]:
        """Return the figures at `now` of the queues that changed after `after`, in the order of the configuration."""
        for queue in self._queues.values():
            late = queue.count_late(now)
            if late != queue.late:
                queue.late = late
                self._touch(queue)
        return [self._figures(name, queue, now) for name, queue in self._queues.items() if queue.version > after]

    def agents(self, after: int = -1) -> list[AgentFigures]:
        """Return the agents that changed after version `after`, in the order of the configuration."""
        return [self._row(agent) for agent in self._agents.values() if agent.version > after]

    def mode_figures(self, after: int = -1) -> list[ModeFigures] | None:
        """Return the last switches of modes if any is newer than version `after`, else None."""
        return self.modes.last() if self._modes_version > after else None

    def _visit_opened(self, fact: VisitOpened, at: int) -> None:
        self._queue_of[fact.contact] = fact.queue
        queue = self._queue(fact.queue)
        queue.line(fact)[fact.visit] = at
        if at >= self._day_from_at:
            queue.tally.offer()
        self._touch(queue)

    def _visit_ended(self, fact: VisitEnded, at: int) -> None:
        queue = self._queue(fact.queue)
        if queue.line(fact).pop(fact.visit, None) is None:
            return
        if at >= self._day_from_at and fact.off_line:
            queue.tally.end_off_line(fact.outcome)
        elif at >= self._day_from_at:
            answered = fact.channel is Channel.VOICE
            queue.tally.end(fact.outcome, fact.wait_ms, target_ms(queue.config, fact.channel), answered)
            if fact.outcome is VisitOutcome.HANDLED and not answered:
                self._unanswered[fact.contact] = queue
        self._touch(queue)

    def _configure(self, config: CenterConfig) -> None:
        """Take over names, targets and who serves what; what is no longer configured stays while it has counts."""
        before, self._config = self._config, config
        old_queues = self._queues
        self._queues = {queue.id: old_queues.get(queue.id) or _Queue(queue) for queue in config.queues}
        for queue_config in config.queues:
            self._queues[queue_config.id].config = queue_config
        self._queues |= {name: queue for name, queue in old_queues.items() if name not in self._queues}
        for queue in self._queues.values():
            self._touch(queue)
        if before is None or not same_circles(before, config):
            self._staff(config)

    def _staff(self, config: CenterConfig) -> None:
        """Count everybody anew under what he serves now."""
        old_agents = self._agents
        self._agents = {agent.id: old_agents.get(agent.id) or _Agent(agent.id) for agent in config.agents}
        self._agents |= {name: agent for name, agent in old_agents.items() if name not in self._agents}
        serves = {agent.id: queues_served(agent, config.queues) for agent in config.agents}
        for queue_config in config.queues:
            queue = self._queues[queue_config.id]
            queue.reserve = tuple(agent.id for agent in config.agents if in_reserve(agent, queue_config))
            queue.called = queue.called and queue_config.reserve is not None
            for agent_id in queue.reserve if queue.called else ():
                serves[agent_id] = (*serves[agent_id], queue_config.id)
        configs = {agent.id: agent for agent in config.agents}
        for queue in self._queues.values():
            queue.staff = dict.fromkeys(Doing, 0)
        for name, row in self._agents.items():
            row.name, row.serves = configs[name].name if name in configs else str(name), serves.get(name, ())
            row.config = configs.get(name)
            row.counted = row.activity.doing()
            for served in row.serves:
                self._queues[served].staff[row.counted] += 1
            row.version = self.version

    def _reserve(self, fact: ReserveCalled | ReserveReleased) -> None:
        """Count the reserve of a queue among its agents, or not any more."""
        queue = self._queue(fact.queue)
        queue.called = isinstance(fact, ReserveCalled)
        for name in queue.reserve:
            agent = self._agent(name)
            queue.staff[agent.counted] += 1 if queue.called else -1
            others = tuple(served for served in agent.serves if served != fact.queue)
            agent.serves = (*others, fact.queue) if queue.called else others
        self._touch(queue)

    def _recount(self, agent: _Agent) -> None:
        """Move an agent from one column to another in all queues he serves."""
        doing = agent.activity.doing()
        self._touch(agent)
        if doing is agent.counted:
            return
        for name in agent.serves:
            queue = self._queues[name]
            queue.staff[agent.counted] -= 1
            queue.staff[doing] += 1
            queue.version = self.version
        agent.counted = doing

    def _queue(self, name: QueueId) -> _Queue:
        return self._queues.get(name) or self._queues.setdefault(name, _Queue(None))

    def _agent(self, name: AgentId) -> _Agent:
        return self._agents.get(name) or self._agents.setdefault(name, _Agent(name))

    def _touch(self, row: _Queue | _Agent) -> None:
        self.version += 1
        row.version = self.version

    def _figures(self, name: QueueId, queue: _Queue, now: int) -> QueueFigures:
        tally, outcomes, config = queue.tally, queue.tally.outcomes, queue.config
        waiting = {str(channel): len(line) for channel, line in queue.waiting.items()}
        accuracy = self._forecasts.accuracy(name)
        oldest = [next(iter(line.values())) for line in queue.waiting.values() if line]
        return QueueFigures(
            id=name,
            name=config.name if config else str(name),
            channels=waiting,
            waiting=sum(waiting.values()),
            late=queue.late,
            longest_wait_at=min(oldest, default=None),
            offered=tally.offered,
            handled=outcomes[VisitOutcome.HANDLED],
            abandoned=outcomes[VisitOutcome.ABANDONED],
            short_abandoned=outcomes[VisitOutcome.SHORT_ABANDONED],
            overflowed=outcomes[VisitOutcome.OVERFLOWED],
            called_back=outcomes[VisitOutcome.CALLED_BACK],
            voicemail=outcomes[VisitOutcome.VOICEMAIL],
            closed=outcomes[VisitOutcome.CLOSED],
            moved=outcomes[VisitOutcome.MOVED],
            failed=outcomes[VisitOutcome.FAILED],
            service_level=tally.service_level(self._variant, queue.late),
            service_level_variant=self._variant.value,
            service_levels={variant.value: tally.service_level(variant, queue.late) for variant in Variant},
            target_percent=config.target_percent if config else 0,
            target_ms=target_ms(config, Channel.VOICE),
            asa_ms=tally.asa_ms(),
            abandon_rate=tally.abandon_rate(),
            agents=queue.staffing(),
            interval_from_at=self._day_from_at,
            next_wait_ms=self._next_wait_ms(name, queue, now),
            estimates_judged=accuracy.judged,
            reserve_called=queue.called,
            estimate_error_ms=accuracy.error_ms(),
            estimates_within=accuracy.within_percent(),
            callbacks=len(queue.callbacks),
            messages=len(queue.messages),
        )

    def _next_wait_ms(self, name: QueueId, queue: _Queue, now: int) -> tuple[int, int] | None:
        if queue.staff[Doing.READY] and not queue.waiting[Channel.VOICE]:
            return (0, 0)
        wait = self._forecasts.next_wait(name, Channel.VOICE, now)
        return (wait.low_ms, wait.high_ms) if wait is not None else None

    def _row(self, agent: _Agent) -> AgentFigures:
        activity = agent.activity
        return AgentFigures(
            id=activity.agent,
            name=agent.name,
            presence=activity.presence,
            reason=activity.reason,
            since_at=activity.since_at,
            doing=agent.counted,
            work=tuple(activity.items.values()),
            missed=agent.missed.offers(),
            penalties=agent.missed.penalties(),
            next=agent.next,
            units=agent.config.units if agent.config else 0,
            units_used=units_used(agent.config, activity.items.values()),
        )
