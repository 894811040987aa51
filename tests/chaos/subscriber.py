"""A program outside, at the broker: it hears every fact, reads again what it missed, and asks for things itself."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from typing import Any

import aiomqtt
import msgspec

from contactcenter.adapters.bus.published import tell
from contactcenter.model.entry import Entry
from tests.adapters.bus.broker import Broker, Listener
from tests.chaos.crowd import AWAY, Crowd
from tests.chaos.history import Request

__all__ = ["Subscriber"]

AGENT = "liu_yang"  # nobody sits there, so nothing is offered to him
NAME = "crm"
REASON = "meeting"
BROKER_S = 5.0
SHORTEST_S, LONGEST_S = 0.5, 8.0  # for an answer, longer after each that did not come
PAUSE_S = 0.25

Place = tuple[int, int]


class Subscriber:
    """Comes back after each break; `upto` is the entry up to which it lacks nothing."""

    def __init__(self, broker: Broker, crowd: Crowd) -> None:
        self.broker = broker
        self.crowd = crowd
        self.upto = 0
        self.facts: dict[Place, Any] = {}
        self.differing: list[str] = []
        self._ready = False
        self._patience_s = SHORTEST_S

    async def run(self) -> None:
        """Follow until cancelled."""
        while True:
            with contextlib.suppress(aiomqtt.MqttError, *AWAY):
                async with self.broker.client(NAME, "cc/main/facts/#", patience_s=BROKER_S) as crm:
                    while True:
                        await self._read_on(crm)
                        await self._ask(crm)
                        await asyncio.sleep(PAUSE_S)
            await asyncio.sleep(PAUSE_S)

    def compare(self, entries: Sequence[Entry], upto: int) -> list[str]:
        """Return how what it holds differs from the journal, and what of it up to an entry it lacks."""
        told = [msgspec.json.decode(payload) for entry in entries for _, payload in tell(entry)]
        journal = {_place(fact): fact for fact in told}
        missing = [f"{place} was not told" for place in journal.keys() - self.facts.keys() if place[0] <= upto]
        strange = [f"{place} is not so" for place, fact in self.facts.items() if journal.get(place) != fact]
        return [*self.differing, *sorted(missing), *sorted(strange)]

    async def _read_on(self, crm: Listener) -> None:
        """Take what was heard, and read what stands in the journal since the last time."""
        for topic, fact in crm.heard:
            if "/facts/" in topic:
                self._hold(fact)
        crm.heard.clear()
        head = self.upto + 1
        while self.upto < head:
            answer = await self._answer(crm, "read_facts", after=self.upto, limit=500)
            if "upto" not in answer:
                return
            for fact in answer["facts"]:
                self._hold(fact)
            self.upto, head = answer["upto"], answer["head"]

    async def _ask(self, crm: Listener) -> None:
        """Set an agent ready or not in turn."""
        wanted = Request(AGENT, not self._ready, "" if not self._ready else REASON)
        reason = {} if wanted.ready else {"reason": REASON}
        answer = await self._answer(crm, "agent_ready" if wanted.ready else "agent_not_ready", agent=AGENT, **reason)
        if answer.get("ok"):
            self._ready = wanted.ready
            self.crowd.promises.requests.append(wanted)

    async def _answer(self, crm: Listener, kind: str, **fields: Any) -> dict[str, Any]:
        """Ask, and return nothing when no answer comes: what a centre that is away did not hear it does not answer."""
        try:
            async with asyncio.timeout(self._patience_s):
                answer: dict[str, Any] = await crm.ask(kind, **fields)
        except TimeoutError:
            self._patience_s = min(2 * self._patience_s, LONGEST_S)
            return {}
        self._patience_s = SHORTEST_S
        return answer

    def _hold(self, fact: dict[str, Any]) -> None:
        if self.facts.setdefault(_place(fact), fact) != fact:
            self.differing.append(f"{_place(fact)} was told in two ways")


def _place(fact: dict[str, Any]) -> Place:
    return fact["sequence"], fact["number"]
