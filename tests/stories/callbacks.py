"""A small centre that calls back, and what callers, agents and customers do there, for stories."""

from __future__ import annotations

from typing import Any

import msgspec

from contactcenter.model import events
from contactcenter.model.callbacks import CallbackConfig
from contactcenter.model.config import CenterConfig, OutgoingConfig
from contactcenter.model.entry import Position
from contactcenter.model.facts import (
    CallbackEnded,
    CallbackPromised,
    CallbackProposed,
    ContactEnded,
    VisitEnded,
)
from contactcenter.model.ids import ContactId, LegId, PlayId
from contactcenter.model.part import changes_of
from contactcenter.model.step import Draft
from contactcenter.model.words import (
    CallbackOutcome,
    ContactOutcome,
    LegRole,
    VisitOutcome,
)
from contactcenter.reports.callbacks import CallbackState, PromisedCallbacks
from tests.stories.centre import MORNING, Centre, sealed, small_config

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
OUTGOING = OutgoingConfig("carrier", "+861095598000", ring_ms=30_000)
HOURS = ((MORNING - HOUR_MS, MORNING + 8 * HOUR_MS), (MORNING + 23 * HOUR_MS, MORNING + 32 * HOUR_MS))
FIRST, SECOND = "+8613900000001", "+8613900000002"
OTHER = "+8613900000003"
RETRY_MS = 900_000


def callback_config(hours: tuple[tuple[int, int], ...] = HOURS, queue: Any = None, **rules: Any) -> CenterConfig:
    """Return the small centre with callbacks on key 1 and a trunk for calls of its own."""
    config = small_config(callback=CallbackConfig(**{"key": "1", **rules}), **(queue or {}))
    return msgspec.structs.replace(config, outgoing=OUTGOING, callback_hours=hours)


def playing(centre: Centre, number: str = FIRST) -> PlayId:
    """Return what the caller hears."""
    contact = centre.center.calls.lines.legs[LegId(f"leg of {number}")].contact
    play = centre.center.calls.lines.calls[contact].play
    assert play is not None
    return play


def hears(centre: Centre, number: str = FIRST) -> None:
    """The caller hears what is said to its end."""
    centre.happens(events.PlaybackEnded(LegId(f"leg of {number}"), playing(centre, number)))


def agrees(centre: Centre, number: str = FIRST) -> None:
    """The caller presses the queue's key and says yes to the number."""
    centre.keys("1", number)
    centre.keys("1", number)


def asks(centre: Centre, number: str = FIRST) -> ContactId:
    """Somebody calls, agrees to be called back, and hangs up; return the contact."""
    contact = centre.calls(number)
    agrees(centre, number)
    centre.hangs_up(number)
    return contact


def customer(centre: Centre) -> LegId:
    """Return the line of the customer who is called back."""
    return next(leg for leg, line in centre.center.calls.lines.legs.items() if line.role is LegRole.CALLED)


def reaches(centre: Centre) -> None:
    """The agent's phone is lifted, the customer is called and answers."""
    centre.answers()
    leg = customer(centre)
    centre.happens(events.LegRinging(leg))
    centre.happens(events.LegAnswered(leg, sealed("dialog")))


def lifts(centre: Centre) -> None:
    """The customer's phone rings, and he answers."""
    leg = customer(centre)
    centre.tries(events.LegRinging(leg))
    centre.happens(events.LegAnswered(leg, sealed("dialog")))


def callback_state(centre: Centre) -> list[CallbackState]:
    """What supervisors see of the callbacks."""
    fold = PromisedCallbacks()
    for entry in centre.journal:
        for fact in entry.facts:
            fold.apply(fact, entry.at)
    return [row.state for row in fold.rows()]


def visits(centre: Centre) -> list[VisitOutcome]:
    """Return how the visits ended so far."""
    return [fact.outcome for fact in centre.all_facts(VisitEnded)]


def ends(centre: Centre) -> list[tuple[CallbackOutcome, ContactOutcome]]:
    """Return how the callbacks and their contacts ended."""
    outcomes = [fact.outcome for fact in centre.all_facts(CallbackEnded)]
    callbacks = {fact.contact for fact in centre.all_facts(CallbackPromised)}
    endings = [fact.outcome for fact in centre.all_facts(ContactEnded) if fact.contact in callbacks]
    return list(zip(outcomes, endings, strict=True))


def proposes(centre: Centre, contact: ContactId) -> list[Any]:
    """Let a recipe propose a callback; return routing's facts. Nothing of it is kept."""
    draft = Draft(centre.now, Position(1, 9_999), changes_of([centre.center.routing]))
    draft.emit(CallbackProposed(contact))
    centre.center.routing.react(draft.facts[0], draft)
    return list(draft.facts)
