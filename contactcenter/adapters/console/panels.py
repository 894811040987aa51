"""Turns the views of the desktop into what the pages show: boxes opened, bodies read, customers found.

Opened boxes stay in memory for a while and are dropped when anybody is erased. Nothing here is ever logged.
"""

from __future__ import annotations

import contextlib
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from typing import Any

import msgspec

from contactcenter.adapters.console.desktop import Desktop
from contactcenter.adapters.console.views import AgentView, ContactView, MessageView, WorkView
from contactcenter.adapters.customers.directory import Customer, Customers
from contactcenter.adapters.database.history import History, Row
from contactcenter.adapters.database.messages import Bodies, page_id
from contactcenter.adapters.texts import Texts
from contactcenter.model.facts import PenaltyBegan
from contactcenter.model.ids import AgentId
from contactcenter.model.sealed import Sealed
from contactcenter.model.words import Author, Channel, Direction
from contactcenter.reports.callbacks import CallbackRow
from contactcenter.reports.messages import MessageRow
from contactcenter.runtime.ports import Link, LinkLost

__all__ = ["Boxes", "Panels"]

OPENED_MAX = 10_000

Page = dict[str, Any]


class Boxes:
    """Opens sealed boxes through the engine and remembers what was in them."""

    def __init__(self, link: Link) -> None:
        """Open boxes over `link`."""
        self._link = link
        self._opened: OrderedDict[Sealed, str | None] = OrderedDict()
        self._era = 0  # what was read before an erasure must not be kept after it

    async def open(self, boxes: Iterable[Sealed | None]) -> dict[Sealed, str]:
        """Return what is in the boxes; erased ones are missing, and all while the engine is away."""
        wanted = [box for box in dict.fromkeys(boxes) if box is not None]
        missing = [box for box in wanted if box not in self._opened]
        if missing:
            era = self._era
            with contextlib.suppress(LinkLost):
                fresh = dict(zip(missing, await self._link.open(missing), strict=True))
                self._opened.update(fresh if era == self._era else {})
        found = {box: text for box in wanted if (text := self._opened.get(box)) is not None}
        while len(self._opened) > OPENED_MAX:
            self._opened.popitem(last=False)
        return found

    async def with_numbers(self, rows: Sequence[CallbackRow] | Sequence[MessageRow]) -> list[dict[str, Any]]:
        """Return rows as pages show them, their numbers in clear; erased ones are missing."""
        opened = await self.open([row.number for row in rows])
        return [
            {**msgspec.to_builtins(replace(row, number=None)), "number": opened.get(row.number) if row.number else None}
            for row in rows
        ]

    def forget(self) -> None:
        """Drop everything from memory: somebody was erased."""
        self._era += 1
        self._opened.clear()


