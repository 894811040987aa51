"""What all simulated people share: time, chance, the ways to the engine; and who hears which fact.

People see of the centre what they would see in life (their own phone, page or console), by the facts that those show.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from contactcenter.model.config import CenterConfig
from contactcenter.model.entry import Entry
from contactcenter.model.events import Event
from contactcenter.model.facts import (
    ContactArrived,
    ContactEnded,
    Fact,
    PresenceChanged,
    TalkEnded,
    TalkStarted,
    WorkChanged,
)
from contactcenter.model.ids import AgentId, ContactId, LegId
from contactcenter.model.words import Presence, Work
from contactcenter.sim.habits import Habits
from contactcenter.sim.streams import Streams
from contactcenter.sim.telephony import Telephony
from contactcenter.sim.world import World

__all__ = ["Customer", "Person", "Scene"]

NO_CONTACT, NO_AGENT = ContactId(""), AgentId("")


class Person(Protocol):
    """Somebody who hears the facts that concern him."""

    def notice(self, fact: Fact) -> None:
        """Hear a fact; whatever follows is planned, never done at once."""


class Customer(Person, Protocol):
    """Somebody who calls or writes."""

    def go(self) -> None:
        """Leave, whatever the step."""


@dataclass(slots=True)
class FreeAgents:
    """Whom every console shows as ready and with nothing in hand, the one who came first."""

    _ready: dict[AgentId, None] = field(default_factory=dict)
    _work: dict[AgentId, set[ContactId]] = field(default_factory=dict)

    def see(self, fact: Fact) -> None:
        """Follow presence and work."""
        match fact:
            case PresenceChanged(presence=Presence.READY):
                self._ready[fact.agent] = None
            case PresenceChanged():
                self._ready.pop(fact.agent, None)
            case WorkChanged(work=Work.ENDED):
                self._work.setdefault(fact.agent, set()).discard(fact.contact)
            case WorkChanged():
                self._work.setdefault(fact.agent, set()).add(fact.contact)

    def names(self) -> list[AgentId]:
        """Return who is free."""
        return [agent for agent in self._ready if not self._work.get(agent)]


@dataclass(slots=True)
class Scene:
    """The stage of a simulation, and its audience by what they came with."""

    world: World
    streams: Streams
    telephony: Telephony
    submit: Callable[[Event], None]
    config: CenterConfig
    habits: Habits
    open_until_at: int
    callers: dict[LegId, Customer] = field(default_factory=dict)
    texters: dict[str, Customer] = field(default_factory=dict)
    agents: dict[AgentId, Person] = field(default_factory=dict)
    customers: dict[ContactId, Customer] = field(default_factory=dict)
    serving: dict[ContactId, AgentId] = field(default_factory=dict)
    background: list[Person] = field(default_factory=list)
    free: FreeAgents = field(default_factory=FreeAgents)

    def watch(self, entry: Entry) -> None:
        """Tell everybody what concerns them."""
        for fact in entry.facts:
            self.free.see(fact)
            if isinstance(fact, ContactArrived):
                self._seat(fact)
            elif isinstance(fact, TalkStarted):
                self.serving[fact.contact] = fact.agent
            for person in self._audience(fact):
                person.notice(fact)
            if isinstance(fact, TalkEnded):
                self.serving.pop(fact.contact, None)
            elif isinstance(fact, ContactEnded):
                self.customers.pop(fact.contact, None)

    def _audience(self, fact: Fact) -> list[Person]:
        """Return who hears a fact: its customer, its agent, and who listens to everything."""
        contact: ContactId = getattr(fact, "contact", NO_CONTACT)
        agent: AgentId = getattr(fact, "agent", None) or self.serving.get(contact, NO_AGENT)
        heard = (self.customers.get(contact), self.agents.get(agent), *self.background)
        return [person for person in heard if person is not None]

    def _seat(self, fact: ContactArrived) -> None:
        """Remember whose contact this is, by the line, the chat or the number it came from."""
        if fact.leg is not None:
            customer = self.callers.get(fact.leg)
        else:
            customer = self.texters.get(str(fact.conversation)) or self.texters.get(fact.address_key)
        if customer is not None:
            self.customers[fact.contact] = customer
