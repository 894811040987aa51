"""What happens on lines and what follows from it: dial, bridge, play, end; as tables of small rules.

Decides legs only: who is to be rung comes from routing's OfferMade, what is to be said from the flow's PromptIssued.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from contactcenter.calls import conference, consulting, dialling, internal, playing, takeover
from contactcenter.calls.ending import line_down
from contactcenter.calls.state import CHANGES, Call, Leg, Lines
from contactcenter.calls.transitions import LEG_TRANSITIONS
from contactcenter.model import commands, events, facts
from contactcenter.model.events import Event
from contactcenter.model.ids import ContactId, LegId, OfferId
from contactcenter.model.part import Part, answering, changing
from contactcenter.model.step import Draft
from contactcenter.model.timers import Timers
from contactcenter.model.transfers import ConsultOutcome, TransferKind
from contactcenter.model.words import Channel, DialOutcome, Direction, LegRole, LegState, OfferOutcome

__all__ = ["CallControl"]

NOT_FOUND = 404
DECLINED = 603  # who lifts, and hangs up without the key that takes the call
# A line that fell silent or was never confirmed is the far side's loss, as a hang-up is; all other losses are ours.
FAR_SIDE_REASONS = frozenset({"no_media", "no_ack", "no_audio", "session_expired"})


class CallControl(Part):
    """Lines, bridges and playbacks."""

    def __init__(self, timers: Timers) -> None:
        """Begin with no line; call control itself sets no alarms."""
        self.lines = Lines()
        self.bind()

    def bind(self) -> None:
        """Let facts change and be answered by the state as it is."""
        self.changes = changing(self.lines, CHANGES)
        self.answers = answering(self.lines, _ANSWERS)

    def handle(self, event: Event, draft: Draft) -> None:
        """Answer what the telephony adapter saw."""
        _EVENTS[type(event)](self.lines, event, draft)

    def alarm(self, name: tuple[str, ...], draft: Draft) -> None:
        """Call control sets no alarms."""
        raise AssertionError(name)


def _leg(lines: Lines, leg_id: LegId, state: LegState, draft: Draft) -> Leg | None:
    """Return the leg an event names if it may move to `state`; else refuse the event as late or doubled."""
    leg = lines.legs.get(leg_id)
    if leg is None:
        draft.reject("this leg is gone")
        return None
    if state not in LEG_TRANSITIONS[leg.state]:
        draft.reject(f"a leg that is {leg.state} cannot become {state}")
        return None
    return leg


def _call_arrived(lines: Lines, event: events.CallArrived, draft: Draft) -> None:
    entry = lines.entries.get(event.dialled)
    if event.leg in lines.legs:
        draft.reject("this call is already here")
    elif entry is None:
        draft.reject("nobody has this number")
        draft.command(commands.RejectLeg(event.leg, NOT_FOUND))
    else:
        contact = ContactId(draft.new_id("C"))
        draft.emit(
            facts.ContactArrived(
                contact,
                Channel.VOICE,
                event.dialled,
                entry.flow,
                entry.language,
                event.person,
                event.caller,
                event.caller_key,
                leg=event.leg,
                direction=Direction.INBOUND if entry.agent is None else Direction.DIRECT,
                may_call_back=event.may_call_back,
                agent=entry.agent,
            )
        )
        opened = facts.LegOpened(event.leg, contact, LegRole.CALLER, LegState.ANSWERING, dialog=event.dialog)
        draft.emit(opened)
        draft.command(commands.AnswerLeg(event.leg))


def _ringing(lines: Lines, event: events.LegRinging, draft: Draft) -> None:
    leg = _leg(lines, event.leg, LegState.ALERTING, draft)
    if leg is not None:
        draft.emit(facts.LegChanged(event.leg, leg.contact, leg.role, LegState.ALERTING))


def _answered(lines: Lines, event: events.LegAnswered, draft: Draft) -> None:
    leg = _leg(lines, event.leg, LegState.UP, draft)
    if leg is None:
        return
    if leg.state is LegState.HELD:
        draft.reject("this leg was answered already")
        return
    call = lines.calls[leg.contact]
    draft.emit(facts.LegChanged(event.leg, leg.contact, leg.role, LegState.UP, dialog=event.dialog))
    if leg.role is LegRole.CALLED:
        _customer_answered(lines, call, leg.contact, draft)
    elif leg.role is LegRole.OUTSIDE and call.consulting:
        consulting.meet(call, leg.contact, draft)
    elif leg.role is LegRole.OUTSIDE:
        dialling.outside_answered(call, leg.contact, event.leg, draft)
    elif leg.role is LegRole.CALLER and call.direction is Direction.DIRECT:
        dialling.ring_to(call, leg.contact, event.leg, draft)
    elif leg.confirms:
        playing.ask_to_confirm(call, event.leg, draft)
    elif leg.role is LegRole.AGENT:
        _agent_answered(lines, leg, event.leg, draft)


def _agent_answered(lines: Lines, leg: Leg, leg_id: LegId, draft: Draft) -> None:
    """Let an agent who is on the phone have the customer, or have him called."""
    call = lines.calls[leg.contact]
    if leg.offer is None:
        dialling.agent_answered(call, leg.contact, leg_id, draft)
        return
    draft.emit(facts.AgentLegUp(leg.contact, leg.offer, leg_id))
    if call.is_internal:
        internal.meet(lines, call, leg.contact, draft)
    elif call.consulting:
        consulting.meet(call, leg.contact, draft)
    elif call.caller is not None:
        _bridge(call, leg.contact, draft)


def _key_pressed(lines: Lines, event: events.KeyPressed, draft: Draft) -> None:
    """Take the key by which an agent outside confirms that somebody is there; all others are for who called."""
    leg = lines.legs.get(event.leg)
    if leg is None or not lines.unconfirmed(event.leg):
        playing.key_pressed(lines, event, draft)
    elif event.key != playing.CONFIRM_KEY:
        draft.reject("another key confirms")
    else:
        draft.command(commands.StopPlay(event.leg))
        _agent_answered(lines, leg, event.leg, draft)


def _customer_answered(lines: Lines, call: Call, contact: ContactId, draft: Draft) -> None:
    """Bring together who was called and the agent, unless she has put the call on hold: then there is music."""
    if call.agent is None:  # he was called first, and waits
        playing.greet_called(lines, call, contact, draft)
        return
    draft.command(commands.StopPlay(call.agent))
    if lines.legs[call.agent].state is LegState.HELD:
        playing.hold_music(call, contact, draft)
    else:
        _bridge(call, contact, draft)


def _bridge(call: Call, contact: ContactId, draft: Draft) -> None:
    assert call.caller is not None, "an agent is rung only for a caller who is there"
    assert call.agent is not None, "the agent's leg was opened"
    draft.emit(facts.BridgeMade(contact, call.caller, call.agent))
    draft.command(commands.StopPlay(call.caller))
    draft.command(commands.Bridge(call.caller, call.agent))


def _failed(lines: Lines, event: events.LegFailed, draft: Draft) -> None:
    leg = _leg(lines, event.leg, LegState.ENDED, draft)
    if leg is not None:
        line_down(leg, event.leg, draft, event.status, failed=False)


def _hung_up(lines: Lines, event: events.LegHungUp, draft: Draft) -> None:
    leg = _leg(lines, event.leg, LegState.ENDED, draft)
    if leg is not None:
        line_down(leg, event.leg, draft, DECLINED if lines.unconfirmed(event.leg) else 0, failed=False)


def _lost(lines: Lines, event: events.LegLost, draft: Draft) -> None:
    leg = _leg(lines, event.leg, LegState.ENDED, draft)
    if leg is not None:
        line_down(leg, event.leg, draft, 0, failed=event.reason not in FAR_SIDE_REASONS)


def _held(lines: Lines, event: events.LegHeld, draft: Draft) -> None:
    leg = _leg(lines, event.leg, LegState.HELD, draft)
    if leg is None:
        return
    call = lines.calls[leg.contact]
    draft.emit(facts.LegChanged(event.leg, leg.contact, leg.role, LegState.HELD))
    internal.held(lines, call, leg.contact, event.leg, draft)
    if leg.role is LegRole.AGENT and call.joined:
        conference.held(lines, call, leg.contact, event.leg, draft)
    elif event.leg == call.agent and call.bridged and call.caller is not None:
        draft.command(commands.Unbridge(call.caller, event.leg))
        playing.hold_music(call, leg.contact, draft)


def _resumed(lines: Lines, event: events.LegResumed, draft: Draft) -> None:
    leg = _leg(lines, event.leg, LegState.UP, draft)
    if leg is None:
        return
    if leg.state is not LegState.HELD:
        draft.reject("this leg is not on hold")
        return
    call = lines.calls[leg.contact]
    draft.emit(facts.LegChanged(event.leg, leg.contact, leg.role, LegState.UP))
    internal.resumed(lines, call, leg.contact, draft)
    if leg.role is LegRole.AGENT and call.joined:
        conference.gather(lines, call, draft)
    elif event.leg == call.agent and _is_up(lines, call.caller) and not call.aside:
        _bridge(call, leg.contact, draft)


def _is_up(lines: Lines, leg: LegId | None) -> bool:
    """Return whether a line was answered: who is being called can hear nothing yet."""
    return leg is not None and lines.legs[leg].state in (LegState.UP, LegState.HELD)


def _phone_bound(lines: Lines, event: events.PhoneBound, draft: Draft) -> None:
    if event.station not in lines.stations:
        draft.reject("this station is not in the configuration")
    else:
        draft.emit(facts.StationChanged(event.station, event.target))


def _phone_unbound(lines: Lines, event: events.PhoneUnbound, draft: Draft) -> None:
    if event.station not in lines.targets:
        draft.reject("this phone was not registered")
    else:
        draft.emit(facts.StationChanged(event.station, None))


def _dial(lines: Lines, fact: facts.OfferMade, draft: Draft) -> None:
    if fact.station is not None and not lines.stations[fact.station].auto_answer:
        _dial_station(lines, fact.contact, fact.offer, draft, auto_answer=False)


def _dial_taken(lines: Lines, fact: facts.OfferTaken, draft: Draft) -> None:
    _dial_station(lines, fact.contact, fact.offer, draft, auto_answer=True)


def _dial_station(lines: Lines, contact: ContactId, offer: OfferId, draft: Draft, auto_answer: bool) -> None:
    call = lines.calls[contact]
    station = call.offers.get(offer)
    beside = call.agent if call.is_internal else call.caller
    if station is None or (beside is None and call.callback is None):
        return  # the caller went, or somebody else of the group answered, in the same step
    leg = LegId(draft.new_id("L"))
    draft.emit(facts.LegOpened(leg, contact, LegRole.AGENT, LegState.DIALLING, offer, station))
    target = lines.targets.get(station)
    draft.command(commands.DialStation(leg, station, target, beside, call.number, auto_answer))


def _offer_ended(lines: Lines, fact: facts.OfferEnded, draft: Draft) -> None:
    call = lines.calls.get(fact.contact)
    if call is not None and fact.outcome is not OfferOutcome.ACCEPTED:
        _hang_up(lines, call.ringing.get(fact.offer), draft)


def _talk_ended(lines: Lines, fact: facts.TalkEnded, draft: Draft) -> None:
    if not fact.passed_on:
        _hang_up_all(lines, fact.contact, draft)


def _contact_over(lines: Lines, fact: facts.EndDeferred | facts.ContactEnded, draft: Draft) -> None:
    _hang_up_all(lines, fact.contact, draft)


def _passed_on(lines: Lines, fact: facts.TransferStarted, draft: Draft) -> None:
    """Let the sender's line go; the customer hears music until somebody else is there."""
    call = lines.calls.get(fact.contact)
    if call is not None:
        _hang_up(lines, call.agent, draft)
        if fact.kind is TransferKind.CONSULT:
            consulting.join(lines, call, fact.contact, draft)
        elif call.outside is not None and call.caller is not None:  # the agent left while it rang
            dialling.ring_to(call, fact.contact, call.caller, draft)
        elif fact.to_agent is not None and not call.message:  # a queue plays its own, a number outside is heard ringing
            playing.hold_music(call, fact.contact, draft)


