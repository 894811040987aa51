"""What a fact makes of the consultation that the agents' pages show."""

from __future__ import annotations

from dataclasses import replace

from contactcenter.adapters.console.views import ConsultView
from contactcenter.model.facts import (
    ConferenceStarted,
    ConsultAnswered,
    ConsultEnded,
    ConsultFaced,
    ConsultMoved,
    ConsultStarted,
)

__all__ = ["ConsultFact", "consult_after"]

ConsultFact = ConsultStarted | ConsultMoved | ConsultAnswered | ConsultFaced | ConferenceStarted | ConsultEnded


def consult_after(before: ConsultView | None, fact: ConsultFact) -> ConsultView | None:
    """Return the consultation as it is after a fact, None when it is over."""
    match fact:
        case ConsultStarted() | ConsultMoved():
            return ConsultView(fact.agent, fact.colleague)
        case ConsultAnswered():
            return ConsultView(fact.agent, fact.colleague, answered=True)
        case ConsultFaced():
            return None if before is None else replace(before, aside=not fact.to_customer, joined=False)
        case ConferenceStarted():
            return None if before is None else replace(before, aside=False, joined=True)
        case ConsultEnded():
            return None
