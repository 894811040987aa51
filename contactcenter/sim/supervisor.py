"""A supervisor who puts the centre and its queues into modes and back, as often as the habits say."""

from __future__ import annotations

from collections.abc import Callable

from contactcenter.model.config import CenterConfig
from contactcenter.model.events import Event, ModeAsked
from contactcenter.model.modes import NORMAL
from contactcenter.model.words import ModeSource
from contactcenter.sim.streams import Streams
from contactcenter.sim.world import World

__all__ = ["Supervisor"]

LASTS_MS_MAX = 2_400_000
OPEN_PERMILLE = 300  # switches that say no end


class Supervisor:
    """Switches at times, to modes and for queues that the seed draws; a mode that holds already is asked for too."""

    def __init__(self, world: World, streams: Streams, submit: Callable[[Event], None]) -> None:
        """Submit what is asked for through `submit`."""
        self._world = world
        self._random = streams.stream("supervisor")
        self._submit = submit

    def plan(self, config: CenterConfig, switches: int, until_at: int) -> None:
        """Spread so many switches over the time until `until_at`; a centre without modes has nothing to switch."""
        self._modes = [NORMAL, *(mode.id for mode in config.modes)]
        self._queues = [None, *(queue.id for queue in config.queues)]
        for _ in range(switches if config.modes else 0):
            self._world.at(self._world.now + self._random.randrange(until_at - self._world.now), self._switch)
        if switches and config.modes:
            self._world.at(until_at, self._go_home)

    def _go_home(self) -> None:
        """Leave everything as usual, or who writes to a queue that offers nothing would wait for ever."""
        for queue in self._queues:
            self._submit(ModeAsked(queue, NORMAL, "supervisor", ModeSource.CONSOLE, "closing time", None))

    def _switch(self) -> None:
        open_end = self._random.randrange(1000) < OPEN_PERMILLE
        until_at = None if open_end else self._world.now + 1 + self._random.randrange(LASTS_MS_MAX)
        queue, mode = self._random.choice(self._queues), self._random.choice(self._modes)
        self._submit(ModeAsked(queue, mode, "supervisor", ModeSource.CONSOLE, "as drawn", until_at))
