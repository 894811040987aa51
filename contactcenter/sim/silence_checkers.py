"""Oracle of telephones, agents and consoles that fall silent: each is given up after its time, and not kept on."""

from __future__ import annotations

from contactcenter.model.entry import Entry
from contactcenter.model.events import EngineStarted
from contactcenter.model.facts import (
    ConfigApplied,
    ConsolePresence,
    Fact,
    LegChanged,
    LegOpened,
    OfferEnded,
    PresenceChanged,
    WorkChanged,
)
from contactcenter.model.ids import AgentId, ContactId, LegId, OfferId, StationId
from contactcenter.model.words import Channel, LegRole, LegState, OfferOutcome, Presence, Work
from contactcenter.sim.violations import Ledger

__all__ = ["SilenceChecker"]

ALERT_MS, OUTSIDE_MS, CONSOLE_MS = 4_000, 12_000, 15_000
SLACK_MS = 1_000


class SilenceChecker:
    """A6 (a silent phone is given up), A7 (who does not answer is not ready), A8 (who is gone has no chats)."""

    def __init__(self, ledger: Ledger) -> None:
        """Begin with nobody silent; write into `ledger`."""
        self._ledger = ledger
        self._alone: set[AgentId] = set()
        self._outside: set[StationId] = set()
        self._dialled: dict[OfferId, tuple[LegId, int]] = {}
        self._gone_at: dict[AgentId, int] = {}
        self._chats: dict[AgentId, set[ContactId]] = {}
        self._unanswered: list[AgentId] = []

    def see(self, entry: Entry) -> None:
        """Follow the facts, then look at all that is silent."""
        self._unanswered = []
        for fact in entry.facts:
            self._see(fact, entry.at)
        self._ledger.hold(not self._unanswered, "A7", entry.at, f"{self._unanswered} did not answer and are ready")
        if isinstance(entry.event, EngineStarted):
            return  # what ran out while no engine lived ends in the next entry
        late_at = entry.at - SLACK_MS
        silent = [offer for offer, (_, at) in self._dialled.items() if at < late_at]
        self._ledger.hold(not silent, "A6", entry.at, f"{silent} ring nowhere")
        left = [agent for agent, at in self._gone_at.items() if at + CONSOLE_MS < late_at and self._chats.get(agent)]
        self._ledger.hold(not left, "A8", entry.at, f"{left} are gone and keep their chats")

    def finish(self, at: int) -> None:
        """Nothing to add at the end."""

    def _see(self, fact: Fact, at: int) -> None:
        match fact:
            case ConfigApplied():
                self._alone = {agent.id for agent in fact.config.agents if agent.phone_only}
                self._outside = {station.id for station in fact.config.stations if station.number}
            case LegOpened(role=LegRole.AGENT, offer=str()):
                alert_ms = OUTSIDE_MS if fact.station in self._outside else ALERT_MS
                self._dialled[fact.offer or OfferId("")] = (fact.leg, at + alert_ms)
            case LegChanged(state=LegState.ALERTING | LegState.UP):
                self._dialled = {offer: line for offer, line in self._dialled.items() if line[0] != fact.leg}
            case OfferEnded():
                self._dialled.pop(fact.offer, None)
                if fact.outcome is OfferOutcome.NO_ANSWER and fact.agent not in self._alone:
                    self._unanswered.append(fact.agent)
            case PresenceChanged(presence=Presence.NOT_READY, reason="no_answer") if fact.agent in self._unanswered:
                self._unanswered.remove(fact.agent)
            case ConsolePresence(connected=True):
                self._gone_at.pop(fact.agent, None)
            case ConsolePresence() if fact.agent not in self._alone:
                self._gone_at[fact.agent] = at
            case WorkChanged(channel=Channel.CHAT):
                held = self._chats.setdefault(fact.agent, set())
                (held.add if fact.work is Work.TALKING else held.discard)(fact.contact)
