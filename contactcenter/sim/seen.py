"""Agents and waiting contacts as the oracle of the floor has seen them in facts, rebuilt in the plainest way."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from contactcenter.model.config import AgentConfig, QueueConfig
from contactcenter.model.eligibility import properties_of, requirement_of
from contactcenter.model.facts import ContactEnded, CustomerAnswered, Fact, TalkStarted
from contactcenter.model.ids import AgentId, ContactId, QueueId, StationId
from contactcenter.model.words import Channel, OfferOutcome, Presence, Work
from contactcenter.sim.selection import SeenShift, rank

__all__ = ["SeenAgent", "Unanswered", "Waiting"]


@dataclass(slots=True, eq=False)
class SeenAgent:
    """An agent as facts show him."""

    config: AgentConfig
    presence: Presence = Presence.LOGGED_OUT
    station: StationId | None = None
    console: bool = False
    paused: bool = False
    idle_since: int = 0
    order: int = 0
    work: dict[ContactId, tuple[Channel, Work]] = field(default_factory=dict)
    shift: SeenShift = field(default_factory=SeenShift)
    barred: list[QueueId | None] = field(default_factory=list)
    next: Presence | None = None

    def miss_call(self, outcome: OfferOutcome) -> None:
        """Pause who could not be reached."""
        if outcome in (OfferOutcome.BUSY, OfferOutcome.DEVICE_LOST):
            self.paused = True

    def rank(self, queue: QueueConfig, channel: Channel) -> list[int]:
        """Return how early the agent is to be chosen for a queue."""
        return rank(queue, self.config, self.order, self.shift, self.load(channel), self.idle_since)

    def load(self, channel: Channel) -> int:
        """Count the contacts of a channel in hand; what may only be written up is in hand no more."""
        return sum(1 for held, work in self.work.values() if held is channel and work is not Work.RESULT_OPEN)

    def is_ready(self) -> bool:
        """Whether the agent is ready, and means to stay so."""
        return self.presence is Presence.READY and self.next not in (Presence.NOT_READY, Presence.LOGGED_OUT)

    def is_off_phone(self) -> bool:
        """Whether the agent sits ready at a console and is in no call."""
        here = self.console and not self.config.phone_only
        return here and self.is_ready() and not self.load(Channel.VOICE)

    def serves(self, queue: QueueConfig) -> bool:
        """Whether the agent has what the queue asks for."""
        return requirement_of(queue).met_by(properties_of(self.config))

    def units(self) -> int:
        """Count the units that texts in hand take."""
        chats, texts = self.load(Channel.CHAT), self.load(Channel.SMS)
        return chats * self.config.chat_units + texts * self.config.sms_units

    def has_room(self, channel: Channel) -> bool:
        """Whether one more text fits, by its channel and by its units."""
        more = {Channel.CHAT: self.config.chat_units, Channel.SMS: self.config.sms_units}[channel]
        fits = not self.config.units or self.units() + more <= self.config.units
        return fits and self.load(channel) < self.capacity(channel)

    def has_console(self) -> bool:
        """Whether a message could be heard."""
        return self.console and not self.config.phone_only

    def talks_by(self, channel: Channel) -> bool:
        """Whether a conversation of a channel is in hand that is neither over nor parked by a call."""
        over = (Work.WRAP_UP, Work.RESULT_OPEN, Work.PARKED)
        return any(held is channel and work not in over for held, work in self.work.values())

    def capacity(self, channel: Channel) -> int:
        """Return how many contacts of a channel fit into his hands."""
        rooms = {Channel.VOICE: 1, Channel.CHAT: self.config.chat_capacity, Channel.SMS: self.config.sms_capacity}
        return rooms[channel]


class Unanswered:
    """The conversations by SMS that no agent has answered since they came out of their queue."""

    def __init__(self) -> None:
        """Begin with none."""
        self._contacts: list[ContactId] = []

    def see(self, fact: Fact) -> None:
        """Follow talks that begin, and first answers."""
        if isinstance(fact, TalkStarted) and fact.channel is Channel.SMS and fact.visit is not None:
            self._contacts.append(fact.contact)
        elif isinstance(fact, CustomerAnswered | ContactEnded):
            self._contacts = [contact for contact in self._contacts if contact != fact.contact]

    def leave_room(self, agent: SeenAgent) -> bool:
        """Whether an agent has few enough of them in hand for one more."""
        talks = [name for name, (_, work) in agent.work.items() if work not in (Work.WRAP_UP, Work.RESULT_OPEN)]
        limit = agent.config.sms_unanswered
        return not limit or sum(name in self._contacts for name in talks) < limit


@dataclass(slots=True)
class Waiting:
    """A contact in a queue as facts show it; who is `away` is called back, and not now."""

    priority: int
    placed_at: int
    order: int
    queue: QueueId
    channel: Channel
    preferred: AgentId | None
    offered: bool = False
    refused: list[AgentId] = field(default_factory=list)
    since: int = 0
    step: int = 0
    eased: int = 0
    away: bool = False
    left: bool = False
    message: bool = False

    def steps_due(self, queue: QueueConfig, woken_at: int, at: int) -> tuple[int, int]:
        """Return by how many steps the wait relaxes the requirement at least, and at most.

        An engine that stood still, or comes back, is told of several deadlines at once, and takes them in their order.
        """
        times = [step.after_ms for step in queue.relax]
        least = sum(1 for after_ms in times if after_ms < woken_at - self.since)
        return least, sum(1 for after_ms in times if after_ms <= at - self.since)

    def key(self, ageing_ms: int, at: int) -> tuple[Fraction, int, int]:
        """Return what places are compared by at a time, the lowest first."""
        aged = Fraction(at - self.placed_at, ageing_ms) if ageing_ms else Fraction(0)
        return (-self.priority - aged, self.placed_at, self.order)
