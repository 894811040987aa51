"""The two lines of a call among colleagues: who calls, and who is called. Either may hold; the other hears music."""

from __future__ import annotations

from contactcenter.calls.playing import HOLD_MUSIC
from contactcenter.calls.state import Call, Lines
from contactcenter.model import commands, facts
from contactcenter.model.ids import ContactId, LegId, PlayId
from contactcenter.model.step import Draft
from contactcenter.model.words import LegState

__all__ = ["held", "meet", "resumed"]


def meet(lines: Lines, call: Call, contact: ContactId, draft: Draft) -> None:
    """Let both talk if neither holds; who does not hears music."""
    assert call.agent is not None, "who calls is on the line"
    assert call.colleague is not None, "who was called answered"
    waiting = [leg for leg in (call.agent, call.colleague) if lines.legs[leg].state is LegState.UP]
    if len(waiting) == 1:
        _play_music(call, contact, waiting[0], draft)
    if len(waiting) < 2:
        return
    draft.emit(facts.BridgeMade(contact, call.agent, call.colleague))
    draft.command(commands.StopPlay(call.agent))
    draft.command(commands.StopPlay(call.colleague))
    draft.command(commands.Bridge(call.agent, call.colleague))


def held(lines: Lines, call: Call, contact: ContactId, leg: LegId, draft: Draft) -> None:
    """Part both when one of them holds."""
    if not call.is_internal or call.agent is None or call.colleague is None:
        return
    other = call.colleague if leg == call.agent else call.agent
    if lines.legs[other].state is LegState.UP:
        draft.command(commands.Unbridge(call.agent, call.colleague))
        _play_music(call, contact, other, draft)


def resumed(lines: Lines, call: Call, contact: ContactId, draft: Draft) -> None:
    """Let both talk again."""
    if call.is_internal and call.agent is not None and call.colleague is not None:
        meet(lines, call, contact, draft)


def _play_music(call: Call, contact: ContactId, leg: LegId, draft: Draft) -> None:
    play = PlayId(draft.new_id("P"))
    draft.emit(facts.PlayIssued(contact, leg, play))
    draft.command(commands.Play(leg, play, (HOLD_MUSIC,), call.language, loop=True))
