"""How a configuration changes the routing floor: who serves what, and where those who wait stand now."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from contactcenter.acd.agents import AgentState
from contactcenter.acd.apply.groups import index_group
from contactcenter.acd.apply.keeping import form_kept
from contactcenter.acd.apply.places import leave_line, set_relax_alarm, stand
from contactcenter.acd.apply.reserve import form_reserves
from contactcenter.acd.capacity import reindex
from contactcenter.acd.contacts import ContactOnFloor
from contactcenter.acd.progress import set_recipe_alarm
from contactcenter.acd.staff import count_staff
from contactcenter.acd.state import Floor, Staff
from contactcenter.acd.transitions import ContactState
from contactcenter.model.changes import changed_queues
from contactcenter.model.config import AgentConfig, CenterConfig
from contactcenter.model.eligibility import Serving, same_circles
from contactcenter.model.facts import ConfigApplied
from contactcenter.model.ids import ContactId, QueueId

__all__ = ["PUBLISHED_CHANGES"]


# What a queue may change and nobody stands elsewhere in its lines; all else, later keys too, moves them.
UNTOUCHING = (
    "name",
    "priority",
    "ring_ms",
    "text_ring_ms",
    "wrap_up_ms",
    "record",
    "short_abandon_ms",
    "voice_target_ms",
    "chat_target_ms",
    "sms_target_ms",
    "target_percent",
    "welcome",
    "music",
    "announce_every_ms",
    "limit",
    "dispositions",
    "class_priority",
    "announce_wait",
)
# What moves those who wait, but not the agents who are free for them.
OF_THE_WAITING = (*UNTOUCHING, "ageing_ms", "offers")


def _config(floor: Floor, fact: ConfigApplied, now: int) -> None:
    config, before = fact.config, floor.published
    touched = _touched(before, config)
    standing = [
        name for name, contact in floor.contacts.items() if contact.line is not None and contact.queue in touched
    ]
    for contact_id in standing:
        leave_line(floor, contact_id, floor.contacts[contact_id])
    # Added to, not replaced: who stands in a queue that is gone is still served, and may still hang up.
    floor.queues.update((queue.id, queue) for queue in config.queues)
    floor.listed_queues = frozenset(queue.id for queue in config.queues)
    floor.calendars.update((calendar.id, calendar) for calendar in config.calendars)
    floor.stations = {station.id: station for station in config.stations}
    floor.reasons = config.not_ready_reasons
    floor.outgoing, floor.language = config.outgoing, config.languages[0]
    floor.internal, floor.direct = config.internal, config.direct
    floor.callback_hours = config.callback_hours
    floor.station_retry_ms = config.default_station_retry_ms
    floor.published = config
    if before is None or not same_circles(before, config):
        _enrol(floor, config.agents)
    if _moves_agents(before, config):
        form_kept(floor)
        for agent_id in floor.agents:
            reindex(floor, agent_id)
    for contact_id, contact in floor.contacts.items():
        if contact.queue in touched:
            _time_anew(floor, contact_id, contact)
    for contact_id in standing:
        stand(floor, contact_id, floor.contacts[contact_id])


def _time_anew(floor: Floor, contact_id: ContactId, contact: ContactOnFloor) -> None:
    """Let the queue's rules of now say when a contact's next step is due, and whether others may join its group."""
    if contact.in_queue:
        set_relax_alarm(floor, contact_id, contact)
        index_group(floor, contact_id, contact)
    if contact.state is ContactState.WAITING:
        set_recipe_alarm(floor, contact_id, contact)


def _touched(before: CenterConfig | None, after: CenterConfig) -> tuple[QueueId, ...]:
    """Return the queues whose lines are others now: a mode mostly changes what is said and how long things take."""
    if before is None:
        return tuple(queue.id for queue in after.queues)
    return changed_queues(before, after, apart_from=UNTOUCHING)


def _moves_agents(before: CenterConfig | None, after: CenterConfig) -> bool:
    return (
        before is None
        or (before.agents, before.stations, before.outgoing) != (after.agents, after.stations, after.outgoing)
        or bool(changed_queues(before, after, apart_from=OF_THE_WAITING))
    )


def _enrol(floor: Floor, agents: Sequence[AgentConfig]) -> None:
    """Let every agent serve what the queues of now ask for, and count them."""
    serving = Serving(floor.queues.values())
    for known in floor.agents.values():
        known.listed, known.queues, known.circles, known.rings = False, (), (), {}
    for order, agent in enumerate(agents):
        steps = serving.steps_of(agent)
        queues = tuple(queue for queue, served in steps if served[0] == 0)
        known = floor.agents.setdefault(agent.id, AgentState(agent, order, queues))
        known.config, known.order, known.queues, known.listed = agent, order, queues, True
        known.circles = tuple((queue, step) for queue, served in steps for step in served)
        known.rings = {queue: served[0] for queue, served in steps}
        known.levels = {skill.skill: skill.level for skill in agent.skills}
    form_reserves(floor)
    floor.staff = {queue: Staff() for queue in floor.queues}
    for known in floor.agents.values():
        count_staff(floor, known, 1)


PUBLISHED_CHANGES: dict[type[Any], Callable[[Floor, Any, int], None]] = {
    ConfigApplied: _config,
}