class Panels:
    """Renders agents, contacts and messages."""

    def __init__(
        self, desktop: Desktop, boxes: Boxes, bodies: Bodies, customers: Customers, history: History, texts: Texts
    ) -> None:
        """Render what is in `desktop` with what the others know."""
        self._desktop = desktop
        self._boxes = boxes
        self._bodies = bodies
        self._customers = customers
        self._history = history
        self._texts = texts

    def agent(self, agent: AgentView) -> Page:
        """Render an agent's own state."""
        return {
            "id": agent.id,
            "name": agent.name,
            "station": agent.station,
            "home_station": self._desktop.home_station(agent.id),
            "station_reachable": agent.station is not None and self._desktop.reachable.get(agent.station, False),
            "presence": agent.presence,
            "reason": agent.reason,
            "since_at": agent.since_at,
            "next": None if agent.next is None else asdict(agent.next),
            "penalties": [self._penalty(penalty) for penalty in agent.penalties.values()],
        }

    def _penalty(self, penalty: PenaltyBegan) -> Page:
        queue = self._desktop.queues.get(penalty.queue) if penalty.queue is not None else None
        name = queue.name if queue is not None else penalty.queue or ""
        return {"queue": penalty.queue, "queue_name": name, "outcome": penalty.outcome, "until_at": penalty.until_at}

    async def contact(self, view: ContactView, agent: AgentView, work: WorkView) -> Page:
        """Render a contact for the agent who has it in hand."""
        opened = await self._boxes.open([view.address, *view.inputs.values()])
        customer = await self._customers.get(view.customer) if view.customer is not None else None
        before = await self._history.latest(view.customer, view.address_key, view.id)
        return {
            **self._standing(view, agent, work),
            "name": self._colleague(view, agent) or self._name(view, opened, customer),
            "address": "" if view.channel is Channel.CHAT else opened.get(view.address, "") if view.address else "",
            "path": [self._step(view, step.node, step.key, step.label) for step in view.path],
            "inputs": [
                {"name": name, "value": opened.get(box) if box is not None else None}
                for name, box in view.inputs.items()
            ],
            "customer": None if customer is None else msgspec.to_builtins(customer),
            "history": [{**row, "agent": self.agent_name(row["agent"])} for row in before],
            "messages": await self.messages(view.messages),
        }

    def _standing(self, view: ContactView, agent: AgentView, work: WorkView) -> Page:
        queue = self._desktop.queues.get(view.queue) if view.queue is not None else None
        rules = work.rules or self._desktop.rules_of(view)
        by_click = view.channel is not Channel.VOICE or view.left is not None
        can_accept = by_click or self._desktop.answers_on_command(agent.station)
        return {
            "id": view.id,
            "channel": view.channel,
            "direction": view.direction,
            "state": work.state,
            "offer": work.offer if work.expires_at is not None else None,
            "queue": view.queue,
            "queue_name": queue.name if queue is not None else "",
            "expires_at": work.expires_at,
            "since_at": work.since_at,
            "arrived_at": view.arrived_at,
            "waited_ms": _waited_ms(view, work),
            "can_accept": can_accept,
            "auto": work.auto,
            "dispositions": list(rules.dispositions) if rules is not None else [],
            "wrap_up": rules.wrap_up if rules is not None else None,
            "wrap_up_ends_at": work.wrap_up_ends_at,
            "extensions": work.extensions,
            "extensions_left": max(0, rules.wrap_up_extensions - work.extensions) if rules is not None else 0,
            "recording": view.recording,
            "passed_on_by": self.agent_name(view.passed_on_by),
            "called_back": view.called_back,
            "message": msgspec.to_builtins(view.left),
            "consult": self._consult(view, agent),
            "over": view.ended,
        }

    def _consult(self, view: ContactView, agent: AgentView) -> Page | None:
        """Return with whom this agent talks about the contact: the colleague she asked, or who asks her."""
        consult = view.consult
        if consult is None:
            return None
        asks = consult.agent == agent.id
        other = consult.colleague if asks else consult.agent
        return {
            "with": self.agent_name(other),
            "asks": asks,
            "answered": consult.answered,
            "aside": consult.aside,
            "joined": consult.joined,
        }

    def _colleague(self, view: ContactView, agent: AgentView) -> str:
        """Return who is at the other end of a call among colleagues, empty for any other contact."""
        others = [each for each in view.between if each is not None and each != agent.id]
        return self.agent_name(others[0]) or "" if view.direction is Direction.INTERNAL else ""

    def _name(self, view: ContactView, opened: dict[Sealed, str], customer: Customer | None) -> str:
        given = opened.get(view.address, "") if view.channel is Channel.CHAT and view.address is not None else ""
        return given or (customer.name if customer is not None else "")

    def _step(self, view: ContactView, node: str, key: str, label: str) -> Page:
        return {"node": node, "key": key, "label": self._texts.of(label, view.language)}

    async def messages(self, views: list[MessageView]) -> list[Page]:
        """Render texts, system texts in their conversation's language."""
        bodies = await self._bodies.read(view.id for view in views if view.author is not Author.SYSTEM)
        return [self._message(view, bodies.get(view.id, "")) for view in views]

    def _message(self, view: MessageView, body: str) -> Page:
        system = view.author is Author.SYSTEM
        return {
            "id": page_id(view.id),
            "number": view.number,
            "author": view.author,
            "text": self._texts.say(view.prompts, view.language) if system else body,
            "at": view.at,
            "delivery": view.delivery,
            "agent": self.agent_name(view.agent),
            "choices": [{"key": key, "label": self._texts.of(label, view.language)} for key, label in view.choices],
        }

    def stored(self, row: Row) -> Page:
        """Render a text that is only in the records any more."""
        view = MessageView(
            id=row["id"],
            number=row["number"],
            author=Author(row["author"]),
            at=row["at"],
            agent=row["agent"],
            prompts=tuple(row["prompts"] or ()),
            choices=(),
            language=row["language"] or "",
            delivery=row["delivery"],
        )
        return self._message(view, row["body"] or "")

    def agent_name(self, agent: AgentId | None) -> str | None:
        """Return how an agent is called, or None."""
        view = self._desktop.agents.get(agent) if agent is not None else None
        return view.name if view is not None else agent


def _waited_ms(view: ContactView, work: WorkView) -> int:
    """Return how long the customer waited in the queue; who was called by us did not."""
    if view.direction in (Direction.OUTBOUND, Direction.INTERNAL) and view.queue is None:
        return 0
    return view.waited_ms if view.waited_ms is not None else work.since_at - view.opened_at
