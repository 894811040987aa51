"""The live state as another desk tells it: kept up by changes, read whole after a gap, old when nothing comes."""

from __future__ import annotations

import asyncio
import dataclasses
import time
from collections.abc import Callable, Mapping, Sequence

import msgspec
import structlog

from contactcenter.adapters.background import end_if_told
from contactcenter.adapters.shared_state.live import AGENT, BEAT_S, HEAD, LIVE, MODES, QUEUE, LiveChange, LiveHead
from contactcenter.adapters.shared_state.server import RedisServer
from contactcenter.adapters.wall import Clock, wall_ms
from contactcenter.model.ids import AgentId, QueueId
from contactcenter.reports.live import AgentFigures, QueueFigures
from contactcenter.reports.modes import ModeFigures

__all__ = ["LiveReader", "Mirror"]

OLD_S = 3 * BEAT_S
RETRY_S = 0.5

log = structlog.get_logger(__name__)


class Mirror:
    """What was heard last. `version` rises with every change here, `edition` when everything is new."""

    def __init__(
        self,
        queues: Sequence[QueueId],
        names: Mapping[AgentId, str],
        clock: Clock = wall_ms,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Begin empty; `queues` and `names` give the order, and the agents' names, which are not told."""
        self._queue_order = {queue: place for place, queue in enumerate(queues)}
        self._agent_order = {agent: place for place, agent in enumerate(names)}
        self._names = names
        self._clock = clock
        self._monotonic = monotonic
        self._queues: dict[QueueId, tuple[int, QueueFigures]] = {}
        self._agents: dict[AgentId, tuple[int, AgentFigures]] = {}
        self._modes: list[ModeFigures] = []
        self._modes_version = 0
        self._told_at = clock()
        self._heard = monotonic() - OLD_S
        self.edition = self.version = 0

    def replace(
        self, queues: Sequence[QueueFigures], agents: Sequence[AgentFigures], modes: Sequence[ModeFigures] = ()
    ) -> None:
        """Take a whole state."""
        self._queues.clear()
        self._agents.clear()
        self.edition += 1
        self.take(queues, agents, list(modes))

    def take(
        self, queues: Sequence[QueueFigures], agents: Sequence[AgentFigures], modes: list[ModeFigures] | None = None
    ) -> None:
        """Take what changed."""
        self.version += bool(queues or agents or modes is not None)
        if modes is not None:
            self._modes, self._modes_version = modes, self.version
        self._queues |= {queue.id: (self.version, queue) for queue in queues}
        for agent in agents:
            name = self._names.get(agent.id, str(agent.id))
            self._agents[agent.id] = self.version, dataclasses.replace(agent, name=name)

    def hear(self, told_at: int) -> None:
        """Note that what is here was right a moment ago, by the clock of who told it."""
        self._told_at, self._heard = told_at, self._monotonic()

    @property
    def is_old(self) -> bool:
        """Whether nobody has kept this up for too long."""
        return self._monotonic() - self._heard > OLD_S

    @property
    def heard_at(self) -> int:
        """When this was right the last time (ms, on the centre's clock); the start of this process before the first."""
        return self._told_at

    def now(self) -> int:
        """Return the time (ms) as the centre has it, as far as that was heard."""
        return self._told_at + int((self._monotonic() - self._heard) * 1000) if self.edition else self._clock()

    def gauges(self) -> dict[str, float]:
        """Return what `/metrics` shows of it."""
        return {"live_heard": float(not self.is_old), "live_age_seconds": self._monotonic() - self._heard}

    def queues(self, after: int = -1) -> list[QueueFigures]:
        """Return the queues that changed after a version."""
        order = self._queue_order
        found = [queue for version, queue in self._queues.values() if version > after]
        return sorted(found, key=lambda queue: (order.get(queue.id, len(order)), queue.id))

    def agents(self, after: int = -1) -> list[AgentFigures]:
        """Return the agents that changed after a version."""
        order = self._agent_order
        found = [agent for version, agent in self._agents.values() if version > after]
        return sorted(found, key=lambda agent: (order.get(agent.id, len(order)), agent.id))

    def modes(self, after: int = -1) -> list[ModeFigures] | None:
        """Return the last switches of modes if any came after a version."""
        return self._modes if self._modes_version > after else None


class LiveReader:
    """Keeps a mirror up with what a desk tells over Redis."""

    def __init__(self, server: RedisServer, mirror: Mirror) -> None:
        """Fill `mirror`."""
        self._server = server
        self._mirror = mirror
        self._key = server.key(LIVE)
        self._head: LiveHead | None = None

    async def run(self) -> None:
        """Listen until cancelled, however often the server goes."""
        while True:
            self._head = None
            try:
                async with self._server.subscription(self._key) as messages:
                    async for message in messages:
                        await self._take(message)
                        end_if_told()
            except Exception as failure:  # a server that is gone or talks rubbish: the mirror grows old, that is all
                log.debug("live state not heard", reason=type(failure).__name__)
            end_if_told()
            await asyncio.sleep(RETRY_S)

    async def _take(self, message: bytes) -> None:
        change = msgspec.json.decode(message, type=LiveChange)
        head, known = change.head, self._head
        if known is None or known.epoch != head.epoch or head.version > known.version + 1:
            await self._read_whole()
        elif head.version == known.version + 1:
            self._mirror.take(change.queues, change.agents, change.modes)
            self._head = head
        if self._head is not None and self._head.epoch == head.epoch and self._head.version >= head.version:
            self._mirror.hear(self._head.at)

    async def _read_whole(self) -> None:
        self._head = None
        fields = await self._server.read_hash(self._key)
        if not fields or HEAD.encode() not in fields:
            return
        rows = {name.decode(): value for name, value in fields.items()}
        head = msgspec.json.decode(rows.pop(HEAD), type=LiveHead)
        decode = msgspec.json.decode
        queues = [decode(row, type=QueueFigures) for name, row in rows.items() if name.startswith(QUEUE)]
        agents = [decode(row, type=AgentFigures) for name, row in rows.items() if name.startswith(AGENT)]
        modes = decode(rows.get(MODES, b"[]"), type=list[ModeFigures])
        self._mirror.replace(queues, agents, modes)
        self._head = head
