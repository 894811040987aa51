"""What programs outside may ask, with the rights of their accounts, and how they are answered.

Nothing raises through: a request that is malformed, not allowed or refused is answered with a sentence.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec

from contactcenter.adapters.bus.backlog import Entries, entries_after
from contactcenter.adapters.bus.live import Live
from contactcenter.adapters.bus.payloads import (
    AgentAsked,
    AgentTold,
    DialAsked,
    Done,
    FactsAsked,
    FactsTold,
    Failure,
    NotReadyAsked,
    TransferAsked,
)
from contactcenter.adapters.bus.published import tell
from contactcenter.adapters.dialling import Dialler, NotDialled
from contactcenter.adapters.handing import target_of
from contactcenter.adapters.json_text import NOT_JSON
from contactcenter.model import events
from contactcenter.model.events import Event
from contactcenter.model.ids import AgentId, ContactId
from contactcenter.model.words import Role
from contactcenter.runtime.ports import Link, LinkLost, StoreAway

__all__ = ["ANSWER_BYTES_MAX", "REQUEST_BYTES_MAX", "Requests", "Rights", "RoleOf"]

REQUEST_BYTES_MAX = 4_096  # the largest legal one has two ids, or one and a number
ANSWER_BYTES_MAX = 262_144  # facts in one answer; the rest is asked for
ANSWER_S = 10.0  # whoever asks has given up by then

Rights = Mapping[str, tuple[Role, ...]]
RoleOf = Callable[[str], Awaitable[Role | None]]
Reply = AgentTold | Done | FactsTold | Failure


class Requests:
    """Carries out what is asked."""

    def __init__(
        self, link: Link, entries: Entries, live: Live, rights: Rights, role_of: RoleOf, dialler: Dialler
    ) -> None:
        """Submit events over `link`; `role_of` finds an account's role by its name, `rights` says what roles may."""
        self._link = link
        self._dialler = dialler
        self._entries = entries
        self._live = live
        self._rights = rights
        self._role_of = role_of

    async def answer(self, user: str, kind: str, payload: bytes) -> bytes:
        """Return the answer to what a user asks."""
        return msgspec.json.encode(await self._reply(user, kind, payload))

    async def _reply(self, user: str, kind: str, payload: bytes) -> Reply:
        roles, rule = self._rights.get(kind), _RULES.get(kind)
        if roles is None or rule is None:
            return Failure("unknown", f"There is no such request; known are {', '.join(self._rights)}.")
        if len(payload) > REQUEST_BYTES_MAX:
            return Failure("malformed", f"A request has {REQUEST_BYTES_MAX} bytes at most.")
        shape, carry_out = rule
        try:
            async with asyncio.timeout(ANSWER_S):
                if await self._role_of(user) not in roles:
                    return Failure("not_allowed", "The account of this name may not ask for this.")
                asked = msgspec.json.decode(payload, type=shape)
                reply: Reply = await carry_out(self, asked)
                return reply
        except msgspec.ValidationError as failure:
            return Failure("malformed", f"This request is malformed: {failure}")
        except NotDialled as refusal:
            return Failure("refused", str(refusal))
        except NOT_JSON:
            return Failure("malformed", "This request is not JSON.")
        except (LinkLost, StoreAway, TimeoutError):
            return Failure("unavailable", "The centre cannot be reached now: try again in a moment.")

    async def _agent_state(self, asked: AgentAsked) -> Reply:
        self._live.look()
        state = self._live.agents.get(asked.agent)
        return Failure("refused", "There is no such agent.") if state is None else AgentTold(state)

    async def _agent_ready(self, asked: AgentAsked) -> Reply:
        return await self._submit(events.ReadyChosen(AgentId(asked.agent)))

    async def _agent_not_ready(self, asked: NotReadyAsked) -> Reply:
        return await self._submit(events.NotReadyChosen(AgentId(asked.agent), asked.reason))

    async def _dial(self, asked: DialAsked) -> Reply:
        return await self._submit(await self._dialler.ask(AgentId(asked.agent), asked.number))

    async def _transfer(self, asked: TransferAsked) -> Reply:
        target = await target_of(self._dialler, asked.to_agent, asked.to_queue, asked.to_number)
        if target is None:
            return Failure("malformed", "Name one agent, one queue or one number to pass the contact on to.")
        return await self._submit(events.TransferAsked(AgentId(asked.agent), ContactId(asked.contact), target))

    async def _read_facts(self, asked: FactsAsked) -> Reply:
        head = await self._link.head()
        facts: list[msgspec.Raw] = []
        size, upto = 0, min(asked.after, head)
        for entry in await entries_after(self._entries, upto, asked.limit):
            told = [payload for _, payload in tell(entry)]
            size += sum(map(len, told))
            if facts and size > ANSWER_BYTES_MAX:
                break
            facts += map(msgspec.Raw, told)
            upto = entry.position.sequence
        return FactsTold(facts, upto, max(head, upto))

    async def _submit(self, event: Event) -> Reply:
        receipt = await self._link.submit(event)
        if receipt.rejected:
            return Failure("refused", receipt.rejected[:1].upper() + receipt.rejected[1:] + ".")
        return Done()


_RULES: dict[str, tuple[type[Any], Callable[[Requests, Any], Awaitable[Reply]]]] = {
    "agent_state": (AgentAsked, Requests._agent_state),
    "agent_ready": (AgentAsked, Requests._agent_ready),
    "agent_not_ready": (NotReadyAsked, Requests._agent_not_ready),
    "dial": (DialAsked, Requests._dial),
    "transfer": (TransferAsked, Requests._transfer),
    "read_facts": (FactsAsked, Requests._read_facts),
}
