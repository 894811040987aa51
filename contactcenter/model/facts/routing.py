"""Facts of routing: visits, offers, agents, talk, wrap-up, the end of a contact."""

from __future__ import annotations

from contactcenter.model.estimate import WaitEstimate
from contactcenter.model.facts.base import FactBase
from contactcenter.model.ids import AgentId, ContactId, GroupId, MessageId, OfferId, QueueId, StationId, VisitId
from contactcenter.model.words import (
    Channel,
    ContactOutcome,
    OfferOutcome,
    Party,
    Presence,
    VisitOutcome,
    Withdrawal,
    Work,
)

__all__ = [
    "AgentSeated",
    "ConsolePresence",
    "ContactEnded",
    "CustomerAnswered",
    "DispositionSet",
    "OfferEnded",
    "OfferMade",
    "OfferTaken",
    "PauseEnded",
    "PlaceKept",
    "PositionTold",
    "PreferenceEnded",
    "PresenceChanged",
    "PriorityChanged",
    "RefusalsForgotten",
    "RequirementRelaxed",
    "TalkEnded",
    "TalkStarted",
    "VisitEnded",
    "VisitOpened",
    "WorkChanged",
]


class VisitOpened(FactBase, frozen=True):
    """A contact entered a queue: the counting unit of all queue figures begins.

    Its place in the line is (-priority, placed_at, visit order); `placed_at` is earlier than now for a kept place.
    `callback` says that the customer is not on the line: it is us who will call. A `message` waits without its caller.
    """

    visit: VisitId
    contact: ContactId
    queue: QueueId
    channel: Channel
    priority: int
    placed_at: int
    preferred: AgentId | None = None
    callback: bool = False
    message: bool = False

    @property
    def off_line(self) -> bool:
        """Whether nobody waits on a line: the visit follows one that was judged already."""
        return self.callback or self.message


class VisitEnded(FactBase, frozen=True):
    """A queue visit ended in its one named way; `wait_ms` runs from the visit's opening.

    That of a `callback` or a `message` is no second judgement on how long the customer had to wait.
    """

    visit: VisitId
    contact: ContactId
    queue: QueueId
    channel: Channel
    outcome: VisitOutcome
    wait_ms: int
    agent: AgentId | None = None
    callback: bool = False
    message: bool = False

    @property
    def off_line(self) -> bool:
        """Whether nobody waited on a line: the visit followed one that was judged already."""
        return self.callback or self.message


class PlaceKept(FactBase, frozen=True):
    """A contact failed by us keeps its place: the same address gets it back in this queue until `until_at`."""

    address_key: str
    queue: QueueId
    priority: int
    placed_at: int
    until_at: int


class PositionTold(FactBase, frozen=True):
    """The customer is told a place in the line, 1 is next, and the `wait` to come where it is known and `wait_told`.

    A wait is told the first time, and then only if it is better than the one told last.
    """

    contact: ContactId
    position: int
    wait: WaitEstimate | None = None
    wait_told: bool = False


class OfferMade(FactBase, frozen=True):
    """A contact is presented to one agent, at a station for voice, until `expires_at`.

    Offers of one `group` ring side by side: one of them at most is accepted, the others are withdrawn with that.
    Without a `visit` it was passed on to this agent by name; `queue` then is the one whose rules it is under, if any.
    `auto` says that the agent accepts it without a click.
    """

    offer: OfferId
    contact: ContactId
    visit: VisitId | None
    queue: QueueId | None
    channel: Channel
    agent: AgentId
    station: StationId | None
    expires_at: int
    group: GroupId | None = None
    auto: bool = False


class OfferEnded(FactBase, frozen=True):
    """An offer ended in its one named way; `status` is the SIP code where one was the cause, `cause` why withdrawn."""

    offer: OfferId
    contact: ContactId
    agent: AgentId
    channel: Channel
    outcome: OfferOutcome
    status: int = 0
    cause: Withdrawal | None = None


class OfferTaken(FactBase, frozen=True):
    """The agent pressed Accept on an offer whose phone answers on command: the phone is dialled now."""

    offer: OfferId
    contact: ContactId
    agent: AgentId


class PauseEnded(FactBase, frozen=True):
    """The pause of an agent whose phone was busy or lost is over; it is tried again."""

    agent: AgentId


class RefusalsForgotten(FactBase, frozen=True):
    """Agents who rejected the contact may be offered it again: nobody else took it."""

    contact: ContactId


class PreferenceEnded(FactBase, frozen=True):
    """The preferred agent did not come free in time: the contact joins the queue's common line at its place."""

    contact: ContactId


class RequirementRelaxed(FactBase, frozen=True):
    """A contact has waited so long (or its queue's rule was changed so) that it may be served by a step's circle."""

    contact: ContactId
    step: int


class PriorityChanged(FactBase, frozen=True):
    """A contact in a queue goes before, or after, others from now on; its place among equals stays."""

    contact: ContactId
    priority: int


class AgentSeated(FactBase, frozen=True):
    """An agent signed in at a station, or moved to another (None: no phone)."""

    agent: AgentId
    station: StationId | None


class PresenceChanged(FactBase, frozen=True):
    """An agent's own state; `idle_since` is kept where the change was not the agent's wish."""

    agent: AgentId
    presence: Presence
    reason: str
    idle_since: int


class ConsolePresence(FactBase, frozen=True):
    """The agent's console came or went."""

    agent: AgentId
    connected: bool


class WorkChanged(FactBase, frozen=True):
    """What an agent does with a contact; ENDED frees the capacity it took."""

    agent: AgentId
    contact: ContactId
    channel: Channel
    work: Work


class TalkStarted(FactBase, frozen=True):
    """Customer and agent are together; who was called by us came through no queue.

    Without a `visit`, but with a `queue`, the contact was passed on to this agent under that queue's rules.
    """

    contact: ContactId
    visit: VisitId | None
    queue: QueueId | None
    channel: Channel
    agent: AgentId


class CustomerAnswered(FactBase, frozen=True):
    """An agent's first text of a talk reached its conversation: the service clock of the visit stops.

    `answer_ms` runs from the visit's opening, in the hours of the queue alone. On the line the clock stops when the
    talk starts, with sound both ways.
    """

    contact: ContactId
    visit: VisitId
    queue: QueueId
    channel: Channel
    agent: AgentId
    answer_ms: int


class TalkEnded(FactBase, frozen=True):
    """Customer and agent are parted, by whom; `passed_on`: the customer stays, for somebody else."""

    contact: ContactId
    agent: AgentId
    channel: Channel
    by: Party
    passed_on: bool = False


class DispositionSet(FactBase, frozen=True):
    """The agent named the result of a contact; empty when none was named, `missing` when there were some to choose."""

    contact: ContactId
    agent: AgentId
    disposition: str
    note: MessageId | None
    missing: bool = False


class ContactEnded(FactBase, frozen=True):
    """The contact is over, wrap-up included."""

    contact: ContactId
    channel: Channel
    outcome: ContactOutcome
