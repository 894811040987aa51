"""The routing floor: all agents, contacts and offers as values, looked up by id.

Holds no rules: `apply` changes it by facts, the deciding modules read it.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field

from contactcenter.acd.lines import IdleLines, LineClass, PlaceKey, WaitingLines, line_of
from contactcenter.acd.transitions import ContactState
from contactcenter.model.callbacks import CallbackConfig
from contactcenter.model.config import (
    AgentConfig,
    CalendarConfig,
    CenterConfig,
    OutgoingConfig,
    QueueConfig,
    StationConfig,
)
from contactcenter.model.estimate import Pace
from contactcenter.model.facts import PlaceKept
from contactcenter.model.hours import is_open, open_ms
from contactcenter.model.ids import AgentId, ContactId, GroupId, LegId, OfferId, PlayId, QueueId, StationId, VisitId
from contactcenter.model.recipes import Act
from contactcenter.model.timers import Timers
from contactcenter.model.words import Channel, ContactOutcome, Presence, Work

__all__ = [
    "AgentState",
    "CallbackOnFloor",
    "Consult",
    "ContactOnFloor",
    "Floor",
    "Kept",
    "NextState",
    "OfferState",
    "Passing",
    "Rules",
    "Shift",
    "Staff",
    "StepProgress",
    "WritingUp",
]

Rules = QueueConfig | OutgoingConfig
"""What follows a talk: of its queue, or of calls that we place."""
NO_QUEUE = QueueId("")


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


@dataclass(frozen=True, slots=True)
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

    def load(self, channel: Channel) -> int:
        """Return how many contacts of a channel take up room in the agent's hands."""
        return sum(1 for held, work in self.work.values() if held is channel and work is not Work.RESULT_OPEN)

    def hands_full(self) -> bool:
        """Return whether the agent must finish something before he can be anything else (`acd.next_state`)."""
        return any(
            work is Work.WRAP_UP or (channel is not Channel.SMS and work not in (Work.RINGING, Work.RESULT_OPEN))
            for channel, work in self.work.values()
        )

    def is_busy(self) -> bool:
        """Return whether the agent works on anything; what only rings, or may still be written up, is no work."""
        return any(work is not Work.RINGING and work is not Work.RESULT_OPEN for _, work in self.work.values())


@dataclass(slots=True)
class OfferState:
    """One contact presented to one agent; `leg` is the line that rings for it, where one does.

    `taken` as soon as a phone is dialled for it: at once, or by Accept.
    """

    contact: ContactId
    agent: AgentId
    channel: Channel
    group: GroupId | None = None
    leg: LegId | None = None
    taken: bool = False


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


@dataclass(frozen=True, slots=True)
class StepProgress:
    """How often a recipe's step was done to a contact in its present visit, and when it was last due (ms)."""

    act: Act
    number: int
    done: int
    due_at: int


@dataclass(slots=True)
class WritingUp:
    """One agent's after-contact work, by the rules of a queue or of calls that we place."""

    queue: QueueId | None
    outgoing: OutgoingConfig | None
    ends_at: int | None = None
    extensions: int = 0


@dataclass(frozen=True, slots=True)
class Passing:
    """Who passed a contact on, which is with nobody yet."""

    sender: AgentId


@dataclass(slots=True)
class CallbackOnFloor:
    """A callback that is promised and not over, with the rules of the promise; `until_at` nobody is called."""

    rules: CallbackConfig
    outgoing: OutgoingConfig
    number_key: str
    expires_at: int
    until_at: int
    tries: int = 0


@dataclass(slots=True)
class Consult:
    """A colleague who is consulted about a call, by an offer; `aside`: the agent talks with her, not the customer."""

    colleague: AgentId
    offer: OfferId | None = None
    answered: bool = False
    aside: bool = True


