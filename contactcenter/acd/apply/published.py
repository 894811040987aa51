"""How a configuration changes the routing floor: who serves what, and where those who wait stand now."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from contactcenter.acd.apply.groups import index_group
from contactcenter.acd.apply.places import leave_line, set_relax_alarm, stand
from contactcenter.acd.apply.reserve import form_reserves
from contactcenter.acd.capacity import reindex
from contactcenter.acd.progress import set_recipe_alarm
from contactcenter.acd.staff import count_staff
from contactcenter.acd.state import AgentState, Floor, Staff
from contactcenter.acd.transitions import ContactState
from contactcenter.model.config import AgentConfig
from contactcenter.model.eligibility import queues_served, steps_served
from contactcenter.model.facts import ConfigApplied

__all__ = ["PUBLISHED_CHANGES"]


def _config(floor: Floor, fact: ConfigApplied, now: int) -> None:
    config = fact.config
    standing = [contact_id for contact_id, contact in floor.contacts.items() if contact.line is not None]
    for contact_id in standing:
        leave_line(floor, contact_id, floor.contacts[contact_id])
    # Added to, not replaced: who stands in a queue that is gone is still served, and may still hang up.
    floor.queues.update((queue.id, queue) for queue in config.queues)
    floor.listed_queues = frozenset(queue.id for queue in config.queues)
    floor.stations = {station.id: station for station in config.stations}
    floor.reasons = config.not_ready_reasons
    floor.outgoing, floor.language = config.outgoing, config.languages[0]
    floor.station_retry_ms = config.default_station_retry_ms
    for known in floor.agents.values():
        known.listed, known.queues, known.circles, known.rings = False, (), (), {}
    for order, agent in enumerate(config.agents):
        _enrol(floor, agent, order)
    form_reserves(floor)
    floor.staff = {queue: Staff() for queue in floor.queues}
    for agent_id, known in floor.agents.items():
        count_staff(floor, known, 1)
        reindex(floor, agent_id)
    for contact_id, contact in floor.contacts.items():
        if contact.state in (ContactState.WAITING, ContactState.OFFERED):
            set_relax_alarm(floor, contact_id, contact)
            index_group(floor, contact_id, contact)
        if contact.state is ContactState.WAITING:
            set_recipe_alarm(floor, contact_id, contact)
    for contact_id in standing:
        stand(floor, contact_id, floor.contacts[contact_id])


def _enrol(floor: Floor, agent: AgentConfig, order: int) -> None:
    queues = queues_served(agent, floor.queues.values())
    known = floor.agents.setdefault(agent.id, AgentState(agent, order, queues))
    known.config, known.order, known.queues, known.listed = agent, order, queues, True
    steps = [(queue.id, steps_served(agent, queue)) for queue in floor.queues.values()]
    known.circles = tuple((queue, step) for queue, served in steps for step in served)
    known.rings = {queue: served[0] for queue, served in steps if served}
    known.levels = {skill.skill: skill.level for skill in agent.skills}


PUBLISHED_CHANGES: dict[type[Any], Callable[[Floor, Any, int], None]] = {
    ConfigApplied: _config,
}
