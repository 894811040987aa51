"""One agent as routing sees him: presence, what he has in hand, and what he has done in this shift."""

from __future__ import annotations

from dataclasses import dataclass, field

from contactcenter.model.config import AgentConfig, OutgoingConfig
from contactcenter.model.ids import ContactId, OfferId, QueueId, StationId
from contactcenter.model.words import Channel, Presence, Work

__all__ = ["AgentState", "NextState", "Shift"]


@dataclass(slots=True)
class Shift:
    """What an agent has done since signing in, for strategies that share the work out; times in ms."""

    begun_at: int = 0
    handled: int = 0
    offered: int = 0
    busy_ms: int = 0
    busy_since: int | None = None

    def note_busy(self, busy: bool, now: int) -> None:
        """Count the time with anything in hand: work on several contacts at once counts once."""
        if busy and self.busy_since is None:
            self.busy_since = now
        elif not busy and self.busy_since is not None:
            self.busy_ms += now - self.busy_since
            self.busy_since = None

    def occupancy(self, at: int) -> int:
        """Return the share of the shift with anything in hand, in thousandths, as of a time."""
        busy_ms = self.busy_ms + (0 if self.busy_since is None else max(0, at - self.busy_since))
        return busy_ms * 1_000 // max(1, at - self.begun_at)


MINUTE_MS = 60_000
NO_WORK = (Work.RINGING, Work.RESULT_OPEN)  # what only rings, or may still be written up


@dataclass(slots=True)  # not frozen: compiled, a snapshot could not make it anew (docs/adr/0005)
class NextState:
    """What an agent will be when the hands are empty, and the supervisor who chose it, if not the agent."""

    presence: Presence
    reason: str
    by: str = ""


@dataclass(slots=True)
class AgentState:
    """One agent: presence is the agent's own, work states belong to each contact; times in ms.

    `queues` are those served at once, `circles` those with each step of relaxation at which the agent may serve them,
    `rings` the first of these steps, `keeps` those of his own queues that keep some agents for calls or texts.
    `dialled_at` is when customers were called in the last minute before the newest such call.
    `penalties` say until when nothing of a queue (None: nothing at all) is offered to the agent.
    Who is not `listed` has left the configuration and is only remembered.
    """

    config: AgentConfig
    order: int
    queues: tuple[QueueId, ...]
    circles: tuple[tuple[QueueId, int], ...] = ()
    rings: dict[QueueId, int] = field(default_factory=dict)
    listed: bool = True
    presence: Presence = Presence.LOGGED_OUT
    reason: str = ""
    idle_since: int = 0
    station: StationId | None = None
    console: bool = False
    paused: bool = False
    offer: OfferId | None = None
    penalties: dict[QueueId | None, int] = field(default_factory=dict)
    dialled_at: tuple[int, ...] = ()
    work: dict[ContactId, tuple[Channel, Work]] = field(default_factory=dict)
    levels: dict[str, int] = field(default_factory=dict)
    shift: Shift = field(default_factory=Shift)
    next: NextState | None = None
    keeps: tuple[QueueId, ...] = ()

    def dialled_lately(self, now: int) -> tuple[int, ...]:
        """Return when the agent called customers within the last minute."""
        return tuple(at for at in self.dialled_at if at > now - MINUTE_MS)

    def has_dialled_enough(self, rules: OutgoingConfig, now: int) -> bool:
        """Return whether the agent has called as many customers within a minute as may be."""
        return len(self.dialled_lately(now)) >= rules.calls_per_min

    def load(self, channel: Channel) -> int:
        """Return how many contacts of a channel take up room in the agent's hands."""
        if not self.work:
            return 0
        return sum([held is channel and work is not Work.RESULT_OPEN for held, work in self.work.values()])

    def hands_full(self) -> bool:
        """Return whether the agent must finish something before he can be anything else (`acd.next_state`)."""
        return any(
            work is Work.WRAP_UP or (channel is not Channel.SMS and work not in NO_WORK)
            for channel, work in self.work.values()
        )

    def is_busy(self) -> bool:
        """Return whether the agent works on anything; what only rings, or may still be written up, is no work."""
        return bool(self.work) and any(work not in NO_WORK for _, work in self.work.values())
