"""Events of the engine itself, of its clock and of its customers' rights."""

from __future__ import annotations

from contactcenter.model.config import CenterConfig
from contactcenter.model.events.base import EventBase
from contactcenter.model.ids import AgentId, ContactId, CustomerId, LegId, PersonId

__all__ = ["ClockStepped", "ConfigPublished", "CustomerIdentified", "EngineStarted", "ErasureAsked", "TimePassed"]


class ConfigPublished(EventBase, frozen=True):
    """A configuration became valid; it is journaled only when its hash is new."""

    hash: str
    config: CenterConfig


class EngineStarted(EventBase, frozen=True):
    """An engine took over: `legs_held` are the legs that its adapters still hold (none after a crash)."""

    version: str
    legs_held: tuple[LegId, ...] = ()


class TimePassed(EventBase, frozen=True):
    """One or more deadlines of the centre are due."""


class ClockStepped(EventBase, frozen=True):
    """The wall clock moved against the monotonic clock; for calendars and display only."""

    step_ms: int


class CustomerIdentified(EventBase, frozen=True):
    """The look-up answered for a contact; only what decisions may use. `agent` is the customer's own."""

    contact: ContactId
    customer: CustomerId
    customer_class: str = ""
    language: str = ""
    agent: AgentId | None = None


class ErasureAsked(EventBase, frozen=True):
    """A person's data are to be destroyed."""

    person: PersonId
