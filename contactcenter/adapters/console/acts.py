"""What an agent does on the console, as events: checked here from the live view, decided by the centre.

Texts and notes are stored before the event that names them, and an act is answered only after its receipt.
"""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable, Iterator
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from contactcenter.adapters.console.committing import AWAY, sentence
from contactcenter.adapters.console.desktop import Desktop
from contactcenter.adapters.database.messages import Bodies, NewText, digest, message_id
from contactcenter.adapters.dialling import Dialler, NotDialled
from contactcenter.adapters.handing import target_of
from contactcenter.adapters.wall import Clock, wall_ms
from contactcenter.model import events
from contactcenter.model.events import Event
from contactcenter.model.ids import AgentId, ContactId, OfferId, StationId
from contactcenter.model.transfers import ToAgent, ToNumber, ToQueue
from contactcenter.model.words import Author, Channel, Presence
from contactcenter.runtime.ports import Link, LinkLost, StoreAway

__all__ = ["Acts", "Refused", "read_act"]

TEXT_MAX = 4_000
SMS_MAX = 1_600  # ten parts of 160: what carriers join
NOTE_MAX = 4_000

Id = Annotated[str, Meta(min_length=1, max_length=200)]
PageId = Annotated[str, Meta(pattern="^[A-Za-z0-9._:-]{1,64}$")]
Number = Annotated[str, Meta(min_length=1, max_length=40)]
Text = Annotated[str, Meta(min_length=1, max_length=TEXT_MAX)]


class Refused(Exception):
    """The act was not carried out; the message is a sentence for the agent."""


class _Act(msgspec.Struct, tag_field="do", frozen=True):
    pass


class Ready(_Act, tag="ready", frozen=True):
    """Be offered contacts."""


class NotReady(_Act, tag="not_ready", frozen=True):
    """Be left alone, for a reason."""

    reason: Id


class NextState(_Act, tag="next_state", frozen=True):
    """Be ready, not ready for a reason, or signed out, as soon as the hands are empty."""

    presence: Presence
    reason: Annotated[str, Meta(max_length=200)] = ""


class Sit(_Act, tag="station", frozen=True):
    """Sign in at a station, or without one."""

    station: Id | None = None


class Accept(_Act, tag="accept", frozen=True):
    """Take an offer."""

    offer: Id


class Reject(_Act, tag="reject", frozen=True):
    """Leave an offer to others."""

    offer: Id


class Write(_Act, tag="write", frozen=True):
    """Write to a customer; `id` is the page's own, so that a resend makes one message."""

    contact: Id
    text: Text
    id: PageId


class Close(_Act, tag="close", frozen=True):
    """End a talk."""

    contact: Id


class WrapUp(_Act, tag="wrap_up", frozen=True):
    """Be done with a contact."""

    contact: Id
    disposition: Annotated[str, Meta(max_length=200)] = ""
    note: Annotated[str, Meta(max_length=NOTE_MAX)] = ""


class Extend(_Act, tag="extend", frozen=True):
    """Take more time to wrap up; `number` 1 is the first time, so that a resend takes no second."""

    contact: Id
    number: Annotated[int, Meta(ge=1, le=99)]


class Dial(_Act, tag="dial", frozen=True):
    """Call a customer."""

    number: Number


class CallColleague(_Act, tag="call_colleague", frozen=True):
    """Call a colleague."""

    agent: Id


class Machine(_Act, tag="machine", frozen=True):
    """Say that a machine answered a callback: the call ends, and is made again later."""

    contact: Id


class Transfer(_Act, tag="transfer", frozen=True):
    """Pass a contact on at once: to one agent, to a queue, or to a number as people write it."""

    contact: Id
    agent: Id | None = None
    queue: Id | None = None
    number: Number | None = None


class Consult(_Act, tag="consult", frozen=True):
    """Talk about a call with a colleague, whoever of a queue is free, or somebody outside; the customer hears music."""

    contact: Id
    agent: Id | None = None
    queue: Id | None = None
    number: Number | None = None


class ConsultTurn(_Act, tag="consult_turn", frozen=True):
    """Talk with the customer, or again with the colleague."""

    contact: Id
    to_customer: bool


class ConsultComplete(_Act, tag="consult_complete", frozen=True):
    """Pass the customer on to the colleague."""

    contact: Id


