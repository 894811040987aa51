"""All lines and calls as values, and how facts change them. Holds no rules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from contactcenter.calls.transitions import LEG_TRANSITIONS
from contactcenter.model.config import EntryConfig, QueueConfig, StationConfig
from contactcenter.model.facts import (
    AgentLegUp,
    BridgeMade,
    CallbackDeclined,
    CallbackMoved,
    CallbackPromised,
    ConferenceStarted,
    ConfigApplied,
    ConsultEnded,
    ConsultFaced,
    ConsultStarted,
    ContactArrived,
    ContactEnded,
    DialEnded,
    DialStarted,
    DirectDiverted,
    ExternalDialled,
    FlowEnded,
    LegChanged,
    LegOpened,
    MessageBegun,
    MessageLeft,
    OfferEnded,
    OfferMade,
    PlayIssued,
    PromptEnded,
    PromptIssued,
    StationChanged,
    VisitEnded,
    VisitOpened,
)
from contactcenter.model.flow import CALLBACK_NUMBER, CollectNode, Flow
from contactcenter.model.ids import ContactId, LegId, OfferId, PersonId, PlayId, QueueId, StationId
from contactcenter.model.sealed import Sealed
from contactcenter.model.words import Channel, DialOutcome, Direction, LegRole, LegState

__all__ = ["CHANGES", "Call", "Leg", "Lines"]


@dataclass(slots=True)
class Leg:
    """One party's line; `confirms` if a key is to be pressed there, after the answer, before it counts as one."""

    contact: ContactId
    role: LegRole
    state: LegState
    offer: OfferId | None = None
    station: StationId | None = None
    dialog: Sealed | None = None
    confirms: bool = False


@dataclass(slots=True)
class Call:
    """The lines of one voice contact and what plays to the caller, who may be a customer whom we called.

    `agent` is the line in talk, or rung to call a customer; `ringing` are those of live offers, several in a group.
    `asked` says that the caller is asked about a callback, `callback` is the promise of one.
    `speaking` says that the caller is to leave a message, `message` that it is left.
    `colleague` is the line of who is consulted and has answered, here or outside; `aside`: the agent talks with her,
    not the customer; `joined`: all three talk together. In an internal call there is no caller: `agent` is who called,
    `colleague` who was called.
    """

    flow: Flow | None
    language: str
    person: PersonId | None
    address: Sealed | None
    in_flow: bool = True
    listens: bool = False
    caller: LegId | None = None
    agent: LegId | None = None
    offers: dict[OfferId, StationId | None] = field(default_factory=dict)
    ringing: dict[OfferId, LegId] = field(default_factory=dict)
    bridged: bool = False
    play: PlayId | None = None
    prompt: PlayId | None = None
    queue: QueueId | None = None
    welcomed_at: int = -1
    dial: DialStarted | None = None
    outside: LegId | None = None
    external: ExternalDialled | None = None
    asked: bool = False
    callback: CallbackPromised | None = None
    speaking: bool = False
    message: bool = False
    consulting: bool = False
    aside: bool = False
    joined: bool = False
    colleague: LegId | None = None
    over: bool = False
    direction: Direction = Direction.INBOUND

    @property
    def is_internal(self) -> bool:
        """Whether it is a call among colleagues."""
        return self.direction is Direction.INTERNAL

    @property
    def number(self) -> Sealed | None:
        """The number at which the customer is called."""
        own = self.callback.number if self.callback is not None else None
        return own or self.address

    def collect_node(self, name: str) -> CollectNode:
        """Return the collection node, of the flow as it was when the call came, that a prompt was issued for."""
        if name == CALLBACK_NUMBER.name:
            return CALLBACK_NUMBER
        for branch in self.flow.nodes if self.flow is not None else ():
            if branch.name == name and isinstance(branch.node, CollectNode):
                return branch.node
        raise AssertionError(f"the flow was validated: it has the collection {name}")


class Lines:
    """The whole state of call control."""

    def __init__(self) -> None:
        """Begin with no line and no configuration."""
        self.legs: dict[LegId, Leg] = {}
        self.calls: dict[ContactId, Call] = {}
        self.targets: dict[StationId, Sealed] = {}
        self.stations: dict[StationId, StationConfig] = {}
        self.entries: dict[str, EntryConfig] = {}
        self.queues: dict[QueueId, QueueConfig] = {}
        self.flows: dict[str, Flow] = {}

    def unconfirmed(self, leg_id: LegId) -> bool:
        """Return whether a line was answered, and nobody has pressed the key that says that somebody is there."""
        leg = self.legs[leg_id]
        if not leg.confirms or leg.state not in (LegState.UP, LegState.HELD):
            return False
        call = self.calls[leg.contact]
        return leg.offer in call.ringing if leg.offer is not None else call.caller is None

    def is_away(self, leg: LegId) -> bool:
        """Return whether a line is one of ours on hold: what others' phones do meanwhile is their own matter."""
        return self.legs[leg].role is LegRole.AGENT and self.legs[leg].state is LegState.HELD

    def alive(self, leg: LegId | None) -> bool:
        """Return whether a leg exists and has not ended."""
        return leg is not None and leg in self.legs


