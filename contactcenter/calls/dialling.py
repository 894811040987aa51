"""Calling a customer for an agent: the agent's phone first, then the customer through the trunk."""

from __future__ import annotations

from contactcenter.calls.state import Call, Leg, Lines
from contactcenter.model import commands, facts
from contactcenter.model.ids import ContactId, LegId, PlayId
from contactcenter.model.step import Draft
from contactcenter.model.words import LegRole, LegState

__all__ = [
    "RINGING_TONE",
    "agent_answered",
    "call_customer",
    "call_outside",
    "outside_answered",
    "release",
    "ring_agent",
    "ring_to",
]

RINGING_TONE = "music/ringing"


def ring_agent(lines: Lines, fact: facts.DialStarted, draft: Draft) -> None:
    """Ring the agent who asked; her phone may answer by itself, for she is waiting for it.

    Who dialled on that phone is on the line, and is answered. Who has taken a callback is on the phone already, and who
    is only kept for one is not rung yet.
    """
    call = lines.calls.get(fact.contact)
    if call is None or call.dial is None:
        return  # it is over already: the agent who was kept went in the same step
    if call.agent is not None or fact.customer_first:
        call_customer(call, fact.contact, call.agent, draft)
        return
    if fact.leg is not None:
        opened = (fact.contact, LegRole.AGENT, LegState.ANSWERING)
        draft.emit(facts.LegOpened(fact.leg, *opened, station=fact.station, dialog=fact.dialog))
        draft.command(commands.AnswerLeg(fact.leg))
        return
    leg = LegId(draft.new_id("L"))
    draft.emit(facts.LegOpened(leg, fact.contact, LegRole.AGENT, LegState.DIALLING, station=fact.station))
    target, auto_answer = lines.targets.get(fact.station), lines.stations[fact.station].auto_answer
    draft.command(commands.DialStation(leg, fact.station, target, None, call.address, auto_answer))


def agent_answered(call: Call, contact: ContactId, agent: LegId, draft: Draft) -> None:
    """Go on now that the agent listens: a customer is called; who calls a colleague hears it ring."""
    if call.is_internal:
        ring_to(call, contact, agent, draft)
    else:
        call_customer(call, contact, agent, draft)


def ring_to(call: Call, contact: ContactId, leg: LegId, draft: Draft) -> None:
    """Let somebody hear that it rings at the other end."""
    play = PlayId(draft.new_id("P"))
    draft.emit(facts.PlayIssued(contact, leg, play))
    draft.command(commands.Play(leg, play, (RINGING_TONE,), call.language, loop=True))


def call_customer(call: Call, contact: ContactId, agent: LegId | None, draft: Draft) -> None:
    """Call the customer; an agent who is on the phone hears it ring meanwhile."""
    assert call.dial is not None, "who is called is called for an agent"
    assert call.number is not None, "who is called has a number"
    leg = LegId(draft.new_id("L"))
    draft.emit(facts.LegOpened(leg, contact, LegRole.CALLED, LegState.DIALLING))
    draft.command(commands.DialOut(leg, call.dial.trunk, call.number, call.dial.shown, agent))
    if agent is not None:
        ring_to(call, contact, agent, draft)


def call_outside(lines: Lines, fact: facts.ExternalDialled, draft: Draft) -> None:
    """Call a number outside for a customer who is passed on to it, and hears it ring meanwhile; or for who consults."""
    call = lines.calls[fact.contact]
    assert call.caller is not None, "who is passed on is there"
    leg = LegId(draft.new_id("L"))
    draft.emit(facts.LegOpened(leg, fact.contact, LegRole.OUTSIDE, LegState.DIALLING))
    draft.command(commands.DialOut(leg, fact.trunk, fact.number, fact.shown, call.caller))
    if not call.consulting:
        ring_to(call, fact.contact, call.caller, draft)


def outside_answered(call: Call, contact: ContactId, leg: LegId, draft: Draft) -> None:
    """Bring the customer together with who was called outside."""
    assert call.caller is not None, "without the customer the line outside is ended"
    draft.emit(facts.BridgeMade(contact, call.caller, leg))
    draft.command(commands.StopPlay(call.caller))
    draft.command(commands.Bridge(call.caller, leg))


def release(lines: Lines, leg_id: LegId, leg: Leg) -> commands.ReleaseDialog:
    """Return how a successor ends a leg: by its dialog, or by whom it rang."""
    call = lines.calls[leg.contact]
    if leg.role is LegRole.CALLED and call.dial is not None:
        dial = call.dial
        return commands.ReleaseDialog(leg_id, leg.dialog, trunk=dial.trunk, number=call.number, shown=dial.shown)
    if leg.role is LegRole.OUTSIDE and call.external is not None:
        out = call.external
        return commands.ReleaseDialog(leg_id, leg.dialog, trunk=out.trunk, number=out.number, shown=out.shown)
    target = lines.targets.get(leg.station) if leg.station is not None else None
    return commands.ReleaseDialog(leg_id, leg.dialog, leg.station, target)
