"""A day of a centre in virtual time: sets the stage, lets it run, and reports figures, checks and the trace's hash."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from contactcenter.model.config import AgentConfig, CenterConfig
from contactcenter.model.entry import Entry
from contactcenter.model.facts import ContactArrived
from contactcenter.model.ids import StationId
from contactcenter.reports.agent_time import AgentInterval, AgentTime
from contactcenter.reports.intervals import IntervalFigures, IntervalRow
from contactcenter.reports.live import LiveFigures, QueueFigures
from contactcenter.sim.agents import WorkingAgent
from contactcenter.sim.arrivals import plan_arrivals
from contactcenter.sim.callback_supervisor import CallbackSupervisor
from contactcenter.sim.called import Outside
from contactcenter.sim.checkers import all_checkers
from contactcenter.sim.engine import COMMIT_MS, Engine
from contactcenter.sim.faults import Delivery, Disk, Faults
from contactcenter.sim.habits import DAY_MS, HALF_HOUR_MS, HOUR_MS, FaultRates, Habits, Shift
from contactcenter.sim.message_supervisor import MessageSupervisor
from contactcenter.sim.scene import Scene
from contactcenter.sim.streams import Streams
from contactcenter.sim.supervisor import Supervisor
from contactcenter.sim.telephony import Telephony
from contactcenter.sim.texters import Carrier, Desk
from contactcenter.sim.violations import Checker, Ledger, Violation
from contactcenter.sim.website import plan_requests
from contactcenter.sim.world import World

__all__ = ["START_AT", "Simulation", "SimulationReport", "shifts_for", "simulate", "traffic_for"]

START_AT = 1_767_571_200_000  # Monday 2026-01-05 00:00 UTC: fixed, so that a seed means the same day for ever
DRAIN_MS = 50 * HOUR_MS  # after the last arrival: some are answered next morning, and fall silent for 24 h then
GO_HOME_MS = HOUR_MS  # so long after the last arrival whoever still waits leaves

# When agents begin, in turn: most in the morning, some late, one at night.
SHIFT_STARTS_H = (8, 9, 14, 8, 22, 10, 9, 15, 8, 13, 6, 9)
SHIFT_MS = 8 * HOUR_MS + HALF_HOUR_MS
BREAKS = (
    (2 * HOUR_MS + HALF_HOUR_MS, HALF_HOUR_MS // 2),
    (4 * HOUR_MS, HALF_HOUR_MS),
    (6 * HOUR_MS + HALF_HOUR_MS, HALF_HOUR_MS // 2),
)
PEAK_MS = 10 * HOUR_MS
LOAD_PERCENT = 60  # of what the agents at work at the peak could talk


@dataclass(frozen=True, slots=True)
class SimulationReport:
    """What a simulated day came to. `sha256` is over the canonical msgpack of its whole trace."""

    seed: int
    from_at: int
    until_at: int
    contacts: int
    entries: int
    restarts: int
    lost: int
    queues: list[QueueFigures]
    agents: list[AgentInterval]
    half_hours: list[IntervalRow]
    rejections: dict[str, int]
    violations: list[Violation]
    checked: int
    identity_holds: bool
    sha256: str


def shifts_for(config: CenterConfig) -> list[Shift]:
    """Return a shift for each agent of a configuration, in its order."""
    starts = [SHIFT_STARTS_H[index % len(SHIFT_STARTS_H)] for index in range(len(config.agents))]
    return [Shift(start * HOUR_MS, SHIFT_MS, BREAKS) for start in starts]


def traffic_for(config: CenterConfig, shifts: list[Shift]) -> Habits:
    """Return habits whose busiest half-hour loads those who are at work then as a real centre would be."""
    at_work = sum(1 for shift in shifts if shift.from_ms <= PEAK_MS < shift.from_ms + shift.length_ms)
    usual = Habits()
    per_agent = HOUR_MS * LOAD_PERCENT // (100 * (usual.talk_ms + usual.wrap_up_ms))
    calls = max(1, at_work * per_agent)
    return replace(usual, calls_per_hour=calls, chats_per_hour=max(1, calls // 5), texts_per_hour=max(1, calls // 8))


class Simulation:
    """One centre with its people, from the first event to the last; `run` may be called once."""

    def __init__(
        self,
        config: CenterConfig,
        hours: int,
        seed: int,
        *,
        habits: Habits | None = None,
        shifts: list[Shift] | None = None,
        faults: FaultRates | None = None,
        start_at: int = START_AT,
        commit_ms: int = COMMIT_MS,
        checked: bool = True,
        to_the_end: bool = True,
    ) -> None:
        """Set the stage; without `checked` nothing watches the invariants, for speed alone.

        Unless it runs `to_the_end` it stops when its hours are over, whoever is still there.
        """
        self.seed, self.from_at, self.until_at = seed, start_at, start_at + hours * HOUR_MS
        self.world = World(start_at)
        self._rates = faults or FaultRates()
        self._streams = Streams(seed)
        disk = Disk(self._streams, self._rates, commit_ms)
        self.engine = Engine(self.world, disk.commit_ms)
        self.ledger = Ledger()
        self.checkers: list[Checker] = all_checkers(self.ledger) if checked else []
        self.live = LiveFigures(start_at)
        self.time, self.intervals = AgentTime(), IntervalFigures(HALF_HOUR_MS)
        self.contacts = 0
        self._config = config
        self._shifts = shifts if shifts is not None else shifts_for(config)
        delivery = Delivery(self.engine, self._streams, self._rates)
        self.telephony = Telephony(self.world, delivery.submit)
        self._faults = Faults(self.engine, disk, self.telephony, delivery, self._streams, self._rates)
        self.engine.carry_out = self.telephony.carry_out
        chosen = habits or traffic_for(config, self._shifts)
        self.scene = Scene(self.world, self._streams, self.telephony, delivery.submit, config, chosen, self.until_at)
        self.telephony.outside = Outside(self.scene)
        self._supervisor = Supervisor(self.world, self._streams, delivery.submit)
        self._faults.customers = self.scene.customers
        self._injected, self._disk, self._to_the_end = delivery.injected, disk, to_the_end
        self.engine.watchers = [self._fold, *(checker.see for checker in self.checkers), self.scene.watch]

    def run(self) -> SimulationReport:
        """Let the day pass, then let everything come to its end, and report."""
        others = (Carrier(self.scene), Desk(self.scene), CallbackSupervisor(self.scene), MessageSupervisor(self.scene))
        self.scene.background = [*others, self._faults]
        self.engine.start(self._config)
        self._plan_agents()
        plan_arrivals(self.scene)
        plan_requests(self.scene)
        self._supervisor.plan(self._config, self.scene.habits.mode_switches, self.until_at)
        troubled_until_at = self.from_at + self._rates.until_ms if self._rates.until_ms else self.until_at
        self._faults.plan(self._config, troubled_until_at)
        self.world.at(self.until_at + GO_HOME_MS, self._send_home)
        self.engine.run(self.until_at)
        self.time.settle(self.until_at)
        queues = self.live.queues(self.until_at)
        if self._to_the_end:
            self.engine.run(self.until_at + DRAIN_MS)
            for checker in self.checkers:
                checker.finish(self.world.now)
        return self._report(queues)

    def injected(self) -> Counter[str]:
        """Return how often which kind of fault struck."""
        return self._injected + Counter({"F6": self._disk.slow})

    def _report(self, queues: list[QueueFigures]) -> SimulationReport:
        return SimulationReport(
            seed=self.seed,
            from_at=self.from_at,
            until_at=self.until_at,
            contacts=self.contacts,
            entries=len(self.engine.entries),
            restarts=self.engine.epoch - 1,
            lost=self.engine.lost,
            queues=queues,
            agents=self.time.total(self.from_at, self.until_at),
            half_hours=self.intervals.rows(self.from_at, self.until_at),
            rejections=dict(sorted(self.engine.rejections.items())),
            violations=self.ledger.violations,
            checked=self.ledger.checked,
            identity_holds=all(violation.invariant != "T3" for violation in self.ledger.violations),
            sha256=self.engine.sha256(),
        )

    def _fold(self, entry: Entry) -> None:
        for fact in entry.facts:
            self.contacts += isinstance(fact, ContactArrived)
            self.intervals.apply(fact, entry.at)
            if entry.at < self.until_at:
                self.live.apply(fact, entry.at)
                self.time.apply(fact, entry.at)

    def _plan_agents(self) -> None:
        """Seat each agent at a station of his own, where there are enough; the rest take texts only."""
        free = [station.id for station in self._config.stations]
        for agent in self._config.agents:
            if agent.station in free:
                free.remove(agent.station)
        midnight_at = self.from_at - self.from_at % DAY_MS
        for agent, shift in zip(self._config.agents, self._shifts, strict=True):
            person = WorkingAgent(self.scene, agent, self._station(agent, free), shift)
            self.scene.agents[agent.id] = person
            person.plan_days(midnight_at, self.until_at + DRAIN_MS)

    def _station(self, agent: AgentConfig, free: list[StationId]) -> StationId | None:
        if agent.station is not None:
            return agent.station
        return free.pop(0) if free else None

    def _send_home(self) -> None:
        for customer in list(self.scene.customers.values()):
            customer.go()


def simulate(
    config: CenterConfig, hours: int = 24, seed: int = 7, faults: FaultRates | None = None
) -> SimulationReport:
    """Run a day of a configuration with traffic to match its agents, all invariants watched."""
    return Simulation(config, hours, seed, faults=faults).run()
