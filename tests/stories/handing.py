"""A centre with two queues and three agents, and verbs for passing contacts on."""

from __future__ import annotations

import msgspec

from contactcenter.acd.transitions import ContactState
from contactcenter.model import events
from contactcenter.model.config import CenterConfig, QueueConfig, SkillLevel
from contactcenter.model.ids import AgentId, ContactId, QueueId
from contactcenter.model.transfers import Target
from contactcenter.model.words import (
    Channel,
    Work,
)
from tests.stories.centre import ANNA, Centre, agent, small_config

BILLS, CY = QueueId("bills"), AgentId("cy")
VOICE = Channel.VOICE


def two_queues(**changes: object) -> CenterConfig:
    """Return the small centre with a second queue, bills, which Cy serves alone."""
    config = small_config()
    cy = msgspec.structs.replace(agent("cy"), skills=(SkillLevel("bill", 5),))
    bills = QueueConfig(BILLS, "Bills", "bill", priority=3, dispositions=("paid",))
    stations = (*config.stations, msgspec.structs.replace(config.stations[0], id="cy-phone"))
    return msgspec.structs.replace(
        config, queues=(*config.queues, bills), agents=(*config.agents, cy), stations=stations, **changes
    )


def passes_on(centre: Centre, contact: ContactId, target: Target, sender: AgentId = ANNA) -> None:
    """An agent passes a contact on."""
    centre.happens(events.TransferAsked(sender, contact, target))


def talks(centre: Centre, *others: AgentId) -> ContactId:
    """Let Anna talk with a caller who waited for her; the others come afterwards."""
    centre.signs_in(ANNA)
    contact = centre.calls()
    centre.passes(2_000)
    centre.answers()
    centre.signs_in(*others)
    centre.passes(10_000)
    return contact


def work(centre: Centre, name: AgentId) -> dict[ContactId, Work]:
    """Return what an agent does with the contacts in hand."""
    return {contact: work for contact, (_, work) in centre.center.routing.floor.agents[name].work.items()}


def state(centre: Centre, contact: ContactId) -> ContactState:
    """Return where a contact stands."""
    return centre.center.routing.floor.contacts[contact].state


def talk_by_text(centre: Centre, number: str = "+8613900000001") -> ContactId:
    """A customer writes and Anna accepts; return the contact."""
    centre.texts(f"hello from {number}", number)
    contact = centre.offer().contact
    centre.accepts(ANNA)
    return contact
