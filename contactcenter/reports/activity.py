"""What an agent is doing, as one word at every instant, though several text contacts may overlap.

The overlap rule, for live and historic figures alike: talking wins over consulting, that over hold, hold over dialling,
that over ringing, ringing over wrap-up, and any over presence. So an agent's states never overlap and always sum
to the time signed in; time on several contacts at once counts once.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from contactcenter.model.facts import PresenceChanged, WorkChanged
from contactcenter.model.ids import AgentId, ContactId, QueueId
from contactcenter.model.words import Channel, Direction, Presence, Work

__all__ = ["Activity", "Doing", "WorkItem"]


class Doing(StrEnum):
    """The one word for what an agent does."""

    TALKING = "talking"
    HOLD = "hold"
    CONSULTING = "consulting"
    DIALLING = "dialling"
    RINGING = "ringing"
    WRAP_UP = "wrap_up"
    READY = "ready"
    NOT_READY = "not_ready"
    LOGGED_OUT = "logged_out"


PRECEDENCE = (
    (Work.TALKING, Doing.TALKING),
    (Work.CONSULTING, Doing.CONSULTING),
    (Work.HOLD, Doing.HOLD),
    (Work.DIALLING, Doing.DIALLING),
    (Work.RINGING, Doing.RINGING),
    (Work.WRAP_UP, Doing.WRAP_UP),
)
ALONE = {
    Presence.READY: Doing.READY,
    Presence.NOT_READY: Doing.NOT_READY,
    Presence.LOGGED_OUT: Doing.LOGGED_OUT,
}


@dataclass(frozen=True, slots=True)
class WorkItem:
    """One contact in an agent's hands; `since_at` is when it entered this state (ms)."""

    channel: Channel
    state: Work
    queue: QueueId
    since_at: int
    direction: Direction = Direction.INBOUND


class Activity:
    """One agent's presence and work, folded from facts."""

    __slots__ = ("_counts", "_told", "agent", "items", "presence", "reason", "since_at")

    def __init__(self, agent: AgentId) -> None:
        """Begin signed out, with no contact in hand."""
        self.agent = agent
        self.presence = Presence.LOGGED_OUT
        self.reason = ""
        self.since_at = 0
        self._told = False
        self.items: dict[ContactId, WorkItem] = {}
        self._counts = dict.fromkeys(Work, 0)

    def present(self, fact: PresenceChanged, at: int) -> None:
        """Take over what the agent's presence is from `at` on."""
        if not self._told or (fact.presence, fact.reason) != (self.presence, self.reason):
            self.since_at, self._told = at, True
        self.presence, self.reason = fact.presence, fact.reason

    def work(self, fact: WorkChanged, queue: QueueId, at: int, direction: Direction = Direction.INBOUND) -> None:
        """Take over what the agent does with a contact from `at` on."""
        before = self.items.pop(fact.contact, None)
        if before is not None:
            self._counts[before.state] -= 1
        if fact.work is not Work.ENDED:
            self._counts[fact.work] += 1
            self.items[fact.contact] = WorkItem(fact.channel, fact.work, queue, at, direction)

    def direction(self) -> Direction:
        """Return how the contact began with which the agent talks; a call before texts or a message beside it."""
        talks = [item for item in self.items.values() if item.state is Work.TALKING]
        voice = [item.direction for item in talks if item.channel is Channel.VOICE]
        return voice[-1] if voice else Direction.INBOUND  # beside a message a call begins, never the other way round

    def doing(self) -> Doing:
        """Return the one word, by the overlap rule."""
        for work, word in PRECEDENCE:
            if self._counts[work]:
                return word
        return ALONE[self.presence]
