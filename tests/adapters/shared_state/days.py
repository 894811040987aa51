"""One desk that tells the live state of a small centre's day, and displays that hear it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from contactcenter.adapters.shared_state.live import LivePublisher
from contactcenter.adapters.shared_state.mirror import LiveReader, Mirror
from contactcenter.adapters.shared_state.options import RedisOptions
from contactcenter.adapters.shared_state.server import RedisServer
from contactcenter.reports.live import AgentFigures, LiveFigures, QueueFigures
from contactcenter.reports.modes import ModeFigures
from tests.stories.centre import ANNA, BO, FAULTS, Centre

__all__ = ["NAMES", "Day", "heard_from", "shows", "told_to"]

NAMES = {ANNA: "Anna", BO: "Bo"}


class Day:
    """A centre's day as a desk counts it."""

    def __init__(self) -> None:
        """Begin with the small centre, nobody here."""
        self.centre, self.live = Centre(), LiveFigures(0)
        self.taken = self.callers = 0
        self.look()

    def look(self) -> None:
        """Take what was stated since."""
        for entry in self.centre.journal[self.taken :]:
            for fact in entry.facts:
                self.live.apply(fact, entry.at)
        self.taken = len(self.centre.journal)

    def calls(self) -> None:
        """Somebody calls and waits."""
        self.callers += 1
        self.centre.calls(f"+86139000000{self.callers:02}")
        self.look()

    @property
    def version(self) -> int:
        """What rises with every change."""
        return self.live.version

    def queues(self, after: int = -1) -> list[QueueFigures]:
        """Return the queues that changed after a version."""
        return self.live.queues(self.centre.now, after)

    def agents(self, after: int = -1) -> list[AgentFigures]:
        """Return the agents that changed after a version."""
        return self.live.agents(after)

    def modes(self, after: int = -1) -> list[ModeFigures] | None:
        """Return the last switches of modes if any came after a version."""
        return self.live.mode_figures(after)


@asynccontextmanager
async def told_to(options: RedisOptions, day: Day, live: bool = True) -> AsyncIterator[asyncio.Event]:
    """A desk that tells a day; give what says whether it is live."""
    server, event = RedisServer(options, "main"), asyncio.Event()
    if live:
        event.set()
    async with both(server, LivePublisher(server, day, event)):
        yield event


@asynccontextmanager
async def heard_from(options: RedisOptions) -> AsyncIterator[Mirror]:
    """A display's mirror that is kept up."""
    server, mirror = RedisServer(options, "main"), Mirror([FAULTS], NAMES)
    async with both(server, LiveReader(server, mirror)):
        yield mirror


@asynccontextmanager
async def both(server: RedisServer, other: LivePublisher | LiveReader) -> AsyncIterator[None]:
    """Let a server's probe and another work."""
    working = [asyncio.ensure_future(server.run()), asyncio.ensure_future(other.run())]
    try:
        yield
        assert not [task for task in working if task.done()]
    finally:
        for task in working:
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(*working)
        await server.close()


def shows(mirror: Mirror, day: Day) -> bool:
    """Whether a mirror shows the day as it is, names included."""
    return not mirror.is_old and (mirror.queues(), mirror.agents()) == (day.queues(), day.agents())
