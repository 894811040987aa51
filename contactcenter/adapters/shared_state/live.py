"""The live state of queues and agents as one desk tells it to others: whole, then its changes, numbered without a gap.

It is what a wallboard shows, without the agents' names, which a display has in its settings, and without the name of
who switched a mode.
"""

from __future__ import annotations

import asyncio
import dataclasses
import secrets

import msgspec

from contactcenter.adapters.background import end_if_told
from contactcenter.adapters.shared_state.ports import Figures
from contactcenter.adapters.shared_state.server import RedisServer, Script
from contactcenter.adapters.wall import Clock, wall_ms
from contactcenter.reports.live import AgentFigures, QueueFigures
from contactcenter.reports.modes import ModeFigures

__all__ = ["AGENT", "BEAT_S", "HEAD", "LIVE", "MODES", "QUEUE", "LiveChange", "LiveHead", "LivePublisher"]

TURN_S = 0.25  # four changes a second are life enough for an eye
BEAT_S = 1.0  # a display that hears nothing for three of them says that its figures are old
KEPT_MS = 60_000  # a state that nobody keeps up is gone after a minute
LIVE, HEAD, MODES, QUEUE, AGENT = "live", "head", "modes", "queue ", "agent "

# Adds to the state that stands there, or (without a known head) replaces it. Where another head stands (the server was
# emptied, or another desk wrote) nothing is written: half a state must never look like a whole one.
TELL = Script("""
local head = redis.pcall('HGET', KEYS[1], 'head')
if ARGV[1] == '' then
  redis.call('DEL', KEYS[1])
elseif head ~= ARGV[1] then
  return 0
end
redis.call('HSET', KEYS[1], 'head', ARGV[2])
for i = 5, #ARGV, 2 do redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1]) end
redis.call('PEXPIRE', KEYS[1], ARGV[4])
redis.call('PUBLISH', KEYS[1], ARGV[3])
return 1
""")


class LiveHead(msgspec.Struct, frozen=True):
    """Which state this is: `version` rises by one within an `epoch`, which begins with a whole state."""

    epoch: str
    version: int
    at: int


class LiveChange(msgspec.Struct, frozen=True):
    """What changed with a version; with version 0 all did, and it is read where it is kept."""

    head: LiveHead
    queues: list[QueueFigures] = []
    agents: list[AgentFigures] = []
    modes: list[ModeFigures] | None = None


class LivePublisher:
    """Tells the live state; what could not be told is told whole once the server is back."""

    def __init__(self, server: RedisServer, figures: Figures, live: asyncio.Event, clock: Clock = wall_ms) -> None:
        """Tell `figures` while the desk is `live`: one that still reads the journal shows a past day."""
        self._server = server
        self._figures = figures
        self._live = live
        self._clock = clock
        self._told: LiveHead | None = None
        self._version = -1

    async def run(self) -> None:
        """Tell until cancelled."""
        silent_s = BEAT_S
        while True:
            silent_s = 0.0 if await self._turn(silent_s >= BEAT_S) else silent_s + TURN_S
            end_if_told()
            await asyncio.sleep(TURN_S)

    async def _turn(self, beat: bool) -> bool:
        """Tell what changed, and on a `beat` that nothing did; a whole state only then, so that two cannot race."""
        if not self._live.is_set() or (self._told is None and not beat):
            return False
        after = self._version if self._told is not None else -1
        queues, agents, modes = self._figures.queues(after), self._figures.agents(after), self._figures.modes(after)
        version = self._figures.version
        if not (beat or queues or agents or modes is not None):
            return False
        nameless = [dataclasses.replace(agent, name="") for agent in agents]
        if await self._tell(queues, nameless, modes and [dataclasses.replace(mode, by="") for mode in modes]):
            self._version = version
        else:
            self._told = None
        return True

    async def _tell(
        self, queues: list[QueueFigures], agents: list[AgentFigures], modes: list[ModeFigures] | None
    ) -> bool:
        told, now = self._told, self._clock()
        head = LiveHead(secrets.token_hex(8), 0, now) if told is None else LiveHead(told.epoch, told.version + 1, now)
        change = LiveChange(head) if told is None else LiveChange(head, queues, agents, modes)
        encode = msgspec.json.encode
        rows = [(QUEUE + queue.id, encode(queue)) for queue in queues]
        rows += [(AGENT + agent.id, encode(agent)) for agent in agents]
        rows += [(MODES, encode(modes))] if modes is not None else []
        values = [word for row in rows for word in row]
        before = b"" if told is None else encode(told)
        key = self._server.key(LIVE)
        done = await self._server.run_script(TELL, [key], before, encode(head), encode(change), KEPT_MS, *values)
        self._told = head
        return bool(done)
