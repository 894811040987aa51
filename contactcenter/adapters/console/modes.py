"""Modes over HTTP: what there is, what holds, what a mode would change, and the one act that switches.

A supervisor's page and a program use the same route; each switch stands in the journal with who did it and from where.
"""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from aiohttp import web
from msgspec import Meta

from contactcenter.adapters.console.committing import Acts
from contactcenter.adapters.console.gate import problem
from contactcenter.adapters.console.sign_in import answer
from contactcenter.adapters.shared_state.ports import Bucket, Limiter
from contactcenter.model.changes import differences
from contactcenter.model.config import CenterConfig, ModeConfig
from contactcenter.model.events import ModeAsked
from contactcenter.model.ids import QueueId
from contactcenter.model.words import ModeSource
from contactcenter.reports.modes import ModesInForce
from contactcenter.runtime.ports import Link

__all__ = ["Modes"]

REASON_MAX = 200
BY_PERSON = Bucket("mode", 10, 60.0)  # nobody decides so often; a page that hangs in a loop does

Name = Annotated[str, Meta(min_length=1, max_length=40)]


class Switch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a supervisor asks for: a mode for a queue, or for the whole centre (None), until a time (ms)."""

    mode: Name
    queue: Name | None = None
    until_at: Annotated[int, Meta(ge=0, le=2**53)] | None = None
    reason: Annotated[str, Meta(max_length=REASON_MAX)] = ""


class Modes:
    """The routes of modes."""

    def __init__(self, link: Link, in_force: ModesInForce, limiter: Limiter) -> None:
        """Tell of `in_force`; switch over `link` as often as `limiter` lets people."""
        self._in_force = in_force
        self._acts = Acts(link, limiter, BY_PERSON, "switches")

    async def modes(self, request: web.Request) -> web.StreamResponse:
        """Return the configured modes with what each changes, and the last switches."""
        config = self._in_force.config
        if config is None:
            return problem(503, "The centre has no configuration yet.")
        return answer(
            {
                "modes": [_shown(config, mode) for mode in config.modes],
                "last": msgspec.to_builtins(self._in_force.last()),
            }
        )

    async def switch(self, request: web.Request) -> web.StreamResponse:
        """Switch, and answer once that is committed."""
        # Pages of ours send their origin with whatever they post; programs have none.
        source = ModeSource.CONSOLE if "Origin" in request.headers else ModeSource.API

        def event(asked: Switch, person: str) -> ModeAsked:
            queue = None if asked.queue is None else QueueId(asked.queue)
            return ModeAsked(queue, asked.mode, person, source, asked.reason.strip(), asked.until_at)

        return await self._acts.carry_out(request, Switch, event)


def _shown(config: CenterConfig, mode: ModeConfig) -> dict[str, Any]:
    changes = [msgspec.to_builtins(each) for each in differences(config, mode)]
    return {"id": mode.id, "name": mode.name, "lasts_ms": mode.lasts_ms, "changes": changes}
