"""Talk, hold and the end of a contact; and what happens when the customer goes at any step."""

from __future__ import annotations

from contactcenter.acd import consulting, customer_first, endings, external, voicemail, wrap_up
from contactcenter.acd.callbacks import call_again, reached, take_place
from contactcenter.acd.contacts import ContactOnFloor
from contactcenter.acd.dialling import give_up
from contactcenter.acd.offers import withdraw
from contactcenter.acd.priority import bonus
from contactcenter.acd.state import Floor
from contactcenter.acd.sticky import kept_for
from contactcenter.acd.transitions import ContactState
from contactcenter.acd.visits import open_visit
from contactcenter.model.events import ContactClosed
from contactcenter.model.facts import (
    AgentLegDown,
    ContactEnded,
    CustomerAnswered,
    CustomerKnown,
    CustomerLeft,
    FlowEnded,
    LegChanged,
    PriorityChanged,
    QueueRequested,
    TalkEnded,
    TextPosted,
    WorkChanged,
)
from contactcenter.model.ids import AgentId, ContactId, QueueId
from contactcenter.model.step import Draft
from contactcenter.model.transfers import ConsultOutcome
from contactcenter.model.words import (
    Author,
    Channel,
    ContactOutcome,
    LegState,
    OfferOutcome,
    Party,
    VisitOutcome,
    Work,
)

__all__ = [
    "agent_hung_up",
    "agent_wrote",
    "close_from_console",
    "customer_known",
    "customer_left",
    "enqueue",
    "enter",
    "flow_ended",
    "give_back",
    "line_held",
]

CONSULT_ENDINGS = {
    Party.CUSTOMER: ConsultOutcome.CUSTOMER_GONE,
    Party.AGENT: ConsultOutcome.AGENT_GONE,
    Party.SYSTEM: ConsultOutcome.CUSTOMER_GONE,
}
HOLD_KEY = {LegState.HELD: (Work.TALKING, Work.HOLD), LegState.UP: (Work.HOLD, Work.TALKING)}
FLOW_OUTCOMES = {"self_served": ContactOutcome.SELF_SERVED, "closed": ContactOutcome.CLOSED}


def enqueue(floor: Floor, fact: QueueRequested, draft: Draft) -> None:
    """Let a contact into the queue that its flow asks for."""
    enter(floor, fact.contact, fact.queue, fact.priority, draft)


def enter(floor: Floor, contact_id: ContactId, queue_id: QueueId, points: int, draft: Draft) -> None:
    """Open a queue visit; a caller whom we failed lately stands where the lost call stood."""
    contact = floor.contacts[contact_id]
    kept = floor.kept_places.get(contact.address_key) if contact.channel is Channel.VOICE else None
    queue = floor.queues[queue_id]
    priority, placed_at = points + queue.priority + bonus(queue, contact.customer_class), draft.now
    if kept is not None and kept.queue == queue_id and kept.until_at > draft.now:
        priority, placed_at = max(priority, kept.priority), kept.placed_at
    given = take_place(floor, contact, queue_id, draft) if contact.channel is Channel.VOICE else None
    if given is not None:
        priority, placed_at = max(priority, given.priority), min(placed_at, given.placed_at)
    preferred = kept_for(floor, contact, queue_id)
    open_visit(floor, draft, contact_id, queue_id, priority, placed_at, preferred)


def customer_known(floor: Floor, fact: CustomerKnown, draft: Draft) -> None:
    """Let who waits already go before others, or not any more, now that the class of the customer is known."""
    contact = floor.contacts[fact.contact]
    if contact.in_queue:
        queue = floor.queue_of(contact)
        points = bonus(queue, fact.customer_class) - contact.bonus
        if points:
            draft.emit(PriorityChanged(fact.contact, contact.priority + points))


def flow_ended(floor: Floor, fact: FlowEnded, draft: Draft) -> None:
    """End a contact that its flow served or turned away."""
    outcome = FLOW_OUTCOMES.get(fact.outcome)
    contact = floor.contacts.get(fact.contact)
    if outcome is not None and contact is not None:
        draft.emit(ContactEnded(fact.contact, contact.channel, outcome))


