"""Why a contact was offered to whom, for supervisors: asked of a process of its own that reads the journal.

Folding a journal takes as long as the journal is; the desk must not stand still meanwhile, and one at a time is enough.
"""

from __future__ import annotations

import asyncio
import contextlib
import re

import structlog
from aiohttp import web

from contactcenter.adapters.console.gate import problem

__all__ = ["Explanations"]

CONTACT = re.compile(r"C[0-9.]{1,40}")
ANSWER_S = 120.0  # a journal of a month; beyond that `contactcenter why` takes its time on the command line
UNKNOWN = 2  # how a command ends that was asked for nonsense
BUSY = "Somebody else is asking just now: try again in a moment."
SLOW = "The journal is too long for this page: run  contactcenter why  on the server."

log = structlog.get_logger(__name__)


class Explanations:
    """The route that explains the offers of one contact."""

    def __init__(self, command: tuple[str, ...], answer_s: float = ANSWER_S) -> None:
        """Ask `command` with a contact's id behind it; it prints JSON. An empty command has no answers."""
        self._command = command
        self._answer_s = answer_s
        self._turn = asyncio.Lock()

    @property
    def busy(self) -> bool:
        """Whether somebody's question is being answered."""
        return self._turn.locked()

    async def why(self, request: web.Request) -> web.StreamResponse:
        """The offers of a contact with their candidates, as JSON."""
        contact = request.match_info["id"]
        if not self._command or not CONTACT.fullmatch(contact):
            return problem(404)
        if self.busy:
            return problem(429, BUSY)
        async with self._turn:
            return await self._ask(contact)

    async def _ask(self, contact: str) -> web.StreamResponse:
        child = await asyncio.create_subprocess_exec(
            *self._command, contact, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
        )
        try:
            told, _ = await asyncio.wait_for(child.communicate(), self._answer_s)
        except TimeoutError:
            return problem(504, SLOW)
        finally:
            if child.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    child.kill()
                await child.wait()
        if child.returncode == UNKNOWN:
            return problem(404)
        if child.returncode:
            log.error("an explanation failed", status=child.returncode)
            return problem(500)
        return web.Response(body=told, content_type="application/json")
