"""Calling a customer for an agent: who may, what it takes of her, and each way in which it ends before the talk.

A colleague is called alike (`acd.internal`), but for an offer instead of the customer's line.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from contactcenter.acd.agents import AgentState
from contactcenter.acd.callbacks import attempt_over
from contactcenter.acd.contacts import ContactOnFloor
from contactcenter.acd.customer_first import answered
from contactcenter.acd.endings import end_visit
from contactcenter.acd.offers import withdraw
from contactcenter.acd.state import Floor
from contactcenter.acd.transitions import DIAL_ENDINGS, ContactState, dialled
from contactcenter.model.config import OutgoingConfig
from contactcenter.model.events import DialAsked, StationDialled
from contactcenter.model.facts import (
    AgentLegDown,
    AgentSeated,
    ContactArrived,
    ContactEnded,
    DialEnded,
    DialStarted,
    LegChanged,
    NextStateChanged,
    PresenceChanged,
    StationChanged,
    TalkStarted,
    WorkChanged,
)
from contactcenter.model.ids import AgentId, ContactId, LegId
from contactcenter.model.sealed import Sealed
from contactcenter.model.step import Draft
from contactcenter.model.words import (
    Channel,
    DialOutcome,
    Direction,
    LegState,
    OfferOutcome,
    Presence,
    VisitOutcome,
    Work,
)

__all__ = [
    "NO_TRUNK",
    "REACTIONS",
    "SIGN_IN",
    "WAIT",
    "agent_line_down",
    "ask",
    "begin",
    "customer_line",
    "end",
    "give_up",
    "own_line",
    "own_refusal",
    "ring_over",
]

SIGN_IN = "sign in first"
NO_TRUNK = "nobody may call out here: no trunk is configured for it"
WAIT = "too many calls within a minute: wait a little"


def ask(floor: Floor, event: DialAsked, draft: Draft) -> None:
    """Begin to call a customer: from here the agent has a call in hand and is offered nothing."""
    agent, rules = floor.agents.get(event.agent), floor.outgoing
    refusal = own_refusal(floor, agent) if agent is not None else SIGN_IN
    if rules is None:
        draft.reject(NO_TRUNK)
    elif agent is None or refusal:
        draft.reject(refusal)
    elif agent.has_dialled_enough(rules, draft.now):
        draft.reject(WAIT)
    else:
        begin(floor, event, agent, rules, draft)


def _on_call(floor: Floor, agent: AgentState) -> bool:
    """Return whether an agent has a call in hand; beside a message its caller may be called."""
    return any(
        channel is Channel.VOICE and work is not Work.RESULT_OPEN and not floor.contacts[contact].is_message
        for contact, (channel, work) in agent.work.items()
    )


def own_refusal(floor: Floor, agent: AgentState) -> str:
    """Return why an agent cannot call anybody now, or an empty text."""
    if not agent.listed or agent.presence is Presence.LOGGED_OUT:
        return SIGN_IN
    if agent.station is None or not floor.rings(agent.station):
        return "no phone of yours can be reached: it would ring before the other one"
    if _on_call(floor, agent) or agent.offer is not None:
        return "finish what you have in hand first"
    return ""


def begin(
    floor: Floor,
    event: DialAsked,
    agent: AgentState,
    rules: OutgoingConfig,
    draft: Draft,
    phone: StationDialled | None = None,
) -> None:
    """Call a customer for an agent, whose own `phone` is on the line already if that was dialled on."""
    assert agent.station is not None, "who has no phone was refused"
    contact = ContactId(draft.new_id("C"))
    draft.emit(
        ContactArrived(
            contact,
            Channel.VOICE,
            rules.shown,
            "",
            floor.language,
            event.person,
            event.number,
            event.number_key,
            direction=Direction.OUTBOUND,
        )
    )
    until_at = draft.now + rules.ring_agent_ms
    leg, dialog = own_line(phone)
    draft.emit(
        DialStarted(contact, event.agent, agent.station, rules.trunk, rules.shown, until_at, leg=leg, dialog=dialog)
    )
    draft.emit(WorkChanged(event.agent, contact, Channel.VOICE, Work.DIALLING))


def own_line(phone: StationDialled | None) -> tuple[LegId | None, Sealed | None]:
    """Return the line of an agent who dialled on her own phone."""
    return (phone.leg, phone.dialog) if phone is not None else (None, None)


def customer_line(floor: Floor, fact: LegChanged, draft: Draft) -> None:
    """Follow the customer's line until it is answered, or refused."""
    contact = floor.contacts.get(fact.contact)
    if contact is None or contact.state is not ContactState.DIALLING:
        return
    if fact.state is LegState.UP and contact.called_first:
        answered(floor, draft, fact.contact)
    elif fact.state is LegState.UP:
        assert contact.agent is not None, "who is called is called for an agent"
        draft.emit(DialEnded(fact.contact, contact.agent, DialOutcome.ANSWERED))
        _begin_talk(floor, fact.contact, contact, contact.agent, draft)
        draft.emit(WorkChanged(contact.agent, fact.contact, contact.channel, Work.TALKING))
    else:
        end(floor, fact.contact, dialled(fact.status), draft, fact.status)


