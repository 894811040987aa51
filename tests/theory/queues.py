"""Hours at bare queues that theory knows: Poisson calls, exponential talks, and people who do nothing odd."""

from __future__ import annotations

import math
import statistics
from typing import NamedTuple

from msgspec.structs import replace

from contactcenter.model.config import AgentConfig, CenterConfig, EntryConfig, SkillLevel
from contactcenter.model.flow import Branch, EnqueueNode, Flow, HangUpNode
from contactcenter.model.ids import QueueId
from contactcenter.model.words import Channel, VisitOutcome
from contactcenter.reports.tally import Tally
from contactcenter.sim.habits import DAY_MS, Habits, Shift
from contactcenter.sim.simulate import Simulation
from tests.sim.centres import FAULTS, SALES, bare_queue

__all__ = [
    "TALK_MS",
    "Interval",
    "abandoned",
    "busy_queue",
    "interval",
    "mean_wait_ms",
    "run",
    "tally_of",
    "two_skills",
]

TALK_MS = 180_000
T_95 = {7: 2.365, 29: 2.045}  # Student's t, 97.5 %, by degrees of freedom: for 8 and for 30 seeds


class Interval(NamedTuple):
    """The 95 % interval of a mean."""

    low: float
    mean: float
    high: float


def plain(calls_per_hour: int, patience_ms: int) -> Habits:
    """Return the habits of callers who wait, talk and go, and of agents who answer at once."""
    return Habits(
        pass_on_permille=0,
        calls_per_hour=calls_per_hour,
        chats_per_hour=0,
        texts_per_hour=0,
        profile=(1000,) * 48,
        population=10**9,
        patience_ms=patience_ms,
        consult_permille=0,
        known_permille=0,  # whom the look-up knows may wait for the own agent
        leave_unanswered_permille=0,
        talk_ms=TALK_MS,
        talk_sigma=0,
        agent_ends_permille=0,
        hold_permille=0,
        answer_ms=0,
        no_answer_permille=0,
        busy_permille=0,
    )


def run(config: CenterConfig, seed: int, calls_per_hour: int, patience_ms: int, hours: int) -> Simulation:
    """Let some hours pass at a centre whose agents are all there all day."""
    shifts = [Shift(0, DAY_MS)] * len(config.agents)
    habits = plain(calls_per_hour, patience_ms)
    simulation = Simulation(config, hours, seed, habits=habits, shifts=shifts, commit_ms=0, checked=False)
    simulation.run()
    return simulation


def busy_queue(seed: int, calls_per_hour: int, patience_ms: int, hours: int = 12, agents: int = 10) -> Simulation:
    """Let some hours pass at one queue."""
    return run(bare_queue(agents), seed, calls_per_hour, patience_ms, hours)


def two_skills(only_faults: int, only_sales: int, both: int) -> CenterConfig:
    """Two queues with a number each; faults go before sales at those who can do both, who are asked last."""
    usual = bare_queue(only_faults + only_sales + both)
    skills = (
        *[(SkillLevel("faults", 5),)] * only_faults,
        *[(SkillLevel("sales", 5),)] * only_sales,
        *[(SkillLevel("faults", 5), SkillLevel("sales", 5))] * both,
    )
    agents: tuple[AgentConfig, ...] = tuple(
        replace(agent, skills=skilled) for agent, skilled in zip(usual.agents, skills, strict=True)
    )
    faults = replace(usual.queues[0], priority=1, strategy="ordered")
    sales = replace(faults, id=SALES, name="Sales", skill="sales", priority=0)
    return replace(
        usual,
        entries=(
            EntryConfig("100", Channel.VOICE, "to_faults", "en"),
            EntryConfig("101", Channel.VOICE, "to_sales", "en"),
        ),
        queues=(faults, sales),
        agents=agents,
        flows=(straight("to_faults", FAULTS), straight("to_sales", SALES)),
    )


def straight(name: str, queue: QueueId) -> Flow:
    """Return the flow that goes to a queue without a word."""
    return Flow(name, "in", (Branch("in", EnqueueNode(queue, "out")), Branch("out", HangUpNode())))


def tally_of(simulation: Simulation, queue: QueueId = FAULTS, warm_up_ms: int = 0) -> Tally:
    """Return what became of all who came to a queue after the time in which it fills."""
    total = Tally()
    for row in simulation.intervals.rows(simulation.from_at + warm_up_ms, simulation.until_at):
        if row.queue == queue:
            total.add(row.by_arrival)
    return total


def mean_wait_ms(tally: Tally) -> float:
    """Return the mean wait of those who were served."""
    return tally.handled_wait_ms / tally.outcomes[VisitOutcome.HANDLED]


def abandoned(tally: Tally) -> float:
    """Return the share of those who hung up while they waited."""
    return (tally.outcomes[VisitOutcome.ABANDONED] + tally.outcomes[VisitOutcome.SHORT_ABANDONED]) / tally.offered


def interval(values: list[float]) -> Interval:
    """Return the 95 % interval of the mean of 8 or 30 independent runs."""
    middle = statistics.mean(values)
    half = T_95[len(values) - 1] * statistics.stdev(values) / math.sqrt(len(values))
    return Interval(middle - half, middle, middle + half)
