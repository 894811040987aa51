"""How facts about agents, their stations and their work change the routing floor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from contactcenter.acd.agents import AgentState, Shift
from contactcenter.acd.apply.parking import note_parking
from contactcenter.acd.apply.wrap_up import ABSENT_MS, note_wrap_up
from contactcenter.acd.capacity import reindex
from contactcenter.acd.staff import count_staff
from contactcenter.acd.state import Floor
from contactcenter.acd.transitions import PRESENCE_TRANSITIONS, WORK_TRANSITIONS
from contactcenter.model.facts import (
    AgentSeated,
    ConsolePresence,
    PauseEnded,
    PresenceChanged,
    StationChanged,
    WorkChanged,
)
from contactcenter.model.ids import AgentId
from contactcenter.model.words import Direction, Presence, Work

__all__ = ["AGENT_CHANGES"]

NOT_BUSY = (Work.RINGING, Work.RESULT_OPEN, Work.ENDED)
CONSOLE_GRACE_MS = 15_000  # a console that is gone longer takes no contacts


def _seated(floor: Floor, fact: AgentSeated, now: int) -> None:
    agent = floor.agents[fact.agent]
    if agent.station is not None and floor.seats.get(agent.station) == fact.agent:
        del floor.seats[agent.station]
    agent.station = fact.station
    _unpause(floor, fact.agent, agent)  # it was the other phone that was busy or lost
    if fact.station is not None:
        floor.seats[fact.station] = fact.agent
    reindex(floor, fact.agent)


def _presence(floor: Floor, fact: PresenceChanged, now: int) -> None:
    agent = floor.agents[fact.agent]
    assert fact.presence in PRESENCE_TRANSITIONS[agent.presence], (agent.presence, fact)
    if agent.presence is Presence.LOGGED_OUT:
        agent.shift = Shift(now)
    count_staff(floor, agent, -1)
    agent.presence, agent.reason, agent.idle_since = fact.presence, fact.reason, fact.idle_since
    count_staff(floor, agent, 1)
    if fact.presence is Presence.LOGGED_OUT:
        agent.next = None
    if fact.presence is Presence.LOGGED_OUT and agent.station is not None:
        floor.seats.pop(agent.station, None)
        agent.station = None
    reindex(floor, fact.agent)


def _console(floor: Floor, fact: ConsolePresence, now: int) -> None:
    floor.agents[fact.agent].console = fact.connected
    if fact.connected:
        floor.timers.clear(("acd", "console", fact.agent))
        floor.timers.clear(("acd", "absent", fact.agent))
    else:
        floor.timers.set(("acd", "console", fact.agent), now + CONSOLE_GRACE_MS)
        floor.timers.set(("acd", "absent", fact.agent), now + ABSENT_MS)
    reindex(floor, fact.agent)


def _station(floor: Floor, fact: StationChanged, now: int) -> None:
    if fact.target is not None:
        floor.registered.add(fact.station)
    else:
        floor.registered.discard(fact.station)
    agent = floor.seats.get(fact.station)
    if agent is not None:
        _unpause(floor, agent, floor.agents[agent])
        reindex(floor, agent)


def _unpause(floor: Floor, agent_id: AgentId, agent: AgentState) -> None:
    agent.paused = False
    floor.timers.clear(("acd", "pause", agent_id))


def _pause_ended(floor: Floor, fact: PauseEnded, now: int) -> None:
    floor.agents[fact.agent].paused = False
    reindex(floor, fact.agent)


def _work(floor: Floor, fact: WorkChanged, now: int) -> None:
    agent_id, contact_id, work = fact.agent, fact.contact, fact.work
    agent, contact = floor.agents[agent_id], floor.contacts[contact_id]
    held = agent.work.get(contact_id)
    was = held[1] if held else None
    assert work in WORK_TRANSITIONS[was], (held, fact)
    if work is Work.TALKING and was is Work.RINGING and contact.direction is not Direction.INTERNAL:
        agent.shift.handled += 1
    if was is not None and work in NOT_BUSY and was not in NOT_BUSY:
        agent.idle_since = now
    if work is Work.ENDED:
        del agent.work[contact_id]
    else:
        agent.work[contact_id] = (fact.channel, work)
    agent.shift.note_busy(agent.is_busy(), now)
    if contact.agent == agent_id:  # what she parks who passed it on is her writing alone
        note_parking(contact, work, now)
    note_wrap_up(floor, fact, now)
    reindex(floor, agent_id)


AGENT_CHANGES: dict[type[Any], Callable[[Floor, Any, int], None]] = {
    AgentSeated: _seated,
    PresenceChanged: _presence,
    ConsolePresence: _console,
    StationChanged: _station,
    PauseEnded: _pause_ended,
    WorkChanged: _work,
}
