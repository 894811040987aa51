"""The figures of a queue that the conditions of its recipe ask for, as whole numbers and words.

Each costs O(1), the estimated wait O(log n): nothing here goes through agents or contacts. Who waits is counted on the
contact's own channel, for a backlog of texts says nothing of how long a caller will wait; who is rung for still waits.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from contactcenter.acd.contacts import ContactOnFloor
from contactcenter.acd.estimate import estimated_wait, position_of
from contactcenter.acd.state import Floor, Staff
from contactcenter.model.expression import Value, parse
from contactcenter.model.ids import ContactId, QueueId

__all__ = ["FIGURES", "NOBODY_READY", "TEXT_FIGURES", "Asked", "holds"]

NOBODY_READY: Final = 1_000_000
"""What `waiting_per_agent` is when nobody is ready: more than any number that a condition compares it with."""


class Asked(NamedTuple):
    """What is asked about: a contact that waits in a queue, at a time (ms)."""

    floor: Floor
    id: ContactId
    now: int

    @property
    def contact(self) -> ContactOnFloor:
        """The contact."""
        return self.floor.contacts[self.id]

    @property
    def queue(self) -> QueueId:
        """Its queue."""
        return self.floor.queue_of(self.contact).id

    @property
    def staff(self) -> Staff:
        """The queue's agents."""
        return self.floor.staff[self.queue]


def holds(condition: str, asked: Asked) -> bool:
    """Return whether a condition holds; an empty one always does, and of a figure that is not known nothing does."""
    if not condition:
        return True
    expression = parse(condition)
    figures = ((name, FIGURES[name](asked)) for name in expression.names)
    return expression.met_by({name: value for name, value in figures if value is not None})


def _waiting(asked: Asked) -> int:
    return asked.floor.waiting_in(asked.queue, asked.contact.channel)


def _waiting_per_agent(asked: Asked) -> int:
    """Round up, so that `> 3` says what it would of the exact share."""
    ready = asked.staff.ready
    return -(-_waiting(asked) // ready) if ready else NOBODY_READY


def _oldest_wait_s(asked: Asked) -> int:
    oldest_at = asked.floor.oldest_in(asked.queue, asked.contact.channel)
    assert oldest_at is not None, "who is asked about waits"
    return (asked.now - oldest_at) // 1_000


def _estimated_wait_s(asked: Asked) -> int | None:
    floor, contact = asked.floor, asked.contact
    if contact.line is None:
        return None
    wait = estimated_wait(floor, contact, position_of(floor, asked.id, contact), asked.now)
    return None if wait is None else wait.expected_ms // 1_000


FIGURES: Final[dict[str, Callable[[Asked], Value | None]]] = {
    "waiting": _waiting,
    "agents_ready": lambda asked: asked.staff.ready,
    "agents_signed_in": lambda asked: asked.staff.signed_in,
    "waiting_per_agent": _waiting_per_agent,
    "oldest_wait_s": _oldest_wait_s,
    "waited_s": lambda asked: (asked.now - asked.contact.opened_at) // 1_000,
    "estimated_wait_s": _estimated_wait_s,
    "priority": lambda asked: asked.contact.priority,
    "step": lambda asked: asked.contact.step,
    "channel": lambda asked: asked.contact.channel.value,
    "customer_class": lambda asked: asked.contact.customer_class,
}
TEXT_FIGURES: Final = ("channel", "customer_class")
"""Those that are words; all others are numbers."""
