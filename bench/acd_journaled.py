"""The lifecycles of `bench.acd` through the engine's own shell with the SQLite journal: promises wait for their commit.

Many calls are on their way at once; each goes on when its command comes: answered, rung, taken, ended.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from collections import deque
from collections.abc import Sequence
from pathlib import Path

from bench.acd_floor import Size, configuration
from contactcenter.adapters.journal.figures import quantile
from contactcenter.adapters.journal.sqlite import SqliteJournal
from contactcenter.model import commands, events
from contactcenter.model.commands import Command
from contactcenter.model.entry import Entry
from contactcenter.model.events import Event
from contactcenter.model.facts import ContactArrived, TalkStarted
from contactcenter.model.ids import AgentId, ContactId, LegId, PersonId, StationId
from contactcenter.runtime.pauses import Collector
from contactcenter.runtime.shell import Engine
from contactcenter.runtime.words import quicken

__all__ = ["measure_journaled"]

TOGETHER = 200  # calls between arrival and talk at once; a busy carrier's setting up of calls takes seconds


class People:
    """Callers and agents as the engine's outside: they answer its commands at once."""

    def __init__(self, size: Size) -> None:
        """Expect the engine."""
        self.size = size
        self.engine: Engine | None = None
        self.lifecycles = 0
        self.over = False
        self.collector: Collector | None = None
        self._arrived = 0
        self._callers: dict[ContactId, LegId] = {}
        self._talking: deque[tuple[AgentId, ContactId]] = deque()

    def carry_out(self, command: Command) -> None:
        """Let a caller be connected, and a phone ring and be answered."""
        match command:
            case commands.AnswerLeg():
                self._post(events.LegAnswered(command.leg))
            case commands.DialStation():
                self._post(events.LegRinging(command.leg))
                self._post(events.LegAnswered(command.leg))
            case _:
                pass

    def publish(self, entries: Sequence[Entry]) -> None:
        """Let the longest talk end when another begins and half of all agents talk, and the next caller come."""
        for entry in entries:
            for fact in entry.facts:
                if isinstance(fact, ContactArrived) and fact.leg is not None:
                    self._callers[fact.contact] = fact.leg
                elif isinstance(fact, TalkStarted):
                    self._talking.append((fact.agent, fact.contact))
        if self.collector is not None:
            self.collector.decided(len(entries))
        while len(self._talking) > self.size.agents // 2 and not self.over:
            agent, contact = self._talking.popleft()
            self._post(events.LegHungUp(self._callers.pop(contact)))
            self._post(events.WrapUpFinished(agent, contact, ""))
            self.lifecycles += 1
            self.arrive(int(agent[1:]))

    def fault(self, cause: Event | Command, error: Exception) -> None:
        """Nothing may fail here."""
        raise error

    def ended(self, reason: str) -> None:
        """Nor may the journal."""
        raise RuntimeError(reason)

    def arrive(self, number: int) -> None:
        """Let a call come for the first queue of an agent."""
        self._arrived += 1
        leg, queue = LegId(f"in{self._arrived}"), f"q{number % self.size.skills}"
        self._post(events.CallArrived(leg, "trunk", queue, None, f"k{self._arrived}", PersonId("nobody")))

    def _post(self, event: Event) -> None:
        assert self.engine is not None, "the engine is there before its people"
        rejected = self.engine.post(event).rejected
        if rejected:
            raise RuntimeError(f"{type(event).__name__}: {rejected}")


async def measure_journaled(size: Size, seconds: float, runs: int) -> None:
    """Print what a call costs with a journal, its writing thread included, and how long commits took."""
    with tempfile.TemporaryDirectory() as folder:
        journal, people = SqliteJournal(Path(folder) / "journal.db"), People(size)
        people.engine = engine = Engine(journal, people)
        await engine.start(events.ConfigPublished("bench", configuration(size)))
        for number in range(size.agents):
            agent = AgentId(f"a{number}")
            engine.post(events.ConsoleConnected(agent))
            engine.post(events.AgentSignedIn(agent, StationId(f"p{number}")))
            await engine.submit(events.ReadyChosen(agent))
        for number in range(size.agents // 2 + TOGETHER):
            people.arrive(number)
        people.collector = Collector()
        quicken()
        rates, costs = zip(*[await _one_run(people, seconds) for _ in range(runs)], strict=True)
        p99_ms = 1_000 * quantile(0.99, journal.figures().histograms["journal_commit_seconds"])
        print(
            f"with the SQLite journal, {size.agents:,} agents, {size.skills} skills:"
            f" {1e6 / statistics.median(costs):,.0f} lifecycles per CPU s, {statistics.median(rates):,.0f} by the wall,"
            f" {statistics.median(costs):.0f} us each, commits p99 at most {p99_ms:.1f} ms"
        )
        people.over = True
        await engine.stop()
        journal.close()


async def _one_run(people: People, seconds: float) -> tuple[float, float]:
    """Return lifecycles a second by the wall, and the CPU time (µs) of each with all threads."""
    await asyncio.sleep(0.1)
    begun, spent, done = time.perf_counter(), time.process_time(), people.lifecycles
    await asyncio.sleep(seconds)
    lifecycles = max(1, people.lifecycles - done)  # none in a moment in which the disk does not answer
    return lifecycles / (time.perf_counter() - begun), 1e6 * (time.process_time() - spent) / lifecycles
