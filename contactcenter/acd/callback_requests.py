"""Requests from websites to be called: a callback without a call before it."""

from __future__ import annotations

from contactcenter.acd.callback_room import has_room
from contactcenter.acd.callbacks import term, wait
from contactcenter.acd.state import Floor
from contactcenter.model.events import CallbackRequested
from contactcenter.model.facts import CallbackPromised, ContactArrived
from contactcenter.model.ids import ContactId
from contactcenter.model.step import Draft
from contactcenter.model.words import Channel

__all__ = ["request"]


def request(floor: Floor, event: CallbackRequested, draft: Draft) -> None:
    """Promise a call to who asked for it on a website, at the place of somebody who comes now."""
    refusal = _refusal(floor, event, draft.now)
    if refusal:
        draft.reject(refusal)
        return
    assert floor.outgoing is not None, "said above"
    contact, shown = ContactId(draft.new_id("C")), floor.outgoing.shown
    language, person, number, key = event.language or floor.language, event.person, event.number, event.number_key
    draft.emit(ContactArrived(contact, Channel.VOICE, shown, "", language, person, number, key, may_call_back=True))
    opens_at, expires_at = term(floor, draft.now)
    draft.emit(CallbackPromised(contact, None, event.number_key, expires_at, opens_at, event.queue))
    wait(floor, draft, contact, floor.queues[event.queue].priority, draft.now)


def _refusal(floor: Floor, event: CallbackRequested, now: int) -> str:
    """Return why nobody is called, as a sentence for a website's visitor; empty when the call can be promised."""
    queue = floor.queues.get(event.queue)
    rules = queue.callback if queue is not None else None
    if rules is None or not rules.web or floor.outgoing is None:
        return "calls are not promised here: please call us"
    if event.number_key in floor.callback_numbers:
        return "this number is called already: please wait for our call"
    if not has_room(floor, event.queue, now):
        return "we cannot promise more calls today: please call us, or ask again tomorrow"
    return ""