def _consult_ended(lines: Lines, fact: facts.ConsultEnded, draft: Draft) -> None:
    """Let the colleague's line go, unless she has the customer from now on; the agent is with the customer again."""
    call = lines.calls.get(fact.contact)
    if call is not None and fact.outcome is not ConsultOutcome.COMPLETED:
        _hang_up(lines, call.colleague, draft)
    consulting.ended(lines, fact, draft)


def _outside_over(lines: Lines, fact: facts.ExternalEnded, draft: Draft) -> None:
    """Let a line outside go that was not answered in time; a customer who is still there hears music."""
    call = lines.calls.get(fact.contact)
    if call is None:
        return
    _hang_up(lines, call.outside, draft)
    if call.caller is not None and not call.consulting:
        playing.hold_music(call, fact.contact, draft)


def _dial_ended(lines: Lines, fact: facts.DialEnded, draft: Draft) -> None:
    """A customer who is called back was not reached: the contact goes on, its lines do not."""
    call = lines.calls.get(fact.contact)
    if call is not None and call.callback is not None and fact.outcome is not DialOutcome.ANSWERED:
        _hang_up_all(lines, fact.contact, draft)


def _goodbye_said(lines: Lines, fact: facts.PromptEnded, draft: Draft) -> None:
    call = lines.calls.get(fact.contact)
    if call is not None and (call.callback is not None or call.message):
        _hang_up(lines, call.caller, draft)


