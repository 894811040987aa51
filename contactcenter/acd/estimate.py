"""What a waiting customer is told: the place in the line, and the wait to come where it is known and good news.

The place is told again and again, so that silence is not doubt. A wait is told once, then only when it is better than
the one told last: a caller who hears it rise feels cheated, and it is not his waiting that made it rise. Who would wait
for long is asked whether we shall call back.
"""

from __future__ import annotations

from contactcenter.acd.contacts import ContactOnFloor
from contactcenter.acd.state import Floor
from contactcenter.model.estimate import LONG_WAIT_MS, WaitEstimate
from contactcenter.model.facts import CallbackProposed, PositionTold
from contactcenter.model.ids import ContactId
from contactcenter.model.step import Draft

__all__ = ["estimated_wait", "position_of", "tell_position"]


def tell_position(floor: Floor, draft: Draft, contact_id: ContactId) -> None:
    """Tell a waiting contact its place in the line, and perhaps the wait."""
    contact = floor.contacts.get(contact_id)
    if contact is None or contact.line is None or contact.off_line:
        return
    position = position_of(floor, contact_id, contact)
    wait = estimated_wait(floor, contact, position, draft.now)
    told = wait is not None and floor.queue_of(contact).announce_wait and _is_news(contact, wait)
    draft.emit(PositionTold(contact_id, position, wait, told))
    if wait is not None and told and wait.expected_ms > LONG_WAIT_MS:
        draft.emit(CallbackProposed(contact_id, long_wait=True))


def position_of(floor: Floor, contact_id: ContactId, contact: ContactOnFloor) -> int:
    """Return the place, from 1, among all who wait for the same."""
    return floor.waiting.position(floor.lines_beside(contact), contact.place(contact_id))


def estimated_wait(floor: Floor, contact: ContactOnFloor, position: int, now: int) -> WaitEstimate | None:
    """Return the wait to come at a place in the line; None where it is not known.

    Those whose telephone call is being offered have left the line, and are still served before.
    """
    if contact.preferred is not None:
        return None  # it waits for one person, of whom the queue's pace says nothing
    pace = floor.paces.get((floor.queue_of(contact).id, contact.channel))
    if pace is None:
        return None
    ringing = max(0, pace.queued - contact.queued - floor.waiting.standing(floor.lines_beside(contact)) + 1)
    return pace.estimate(position + ringing, now)


def _is_news(contact: ContactOnFloor, wait: WaitEstimate) -> bool:
    """Return whether a wait may be told: the first one, or a shorter one; of long ones only that they are long."""
    told = contact.wait_told_ms
    if told is None:
        return True
    return wait.high_ms < told and wait.expected_ms <= LONG_WAIT_MS
