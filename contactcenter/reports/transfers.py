"""Counts of transfers, for an agent or a queue: by kind, by place, and received."""

from __future__ import annotations

from dataclasses import dataclass, field

from contactcenter.model.facts import TransferStarted
from contactcenter.model.transfers import TransferKind, TransferTarget
from contactcenter.reports.service_level import percent

__all__ = ["TransferCounts"]


@dataclass(slots=True)
class TransferCounts:
    """How many contacts were passed on and how, and how many were received that others had passed on."""

    blind: int = 0
    consult: int = 0
    to: dict[TransferTarget, int] = field(default_factory=lambda: dict.fromkeys(TransferTarget, 0))
    received: int = 0

    def count(self, fact: TransferStarted) -> None:
        """Count a contact that was passed on."""
        self.blind += fact.kind is TransferKind.BLIND
        self.consult += fact.kind is TransferKind.CONSULT
        self.to[fact.to] += 1

    def add(self, other: TransferCounts) -> None:
        """Add another count to this one."""
        self.blind += other.blind
        self.consult += other.consult
        for target, count in other.to.items():
            self.to[target] += count
        self.received += other.received

    def rate(self, handled: int) -> float | None:
        """Return the passed on in percent of the handled."""
        return percent(self.blind + self.consult, handled)