def _config(lines: Lines, fact: ConfigApplied, now: int) -> None:
    config = fact.config
    lines.stations = {station.id: station for station in config.stations}
    lines.entries = {entry.address: entry for entry in config.entries if entry.channel is Channel.VOICE}
    lines.queues.update((queue.id, queue) for queue in config.queues)  # somebody may wait in one that is gone
    lines.flows = {flow.id: flow for flow in config.flows}


def _arrived(lines: Lines, fact: ContactArrived, now: int) -> None:
    if fact.channel is Channel.VOICE:
        call = Call(lines.flows.get(fact.flow), fact.language, fact.person, fact.address)
        call.direction, call.in_flow = fact.direction, fact.direction is not Direction.DIRECT
        lines.calls[fact.contact] = call


def _dial_started(lines: Lines, fact: DialStarted, now: int) -> None:
    call = lines.calls[fact.contact]
    call.dial = fact


def _dial_ended(lines: Lines, fact: DialEnded, now: int) -> None:
    call = lines.calls.get(fact.contact)
    if call is not None and fact.outcome is not DialOutcome.ANSWERED:
        call.dial = None


def _leg_opened(lines: Lines, fact: LegOpened, now: int) -> None:
    confirms = fact.station is not None and lines.stations[fact.station].confirms
    lines.legs[fact.leg] = Leg(fact.contact, fact.role, fact.state, fact.offer, fact.station, fact.dialog, confirms)
    call = lines.calls[fact.contact]
    if fact.role is LegRole.AGENT and fact.offer is not None:
        call.ringing[fact.offer] = fact.leg
    elif fact.role is LegRole.AGENT:
        call.agent = fact.leg
    elif fact.role is LegRole.OUTSIDE:
        call.outside = fact.leg
    else:
        call.caller = fact.leg


def _leg_changed(lines: Lines, fact: LegChanged, now: int) -> None:
    leg_id, state = fact.leg, fact.state
    leg = lines.legs[leg_id]
    assert state in LEG_TRANSITIONS[leg.state], (leg.state, fact)
    leg.state = state
    leg.dialog = fact.dialog or leg.dialog
    call = lines.calls[fact.contact]
    answers = state is LegState.UP and not leg.confirms
    if leg.offer is not None and (answers or state is LegState.ENDED):
        _stop_ringing(call, leg.offer, up=answers)
    if call.consulting and state is LegState.UP and fact.role is LegRole.OUTSIDE and call.outside == leg_id:
        call.colleague, call.outside = leg_id, None
    if state is LegState.ENDED:
        del lines.legs[leg_id]
        _forget_leg(call, leg_id)
        _forget_call(lines, fact.contact, call)


def _agent_up(lines: Lines, fact: AgentLegUp, now: int) -> None:
    _stop_ringing(lines.calls[fact.contact], fact.offer, up=True)


def _stop_ringing(call: Call, offer: OfferId, up: bool) -> None:
    """A line that is answered is the agent's from then on; one that ends leaves the others of its group ringing."""
    rang = call.ringing.pop(offer, None)
    if rang is not None and up:
        if call.consulting or call.is_internal:
            call.colleague = rang
        else:
            call.agent = rang


def _forget_call(lines: Lines, contact: ContactId, call: Call) -> None:
    """A call is kept until the contact is over and its last line is down, so that no phone rings on for nobody."""
    if call.over and not (call.caller or call.agent or call.colleague or call.outside or call.ringing):
        del lines.calls[contact]


def _forget_leg(call: Call, leg: LegId) -> None:
    call.bridged = call.bridged and leg not in (call.caller, call.agent, call.outside)
    if call.caller == leg:
        call.caller, call.play, call.prompt = None, None, None
    if call.agent == leg:
        call.agent = None
    if call.outside == leg:
        call.outside = None
    if call.colleague == leg:
        call.colleague = None


def _external_dialled(lines: Lines, fact: ExternalDialled, now: int) -> None:
    lines.calls[fact.contact].external = fact


def _bridged(lines: Lines, fact: BridgeMade, now: int) -> None:
    call = lines.calls[fact.contact]
    call.bridged, call.play, call.prompt = fact.caller == call.caller, None, None
    if call.bridged and fact.agent == call.colleague:  # the agent left: her colleague has the customer
        if lines.legs[fact.agent].role is LegRole.OUTSIDE:
            call.outside = fact.agent
        else:
            call.agent = fact.agent
        call.colleague = None


