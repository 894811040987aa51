"""How a contact stands in a line of the routing floor, moves in it and leaves it."""

from __future__ import annotations

from contactcenter.acd.apply.reserve import set_reserve_alarm
from contactcenter.acd.contacts import ContactOnFloor
from contactcenter.acd.lines import line_kept_for, line_of, suspended_line
from contactcenter.acd.priority import rank
from contactcenter.acd.state import Floor
from contactcenter.acd.transitions import CONTACT_TRANSITIONS, ContactState
from contactcenter.model.ids import ContactId, QueueId
from contactcenter.model.words import Channel

__all__ = [
    "RETRY_REJECTED_MS",
    "announce_again",
    "leave_line",
    "leave_queue",
    "move",
    "set_relax_alarm",
    "stand",
    "stand_aside",
]

RETRY_REJECTED_MS = 10_000  # after this an agent may be asked again for what he left to others, if nobody took it


def move(contact: ContactOnFloor, state: ContactState) -> None:
    """Move a contact to another state of routing, by the table."""
    assert state in CONTACT_TRANSITIONS[contact.state], (contact.state, state)
    contact.state = state


def announce_again(floor: Floor, contact_id: ContactId, contact: ContactOnFloor, now: int) -> None:
    """Let who waits live, on the line or on a page, be told the place again after the interval of the queue."""
    interval = floor.queue_of(contact).announce_every_ms
    if contact.channel is not Channel.SMS and interval and not contact.off_line:
        floor.timers.set(("acd", "position", contact_id), now + interval)


def set_relax_alarm(floor: Floor, contact_id: ContactId, contact: ContactOnFloor) -> None:
    """Set the alarm of the next step of relaxation, or none after the last."""
    steps = floor.queue_of(contact).relax
    if contact.step < len(steps):
        floor.timers.set(("acd", "relax", contact_id), contact.relaxes_from + steps[contact.step].after_ms)
    else:
        floor.timers.clear(("acd", "relax", contact_id))


def stand(floor: Floor, contact_id: ContactId, contact: ContactOnFloor) -> None:
    """Let a contact stand in the line that it waits in, at its place."""
    queue = floor.queue_of(contact)
    suspended = contact.channel not in queue.offers
    if contact.preferred is not None:
        contact.line = line_kept_for(contact.preferred, contact.channel, suspended)
    elif suspended:
        contact.line = suspended_line(queue.id, contact.channel)
    else:
        contact.line = line_of(queue.id, contact.step, contact.channel)
    contact.rank = rank(queue, contact.priority, contact.placed_at)
    floor.waiting.add(contact.line, contact.place(contact_id))


def leave_line(floor: Floor, contact_id: ContactId, contact: ContactOnFloor) -> None:
    """Take a contact out of the line that it stands in, if it stands in one."""
    if contact.line is not None:
        floor.waiting.remove(contact.line, contact.place(contact_id))
        contact.line = None


def leave_queue(
    floor: Floor, contact_id: ContactId, contact: ContactOnFloor, queue: QueueId, now: int, served: bool
) -> None:
    """Let a contact wait in a queue no more: out of its line, its figures and its alarms."""
    leave_line(floor, contact_id, contact)
    if contact.queued:
        contact.queued = False
        floor.pace_of(contact).leave(now, served)
    floor.visiting[queue, contact.channel].pop(contact_id, None)
    set_reserve_alarm(floor, queue)
    floor.timers.clear_kinds("acd", ("position", "sticky", "again", "relax", "recipe"), contact_id)


def stand_aside(floor: Floor, contact_id: ContactId, contact: ContactOnFloor) -> None:
    """Take a contact out of its line for a while; who left it to others may be asked once it stands there again."""
    leave_line(floor, contact_id, contact)
    contact.refused = ()
    floor.timers.clear_kinds("acd", ("relax", "again"), contact_id)
