"""The lines of a consultation: the agent's goes from the customer to a colleague and back; who waits hears music."""

from __future__ import annotations

from contactcenter.calls import playing
from contactcenter.calls.dialling import RINGING_TONE
from contactcenter.calls.state import Call, Lines
from contactcenter.model import commands, facts
from contactcenter.model.ids import ContactId, LegId, PlayId
from contactcenter.model.step import Draft
from contactcenter.model.transfers import ConsultOutcome

__all__ = ["ended", "face", "join", "meet", "start"]


def start(lines: Lines, fact: facts.ConsultStarted, draft: Draft) -> None:
    """Part the customer, who hears music, from the agent, who hears it ring."""
    call = lines.calls[fact.contact]
    assert call.caller is not None, "who is asked about is there"
    assert call.agent is not None, "who asks is on the line"
    draft.command(commands.Unbridge(call.caller, call.agent))
    playing.hold_music(call, fact.contact, draft)
    _play(call, fact.contact, call.agent, RINGING_TONE, draft)


def meet(call: Call, contact: ContactId, draft: Draft) -> None:
    """Let the agent and the colleague talk."""
    assert call.agent is not None, "who asks is on the line"
    assert call.colleague is not None, "who is asked answered"
    _bridge(contact, call.agent, call.colleague, draft)


def face(lines: Lines, fact: facts.ConsultFaced, draft: Draft) -> None:
    """Let the agent talk with the customer, or again with the colleague; the other one hears music."""
    call = lines.calls[fact.contact]
    if call.caller is None or call.agent is None or call.colleague is None:
        return  # somebody hung up in the same step
    if fact.to_customer:
        draft.command(commands.Unbridge(call.colleague, call.agent))  # she goes out, of a conference too
        _play(call, fact.contact, call.colleague, playing.HOLD_MUSIC, draft)
        _bridge(fact.contact, call.caller, call.agent, draft)
    else:
        draft.command(commands.Unbridge(call.caller, call.agent))
        playing.hold_music(call, fact.contact, draft)
        meet(call, fact.contact, draft)


def join(lines: Lines, call: Call, contact: ContactId, draft: Draft) -> None:
    """Let the customer talk with the colleague, now that the agent's line is down."""
    if call.caller is not None and call.colleague is not None:
        _bring(lines, call, contact, call.colleague, draft)


def ended(lines: Lines, fact: facts.ConsultEnded, draft: Draft) -> None:
    """Let the agent talk with the customer again, if both are there; the colleague's line is ended before."""
    call = lines.calls.get(fact.contact)
    back = (ConsultOutcome.CANCELLED, ConsultOutcome.NOT_ANSWERED, ConsultOutcome.COLLEAGUE_GONE)
    if call is None or fact.outcome not in back or call.bridged or call.caller is None or call.agent is None:
        return
    _bring(lines, call, fact.contact, call.agent, draft)


def _bring(lines: Lines, call: Call, contact: ContactId, leg: LegId, draft: Draft) -> None:
    """Give the customer to one of the agents; while her phone is on hold there is music."""
    assert call.caller is not None, "without the customer nobody is given one"
    if lines.is_away(leg):
        draft.emit(facts.BridgeMade(contact, call.caller, leg))
        playing.hold_music(call, contact, draft)
    else:
        _bridge(contact, call.caller, leg, draft)


def _bridge(contact: ContactId, first: LegId, second: LegId, draft: Draft) -> None:
    draft.emit(facts.BridgeMade(contact, first, second))
    draft.command(commands.StopPlay(first))
    draft.command(commands.StopPlay(second))
    draft.command(commands.Bridge(first, second))


def _play(call: Call, contact: ContactId, leg: LegId, prompt: str, draft: Draft) -> None:
    play = PlayId(draft.new_id("P"))
    draft.emit(facts.PlayIssued(contact, leg, play))
    draft.command(commands.Play(leg, play, (prompt,), call.language, loop=True))