def _flow_ended(lines: Lines, fact: facts.FlowEnded, draft: Draft) -> None:
    if fact.outcome in ("self_served", "closed"):
        _hang_up_all(lines, fact.contact, draft)


def _hang_up_all(lines: Lines, contact: ContactId, draft: Draft) -> None:
    call = lines.calls.get(contact)
    if call is not None:
        for leg in (call.agent, call.colleague, call.outside, call.caller):
            _hang_up(lines, leg, draft)


def _hang_up(lines: Lines, leg_id: LegId | None, draft: Draft) -> None:
    if leg_id is None or not lines.alive(leg_id):
        return
    leg = lines.legs[leg_id]
    draft.emit(facts.LegChanged(leg_id, leg.contact, leg.role, LegState.ENDED))
    draft.command(commands.HangUpLeg(leg_id))


_EVENTS: dict[type[Any], Callable[[Lines, Any, Draft], None]] = {
    events.CallArrived: _call_arrived,
    events.LegRinging: _ringing,
    events.LegAnswered: _answered,
    events.LegFailed: _failed,
    events.LegHungUp: _hung_up,
    events.LegLost: _lost,
    events.LegHeld: _held,
    events.LegResumed: _resumed,
    events.KeyPressed: _key_pressed,
    events.PlaybackEnded: playing.playback_ended,
    events.CollectEnded: playing.collect_ended,
    events.PhoneBound: _phone_bound,
    events.PhoneUnbound: _phone_unbound,
}

