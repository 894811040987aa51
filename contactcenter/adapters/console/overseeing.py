"""What a supervisor does with agents: setting the state of one, which the centre notes with the supervisor's name."""

from __future__ import annotations

from typing import Annotated

import msgspec
from aiohttp import web
from msgspec import Meta

from contactcenter.adapters.console.committing import commit
from contactcenter.adapters.console.gate import session_of
from contactcenter.adapters.console.sign_in import read_json
from contactcenter.model.events import StateForced
from contactcenter.model.ids import AgentId
from contactcenter.model.words import Presence
from contactcenter.runtime.ports import Link

__all__ = ["Overseeing"]


class StateAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an agent is to be as soon as the hands are empty."""

    presence: Presence
    reason: Annotated[str, Meta(max_length=200)] = ""


class Overseeing:
    """The routes of supervisors' acts."""

    def __init__(self, link: Link) -> None:
        """Submit events over `link`."""
        self._link = link

    async def agent_state(self, request: web.Request) -> web.StreamResponse:
        """Set an agent's state; 409 with a sentence where it cannot be set."""
        asked = await read_json(request, StateAsked)
        if isinstance(asked, web.Response):
            return asked
        by = session_of(request).person.name
        event = StateForced(AgentId(request.match_info["id"]), asked.presence, asked.reason, by)
        return await commit(self._link, event)