def _begin_talk(floor: Floor, contact_id: ContactId, contact: ContactOnFloor, agent: AgentId, draft: Draft) -> None:
    """Let who was called talk with the agent; who is called back has waited for it in a queue."""
    if contact.callback is None:
        draft.emit(TalkStarted(contact_id, None, None, contact.channel, agent))
        return
    end_visit(floor, draft, contact_id, VisitOutcome.HANDLED, agent)
    draft.emit(TalkStarted(contact_id, contact.visit, contact.queue, contact.channel, agent))


def agent_line_down(floor: Floor, fact: AgentLegDown, draft: Draft) -> None:
    """The agent's phone refused, or she hung up before the customer answered."""
    contact = floor.contacts.get(fact.contact)
    if contact is None or contact.state is not ContactState.DIALLING:
        return
    if contact.colleague is not None and fact.offer is not None:
        return  # it was the colleague's phone: her offer has ended, and that is answered
    gave_up = contact.called or contact.dialled_on is not None
    outcome = DialOutcome.CANCELLED if gave_up else DialOutcome.NO_AGENT
    end(floor, fact.contact, DialOutcome.FAILED if fact.failed else outcome, draft, fact.status)


def _let_go(floor: Floor, draft: Draft, agent_id: AgentId) -> None:
    """Stop calling the customer for whom an agent is kept who cannot, or would not, take the call any more."""
    agent = floor.agents[agent_id]
    stays = agent.presence is Presence.READY and (agent.next is None or agent.next.presence is Presence.READY)
    if stays and floor.rings(agent.station):
        return
    dialling = [name for name, (_, work) in agent.work.items() if work is Work.DIALLING]
    for contact_id in dialling:
        if floor.contacts[contact_id].called_first:
            end(floor, contact_id, DialOutcome.CANCELLED, draft)


def _who_changed(floor: Floor, fact: PresenceChanged | NextStateChanged | AgentSeated, draft: Draft) -> None:
    _let_go(floor, draft, fact.agent)


def _whose_phone_changed(floor: Floor, fact: StationChanged, draft: Draft) -> None:
    if fact.station in floor.seats:
        _let_go(floor, draft, floor.seats[fact.station])


def give_up(floor: Floor, contact: ContactId, draft: Draft) -> None:
    """The agent gave up from the console."""
    end(floor, contact, DialOutcome.CANCELLED, draft)


def ring_over(floor: Floor, contact: ContactId, draft: Draft) -> None:
    """The time for an answer is over: the customer's, or before that the agent's own."""
    called = floor.contacts[contact].called
    end(floor, contact, DialOutcome.NO_ANSWER if called else DialOutcome.NO_AGENT, draft)


def end(floor: Floor, contact_id: ContactId, outcome: DialOutcome, draft: Draft, status: int = 0) -> None:
    """End a call of an agent that nobody answered, in its one named way."""
    contact = floor.contacts[contact_id]
    assert contact.agent is not None, "who is called is called for an agent"
    withdraw(floor, draft, contact_id, OfferOutcome.CALLER_GONE)  # of a colleague who rings
    draft.emit(DialEnded(contact_id, contact.agent, outcome, status))
    draft.emit(WorkChanged(contact.agent, contact_id, contact.channel, Work.ENDED))
    if contact.callback is None:
        draft.emit(ContactEnded(contact_id, contact.channel, DIAL_ENDINGS[outcome]))
    else:
        attempt_over(floor, draft, contact_id, outcome)


REACTIONS: dict[type[Any], tuple[Callable[[Floor, Any, Draft], None], ...]] = {
    PresenceChanged: (_who_changed,),
    NextStateChanged: (_who_changed,),
    AgentSeated: (_who_changed,),
    StationChanged: (_whose_phone_changed,),
}
