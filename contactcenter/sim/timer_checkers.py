"""Oracle of alarms (T1, O5): what a time brings about comes about once, for a cause, and never before the time."""

from __future__ import annotations

from contactcenter.model.entry import Entry
from contactcenter.model.events import EngineStarted
from contactcenter.model.facts import (
    Fact,
    OfferEnded,
    OfferMade,
    PauseEnded,
    PreferenceEnded,
    RefusalsForgotten,
    VisitEnded,
    VisitOpened,
)
from contactcenter.model.ids import AgentId, ContactId, OfferId
from contactcenter.model.words import OfferOutcome
from contactcenter.sim.violations import Ledger

__all__ = ["TimerChecker"]

REFUSED_MS_MIN = 10_000  # who rejected a contact is not asked again before that


class TimerChecker:
    """T1: no ring ends early, no preference, refusal or pause ends twice or without having begun.

    O5: no ring goes on under the next engine, which cannot know whom the telephone or console of the last one told.
    """

    def __init__(self, ledger: Ledger) -> None:
        """Begin with nothing pending."""
        self._ledger = ledger
        self._rings: dict[OfferId, int] = {}
        self._preferred: dict[ContactId, AgentId] = {}
        self._refused_at: dict[ContactId, int] = {}
        self._missed: dict[AgentId, OfferOutcome] = {}

    def see(self, entry: Entry) -> None:
        """Check the facts one by one."""
        before = list(self._rings) if isinstance(entry.event, EngineStarted) else []
        for fact in entry.facts:
            self._see(fact, entry.at)
        left = [offer for offer in before if offer in self._rings]
        self._ledger.hold(not left, "O5", entry.at, f"of the last engine there still ring {left[:5]}")

    def finish(self, at: int) -> None:
        """What is pending at the end belongs to others' oracles."""

    def _see(self, fact: Fact, at: int) -> None:
        match fact:
            case VisitOpened():
                self._refused_at[fact.contact] = at  # by whoever passed it on, for one
                if fact.preferred is not None:
                    self._preferred[fact.contact] = fact.preferred
            case VisitEnded():
                self._preferred.pop(fact.contact, None)
                self._refused_at.pop(fact.contact, None)
            case OfferMade():
                self._rings[fact.offer] = fact.expires_at
            case OfferEnded():
                self._ended(fact, at)
            case PreferenceEnded():
                kept = self._preferred.pop(fact.contact, None)
                self._ledger.hold(kept is not None, "T1", at, f"{fact.contact} is kept for nobody any more, again")
            case RefusalsForgotten():
                since_at = self._refused_at.pop(fact.contact, None)
                due = since_at is not None and at >= since_at + REFUSED_MS_MIN
                self._ledger.hold(due, "T1", at, f"{fact.contact} was refused at {since_at}, forgotten already")
            case PauseEnded():
                missed = self._missed.pop(fact.agent, None)
                self._ledger.hold(missed is not None, "T1", at, f"the pause of {fact.agent} ends, which never began")

    def _ended(self, fact: OfferEnded, at: int) -> None:
        until_at = self._rings.pop(fact.offer, at)
        if fact.outcome is OfferOutcome.NO_ANSWER:
            self._ledger.hold(at >= until_at, "T1", at, f"{fact.offer} is unanswered {until_at - at} ms too early")
        elif fact.outcome is OfferOutcome.REJECTED:
            self._refused_at[fact.contact] = at
        if fact.outcome in (OfferOutcome.NO_ANSWER, OfferOutcome.BUSY, OfferOutcome.DEVICE_LOST):
            self._missed[fact.agent] = fact.outcome
