"""The lines of a conference: customer, agent and colleague hear each other, but for who is on hold."""

from __future__ import annotations

from contactcenter.calls import playing
from contactcenter.calls.state import Call, Lines
from contactcenter.model import commands, facts
from contactcenter.model.ids import ContactId, LegId
from contactcenter.model.step import Draft

__all__ = ["gather", "held", "start"]


def start(lines: Lines, fact: facts.ConferenceStarted, draft: Draft) -> None:
    """Let all three talk together."""
    call = lines.calls[fact.contact]
    if call.caller is None or call.agent is None or call.colleague is None:
        return  # somebody hung up in the same step
    draft.emit(facts.BridgeMade(fact.contact, call.caller, call.agent, call.colleague))
    gather(lines, call, draft)


def gather(lines: Lines, call: Call, draft: Draft) -> None:
    """Let those hear each other who are not on hold."""
    legs = _present(lines, call)
    for leg in legs:
        draft.command(commands.StopPlay(leg))
    draft.command(commands.Confer(legs))


def held(lines: Lines, call: Call, contact: ContactId, leg: LegId, draft: Draft) -> None:
    """Let one go out who is on hold now; the others talk on, and a customer who is left alone hears music."""
    assert call.caller is not None, "without the customer a conference is over"
    draft.command(commands.Unbridge(leg, call.caller))
    if len(_present(lines, call)) == 1:
        playing.hold_music(call, contact, draft)


def _present(lines: Lines, call: Call) -> tuple[LegId, ...]:
    """Return the customer and those of the agents who are not on hold."""
    agents = [leg for leg in (call.agent, call.colleague) if leg and not lines.is_away(leg)]
    return (*([call.caller] if call.caller else []), *agents)
