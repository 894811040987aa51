"""Facts of what a queue's recipe did to who waits, decided by routing."""

from __future__ import annotations

from contactcenter.model.facts.base import FactBase
from contactcenter.model.ids import ContactId, PlayId, QueueId, VisitId
from contactcenter.model.recipes import Act

__all__ = ["AnnouncementMade", "FarewellBegun", "RecipeStepDue"]


class RecipeStepDue(FactBase, frozen=True):
    """A step of the queue's recipe was due for a contact: its act is `done` with this, or its condition did not hold.

    `number` tells steps with the same act apart, from 0 in the order of the recipe.
    """

    visit: VisitId
    contact: ContactId
    queue: QueueId
    act: Act
    number: int
    done: bool


class AnnouncementMade(FactBase, frozen=True):
    """A waiting customer is told something: said on a line, written in a conversation."""

    contact: ContactId
    prompts: tuple[str, ...]


class FarewellBegun(FactBase, frozen=True):
    """A customer whose visit ended as closed is told so; the contact ends when `prompt` was heard."""

    contact: ContactId
    prompt: PlayId
    prompts: tuple[str, ...]
