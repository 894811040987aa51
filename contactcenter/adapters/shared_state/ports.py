"""What the desks ask of the state that they share, as protocols; no third-party library but msgspec may appear here."""

from __future__ import annotations

import asyncio
from typing import Protocol

import msgspec

from contactcenter.reports.live import AgentFigures, QueueFigures
from contactcenter.reports.modes import ModeFigures
from contactcenter.runtime.ports import EngineFigures

__all__ = ["Bucket", "Cache", "Figures", "Kept", "Limiter", "SharedState", "Turn"]


class Kept(msgspec.Struct, frozen=True):
    """What a cache has under a key, None for nothing, and the mark that a `put` for it has to show."""

    value: bytes | None
    mark: bytes


class Cache(Protocol):
    """Copies of what somebody else knows for certain; whoever finds nothing asks there."""

    async def get(self, key: str) -> Kept:
        """Return what is kept under a key."""

    async def put(self, key: str, value: bytes, live_s: float, mark: bytes) -> None:
        """Keep a value for so many seconds, unless everything was forgotten since `get` gave the mark."""

    async def forget_all(self) -> None:
        """From now on find nothing that anybody put until now; what is being read meanwhile is not kept."""


class Bucket(msgspec.Struct, frozen=True):
    """A limit: at most `burst` turns at once, and `burst` in `per_s` seconds, for each key."""

    name: str
    burst: int
    per_s: float


class Turn(msgspec.Struct, frozen=True):
    """One turn of a key within a limit. The key may be personal: it is never kept in the clear outside this process."""

    bucket: Bucket
    key: str


class Limiter(Protocol):
    """Token buckets that several desks take from."""

    async def take(self, *turns: Turn) -> float:
        """Take all turns and return 0, or take none and return how many seconds to wait."""

    async def give_back(self, *turns: Turn) -> None:
        """Undo turns that were taken."""


class Figures(Protocol):
    """The figures of the centre's day, as the wallboards show them."""

    @property
    def version(self) -> int:
        """What rises with every change."""

    def queues(self, after: int = -1) -> list[QueueFigures]:
        """Return the queues that changed after a version."""

    def agents(self, after: int = -1) -> list[AgentFigures]:
        """Return the agents that changed after a version."""

    def modes(self, after: int = -1) -> list[ModeFigures] | None:
        """Return the last switches of modes if any came after a version."""


class SharedState(Protocol):
    """Everything together, for one process."""

    @property
    def cache(self) -> Cache:
        """Copies of what somebody else knows."""

    @property
    def limiter(self) -> Limiter:
        """How often something may happen."""

    async def run(self) -> None:
        """Look after it until cancelled."""

    async def tell(self, figures: Figures, live: asyncio.Event) -> None:
        """Tell other desks the live state, until cancelled, while `live`: until then the journal shows the past."""

    def figures(self) -> EngineFigures:
        """Return what `/metrics` shows of it."""

    async def close(self) -> None:
        """Let it go."""
