"""Facts of the centre itself: configuration, take-over, erasure, who the customer is."""

from __future__ import annotations

from contactcenter.model.config import CenterConfig
from contactcenter.model.facts.base import FactBase
from contactcenter.model.ids import AgentId, ContactId, CustomerId, LegId, PersonId
from contactcenter.model.modes import ActiveMode

__all__ = ["ClockMoved", "ConfigApplied", "CustomerKnown", "EngineTookOver", "PersonErased"]


class ConfigApplied(FactBase, frozen=True):
    """A configuration is in force: the published one of this hash, with `modes` laid over it."""

    hash: str
    config: CenterConfig
    modes: tuple[ActiveMode, ...] = ()


class EngineTookOver(FactBase, frozen=True):
    """A new engine owns the domain; whatever hung on the old one is being settled in this entry."""

    version: str
    legs_held: tuple[LegId, ...] = ()


class ClockMoved(FactBase, frozen=True):
    """The wall clock stepped against the centre's clock; only displays and calendars care."""

    step_ms: int


class PersonErased(FactBase, frozen=True):
    """A person's key is destroyed; what was sealed with it is gone."""

    person: PersonId


class CustomerKnown(FactBase, frozen=True):
    """The look-up named the customer of a contact, and the customer's own agent if there is one."""

    contact: ContactId
    customer: CustomerId
    customer_class: str
    language: str
    agent: AgentId | None = None
