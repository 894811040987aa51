"""How many contacts a second the centre alone can carry: `python -m bench.acd [agents …]`.

A lifecycle is a call from its arrival over offer, ring, answer, talk, hang-up and wrap-up to the agent's being ready
again, six events through `center.handle` without journal or network. Half of the agents talk all the time, so that
lines and timers are as full as in life. Prints figures, asserts nothing about time.
"""

from __future__ import annotations

import gc
import sys
import time
from collections import deque

from contactcenter.center import Center
from contactcenter.model import commands, events
from contactcenter.model.config import AgentConfig, CenterConfig, EntryConfig, QueueConfig, SkillLevel, StationConfig
from contactcenter.model.events import Event
from contactcenter.model.facts import OfferMade
from contactcenter.model.flow import Branch, EnqueueNode, Flow, HangUpNode
from contactcenter.model.ids import AgentId, ContactId, LegId, PersonId, QueueId, StationId
from contactcenter.model.step import Step
from contactcenter.model.words import Channel

QUEUES = 20  # each agent serves two of them
SECONDS = 3.0
SIZES = (100, 1_000, 10_000)
WAITING = (20, 1_000, 10_000)  # spread over the queues


def configuration(agents: int) -> CenterConfig:
    """Agents with phones that need no registration, each in two of the queues; one number per queue."""
    queues = [QueueId(f"q{number}") for number in range(QUEUES)]
    return CenterConfig(
        name="bench",
        languages=("en",),
        entries=tuple(EntryConfig(queue, Channel.VOICE, queue, "en") for queue in queues),
        queues=tuple(QueueConfig(queue, queue, queue, record=False, announce_every_ms=0) for queue in queues),
        agents=tuple(
            AgentConfig(
                AgentId(f"a{number}"),
                f"a{number}",
                (SkillLevel(f"q{number % QUEUES}", 5), SkillLevel(f"q{(number * 7 + 1) % QUEUES}", 5)),
                station=StationId(f"p{number}"),
            )
            for number in range(agents)
        ),
        stations=tuple(StationConfig(StationId(f"p{number}"), contact="sip:phone") for number in range(agents)),
        flows=tuple(
            Flow(queue, "in", (Branch("in", EnqueueNode(queue, "out")), Branch("out", HangUpNode())))
            for queue in queues
        ),
    )


class Floor:
    """A centre with everybody ready, and the calls that go through it."""

    def __init__(self, agents: int) -> None:
        """Sign everybody in."""
        self.center = Center()
        self.now = 1_000_000
        self.count = 0
        self.took_us: list[int] = []
        self.callers: deque[LegId] = deque()
        self.talking: deque[tuple[LegId, AgentId, ContactId]] = deque()
        self.handle(events.ConfigPublished("bench", configuration(agents)))
        for number in range(agents):
            agent = AgentId(f"a{number}")
            for event in (
                events.ConsoleConnected(agent),
                events.AgentSignedIn(agent, StationId(f"p{number}")),
                events.ReadyChosen(agent),
            ):
                self.handle(event)

    def handle(self, event: Event) -> Step:
        """Let an event happen a millisecond later; note how long the decision took."""
        self.now += 1
        due_at = self.center.deadline()
        if due_at is not None and due_at <= self.now:
            self.center.handle(events.TimePassed(), self.now)
        begun = time.perf_counter_ns()
        step = self.center.handle(event, self.now)
        self.took_us.append((time.perf_counter_ns() - begun) // 1000)
        if step.rejected is not None:
            raise RuntimeError(step.rejected)
        return step

    def arrive(self) -> Step:
        """Let a call arrive and enter its queue."""
        self.count += 1
        leg = LegId(f"in{self.count}")
        dialled = f"q{self.count % QUEUES}"
        self.handle(events.CallArrived(leg, "trunk", dialled, None, f"k{self.count}", PersonId("nobody")))
        self.callers.append(leg)
        return self.handle(events.LegAnswered(leg))

    def answer(self, step: Step, leg: LegId) -> None:
        """Let the phone that a step dialled be answered."""
        offer = next(fact for fact in step.facts if isinstance(fact, OfferMade))
        dial = next(command for command in step.commands if isinstance(command, commands.DialStation))
        self.handle(events.LegRinging(dial.leg))
        self.handle(events.LegAnswered(dial.leg))
        self.talking.append((leg, offer.agent, offer.contact))

    def begin(self) -> None:
        """Let a call arrive, be offered and be answered."""
        step = self.arrive()
        self.answer(step, self.callers.pop())

    def waiting_leg(self, step: Step) -> LegId:
        """The caller whom a step offered."""
        dial = next(command for command in step.commands if isinstance(command, commands.DialStation))
        assert dial.beside is not None, "an offer is rung beside its caller"
        return dial.beside

    def end(self) -> Step:
        """Let the longest talk end and its agent be ready again."""
        leg, agent, contact = self.talking.popleft()
        self.handle(events.LegHungUp(leg))
        return self.handle(events.WrapUpFinished(agent, contact, ""))


def settle(floor: Floor) -> None:
    """Begin to measure: what was loaded is left alone by the garbage collector, as the engine does it."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 1_000_000)
    floor.took_us = []


def percentiles(floor: Floor) -> str:
    """The middle and the slow end of what decisions took, in µs."""
    took = sorted(floor.took_us)
    return f"{took[len(took) // 2]:>10,} {took[len(took) * 99 // 100]:>10,}"


def measure_lifecycles(agents: int) -> None:
    """Print one row: calls that find a free agent at once."""
    floor = Floor(agents)
    for _ in range(agents // 2):
        floor.begin()
    settle(floor)
    begun, lifecycles = time.perf_counter(), 0
    while time.perf_counter() - begun < SECONDS:
        floor.begin()
        floor.end()
        lifecycles += 1
    seconds = time.perf_counter() - begun
    rates = f"{lifecycles / seconds:>14,.0f} {len(floor.took_us) / seconds:>12,.0f}"
    print(f"{agents:>8,} {'-':>8} {rates} {percentiles(floor)}")


def measure_waiting(waiting: int) -> None:
    """Print one row: agents who never come to rest, because as many as given wait all the time."""
    floor = Floor(QUEUES)
    for _ in range(QUEUES):
        floor.begin()
    for _ in range(waiting):
        floor.arrive()
    settle(floor)
    begun, lifecycles = time.perf_counter(), 0
    while time.perf_counter() - begun < SECONDS:
        floor.arrive()
        step = floor.end()
        floor.answer(step, floor.waiting_leg(step))
        lifecycles += 1
    seconds = time.perf_counter() - begun
    rates = f"{lifecycles / seconds:>14,.0f} {len(floor.took_us) / seconds:>12,.0f}"
    print(f"{QUEUES:>8,} {waiting:>8,} {rates} {percentiles(floor)}")


def main() -> None:
    """Measure the sizes asked for."""
    print(f"{'agents':>8} {'waiting':>8} {'lifecycles/s':>14} {'events/s':>12} {'p50 us':>10} {'p99 us':>10}")
    for agents in [int(word) for word in sys.argv[1:]] or SIZES:
        measure_lifecycles(agents)
    for waiting in WAITING:
        measure_waiting(waiting)


if __name__ == "__main__":
    main()