def _consult_started(lines: Lines, fact: ConsultStarted, now: int) -> None:
    call = lines.calls[fact.contact]
    call.consulting, call.aside, call.bridged = True, True, False


def _consult_faced(lines: Lines, fact: ConsultFaced, now: int) -> None:
    call = lines.calls[fact.contact]
    call.aside, call.joined = not fact.to_customer, False


def _conference_started(lines: Lines, fact: ConferenceStarted, now: int) -> None:
    call = lines.calls[fact.contact]
    call.aside, call.joined = False, True


def _consult_ended(lines: Lines, fact: ConsultEnded, now: int) -> None:
    call = lines.calls[fact.contact]
    call.bridged = call.bridged and not call.joined  # whoever stays with the customer is joined anew
    call.consulting = call.aside = call.joined = False


def _prompt_issued(lines: Lines, fact: PromptIssued, now: int) -> None:
    call = lines.calls.get(fact.contact)
    if call is not None:
        call.listens = fact.keys


def _play(lines: Lines, fact: PlayIssued, now: int) -> None:
    call = lines.calls[fact.contact]
    call.play, call.prompt = fact.play, fact.prompt


def _prompt_ended(lines: Lines, fact: PromptEnded, now: int) -> None:
    call = lines.calls.get(fact.contact)
    if call is not None and call.prompt == fact.prompt:
        call.play, call.prompt = None, None


def _station(lines: Lines, fact: StationChanged, now: int) -> None:
    if fact.target is None:
        lines.targets.pop(fact.station, None)
    else:
        lines.targets[fact.station] = fact.target


def _diverted(lines: Lines, fact: DirectDiverted, now: int) -> None:
    call = lines.calls[fact.contact]
    call.flow, call.in_flow = lines.flows.get(fact.flow), bool(fact.flow)


def _flow_ended(lines: Lines, fact: FlowEnded, now: int) -> None:
    call = lines.calls.get(fact.contact)
    if call is not None:
        call.in_flow = False


def _offer_made(lines: Lines, fact: OfferMade, now: int) -> None:
    call = lines.calls.get(fact.contact)
    if call is not None:
        call.offers[fact.offer] = fact.station


def _offer_ended(lines: Lines, fact: OfferEnded, now: int) -> None:
    call = lines.calls.get(fact.contact)
    if call is not None:
        call.offers.pop(fact.offer, None)


def _visit_opened(lines: Lines, fact: VisitOpened, now: int) -> None:
    call = lines.calls.get(fact.contact)
    if call is not None:
        call.queue, call.welcomed_at = fact.queue, now


def _visit_ended(lines: Lines, fact: VisitEnded, now: int) -> None:
    call = lines.calls.get(fact.contact)
    if call is not None:
        call.queue, call.asked = None, False


def _callback_moved(lines: Lines, fact: CallbackMoved, now: int) -> None:
    lines.calls[fact.contact].asked = True


def _callback_declined(lines: Lines, fact: CallbackDeclined, now: int) -> None:
    lines.calls[fact.contact].asked = False


def _callback_promised(lines: Lines, fact: CallbackPromised, now: int) -> None:
    lines.calls[fact.contact].callback = fact


def _message_begun(lines: Lines, fact: MessageBegun, now: int) -> None:
    call = lines.calls[fact.contact]
    call.asked, call.speaking = False, True


def _message_left(lines: Lines, fact: MessageLeft, now: int) -> None:
    call = lines.calls[fact.contact]
    call.speaking, call.message = False, True


def _ended(lines: Lines, fact: ContactEnded, now: int) -> None:
    call = lines.calls.get(fact.contact)
    if call is not None:
        call.over = True
        _forget_call(lines, fact.contact, call)


CHANGES: dict[type[Any], Callable[[Lines, Any, int], None]] = {
    ConfigApplied: _config,
    ContactArrived: _arrived,
    DialStarted: _dial_started,
    DialEnded: _dial_ended,
    ExternalDialled: _external_dialled,
    ConsultStarted: _consult_started,
    ConsultFaced: _consult_faced,
    ConferenceStarted: _conference_started,
    ConsultEnded: _consult_ended,
    LegOpened: _leg_opened,
    LegChanged: _leg_changed,
    AgentLegUp: _agent_up,
    BridgeMade: _bridged,
    PromptIssued: _prompt_issued,
    PlayIssued: _play,
    PromptEnded: _prompt_ended,
    StationChanged: _station,
    FlowEnded: _flow_ended,
    DirectDiverted: _diverted,
    OfferMade: _offer_made,
    OfferEnded: _offer_ended,
    VisitOpened: _visit_opened,
    VisitEnded: _visit_ended,
    ContactEnded: _ended,
    CallbackMoved: _callback_moved,
    CallbackDeclined: _callback_declined,
    CallbackPromised: _callback_promised,
    MessageBegun: _message_begun,
    MessageLeft: _message_left,
}
