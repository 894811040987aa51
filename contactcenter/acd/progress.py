"""How far a contact is in its queue's recipe: which steps are over, and which is due next."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from contactcenter.acd.contacts import ContactOnFloor, StepProgress
from contactcenter.acd.state import Floor
from contactcenter.model.hours import closing_at
from contactcenter.model.ids import ContactId
from contactcenter.model.recipes import Act, RecipeStep
from contactcenter.model.words import Channel

__all__ = ["Due", "closes_for", "next_due", "note", "set_recipe_alarm"]


class Due(NamedTuple):
    """A step that is still to come: when (ms), its place in the recipe, and its number among equal acts."""

    at: int
    place: int
    number: int
    step: RecipeStep


def next_due(floor: Floor, contact: ContactOnFloor) -> Due | None:
    """Return the step that is due next for a contact in a queue; costs as much as the recipe is long.

    Recipes are for who waits on a line or a page, not for who is called back, nor for messages.
    """
    if contact.off_line:
        return None
    return min(_coming(floor.queue_of(contact).recipe, contact), default=None, key=_order)


def _order(due: Due) -> tuple[int, int]:
    return due.at, due.place


def _coming(recipe: tuple[RecipeStep, ...], contact: ContactOnFloor) -> Iterator[Due]:
    numbers: dict[Act, int] = {}
    for place, step in enumerate(recipe):
        number = numbers.get(step.act, 0)
        numbers[step.act] = number + 1
        at = _due_at(step, contact, _progress(contact, step.act, number))
        if at is not None and contact.channel in step.channels:
            yield Due(at, place, number, step)


def _due_at(step: RecipeStep, contact: ContactOnFloor, progress: StepProgress | None) -> int | None:
    if progress is None:
        return contact.opened_at + step.after_ms
    over = not step.every_ms or 0 < step.times <= progress.done
    return None if over else progress.due_at + step.every_ms


def _progress(contact: ContactOnFloor, act: Act, number: int) -> StepProgress | None:
    found = (each for each in contact.progress if (each.act, each.number) == (act, number))
    return next(found, None)


def note(contact: ContactOnFloor, act: Act, number: int, done: bool, now: int) -> None:
    """Remember that a step was due, and whether its act is done."""
    before = _progress(contact, act, number)
    others = tuple(each for each in contact.progress if each is not before)
    times = (before.done if before is not None else 0) + done
    contact.progress = (*others, StepProgress(act, number, times, now))


def closes_for(floor: Floor, contact: ContactOnFloor) -> int | None:
    """Return when (ms) a contact in a queue is served no more, for the hours are over; None where it always is.

    Texts wait for the morning, and so do callbacks and messages.
    """
    queue = floor.queue_of(contact)
    if not queue.hours or contact.channel is Channel.SMS or contact.off_line:
        return None
    return closing_at(floor.calendars[queue.hours].open, contact.opened_at, queue.closing_grace_ms)


def _next_due_at(floor: Floor, contact: ContactOnFloor) -> int | None:
    if contact.progress:
        due = next_due(floor, contact)
        return due.at if due is not None else None
    if contact.off_line:
        return None
    # Nothing was due yet, as for all who have just come: whichever step is the first by its time.
    waits = [step.after_ms for step in floor.queue_of(contact).recipe if contact.channel in step.channels]
    return contact.opened_at + min(waits) if waits else None


def set_recipe_alarm(floor: Floor, contact_id: ContactId, contact: ContactOnFloor) -> None:
    """Set the alarm of what is due next, a step of the recipe or closing, or none where nothing is."""
    due_at, closes_at = _next_due_at(floor, contact), closes_for(floor, contact)
    if due_at is None or (closes_at is not None and closes_at < due_at):
        due_at = closes_at
    if due_at is not None:
        floor.timers.set(("acd", "recipe", contact_id), due_at)
    else:
        floor.timers.clear(("acd", "recipe", contact_id))
