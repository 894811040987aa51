"""What all acts of a generated life share: how an act is entered, and how it picks among what is there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from hypothesis import strategies as st

from contactcenter.model import events
from contactcenter.model.config import CenterConfig
from contactcenter.model.facts import OfferMade
from contactcenter.model.ids import (
    AgentId,
    ContactId,
    ConversationId,
    LegId,
    PersonId,
    PlayId,
)
from contactcenter.model.sealed import Sealed
from tests.properties.watched import Watched

__all__ = ["ACTS", "LIVING", "Life", "act", "agents", "newest", "people", "picks", "sealed"]

Item = TypeVar("Item")

LIVING = 6  # so many picks are for what is there now
picks = st.integers(0, LIVING + 3)
people = st.integers(0, 3)
agents = st.integers(0, 11)


def newest(living: Iterable[Item], ever: Sequence[Item], pick: int) -> Item | None:
    """Return one of the last that live, 0 is the newest; by a high pick, or if none does, one of all that ever did."""
    there = list(living)
    if pick < LIVING and there:
        return there[-1 - pick % len(there)]
    return ever[-1 - pick % len(ever)] if ever else None


def sealed(person: str) -> Sealed:
    """Return a box as the vault would make it."""
    return Sealed(PersonId(person), person.encode())


ACTS: list[st.SearchStrategy[tuple[str, dict[str, Any]]]] = []
Method = TypeVar("Method", bound=Callable[..., None])


def act(weight: int = 1, /, **drawn: st.SearchStrategy[Any]) -> Callable[[Method], Method]:
    """Let a method be one of the acts, so many times as likely as one with 1.

    They are acts of one rule and no rules of their own, for of those hypothesis leaves half out in each run; but it
    takes a call, an agent, an answer and a wrap-up to come far.
    """

    def enter(method: Method) -> Method:
        ACTS.extend([st.tuples(st.just(method.__name__), st.fixed_dictionaries(drawn))] * weight)
        return method

    return enter


class Life:
    """A centre, and what is there to be picked."""

    watched: Watched
    config: CenterConfig
    count: int

    def _happens(self, event: events.Event) -> None:
        self.watched.happens(event)

    def _leg(self, pick: int) -> LegId | None:
        return newest(self.watched.center.calls.lines.legs, self.watched.legs, pick)

    def _play(self, pick: int) -> tuple[LegId, PlayId] | None:
        legs = self.watched.center.calls.lines.legs
        return newest((play for play in self.watched.plays if play[0] in legs), self.watched.plays, pick)

    def _conversation(self, pick: int) -> ConversationId | None:
        return newest(self.watched.center.conversations.threads.threads, self.watched.conversations, pick)

    def _contact(self, pick: int) -> ContactId | None:
        return newest(self.watched.center.routing.floor.contacts, self.watched.contacts, pick)

    def _offer(self, pick: int) -> OfferMade | None:
        """Return an offer that rings, or what became of one long ago."""
        ringing = self.watched.center.routing.floor.offers
        return newest((offer for offer in self.watched.offers if offer.offer in ringing), self.watched.offers, pick)

    def _served(self, pick: int) -> tuple[AgentId, ContactId] | None:
        """Return who works on which contact, or to whom one was offered long ago."""
        agents = self.watched.center.routing.floor.agents
        work = [(name, contact) for name, agent in agents.items() for contact in agent.work]
        return newest(work, [(offer.agent, offer.contact) for offer in self.watched.offers], pick)

    def _agent(self, number: int) -> AgentId:
        return self.config.agents[number % len(self.config.agents)].id
