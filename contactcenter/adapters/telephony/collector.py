"""Gathers keys after a prompt until a closing key, a count or a silence ends it. What was keyed in stays here."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from contactcenter.model.commands import Collect

__all__ = ["Collector"]

DONE, TIMEOUT, INVALID = "done", "timeout", "invalid"


class Collector:
    """One collection on one leg; `on_end` gets the outcome and the keys, once."""

    def __init__(self, command: Collect, on_end: Callable[[Collect, str, str], None]) -> None:
        self.command = command
        self._on_end = on_end
        self._keys = ""
        self._timer: asyncio.TimerHandle | None = None
        self._over = False

    @property
    def begun(self) -> bool:
        """Whether a key was pressed already, so that the prompts need no longer play."""
        return bool(self._keys)

    def prompts_ended(self) -> None:
        """The prompts were heard: silence counts from now on."""
        if not self._keys:
            self._wait(self.command.first_key_ms)

    def key(self, key: str) -> None:
        """Take a key."""
        command = self.command
        if self._over:
            return
        if key == command.finish_key:
            self._end(DONE if len(self._keys) >= command.min_keys else INVALID)
            return
        self._keys += key
        if len(self._keys) >= command.max_keys:
            self._end(DONE)
        else:
            self._wait(command.next_key_ms)

    def stop(self) -> None:
        """Forget everything; nobody is told."""
        self._over = True
        self._keys = ""
        if self._timer is not None:
            self._timer.cancel()

    def _wait(self, silence_ms: int) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(silence_ms / 1_000, self._silent)

    def _silent(self) -> None:
        """A silence ends the collection: enough keys without a closing one are an answer, none at all is none."""
        if not self._keys:
            self._end(TIMEOUT)
        else:
            self._end(DONE if len(self._keys) >= self.command.min_keys else INVALID)

    def _end(self, outcome: str) -> None:
        keys = self._keys
        self.stop()
        self._on_end(self.command, outcome, keys)
