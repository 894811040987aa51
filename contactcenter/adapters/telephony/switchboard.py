"""What the telephony adapter's parts share: legs, the way to the centre, the vault, background work and counters."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine
from typing import Any

from contactcenter.adapters.telephony.legs import Leg, Legs, Tombstones
from contactcenter.model.events import Event
from contactcenter.model.ids import LegId
from contactcenter.runtime.ports import Vault

__all__ = ["Switchboard"]


class Switchboard:
    """Shared state; `post` hands an event to the centre and tells whether it was taken.

    It may carry out releases before it returns.
    """

    def __init__(
        self, vault: Vault, post: Callable[[Event], bool], fault: Callable[[str, BaseException], None]
    ) -> None:
        self.vault = vault
        self.post = post
        self.legs = Legs()
        self.ended_early = Tombstones()
        self.counters: Counter[str] = Counter()
        self._fault = fault
        self._work: set[asyncio.Task[None]] = set()

    def leg(self, leg: LegId, kind: str) -> Leg | None:
        """Return the leg that a command of a kind names; one that is not held is counted."""
        found = self.legs.find(leg)
        if found is None:
            self.counters[f"late_{kind}"] += 1
        return found

    def report(self, what: str, error: BaseException) -> None:
        """Report a fault of our own."""
        self._fault(what, error)

    def spawn(self, work: Coroutine[Any, Any, None], name: str) -> None:
        """Do something beside everything else; a fault of our own is reported, not lost."""
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._work.add(task)
        task.add_done_callback(self._settle)

    def _settle(self, task: asyncio.Task[None]) -> None:
        self._work.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._fault(task.get_name(), error)

    async def settle(self) -> None:
        """Wait for all background work."""
        while self._work:
            await asyncio.wait(set(self._work))