class ConsultCancel(_Act, tag="consult_cancel", frozen=True):
    """Go back to the customer."""

    contact: Id


class Conference(_Act, tag="conference", frozen=True):
    """Talk with the customer and the colleague together."""

    contact: Id


class SignOut(_Act, tag="sign_out", frozen=True):
    """Go home."""


class Typing(_Act, tag="typing", frozen=True):
    """Be seen writing; not journaled."""

    contact: Id


Act = (
    Ready
    | NotReady
    | NextState
    | Sit
    | Accept
    | Reject
    | Write
    | Close
    | WrapUp
    | Extend
    | Dial
    | CallColleague
    | Machine
    | Transfer
    | Consult
    | ConsultTurn
    | ConsultComplete
    | ConsultCancel
    | Conference
    | SignOut
    | Typing
)


def read_act(page: dict[str, Any]) -> Act:
    """Return the act that a page asks for. Raises Refused."""
    try:
        act: Act = msgspec.convert(page, Act)
    except msgspec.ValidationError as failure:
        raise Refused(f"This request is malformed: {failure}") from None
    return act


class Acts:
    """Carries out the acts of signed-in agents."""

    def __init__(
        self,
        link: Link,
        desktop: Desktop,
        bodies: Bodies,
        typing: Callable[[ContactId], None],
        dialler: Dialler,
        clock: Clock = wall_ms,
    ) -> None:
        """Submit events over `link`; `typing` is told who is being written to."""
        self._link = link
        self._dialler = dialler
        self._desktop = desktop
        self._bodies = bodies
        self._typing = typing
        self._clock = clock

    async def carry_out(self, agent: AgentId, act: Act) -> None:
        """Do what `agent` asks and return when it is committed. Raises Refused."""
        try:
            await _ACTS[type(act)](self, agent, act)
        except StoreAway:
            raise Refused("The records cannot be reached now: try again in a moment.") from None

    async def submit(self, event: Event) -> None:
        """Submit an event and wait for its receipt. Raises Refused."""
        try:
            receipt = await self._link.submit(event)
        except LinkLost:
            raise Refused(AWAY) from None
        if receipt.rejected:
            raise Refused(sentence(receipt.rejected))

    async def _ready(self, agent: AgentId, act: Ready) -> None:
        await self.submit(events.ReadyChosen(agent))

    async def _not_ready(self, agent: AgentId, act: NotReady) -> None:
        await self.submit(events.NotReadyChosen(agent, act.reason))

    async def _next_state(self, agent: AgentId, act: NextState) -> None:
        await self.submit(events.NextStateChosen(agent, act.presence, act.reason))

    async def _sit(self, agent: AgentId, act: Sit) -> None:
        await self.submit(events.AgentSignedIn(agent, None if act.station is None else StationId(act.station)))

    async def _accept(self, agent: AgentId, act: Accept) -> None:
        await self.submit(events.OfferAccepted(agent, OfferId(act.offer)))

    async def _reject(self, agent: AgentId, act: Reject) -> None:
        await self.submit(events.OfferRejected(agent, OfferId(act.offer)))

    async def _write(self, agent: AgentId, act: Write) -> None:
        contact = self._in_hand(agent, act.contact)
        view = self._desktop.contacts[contact]
        if view.channel is Channel.VOICE:
            raise Refused("A call takes no texts.")
        if view.channel is Channel.SMS and len(act.text) > SMS_MAX:
            raise Refused(f"An SMS has {SMS_MAX} signs at most.")
        message = message_id(act.id, agent, contact)
        text = NewText(
            id=message,
            body=act.text,
            author=Author.AGENT,
            at=self._clock(),
            conversation=view.conversation,
            contact=contact,
            agent=agent,
            person=view.person,
        )
        await self._bodies.store(text)
        if not self._desktop.posted(message):
            await self.submit(events.AgentTextWritten(agent, contact, message))

    async def _close(self, agent: AgentId, act: Close) -> None:
        await self.submit(events.ContactClosed(agent, self._in_hand(agent, act.contact)))

    async def _wrap_up(self, agent: AgentId, act: WrapUp) -> None:
        contact = self._in_hand(agent, act.contact)
        note = message_id(digest(act.note), agent, contact) if act.note.strip() else None
        if note is not None:
            await self._bodies.store_note(note, contact, agent, act.note, self._clock())
        await self.submit(events.WrapUpFinished(agent, contact, act.disposition, note))

    async def _extend(self, agent: AgentId, act: Extend) -> None:
        await self.submit(events.ExtensionAsked(agent, self._in_hand(agent, act.contact), act.number))

    async def _dial(self, agent: AgentId, act: Dial) -> None:
        with _refusing():
            asked = await self._dialler.ask(agent, act.number)
        await self.submit(asked)

    async def _call_colleague(self, agent: AgentId, act: CallColleague) -> None:
        await self.submit(events.InternalCallAsked(agent, AgentId(act.agent)))

    async def _machine(self, agent: AgentId, act: Machine) -> None:
        await self.submit(events.MachineMet(agent, self._in_hand(agent, act.contact)))

    async def _transfer(self, agent: AgentId, act: Transfer) -> None:
        contact = self._in_hand(agent, act.contact)
        with _refusing():
            target = await target_of(self._dialler, act.agent, act.queue, act.number)
        if target is None:
            raise Refused("Choose one agent, one queue or one number.")
        await self.submit(events.TransferAsked(agent, contact, target))

    async def _consult(self, agent: AgentId, act: Consult) -> None:
        contact = self._in_hand(agent, act.contact)
        with _refusing():
            target = await target_of(self._dialler, act.agent, act.queue, act.number)
        match target:
            case ToAgent():
                await self.submit(events.ConsultAsked(agent, contact, target.agent))
            case ToQueue():
                await self.submit(events.ConsultQueueAsked(agent, contact, target.queue))
            case ToNumber():
                await self.submit(events.ConsultNumberAsked(agent, contact, target))
            case None:
                raise Refused("Choose one agent, one queue or one number.")

    async def _consult_turn(self, agent: AgentId, act: ConsultTurn) -> None:
        await self.submit(events.ConsultTurned(agent, self._in_hand(agent, act.contact), act.to_customer))

    async def _consult_complete(self, agent: AgentId, act: ConsultComplete) -> None:
        await self.submit(events.ConsultCompleted(agent, self._in_hand(agent, act.contact)))

    async def _consult_cancel(self, agent: AgentId, act: ConsultCancel) -> None:
        await self.submit(events.ConsultCancelled(agent, self._in_hand(agent, act.contact)))

    async def _conference(self, agent: AgentId, act: Conference) -> None:
        await self.submit(events.ConferenceAsked(agent, self._in_hand(agent, act.contact)))

    async def _sign_out(self, agent: AgentId, act: SignOut) -> None:
        await self.submit(events.AgentSignedOut(agent))

    async def _typing_on(self, agent: AgentId, act: Typing) -> None:
        self._typing(self._in_hand(agent, act.contact))

    def _in_hand(self, agent: AgentId, contact: str) -> ContactId:
        """Return the contact if this agent has it in hand; of others' contacts not even the existence is told."""
        view = self._desktop.agents.get(agent)
        if view is None or ContactId(contact) not in view.work:
            raise Refused("This contact is not with you any more.")
        return ContactId(contact)


@contextlib.contextmanager
def _refusing() -> Iterator[None]:
    """Tell the agent why a number is not called."""
    try:
        yield
    except NotDialled as refusal:
        raise Refused(str(refusal)) from None
    except LinkLost:
        raise Refused(AWAY) from None


_ACTS: dict[type[Any], Callable[[Acts, AgentId, Any], Awaitable[None]]] = {
    Ready: Acts._ready,
    NotReady: Acts._not_ready,
    NextState: Acts._next_state,
    Sit: Acts._sit,
    Accept: Acts._accept,
    Reject: Acts._reject,
    Write: Acts._write,
    Close: Acts._close,
    WrapUp: Acts._wrap_up,
    Extend: Acts._extend,
    Dial: Acts._dial,
    CallColleague: Acts._call_colleague,
    Machine: Acts._machine,
    Transfer: Acts._transfer,
    Consult: Acts._consult,
    ConsultTurn: Acts._consult_turn,
    ConsultComplete: Acts._consult_complete,
    ConsultCancel: Acts._consult_cancel,
    Conference: Acts._conference,
    SignOut: Acts._sign_out,
    Typing: Acts._typing_on,
}