def customer_left(floor: Floor, fact: CustomerLeft, draft: Draft) -> None:
    """Settle a contact whose customer is gone, whatever the step it was at."""
    contact = floor.contacts[fact.contact]
    if contact.callback is not None and contact.state is not ContactState.TALKING:
        if contact.callback.on_line:
            customer_first.left(floor, draft, fact.contact, fact.failed)
        return  # else the place waits without a line
    if contact.is_message:
        return  # the message is ours
    if contact.state is ContactState.MESSAGE:
        voicemail.caller_left(floor, draft, fact.contact, fact.failed)
        return
    if fact.failed:
        _keep_place(contact, draft)
    if contact.state is ContactState.IN_FLOW:
        outcome = ContactOutcome.FAILED_NODE if fact.failed else ContactOutcome.LEFT_IN_IVR
        draft.emit(ContactEnded(fact.contact, contact.channel, outcome))
    elif contact.state in (ContactState.WAITING, ContactState.DIRECTED, ContactState.OFFERED):
        withdraw(floor, draft, fact.contact, OfferOutcome.CALLER_GONE)
        if contact.passing is None:
            _end_waiting(floor, draft, fact.contact, fact.failed)
        else:
            _end_passing(floor, draft, fact.contact, fact.failed)
    elif contact.state is ContactState.EXTERNAL:
        external.customer_left(floor, draft, fact.contact, fact.failed)
    elif contact.state is ContactState.TALKING:
        _end_talk(floor, draft, fact.contact, Party.SYSTEM if fact.failed else Party.CUSTOMER, fact.failed)


def _keep_place(contact: ContactOnFloor, draft: Draft) -> None:
    if contact.state not in (ContactState.WRAP_UP, ContactState.FAREWELL) and contact.callback is None:
        endings.keep_place(contact, draft)


def _end_waiting(floor: Floor, draft: Draft, contact_id: ContactId, failed: bool) -> None:
    contact = floor.contacts[contact_id]
    outcome, ending = VisitOutcome.ABANDONED, ContactOutcome.ABANDONED
    if failed:
        outcome, ending = VisitOutcome.FAILED, ContactOutcome.FAILED_NODE
    elif draft.now - contact.opened_at < floor.queue_of(contact).short_abandon_ms:
        outcome = VisitOutcome.SHORT_ABANDONED
    endings.end_visit(floor, draft, contact_id, outcome)
    endings.end(floor, draft, contact_id, ending)


def _end_passing(floor: Floor, draft: Draft, contact_id: ContactId, failed: bool) -> None:
    """End a contact that was on its way to somebody and stood in no line: only who was passed on was talked with."""
    passing = floor.contacts[contact_id].passing
    passed_on = passing is not None and passing.sender is not None
    left = ContactOutcome.HANDLED if passed_on else ContactOutcome.ABANDONED
    endings.end(floor, draft, contact_id, ContactOutcome.FAILED_NODE if failed else left)


def _end_talk(floor: Floor, draft: Draft, contact_id: ContactId, by: Party, failed: bool = False) -> None:
    contact = floor.contacts[contact_id]
    agent_id = contact.agent
    assert agent_id is not None, "a talk has an agent"
    consulting.settle(floor, draft, contact_id, CONSULT_ENDINGS[by])
    if contact.colleague is not None:
        draft.emit(WorkChanged(contact.colleague.agent, contact_id, contact.channel, Work.ENDED))
    if failed and contact.callback is not None:
        call_again(floor, draft, contact_id, agent_id)
        return
    reached(floor, draft, contact_id)
    draft.emit(TalkEnded(contact_id, agent_id, contact.channel, by))
    silent = contact.channel is Channel.SMS and by is Party.CUSTOMER
    if failed or silent:
        draft.emit(WorkChanged(agent_id, contact_id, contact.channel, Work.ENDED))
        endings.end(floor, draft, contact_id, ContactOutcome.FAILED_NODE if failed else ContactOutcome.HANDLED)
    else:
        wrap_up.begin(floor, draft, contact_id, agent_id)


