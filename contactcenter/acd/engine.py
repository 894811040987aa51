"""The routing part of the centre: which rule answers which event, fact and alarm, as three tables.

Never touches lines or texts; what it decides is stated as facts that its siblings react to.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from contactcenter.acd import (
    callback_requests,
    callbacks,
    consulting,
    dialling,
    direct,
    internal,
    offers,
    own_phone,
    presence,
    talks,
    transfers,
    wrap_up,
)
from contactcenter.acd.apply import CHANGES
from contactcenter.acd.auto_answer import AUTO_ANSWER_REACTIONS
from contactcenter.acd.estimate import tell_position
from contactcenter.acd.line_changes import LINE_REACTIONS
from contactcenter.acd.matching import match_agent, match_all, match_contact
from contactcenter.acd.next_state import NEXT_STATE_EVENTS, NEXT_STATE_REACTIONS
from contactcenter.acd.parking import PARKING_REACTIONS
from contactcenter.acd.penalties import PENALTY_ALARMS, PENALTY_REACTIONS
from contactcenter.acd.recipes import RECIPE_ALARMS, RECIPE_REACTIONS, run_due
from contactcenter.acd.relaxation import relax
from contactcenter.acd.reserve import RESERVE_ALARMS, RESERVE_REACTIONS
from contactcenter.acd.state import Floor
from contactcenter.acd.sticky import STICKY_REACTIONS
from contactcenter.acd.suspension import SUSPENSION_REACTIONS
from contactcenter.acd.voicemail import VOICEMAIL_ALARMS, VOICEMAIL_EVENTS, VOICEMAIL_REACTIONS
from contactcenter.acd.wrap_up import WRAP_UP_ALARMS, WRAP_UP_EVENTS
from contactcenter.model import events, facts
from contactcenter.model.events import Event
from contactcenter.model.ids import AgentId, ContactId, OfferId
from contactcenter.model.part import Part, answering, changing
from contactcenter.model.step import Draft
from contactcenter.model.timers import Timers
from contactcenter.model.words import Channel, OfferOutcome, Withdrawal, Work

__all__ = ["Routing"]


class Routing(Part):
    """Agents, lines, offers, talks and wrap-up."""

    def __init__(self, timers: Timers) -> None:
        """Begin with an empty floor."""
        self.floor = Floor(timers)
        self.bind()

    def bind(self) -> None:
        """Let facts change and be answered by the state as it is."""
        self.changes = changing(self.floor, CHANGES)
        self.answers = answering(self.floor, _REACTIONS)

    def handle(self, event: Event, draft: Draft) -> None:
        """Answer what an agent or a console did."""
        _EVENTS[type(event)](self.floor, event, draft)

    def alarm(self, name: tuple[str, ...], draft: Draft) -> None:
        """Answer a deadline."""
        _ALARMS[name[1]](self.floor, draft, *name[2:])


def _configured(floor: Floor, fact: facts.ConfigApplied, draft: Draft) -> None:
    """Let go who and what is gone, seat phone-only agents, and match everybody anew. Rare, so it may scan."""
    presence.let_go(floor, draft)
    presence.seat_phone_only(floor, draft)
    for contact_id, contact in floor.contacts.items():
        kept_for = contact.preferred
        if contact.line is not None and kept_for is not None and contact.queue not in floor.agents[kept_for].queues:
            draft.emit(facts.PreferenceEnded(contact_id))
        relax(floor, draft, contact_id)
    match_all(floor, draft)


def _seek_agent(floor: Floor, fact: facts.VisitOpened, draft: Draft) -> None:
    if not match_contact(floor, draft, fact.contact):
        tell_position(floor, draft, fact.contact)


def _seek_agent_again(floor: Floor, fact: Any, draft: Draft) -> None:
    match_contact(floor, draft, fact.contact)


def _after_offer(floor: Floor, fact: facts.OfferEnded, draft: Draft) -> None:
    if fact.outcome is not OfferOutcome.ACCEPTED:
        run_due(floor, draft, fact.contact)
        # The agent first: somebody may have come to wait meanwhile who goes before the contact that returns.
        match_agent(floor, draft, fact.agent)
        if not match_contact(floor, draft, fact.contact):
            _tell_first_position(floor, draft, fact.contact)


def _tell_first_position(floor: Floor, draft: Draft, contact_id: ContactId) -> None:
    """Tell who came when somebody was free, and waits only now, as is told at once to those who find nobody free."""
    contact = floor.contacts.get(contact_id)
    if contact is not None and contact.line is not None and contact.preferred is None and not contact.queued:
        tell_position(floor, draft, contact_id)


def _after_work(floor: Floor, fact: facts.WorkChanged, draft: Draft) -> None:
    if fact.work not in (Work.RINGING, Work.DIALLING, Work.HOLD, Work.PARKED):
        match_agent(floor, draft, fact.agent)


def _seek_contact(floor: Floor, fact: Any, draft: Draft) -> None:
    match_agent(floor, draft, fact.agent)


def _station_back(floor: Floor, fact: facts.StationChanged, draft: Draft) -> None:
    agent = floor.seats.get(fact.station)
    if agent is not None:
        match_agent(floor, draft, agent)


def _took_over(floor: Floor, fact: facts.EngineTookOver, draft: Draft) -> None:
    """Let offers be made anew and wrap-up times start anew; lost calls were settled by CustomerLeft."""
    for agent_id in floor.agents:
        offers.withdraw_from(floor, draft, agent_id, OfferOutcome.WITHDRAWN, Withdrawal.TOOK_OVER)
        wrap_up.begin_again(floor, draft, agent_id)
    match_all(floor, draft, {left.contact for left in draft.facts if isinstance(left, facts.CustomerLeft)})


def _ring_over(floor: Floor, draft: Draft, name: str) -> None:
    offers.ring_over(floor, draft, OfferId(name), OfferOutcome.NO_ANSWER)


def _no_alert(floor: Floor, draft: Draft, name: str) -> None:
    offers.ring_over(floor, draft, OfferId(name), OfferOutcome.DEVICE_LOST)


def _pause_over(floor: Floor, draft: Draft, name: str) -> None:
    draft.emit(facts.PauseEnded(AgentId(name)))


def _again(floor: Floor, draft: Draft, name: str) -> None:
    draft.emit(facts.RefusalsForgotten(ContactId(name)))


def _sticky_over(floor: Floor, draft: Draft, name: str) -> None:
    draft.emit(facts.PreferenceEnded(ContactId(name)))


def _relax_due(floor: Floor, draft: Draft, name: str) -> None:
    relax(floor, draft, ContactId(name))


def _position(floor: Floor, draft: Draft, name: str) -> None:
    tell_position(floor, draft, ContactId(name))


def _dial_over(floor: Floor, draft: Draft, name: str) -> None:
    dialling.ring_over(floor, ContactId(name), draft)


def _console_gone(floor: Floor, draft: Draft, name: str) -> None:
    presence.console_gone(floor, draft, AgentId(name))


def _absent(floor: Floor, draft: Draft, name: str) -> None:
    talks.give_back(floor, draft, AgentId(name), (Channel.CHAT, Channel.SMS))
    wrap_up.leave(floor, draft, AgentId(name))


_EVENTS: dict[type[Any], Callable[[Floor, Any, Draft], None]] = {
    events.AgentSignedIn: presence.sign_in,
    events.AgentSignedOut: presence.sign_out,
    events.ReadyChosen: presence.choose_ready,
    events.NotReadyChosen: presence.choose_not_ready,
    events.ConsoleConnected: presence.connect_console,
    events.ConsoleLost: presence.lose_console,
    events.CallbackRequested: callback_requests.request,
    events.DialAsked: dialling.ask,
    events.OfferAccepted: offers.accept_from_console,
    events.OfferRejected: offers.reject_from_console,
    events.ContactClosed: talks.close_from_console,
    **callbacks.EVENTS,
    **WRAP_UP_EVENTS,
    **transfers.EVENTS,
    **consulting.EVENTS,
    **NEXT_STATE_EVENTS,
    **VOICEMAIL_EVENTS,
    **internal.EVENTS,
    **own_phone.EVENTS,
}

_OWN_REACTIONS: dict[type[Any], tuple[Callable[[Floor, Any, Draft], None], ...]] = {
    facts.ConfigApplied: (_configured,),
    facts.EngineTookOver: (_took_over,),
    facts.QueueRequested: (talks.enqueue,),
    facts.FlowEnded: (talks.flow_ended,),
    facts.CustomerKnown: (talks.customer_known,),
    facts.CustomerLeft: (talks.customer_left,),
    facts.AgentLegUp: (offers.leg_up,),
    facts.AgentLegDown: (offers.leg_down, talks.agent_hung_up, dialling.agent_line_down),
    facts.TextPosted: (talks.agent_wrote,),
    facts.StationChanged: (_station_back,),
    facts.VisitOpened: (_seek_agent,),
    facts.RefusalsForgotten: (_seek_agent_again,),
    facts.PreferenceEnded: (_seek_agent_again,),
    facts.CallbackResumed: (_seek_agent_again,),
    facts.CallbackAnswered: (_seek_agent_again,),
    facts.RequirementRelaxed: (_seek_agent_again,),
    facts.OfferEnded: (_after_offer,),
    facts.WorkChanged: (_after_work,),
    facts.PresenceChanged: (_seek_contact,),
    facts.ConsolePresence: (_seek_contact,),
    facts.AgentSeated: (_seek_contact,),
    facts.PauseEnded: (_seek_contact,),
    facts.CustomerAnswered: (_seek_contact,),
}

_ALARMS: dict[str, Callable[..., None]] = {
    "ring": _ring_over,
    "alert": _no_alert,
    "pause": _pause_over,
    **PENALTY_ALARMS,
    "again": _again,
    "sticky": _sticky_over,
    "relax": _relax_due,
    "position": _position,
    **WRAP_UP_ALARMS,
    **transfers.ALARMS,
    "dial": _dial_over,
    "console": _console_gone,
    "absent": _absent,
    **RECIPE_ALARMS,
    **RESERVE_ALARMS,
    "callback": callbacks.turn,
    **VOICEMAIL_ALARMS,
}

# What the modules of single features add, after our own, in this order.
_FEATURES: tuple[dict[type[Any], tuple[Callable[[Floor, Any, Draft], None], ...]], ...] = (
    SUSPENSION_REACTIONS,
    RECIPE_REACTIONS,
    LINE_REACTIONS,
    transfers.REACTIONS,
    consulting.REACTIONS,
    internal.REACTIONS,
    direct.REACTIONS,
    RESERVE_REACTIONS,
    callbacks.REACTIONS,
    VOICEMAIL_REACTIONS,
    dialling.REACTIONS,
    PENALTY_REACTIONS,
    STICKY_REACTIONS,
    AUTO_ANSWER_REACTIONS,
    PARKING_REACTIONS,  # before next states: what is taken up again keeps hands full
    NEXT_STATE_REACTIONS,
)

_REACTIONS = {
    kind: tuple(rule for table in (_OWN_REACTIONS, *_FEATURES) for rule in table.get(kind, ()))
    for kind in dict.fromkeys(kind for table in (_OWN_REACTIONS, *_FEATURES) for kind in table)
}
