"""The routing floor: all agents, contacts and offers as values, looked up by id.

Holds no rules: `apply` changes it by facts, the deciding modules read it.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field

from contactcenter.acd.agents import AgentState
from contactcenter.acd.contacts import ContactOnFloor, OfferState
from contactcenter.acd.lines import IdleLines, LineClass, WaitingLines, line_of
from contactcenter.model.config import (
    CalendarConfig,
    CenterConfig,
    DirectConfig,
    InternalConfig,
    OutgoingConfig,
    QueueConfig,
    Rules,
    StationConfig,
)
from contactcenter.model.estimate import Pace
from contactcenter.model.facts import PlaceKept
from contactcenter.model.hours import is_open, open_ms
from contactcenter.model.ids import AgentId, ContactId, OfferId, QueueId, StationId
from contactcenter.model.timers import Timers
from contactcenter.model.words import Channel

__all__ = ["Floor", "Kept", "Staff"]

NO_QUEUE = QueueId("")


@dataclass(slots=True)
class Staff:
    """How many of the agents who serve a queue at once are signed in, and how many of these are ready."""

    signed_in: int = 0
    ready: int = 0


@dataclass(slots=True)
class Kept:
    """How many agents a queue keeps for its calls and for its texts, and who could do that work now.

    `could_call` are those who could take a call, `off_phone` those who are at their consoles and in no call.
    """

    for_calls: int
    for_texts: int
    could_call: dict[AgentId, None] = field(default_factory=dict)
    off_phone: dict[AgentId, None] = field(default_factory=dict)


@dataclass(eq=False, repr=False, slots=True)
class Floor:
    """The whole state of routing."""

    timers: Timers
    agents: dict[AgentId, AgentState] = field(default_factory=dict)
    contacts: dict[ContactId, ContactOnFloor] = field(default_factory=dict)
    offers: dict[OfferId, OfferState] = field(default_factory=dict)
    published: CenterConfig | None = None
    queues: dict[QueueId, QueueConfig] = field(default_factory=dict)
    listed_queues: frozenset[QueueId] = frozenset()
    stations: dict[StationId, StationConfig] = field(default_factory=dict)
    registered: set[StationId] = field(default_factory=set)
    seats: dict[StationId, AgentId] = field(default_factory=dict)
    reasons: tuple[str, ...] = ()
    station_retry_ms: int = 0
    waiting: WaitingLines = field(default_factory=WaitingLines)
    joinable: WaitingLines = field(default_factory=WaitingLines)
    idle: IdleLines = field(default_factory=IdleLines)
    kept: dict[QueueId, Kept] = field(default_factory=dict)
    """The queues that keep some of their agents for calls or texts."""
    kept_places: dict[str, PlaceKept] = field(default_factory=dict)
    last_agents: dict[tuple[Channel, str], AgentId] = field(default_factory=dict)
    visits: int = 0
    offers_made: int = 0
    outgoing: OutgoingConfig | None = None
    internal: InternalConfig | None = None
    direct: DirectConfig = field(default_factory=DirectConfig)
    language: str = ""
    paces: dict[tuple[QueueId, Channel], Pace] = field(default_factory=dict)
    staff: dict[QueueId, Staff] = field(default_factory=dict)
    reserves: dict[QueueId, tuple[AgentId, ...]] = field(default_factory=dict)
    """Who is in the reserve of each queue that has one, in the order of the configuration."""
    calendars: dict[str, CalendarConfig] = field(default_factory=dict)
    called: dict[QueueId, None] = field(default_factory=dict)
    """The queues whose reserve is called."""
    visiting: dict[tuple[QueueId, Channel], OrderedDict[ContactId, int]] = field(default_factory=dict)
    """Who waits or is rung for, the oldest first, with the time of entry (ms)."""
    callback_hours: tuple[tuple[int, int], ...] = ()
    callback_numbers: dict[str, ContactId] = field(default_factory=dict)
    callbacks_due: dict[QueueId, int] = field(default_factory=dict)
    handle_ms: dict[QueueId, int] = field(default_factory=dict)

    def queue_of(self, contact: ContactOnFloor) -> QueueConfig:
        """Return the queue of a contact's present or last visit."""
        assert contact.queue is not None, "only contacts that were queued have a queue"
        return self.queues[contact.queue]

    def waiting_in(self, queue: QueueId, channel: Channel) -> int:
        """Return how many contacts of a channel are in a queue, those included that ring at an agent."""
        return len(self.visiting.get((queue, channel), ()))

    def open_ms(self, queue: QueueId, from_at: int, to_at: int) -> int:
        """Return how much of [from_at, to_at) lies in the hours of a queue (ms)."""
        hours = self.queues[queue].hours
        return open_ms(self.calendars[hours].open, from_at, to_at) if hours else to_at - from_at

    def takes(self, queue: QueueId, channel: Channel, now: int) -> bool:
        """Return whether contacts of a channel may come into a queue at a time (ms); texts wait for the morning."""
        hours = self.queues[queue].hours
        return not hours or channel is Channel.SMS or is_open(self.calendars[hours].open, now)

    def has_room(self, queue: QueueId, channel: Channel, now: int) -> bool:
        """Return whether one more contact of a channel may be sent into a queue now: it is open and not full."""
        waiting = sum(self.waiting_in(queue, each) for each in Channel)
        return self.takes(queue, channel, now) and waiting < self.queues[queue].limit

    def oldest_in(self, queue: QueueId, channel: Channel) -> int | None:
        """Return when the contact entered that has been in a queue for longest (ms)."""
        return next(iter(self.visiting.get((queue, channel), {}).values()), None)

    def lines_beside(self, contact: ContactOnFloor) -> list[LineClass]:
        """Return the lines in which those stand who wait for the same as a contact that stands in one."""
        assert contact.line is not None, "only who stands in a line has a place"
        queue = self.queue_of(contact)
        if contact.preferred is not None or contact.channel not in queue.offers:
            return [contact.line]
        return [line_of(queue.id, step, contact.channel) for step in range(len(queue.relax) + 1)]

    def pace_of(self, contact: ContactOnFloor) -> Pace:
        """Return how fast the queue of a contact's present or last visit moves; for `apply` alone, as it may be new."""
        assert contact.queue is not None, "only contacts that were queued have a queue"
        return self.paces.setdefault((contact.queue, contact.channel), Pace())

    def rules_of_writing(self, contact: ContactOnFloor, agent: AgentId) -> Rules:
        """Return the rules under which an agent writes a contact up: those of her talk, wherever it is by now."""
        writing = contact.written_up.get(agent)
        if writing is None:
            return self.rules_of(contact)
        return writing.own_rules or self.queues[writing.queue or NO_QUEUE]

    def rules_of(self, contact: ContactOnFloor) -> Rules:
        """Return the rules for what follows a contact's talk: of its queue, or its own."""
        return contact.own_rules or self.queue_of(contact)

    def rings(self, station: StationId | None) -> bool:
        """Return whether a station exists and a call would reach it: by registration, at its contact, or outside."""
        known = self.stations.get(station) if station is not None else None
        if known is None or self.is_outside(station):
            return known is not None and known.is_called(self.outgoing)
        return known.id in self.registered or bool(known.contact)

    def is_outside(self, station: StationId | None) -> bool:
        """Return whether a station is a telephone outside, which rings later than one of ours."""
        return station is not None and station in self.stations and bool(self.stations[station].number)

    def answers_on_command(self, station: StationId | None) -> bool:
        """Return whether a station's phone can be answered from the console."""
        return station is not None and station in self.stations and self.stations[station].auto_answer