def agent_hung_up(floor: Floor, fact: AgentLegDown, draft: Draft) -> None:
    """End the talk when the agent's line went down in it; if we lost the line, the caller may have the place back."""
    contact = floor.contacts.get(fact.contact)
    if contact is None or contact.state is not ContactState.TALKING or consulting.agent_hung_up(floor, fact, draft):
        return
    if fact.failed:
        _keep_place(contact, draft)
    _end_talk(floor, draft, fact.contact, Party.SYSTEM if fact.failed else Party.AGENT, fact.failed)


def close_from_console(floor: Floor, event: ContactClosed, draft: Draft) -> None:
    """End a talk from the agent's console, or give up calling a customer."""
    contact = floor.contacts.get(event.contact)
    ending = (ContactState.TALKING, ContactState.DIALLING)
    if contact is not None and contact.consult is not None and contact.consult.colleague == event.agent:
        consulting.colleague_left(floor, draft, event.contact)
    elif contact is None or contact.state not in ending or event.agent not in _who_may_end(contact):
        draft.reject("this conversation is over")
    elif contact.state is ContactState.DIALLING:
        give_up(floor, event.contact, draft)
    else:
        _end_talk(floor, draft, event.contact, Party.AGENT)


def _who_may_end(contact: ContactOnFloor) -> tuple[AgentId | None, ...]:
    """Return who may end a talk, or a call that is not answered yet: a colleague who was called, in the talk."""
    both = contact.colleague is not None and contact.state is ContactState.TALKING
    return (contact.agent, contact.colleague.agent) if both and contact.colleague is not None else (contact.agent,)


def agent_wrote(floor: Floor, fact: TextPosted, draft: Draft) -> None:
    """Stop the service clock at an agent's first text; who was called by us came through no queue."""
    contact = floor.contacts[fact.contact]
    if fact.author is not Author.AGENT or contact.answered or contact.visit is None or contact.agent is None:
        return
    assert contact.queue is not None, "a visit has a queue"
    answer_ms = floor.open_ms(contact.queue, *contact.clock(draft.now))
    draft.emit(CustomerAnswered(fact.contact, contact.visit, contact.queue, contact.channel, contact.agent, answer_ms))


def line_held(floor: Floor, fact: LegChanged, draft: Draft) -> None:
    """Follow the hold key of the agent, or of the colleague whom she consults."""
    contact = floor.contacts.get(fact.contact)
    if contact is None or contact.agent is None:
        return
    consult, colleague, agent = contact.consult, contact.colleague, contact.agent
    if consult is not None and consult.colleague is not None and consult.leg == fact.leg:
        agent = consult.colleague
    elif colleague is not None and colleague.leg == fact.leg:
        agent = colleague.agent
    held = floor.agents[agent].work.get(fact.contact)
    before, after = HOLD_KEY[fact.state]
    if held is not None and held[1] == before:
        draft.emit(WorkChanged(agent, fact.contact, Channel.VOICE, after))


def give_back(floor: Floor, draft: Draft, agent_id: AgentId, channels: tuple[Channel, ...]) -> None:
    """Return an agent's live texts and messages to their queues, each at its first place; end what he wraps up.

    An offer that rings must have been withdrawn before.
    """
    for contact_id, (channel, _) in list(floor.agents[agent_id].work.items()):
        if channel not in channels and not floor.contacts[contact_id].is_message:
            continue
        if agent_id in floor.contacts[contact_id].written_up:
            wrap_up.out_of_time(floor, draft, contact_id, agent_id)
        else:
            _return(floor, draft, contact_id, agent_id)


def _return(floor: Floor, draft: Draft, contact_id: ContactId, agent_id: AgentId) -> None:
    contact = floor.contacts[contact_id]
    assert contact.queue is not None, "a talk came from a queue"
    draft.emit(TalkEnded(contact_id, agent_id, contact.channel, Party.SYSTEM))
    draft.emit(WorkChanged(agent_id, contact_id, contact.channel, Work.ENDED))
    place = (contact.priority, contact.placed_at)
    open_visit(floor, draft, contact_id, contact.queue, *place, message=contact.is_message)
