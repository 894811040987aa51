"""Who may serve which queue, and how skilled somebody is for it, for all who have to know it alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from contactcenter.model.config import AgentConfig, CenterConfig, QueueConfig
from contactcenter.model.expression import Expression, Need, Value, at_least, parse
from contactcenter.model.ids import QueueId

__all__ = [
    "Serving",
    "circles_of",
    "in_reserve",
    "level_for",
    "properties_of",
    "queues_served",
    "requirement_of",
    "same_circles",
    "step_due",
    "steps_served",
    "steps_within",
]


def properties_of(agent: AgentConfig) -> dict[str, Value]:
    """Return what expressions may ask about an agent: levels of skills, attributes, and the team."""
    found: dict[str, Value] = {"team": agent.team} if agent.team else {}
    found.update((attribute.name, attribute.value) for attribute in agent.attributes)
    found.update((skill.skill, skill.level) for skill in agent.skills)
    return found


def requirement_of(queue: QueueConfig) -> Expression:
    """Return what a queue asks of its agents."""
    return parse(queue.requires) if queue.requires else at_least(queue.skill, queue.min_level)


def queues_served(agent: AgentConfig, queues: Iterable[QueueConfig]) -> tuple[QueueId, ...]:
    """Return the queues that an agent may serve."""
    given = properties_of(agent)
    return tuple(queue.id for queue in queues if requirement_of(queue).met_by(given))


def circles_of(queue: QueueConfig) -> tuple[Expression, ...]:
    """Return what a queue asks at each step of its relaxation, the narrowest circle first."""
    return (requirement_of(queue), *(parse(step.requires) for step in queue.relax))


def steps_served(agent: AgentConfig, queue: QueueConfig) -> tuple[int, ...]:
    """Return the steps of relaxation at which an agent may serve a queue: once within the circle, always within."""
    return steps_within(properties_of(agent), circles_of(queue))


def steps_within(given: Mapping[str, Value], circles: Sequence[Expression]) -> tuple[int, ...]:
    """Return the same for what is known of many agents and queues already."""
    first = next((step for step, circle in enumerate(circles) if circle.met_by(given)), len(circles))
    return tuple(range(first, len(circles)))


class Serving:
    """What a list of queues asks, found by what its agents need to have: most have little that many queues ask for."""

    def __init__(self, queues: Iterable[QueueConfig]) -> None:
        """Note what each queue asks."""
        self._asked = [(queue.id, circles_of(queue)) for queue in queues]
        self._of_all: list[int] = []
        self._of_who_has: dict[Need, list[int]] = {}
        for place, (_, circles) in enumerate(self._asked):
            needs = [circle.needs for circle in circles if circle.needs is not None]
            if len(needs) < len(circles):
                self._of_all.append(place)
            for need in frozenset[Need]().union(*needs):
                self._of_who_has.setdefault(need, []).append(place)

    def steps_of(self, agent: AgentConfig) -> list[tuple[QueueId, tuple[int, ...]]]:
        """Return the queues that an agent may serve, in their order, each with the steps at which he may."""
        given = properties_of(agent)
        places = set(self._of_all)
        held: tuple[Need, ...] = (*given, *given.items())
        for need in held:
            places.update(self._of_who_has.get(need, ()))
        asked = (self._asked[place] for place in sorted(places))
        return [(queue, steps) for queue, circles in asked if (steps := steps_within(given, circles))]


def same_circles(before: CenterConfig, after: CenterConfig) -> bool:
    """Return whether two configurations let the same agents serve the same queues, as those of two modes mostly do."""
    asked = [[(queue.id, circles_of(queue), queue.reserve) for queue in config.queues] for config in (before, after)]
    return asked[0] == asked[1] and before.agents == after.agents


def in_reserve(agent: AgentConfig, queue: QueueConfig) -> bool:
    """Return whether an agent serves a queue only while it is in need."""
    given = properties_of(agent)
    if queue.reserve is None or requirement_of(queue).met_by(given):
        return False
    return parse(queue.reserve.requires).met_by(given)


def step_due(queue: QueueConfig, waited_ms: int) -> int:
    """Return the step of a contact that has waited so long."""
    return sum(1 for step in queue.relax if step.after_ms <= waited_ms)


def level_for(queue: QueueConfig, levels: Mapping[str, int]) -> int:
    """Return how skilled somebody with these levels is for a queue: the sum over the skills that it speaks of."""
    return sum([levels.get(name, 0) for name in requirement_of(queue).names])
