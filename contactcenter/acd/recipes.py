"""What a queue's recipe does to who waits: when its steps are due, what may be done, and how it is done.

A step is known by its act: of equal acts in a recipe, the first so many as were due for a contact are over, whatever
becomes of their times and conditions. While a telephone rings for a contact nothing is done; what is due then follows
when it rang in vain.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from contactcenter.acd import endings, voicemail
from contactcenter.acd.contacts import ContactOnFloor
from contactcenter.acd.figures import Asked, holds
from contactcenter.acd.priority import bonus
from contactcenter.acd.progress import Due, closes_for, next_due
from contactcenter.acd.state import Floor
from contactcenter.acd.transitions import ContactState
from contactcenter.acd.visits import open_visit
from contactcenter.model import facts, recipes
from contactcenter.model.ids import ContactId, PlayId
from contactcenter.model.step import Draft
from contactcenter.model.words import Channel, ContactOutcome, VisitOutcome

__all__ = ["RECIPE_ALARMS", "RECIPE_REACTIONS", "run_due"]


def run_due(floor: Floor, draft: Draft, contact_id: ContactId) -> None:
    """Do all that is due for a contact that waits, in the order of the times; closing goes before the recipe."""
    contact = floor.contacts.get(contact_id)
    while contact is not None and contact.state is ContactState.WAITING:
        closes_at = closes_for(floor, contact)
        if closes_at is not None and closes_at <= draft.now:
            _closing_time(floor, draft, contact_id, contact)
            return
        due = next_due(floor, contact)
        if due is None or due.at > draft.now:
            return
        _run(floor, draft, contact_id, contact, due)


def _closing_time(floor: Floor, draft: Draft, contact_id: ContactId, contact: ContactOnFloor) -> None:
    """Let who waits at closing leave a message where the queue says so, and say goodbye to all others."""
    queue = floor.queue_of(contact)
    if voicemail.may_leave(floor, contact) and queue.voicemail is not None and queue.voicemail.at_closing:
        voicemail.begin(floor, draft, contact_id, VisitOutcome.CLOSED)
    else:
        _close(floor, draft, contact_id, recipes.Close(queue.closing))


def _run(floor: Floor, draft: Draft, contact_id: ContactId, contact: ContactOnFloor, due: Due) -> None:
    assert contact.visit is not None, "who waits has a visit"
    act = due.step.act
    rule = _ACTS[type(act)]
    done = holds(due.step.when, Asked(floor, contact_id, draft.now)) and rule.possible(floor, contact, act, draft.now)
    queue = floor.queue_of(contact).id
    draft.emit(facts.RecipeStepDue(contact.visit, contact_id, queue, act, due.number, done))
    if done:
        rule.perform(floor, draft, contact_id, act)


# --- what each act does


def _raise_priority(floor: Floor, draft: Draft, contact_id: ContactId, act: recipes.RaisePriority) -> None:
    draft.emit(facts.PriorityChanged(contact_id, floor.contacts[contact_id].priority + act.points))


def _relax(floor: Floor, draft: Draft, contact_id: ContactId, act: recipes.Relax) -> None:
    draft.emit(facts.RequirementRelaxed(contact_id, floor.contacts[contact_id].step + 1))


def _overflow(floor: Floor, draft: Draft, contact_id: ContactId, act: recipes.Overflow) -> None:
    """Move a contact to another queue: what it brought along counts there too, the points of the old queue do not."""
    contact, old, new = floor.contacts[contact_id], floor.queue_of(floor.contacts[contact_id]), floor.queues[act.queue]
    brought = contact.priority - old.priority - contact.bonus
    priority = brought + new.priority + bonus(new, contact.customer_class)
    endings.end_visit(floor, draft, contact_id, VisitOutcome.OVERFLOWED)
    open_visit(floor, draft, contact_id, new.id, priority, contact.placed_at)


def _announce(floor: Floor, draft: Draft, contact_id: ContactId, act: recipes.Announce) -> None:
    draft.emit(facts.AnnouncementMade(contact_id, act.prompts))


def _offer_callback(floor: Floor, draft: Draft, contact_id: ContactId, act: recipes.OfferCallback) -> None:
    draft.emit(facts.CallbackProposed(contact_id))


def _leave_message(floor: Floor, draft: Draft, contact_id: ContactId, act: recipes.LeaveMessage) -> None:
    voicemail.begin(floor, draft, contact_id, VisitOutcome.ABANDONED)


def _close(floor: Floor, draft: Draft, contact_id: ContactId, act: recipes.Close) -> None:
    endings.end_visit(floor, draft, contact_id, VisitOutcome.CLOSED)
    if not act.prompts:
        _close_contact(floor, draft, contact_id)
        return
    draft.emit(facts.FarewellBegun(contact_id, PlayId(draft.new_id("p")), act.prompts))


# --- whether it may be done


def _always(floor: Floor, contact: ContactOnFloor, act: Any, now: int) -> bool:
    return True


def _on_a_line(floor: Floor, contact: ContactOnFloor, act: Any, now: int) -> bool:
    return contact.channel is Channel.VOICE


def _takes_messages(floor: Floor, contact: ContactOnFloor, act: recipes.LeaveMessage, now: int) -> bool:
    return voicemail.may_leave(floor, contact)


def _has_wider_circle(floor: Floor, contact: ContactOnFloor, act: recipes.Relax, now: int) -> bool:
    return contact.step < len(floor.queue_of(contact).relax)


def _has_room(floor: Floor, contact: ContactOnFloor, act: recipes.Overflow, now: int) -> bool:
    """Never back to a queue where the contact has been, so that no rules can send it round; nor into a full one.

    Nor into one that is closed.
    """
    return act.queue not in contact.been and floor.has_room(act.queue, contact.channel, now)


class _Rule(NamedTuple):
    possible: Callable[[Floor, ContactOnFloor, Any, int], bool]
    perform: Callable[[Floor, Draft, ContactId, Any], None]


_ACTS: dict[type[Any], _Rule] = {
    recipes.RaisePriority: _Rule(_always, _raise_priority),
    recipes.Relax: _Rule(_has_wider_circle, _relax),
    recipes.Overflow: _Rule(_has_room, _overflow),
    recipes.Announce: _Rule(_always, _announce),
    recipes.OfferCallback: _Rule(_on_a_line, _offer_callback),
    recipes.LeaveMessage: _Rule(_takes_messages, _leave_message),
    recipes.Close: _Rule(_always, _close),
}


# --- the farewell


def _heard(floor: Floor, fact: facts.PromptEnded, draft: Draft) -> None:
    contact = floor.contacts.get(fact.contact)
    if contact is not None and contact.farewell == fact.prompt:
        _close_contact(floor, draft, fact.contact)


def _left(floor: Floor, fact: facts.CustomerLeft, draft: Draft) -> None:
    """Who hangs up during the farewell was not served, and did not abandon either."""
    contact = floor.contacts.get(fact.contact)
    if contact is not None and contact.state is ContactState.FAREWELL:
        _close_contact(floor, draft, fact.contact)


def _close_contact(floor: Floor, draft: Draft, contact_id: ContactId) -> None:
    never_waited = floor.contacts[contact_id].visit is None  # a direct call that its agent did not take
    endings.end(floor, draft, contact_id, ContactOutcome.NO_ANSWER if never_waited else ContactOutcome.CLOSED)


def _due(floor: Floor, draft: Draft, name: str) -> None:
    run_due(floor, draft, ContactId(name))


def _farewell_over(floor: Floor, draft: Draft, name: str) -> None:
    _close_contact(floor, draft, ContactId(name))


RECIPE_REACTIONS: dict[type[Any], tuple[Callable[[Floor, Any, Draft], None], ...]] = {
    facts.PromptEnded: (_heard,),
    facts.CustomerLeft: (_left,),
}

RECIPE_ALARMS: dict[str, Callable[[Floor, Draft, str], None]] = {
    "recipe": _due,
    "farewell": _farewell_over,
}
