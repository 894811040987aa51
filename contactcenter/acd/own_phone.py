"""What an agent dials on her own phone: a colleague's extension, or a number that she may call; else a SIP refusal.

The same rules hold as for what is asked for from the console (`acd.internal`, `acd.dialling`); but her line is there
already, and nobody has to ring it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from contactcenter.acd import dialling, internal
from contactcenter.acd.agents import AgentState
from contactcenter.acd.capacity import hindrance
from contactcenter.acd.state import Floor
from contactcenter.model.commands import RejectLeg
from contactcenter.model.events import DialAsked, InternalCallAsked, StationDialled
from contactcenter.model.ids import AgentId
from contactcenter.model.step import Draft
from contactcenter.model.words import Channel, Presence

__all__ = ["EVENTS"]

FORBIDDEN, NOT_FOUND, UNAVAILABLE, BUSY = 403, 404, 480, 486


def dialled(floor: Floor, event: StationDialled, draft: Draft) -> None:
    """Begin what was dialled, or refuse the line with the status that fits."""
    caller = floor.seats.get(event.station)
    agent = floor.agents[caller] if caller is not None else None
    if agent is not None and any(floor.contacts[held].dialled_on == event.leg for held in agent.work):
        draft.reject("this call is already here")
        return
    refusal = internal.caller_refusal(floor, agent)
    if caller is None or agent is None or refusal:
        _refuse(event, FORBIDDEN, refusal, draft)
    elif event.extension is not None:
        _extension(floor, event, caller, agent, draft)
    else:
        _number(floor, event, caller, agent, draft)


def _refuse(event: StationDialled, status: int, reason: str, draft: Draft) -> None:
    draft.reject(reason)
    draft.command(RejectLeg(event.leg, status))


def _extension(floor: Floor, event: StationDialled, caller: AgentId, agent: AgentState, draft: Draft) -> None:
    """Call the colleague who sits at a station."""
    assert event.extension is not None, "said by the caller"
    rules, called = floor.internal, floor.seats.get(event.extension)
    if rules is None:
        _refuse(event, FORBIDDEN, internal.OFF, draft)
    elif called is None or not floor.agents[called].listed:
        _refuse(event, UNAVAILABLE, "nobody sits at this extension", draft)
    elif called == caller:
        _refuse(event, BUSY, "this is your own extension", draft)
    elif hindered := hindrance(floor, floor.agents[called], Channel.VOICE):
        status = BUSY if floor.agents[called].presence is Presence.READY else UNAVAILABLE
        _refuse(event, status, hindered, draft)
    else:
        internal.begin(floor, InternalCallAsked(caller, called), agent, rules, draft, event)


def _number(floor: Floor, event: StationDialled, caller: AgentId, agent: AgentState, draft: Draft) -> None:
    """Call a customer, where agents may and the edge lets the number be called."""
    rules = floor.outgoing
    if rules is None or event.number is None or event.person is None:
        _refuse(event, NOT_FOUND, "nobody has this number", draft)
    elif agent.has_dialled_enough(rules, draft.now):
        _refuse(event, UNAVAILABLE, dialling.WAIT, draft)
    else:
        asked = DialAsked(caller, event.number, event.number_key, event.person)
        dialling.begin(floor, asked, agent, rules, draft, event)


EVENTS: dict[type[Any], Callable[[Floor, Any, Draft], None]] = {StationDialled: dialled}