@dataclass(slots=True)
class ContactOnFloor:
    """One contact as routing sees it; the visit fields are those of the present or last queue visit.

    `offers` are live: several in a `group`, which stands in `group_line` while agents who come free may join it.
    `been` are the queues of all its visits, `progress` and `eased` what the recipe has done in this one: the steps that
    were due, and the step of relaxation that it gave. `farewell` is the prompt after which the contact ends.
    `outgoing` are the rules under which we call the customer, `called` says that the customer's phone is being rung.
    `queued` is who found nobody free and counts for the queue's pace; `wait_told_ms` is the longest wait told last.
    `answered` is who has had a first text of an agent in this talk, `parked_ms` how long it was parked.
    `passing` is set while it is on its way from one agent to somebody else; `written_up` are those who still write it
    up, and it ends as `ending` after the last of them.
    `relaxes_from` is when the wait began that relaxes the requirement: a callback goes on with that of its caller.
    `asked` says that the caller is being asked about a callback.
    """

    channel: Channel
    address_key: str
    state: ContactState = ContactState.IN_FLOW
    visit: VisitId | None = None
    queue: QueueId | None = None
    customer_class: str = ""
    priority: int = 0
    bonus: int = 0
    rank: int = 0
    placed_at: int = 0
    opened_at: int = 0
    order: int = 0
    step: int = 0
    line: LineClass | None = None
    own_agent: AgentId | None = None
    preferred: AgentId | None = None
    refused: tuple[AgentId, ...] = ()
    offers: list[OfferId] = field(default_factory=list)
    group: GroupId | None = None
    group_line: LineClass | None = None
    agent: AgentId | None = None
    talked_to: AgentId | None = None
    outgoing: OutgoingConfig | None = None
    called: bool = False
    queued: bool = False
    wait_told_ms: int | None = None
    answered: bool = False
    been: tuple[QueueId, ...] = ()
    progress: tuple[StepProgress, ...] = ()
    eased: int = 0
    farewell: PlayId | None = None
    passing: Passing | None = None
    consult: Consult | None = None
    written_up: dict[AgentId, WritingUp] = field(default_factory=dict)
    ending: ContactOutcome = ContactOutcome.HANDLED
    relaxes_from: int = 0
    may_call_back: bool = False
    asked: bool = False
    callback: CallbackOnFloor | None = None
    talks_since: int | None = None
    parked_at: int | None = None
    parked_ms: int = 0

    def clock(self, now: int) -> tuple[int, int]:
        """Return from when to when the service clock has run; a clock that stood began so much later (ms)."""
        return self.opened_at + self.parked_ms, now if self.parked_at is None else self.parked_at

    @property
    def parted(self) -> bool:
        """Whether the talk is over and the customer goes to nobody else."""
        return self.state is ContactState.TALKING and self.agent is None and self.passing is None

    def is_closed_to(self, agent_id: AgentId, agent: AgentState) -> bool:
        """Return whether an agent is not to be offered this contact, though he could: he rejected it, or its like."""
        return agent_id in self.refused or self.queue in agent.penalties

    def place(self, contact: ContactId) -> PlaceKey:
        """Return the contact's order key in a line."""
        return (self.rank, self.placed_at, self.order, contact)


class Floor:
    """The whole state of routing."""

    def __init__(self, timers: Timers) -> None:
        """Begin with no configuration, no agent and no contact."""
        self.timers = timers
        self.agents: dict[AgentId, AgentState] = {}
        self.contacts: dict[ContactId, ContactOnFloor] = {}
        self.offers: dict[OfferId, OfferState] = {}
        self.published: CenterConfig | None = None
        self.queues: dict[QueueId, QueueConfig] = {}
        self.listed_queues: frozenset[QueueId] = frozenset()
        self.stations: dict[StationId, StationConfig] = {}
        self.registered: set[StationId] = set()
        self.seats: dict[StationId, AgentId] = {}
        self.reasons: tuple[str, ...] = ()
        self.station_retry_ms = 0
        self.waiting = WaitingLines()
        self.joinable = WaitingLines()
        self.idle = IdleLines()
        self.kept: dict[QueueId, Kept] = {}
        """The queues that keep some of their agents for calls or texts."""
        self.kept_places: dict[str, PlaceKept] = {}
        self.last_agents: dict[tuple[Channel, str], AgentId] = {}
        self.visits = 0
        self.offers_made = 0
        self.outgoing: OutgoingConfig | None = None
        self.language = ""
        self.paces: dict[tuple[QueueId, Channel], Pace] = {}
        self.staff: dict[QueueId, Staff] = {}
        self.reserves: dict[QueueId, tuple[AgentId, ...]] = {}
        """Who is in the reserve of each queue that has one, in the order of the configuration."""
        self.calendars: dict[str, CalendarConfig] = {}
        self.called: dict[QueueId, None] = {}
        """The queues whose reserve is called."""
        self.visiting: dict[tuple[QueueId, Channel], OrderedDict[ContactId, int]] = {}
        """Who waits or is rung for, the oldest first, with the time of entry (ms)."""
        self.callback_hours: tuple[tuple[int, int], ...] = ()
        self.callback_numbers: dict[str, ContactId] = {}
        self.callbacks_due: dict[QueueId, int] = {}
        self.handle_ms: dict[QueueId, int] = {}

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
        return writing.outgoing or self.queues[writing.queue or NO_QUEUE]

    def rules_of(self, contact: ContactOnFloor) -> Rules:
        """Return the rules for what follows a contact's talk: of its queue, or those of calls that we place."""
        return contact.outgoing or self.queue_of(contact)

    def rings(self, station: StationId | None) -> bool:
        """Return whether a station exists and a call would reach it: by registration, or at its fixed contact."""
        known = self.stations.get(station) if station is not None else None
        return known is not None and (known.id in self.registered or bool(known.contact))

    def answers_on_command(self, station: StationId | None) -> bool:
        """Return whether a station's phone can be answered from the console."""
        return station is not None and station in self.stations and self.stations[station].auto_answer
