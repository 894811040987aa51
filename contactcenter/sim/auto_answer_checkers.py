"""Oracle of what is accepted without a click: only before an agent's eyes, and then at once."""

from __future__ import annotations

from contactcenter.model.entry import Entry
from contactcenter.model.facts import ConsolePresence, Fact, OfferEnded, OfferMade
from contactcenter.model.ids import AgentId, OfferId
from contactcenter.model.words import Channel
from contactcenter.sim.violations import Ledger

__all__ = ["AutoAnswerChecker"]


class AutoAnswerChecker:
    """U1: nothing is accepted without a click for who has no console. U2: a text begins in the step of its offer."""

    def __init__(self, ledger: Ledger) -> None:
        """Begin with no console; write into `ledger`."""
        self._ledger = ledger
        self._consoles: dict[AgentId, bool] = {}
        self._begun: dict[OfferId, str] = {}

    def see(self, entry: Entry) -> None:
        """Follow the facts; no text may ring beyond the step in which it was to begin."""
        for fact in entry.facts:
            self._see(fact, entry.at)
        self._ledger.hold(not self._begun, "U2", entry.at, f"texts that ring though they begin: {self._begun}")
        self._begun = {}

    def finish(self, at: int) -> None:
        """Nothing to add at the end."""

    def _see(self, fact: Fact, at: int) -> None:
        match fact:
            case ConsolePresence():
                self._consoles[fact.agent] = fact.connected
            case OfferMade(auto=True):
                seen = self._consoles.get(fact.agent, False) and fact.group is None
                self._ledger.hold(seen, "U1", at, f"{fact.contact} is answered for {fact.agent}, who does not see it")
                if fact.channel is not Channel.VOICE:
                    self._begun[fact.offer] = fact.contact
            case OfferEnded():
                self._begun.pop(fact.offer, None)