_ANSWERS: dict[type[Any], tuple[Callable[[Lines, Any, Draft], None], ...]] = {
    facts.PromptIssued: (playing.prompt_issued,),
    facts.VisitOpened: (playing.welcome,),
    facts.PositionTold: (playing.position_told,),
    facts.AnnouncementMade: (playing.announce,),
    facts.FarewellBegun: (playing.say_farewell,),
    facts.MessageBegun: (playing.ask_for_message,),
    facts.MessageLeft: (playing.thank,),
    facts.OfferMade: (_dial,),
    facts.OfferTaken: (_dial_taken,),
    facts.DialStarted: (dialling.ring_agent,),
    facts.OfferEnded: (_offer_ended,),
    facts.DialEnded: (_dial_ended,),
    facts.PromptEnded: (_goodbye_said,),
    facts.CallbackDeclined: (playing.wait_on,),
    facts.TalkEnded: (_talk_ended,),
    facts.ContactEnded: (_contact_over,),
    facts.FlowEnded: (_flow_ended,),
    facts.TransferStarted: (_passed_on,),
    facts.EndDeferred: (_contact_over,),
    facts.ExternalDialled: (dialling.call_outside,),
    facts.ConsultStarted: (consulting.start,),
    facts.ConsultFaced: (consulting.face,),
    facts.ConferenceStarted: (conference.start,),
    facts.ConsultEnded: (_consult_ended,),
    facts.ExternalEnded: (_outside_over,),
    facts.EngineTookOver: (takeover.settle,),
}
