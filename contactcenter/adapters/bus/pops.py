"""What opens a customer's record on an agent's screen: a contact as it comes to him, with the customer's id.

Pure: entries in, messages out. It knows living contacts only.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from contactcenter.adapters.bus.payloads import Pop
from contactcenter.model.entry import Entry
from contactcenter.model.facts import ContactArrived, ContactEnded, CustomerKnown, OfferMade, WorkChanged
from contactcenter.model.ids import AgentId, ContactId
from contactcenter.model.words import Channel, Direction, Work

__all__ = ["Pops"]


@dataclass(slots=True)
class _Card:
    """What is known of a living contact."""

    channel: Channel
    language: str
    direction: Direction
    queue: str = ""
    customer: str = ""
    customer_class: str = ""
    offers: dict[AgentId, str] = field(default_factory=dict)
    states: dict[AgentId, Work] = field(default_factory=dict)


class Pops:
    """The fold over contacts and who has them in hand."""

    def __init__(self) -> None:
        """Begin with none."""
        self._cards: dict[ContactId, _Card] = {}

    def apply(self, entry: Entry) -> list[Pop]:
        """Take an entry into account and return what its agents' screens should learn, one message for a contact."""
        changed: dict[tuple[AgentId, ContactId], Pop] = {}
        for fact in entry.facts:
            match fact:
                case ContactArrived():
                    self._cards[fact.contact] = _Card(fact.channel, fact.language, fact.direction)
                case ContactEnded():
                    self._cards.pop(fact.contact, None)
                case CustomerKnown() | OfferMade() | WorkChanged():
                    card = self._cards.get(fact.contact)
                    if card is None:
                        continue
                    for agent in _changed(card, fact):
                        changed[agent, fact.contact] = _pop(entry, agent, fact.contact, card)
                        if card.states[agent] is Work.ENDED:
                            del card.states[agent]
        return list(changed.values())


def _changed(card: _Card, fact: CustomerKnown | OfferMade | WorkChanged) -> tuple[AgentId, ...]:
    """Note a fact on a card; return the agents who should learn of it: several where it rings in a group."""
    match fact:
        case CustomerKnown():
            card.customer, card.customer_class = str(fact.customer), fact.customer_class
            card.language = fact.language or card.language
            return tuple(card.states)
        case OfferMade():
            card.queue, card.offers[fact.agent] = str(fact.queue or ""), str(fact.offer)
            return ()
        case WorkChanged():
            card.states[fact.agent] = fact.work
            return (fact.agent,)


def _pop(entry: Entry, agent: AgentId, contact: ContactId, card: _Card) -> Pop:
    return Pop(
        sequence=entry.position.sequence,
        at=entry.at,
        agent=str(agent),
        contact=str(contact),
        state=card.states[agent],
        channel=card.channel,
        queue=card.queue,
        offer=card.offers.get(agent, ""),
        customer=card.customer,
        customer_class=card.customer_class,
        language=card.language,
        direction=card.direction,
    )
