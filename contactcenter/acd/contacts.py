"""One contact as routing sees it, from its arrival to its end, with the offers that ring for it."""

from __future__ import annotations

from dataclasses import dataclass, field

from contactcenter.acd.agents import AgentState
from contactcenter.acd.lines import LineClass, PlaceKey
from contactcenter.acd.transitions import ContactState
from contactcenter.model.callbacks import CallbackConfig
from contactcenter.model.config import OutgoingConfig, OwnRules
from contactcenter.model.ids import AgentId, ContactId, GroupId, LegId, OfferId, PlayId, QueueId, RecordingId, VisitId
from contactcenter.model.recipes import Act
from contactcenter.model.voicemail import VoicemailConfig
from contactcenter.model.words import Channel, ContactOutcome, Direction, VisitOutcome

__all__ = [
    "CallbackOnFloor",
    "Colleague",
    "Consult",
    "ContactOnFloor",
    "MessageOnFloor",
    "OfferState",
    "Passing",
    "StepProgress",
    "WritingUp",
]


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


@dataclass(slots=True)  # not frozen: compiled, a snapshot could not make it anew (docs/adr/0005)
class StepProgress:
    """How often a recipe's step was done to a contact in its present visit, and when it was last due (ms)."""

    act: Act
    number: int
    done: int
    due_at: int


@dataclass(slots=True)
class WritingUp:
    """One agent's after-contact work, by the rules of a queue, or by the talk's own."""

    queue: QueueId | None
    own_rules: OwnRules | None
    ends_at: int | None = None
    extensions: int = 0


@dataclass(slots=True)  # not frozen: compiled, a snapshot could not make it anew (docs/adr/0005)
class Passing:
    """Who passed a contact on, which is with nobody yet; nobody did when it came straight to one agent's number."""

    sender: AgentId | None
    to: AgentId | None = None


@dataclass(slots=True)
class CallbackOnFloor:
    """A callback that is promised and not over, with the rules of the promise; `until_at` nobody is called.

    `on_line` once a customer who was called first has answered, until the line is gone.
    """

    rules: CallbackConfig
    outgoing: OutgoingConfig
    number_key: str
    expires_at: int
    until_at: int
    tries: int = 0
    on_line: bool = False


@dataclass(slots=True)
class MessageOnFloor:
    """A message that a caller leaves or has left, by the rules of its beginning (ms).

    `recorded_from` is None while the caller is asked for it, `over` once it goes on no more, `left` once it is ours.
    """

    rules: VoicemailConfig
    prompt: PlayId
    otherwise: VisitOutcome
    begun_at: int
    recorded_from: int | None = None
    recording: RecordingId | None = None
    over: bool = False
    left: bool = False


@dataclass(slots=True)
class Consult:
    """A colleague who is consulted about a call, by an offer; `leg` is her line once she has answered.

    Without a colleague it is somebody outside, who is `called` until that call is over. Out of a `queue` those were
    `asked` before her who did not answer.
    `aside`: the agent talks with her, not the customer; `joined`: all three talk together.
    """

    colleague: AgentId | None
    called: bool = False
    offer: OfferId | None = None
    answered: bool = False
    aside: bool = True
    leg: LegId | None = None
    joined: bool = False
    queue: QueueId | None = None
    asked: tuple[AgentId, ...] = ()


@dataclass(slots=True)
class Colleague:
    """Who is called by a colleague, by an offer; `leg` is her line once she has answered."""

    agent: AgentId
    leg: LegId | None = None


@dataclass(slots=True)
class ContactOnFloor:
    """One contact as routing sees it; the visit fields are those of the present or last queue visit.

    `offers` are live: several in a `group`, which stands in `group_line` while agents who come free may join it.
    `been` are the queues of all its visits, `progress` and `eased` what the recipe has done in this one: the steps that
    were due, and the step of relaxation that it gave. `farewell` is the prompt after which the contact ends.
    `own_rules` are those of a talk that came from no queue, `called` says that the phone of who is called rings.
    `queued` is who found nobody free and counts for the queue's pace; `wait_told_ms` is the longest wait told last.
    `answered` is who has had a first text of an agent in this talk, `parked_ms` how long it was parked.
    `passing` is set while it is on its way from one agent to somebody else; `written_up` are those who still write it
    up, and it ends as `ending` after the last of them.
    `relaxes_from` is when the wait began that relaxes the requirement: a callback goes on with that of its caller.
    `asked` says that the caller is being asked about a callback.
    `dialled_on` is the line on which the agent dialled it herself.
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
    own_rules: OwnRules | None = None
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
    colleague: Colleague | None = None
    written_up: dict[AgentId, WritingUp] = field(default_factory=dict)
    ending: ContactOutcome = ContactOutcome.HANDLED
    relaxes_from: int = 0
    may_call_back: bool = False
    asked: bool = False
    dialled_on: LegId | None = None
    callback: CallbackOnFloor | None = None
    message: MessageOnFloor | None = None
    talks_since: int | None = None
    parked_at: int | None = None
    parked_ms: int = 0
    direction: Direction = Direction.INBOUND

    def clock(self, now: int) -> tuple[int, int]:
        """Return from when to when the service clock has run; a clock that stood began so much later (ms)."""
        return self.opened_at + self.parked_ms, now if self.parked_at is None else self.parked_at

    @property
    def in_queue(self) -> bool:
        """Whether it waits in a queue or rings out of one; what was passed on to somebody is in none."""
        return self.state in (ContactState.WAITING, ContactState.OFFERED) and self.passing is None

    @property
    def parted(self) -> bool:
        """Whether the talk is over and the customer goes to nobody else."""
        return self.state is ContactState.TALKING and self.agent is None and self.passing is None

    @property
    def on_the_line(self) -> bool:
        """Whether the customer waits on a line, or is not called back at all."""
        return self.callback is None or self.callback.on_line

    @property
    def is_message(self) -> bool:
        """Whether a message waits or is worked on, and its caller is gone."""
        return self.message is not None and self.message.left

    @property
    def off_line(self) -> bool:
        """Whether it goes on without a customer on a line or a page: as a callback, or as a message."""
        return self.callback is not None or self.is_message

    @property
    def by_name(self) -> bool:
        """Whether it is for one agent whom somebody asked for: passed on, asked about, or calling her itself."""
        return self.passing is not None or self.consult is not None or self.colleague is not None

    @property
    def called_first(self) -> bool:
        """Whether the customer's phone rings before an agent's: she is kept for him, and is offered him afterwards."""
        return self.callback is not None and self.callback.rules.customer_first and not self.callback.on_line

    def is_unheard_by(self, agent: AgentState) -> bool:
        """Return whether it is a message, and the agent has no console to listen to it."""
        return self.is_message and agent.config.phone_only

    def is_closed_to(self, agent_id: AgentId, agent: AgentState) -> bool:
        """Return whether an agent is not to be offered this contact, though he could: he rejected it, or its like."""
        return self.is_unheard_by(agent) or agent_id in self.refused or self.queue in agent.penalties

    def place(self, contact: ContactId) -> PlaceKey:
        """Return the contact's order key in a line."""
        return (self.rank, self.placed_at, self.order, contact)
