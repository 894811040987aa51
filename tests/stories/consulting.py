"""Verbs for asking a colleague about a call before it is passed on."""

from __future__ import annotations

from contactcenter.model import commands, events
from contactcenter.model.facts import ConsultEnded
from contactcenter.model.ids import ContactId, LegId
from contactcenter.model.transfers import ConsultOutcome
from tests.stories.centre import ANNA, BO, Centre
from tests.stories.handing import talks

CALLER = LegId("leg of +8613900000001")


def asks(centre: Centre) -> tuple[ContactId, LegId]:
    """Anna talks with a caller and asks Bo, whose phone rings; return the contact and Anna's line."""
    contact = talks(centre, BO)
    anna = centre.ringing_leg()
    centre.happens(events.ConsultAsked(ANNA, contact, BO))
    return contact, anna


def consults(centre: Centre) -> tuple[ContactId, LegId, LegId]:
    """Bo answers after three seconds; return the contact, Anna's line and Bo's."""
    contact, anna = asks(centre)
    centre.passes(3_000)
    centre.answers()
    return contact, anna, centre.ringing_leg()


def played(centre: Centre) -> dict[LegId, str]:
    """Return what begins to play to whom in the last step."""
    return {command.leg: command.prompts[-1] for command in centre.commands(commands.Play)}


def ended(centre: Centre) -> list[ConsultOutcome]:
    """Return how the consultations of the story ended."""
    return [fact.outcome for fact in centre.all_facts(ConsultEnded)]


def hung_up(centre: Centre) -> list[LegId]:
    """Return which lines we end in the last step."""
    return [command.leg for command in centre.commands(commands.HangUpLeg)]
