"""What agents have in hand, alone and as a queue's staff, and what they will be when their hands are empty."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from contactcenter.model.config import AgentConfig
from contactcenter.model.ids import AgentId
from contactcenter.model.words import Channel, Presence, Work
from contactcenter.reports.activity import Doing, WorkItem
from contactcenter.reports.missed import NOTHING_MISSED, MissedOffers, Penalty

__all__ = ["AgentFigures", "Next", "Staffing", "units_used"]


@dataclass(frozen=True, slots=True)
class Next:
    """What an agent will be when the hands are empty, and whether a supervisor chose it."""

    presence: Presence
    reason: str
    forced: bool


@dataclass(frozen=True, slots=True)
class Staffing:
    """How many of a queue's agents are signed in, each in one state; `busy` is ringing, dialling, talking or hold."""

    ready: int
    busy: int
    wrap_up: int
    not_ready: int
    signed_in: int


@dataclass(frozen=True, slots=True)
class AgentFigures:
    """One agent now: presence with its reason and since when, the one word for it all, and the contacts in hand.

    `missed` counts the day's offers that were not taken, `penalties` are those that run.
    `next` is what he will be when his hands are empty, if that was chosen. `units_used` of `units` are taken by texts;
    0 units: his channels count apart.
    """

    id: AgentId
    name: str
    presence: Presence
    reason: str
    since_at: int
    doing: Doing
    work: tuple[WorkItem, ...]
    missed: MissedOffers = NOTHING_MISSED
    penalties: tuple[Penalty, ...] = ()
    next: Next | None = None
    units: int = 0
    units_used: int = 0


def units_used(config: AgentConfig | None, items: Iterable[WorkItem]) -> int:
    """Return the units that an agent's texts take; what may only be written up takes none."""
    if config is None or not config.units:
        return 0
    units = {Channel.CHAT: config.chat_units, Channel.SMS: config.sms_units}
    return sum(units.get(item.channel, 0) for item in items if item.state is not Work.RESULT_OPEN)
