"""Oracle of penalties: each is earned by a rejection or by silence, lasts as configured, and is kept."""

from __future__ import annotations

from contactcenter.model.config import QueueConfig
from contactcenter.model.entry import Entry
from contactcenter.model.events import EngineStarted
from contactcenter.model.facts import ConfigApplied, Fact, OfferEnded, OfferMade, PenaltyBegan, PenaltyEnded
from contactcenter.model.ids import AgentId, OfferId, QueueId
from contactcenter.model.words import OfferOutcome
from contactcenter.sim.violations import Ledger

__all__ = ["PenaltyChecker"]

Earned = tuple[AgentId, QueueId | None, OfferOutcome, int]
SLACK_MS = 1_000
USUAL = QueueConfig(QueueId(""), "", "")


class PenaltyChecker:
    """P1 (a penalty for each rejection and for silence without a console, and for nothing else), P2 (it is kept)."""

    def __init__(self, ledger: Ledger) -> None:
        """Begin with nobody penalised; write into `ledger`."""
        self._ledger = ledger
        self._queues: dict[QueueId, QueueConfig] = {}
        self._alone: list[AgentId] = []
        self._made: dict[OfferId, OfferMade] = {}
        self._running: dict[tuple[AgentId, QueueId | None], int] = {}

    def see(self, entry: Entry) -> None:
        """Compare what was earned in an entry with what was imposed, and watch those that run."""
        earned: list[Earned] = []
        imposed: list[Earned] = []
        for fact in entry.facts:
            if isinstance(fact, PenaltyBegan):
                imposed.append((fact.agent, fact.queue, fact.outcome, fact.until_at))
            self._see(fact, entry.at, earned)
        self._ledger.hold(earned == imposed, "P1", entry.at, f"earned {earned}, imposed {imposed}")
        if isinstance(entry.event, EngineStarted):
            return  # what ran out while no engine lived ends in the next entry
        for key, until_at in self._running.items():
            self._ledger.hold(entry.at <= until_at + SLACK_MS, "P2", entry.at, f"penalty {key} outlives its time")

    def finish(self, at: int) -> None:
        """Nothing to add at the end."""

    def _see(self, fact: Fact, at: int, earned: list[Earned]) -> None:
        match fact:
            case ConfigApplied():
                self._queues |= {queue.id: queue for queue in fact.config.queues}
                self._alone = [agent.id for agent in fact.config.agents if agent.phone_only]
            case OfferMade():
                self._made[fact.offer] = fact
                spared = fact.visit and any((fact.agent, queue) in self._running for queue in (fact.queue, None))
                self._ledger.hold(not spared, "P2", at, f"{fact.agent} is offered {fact.contact} in a penalty")
            case OfferEnded():
                earned.extend(self._earned(fact, at))
            case PenaltyBegan():
                self._running[fact.agent, fact.queue] = fact.until_at
            case PenaltyEnded():
                until_at = self._running.pop((fact.agent, fact.queue), None)
                over = until_at is not None and at >= until_at
                self._ledger.hold(over, "P2", at, f"the penalty of {fact.agent} ends too early")

    def _earned(self, fact: OfferEnded, at: int) -> list[Earned]:
        made = self._made.pop(fact.offer)
        queue = self._queues[made.queue] if made.queue is not None else USUAL
        if fact.outcome is OfferOutcome.REJECTED and queue.reject_penalty_ms and made.visit is not None:
            return [(fact.agent, queue.id, fact.outcome, at + queue.reject_penalty_ms)]
        silent = fact.outcome is OfferOutcome.NO_ANSWER and fact.agent in self._alone
        if silent and queue.no_answer_penalty_ms:
            return [(fact.agent, None, fact.outcome, at + queue.no_answer_penalty_ms)]
        return []
