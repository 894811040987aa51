"""Queues, skills, agents and stations from TOML."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from msgspec.structs import replace

from contactcenter.acd.strategies import STRATEGIES
from contactcenter.model.config import AgentAttribute, AgentConfig, QueueConfig, RelaxStep, SkillLevel, StationConfig
from contactcenter.model.expression import ExpressionError, parse
from contactcenter.model.ids import AgentId, QueueId, StationId
from contactcenter.model.words import Channel
from contactcenter.settings.callbacks import read_callback
from contactcenter.settings.capacity import check_keeping, read_capacity, read_keeping
from contactcenter.settings.problems import likely
from contactcenter.settings.recipes import complain_of_loops, read_recipe
from contactcenter.settings.reserve import read_reserve
from contactcenter.settings.serving import complain_of_unserved
from contactcenter.settings.stations import CONTACT
from contactcenter.settings.tables import NAME, Table
from contactcenter.settings.voicemail import check_voicemail, read_voicemail
from contactcenter.settings.wrap_up import check_wrap_up, read_wrap_up

__all__ = ["AGENTS_MAX", "People", "read_people", "read_queue", "read_queues", "read_rules", "read_skills"]

AGENTS_MAX: Final = 20_000
"""Twice what one routing domain is measured with."""

LEVEL_MAX: Final = 10
ATTRIBUTE: Final = r"[A-Za-z_][A-Za-z0-9_.-]{0,39}"
EXAMPLE: Final = "billing >= 4 and (lang.es or lang.ca)"
RELAX_MAX: Final = 10
"""More circles than any rule that people can explain; each one is a line of its own for every agent within it."""


DIRECT: Final = r"\+?[0-9A-Za-z*#._-]{1,40}"
DIRECT_WHAT: Final = 'her number or extension as the carrier or a phone sends it, such as "8001"'


class People(NamedTuple):
    """All who answer, and where their calls ring."""

    agents: tuple[AgentConfig, ...]
    stations: tuple[StationConfig, ...]


def read_skills(table: Table) -> dict[str, str]:
    """Take what each skill means."""
    skills = table.inner("skills")
    return {name: skills.text(name, what="what the skill means, in quotes") for name in skills.names()}


def read_queues(table: Table, skills: dict[str, str], agents: Sequence[AgentConfig]) -> tuple[QueueConfig, ...]:
    """Take the queues; `[defaults]` holds for those that do not say otherwise. They ask for what `agents` may have."""
    usual = read_rules(table.inner("defaults"), QueueConfig(QueueId(""), "", ""))
    tables = dict(table.inner("queues").named("queue"))
    queues = [
        read_queue(queue, replace(usual, id=QueueId(name)), skills, agents, tuple(tables))
        for name, queue in tables.items()
    ]
    complain_of_loops(tables, queues)
    complain_of_unserved(tables, queues, agents)
    return tuple(queues)


def read_queue(
    table: Table, usual: QueueConfig, skills: dict[str, str], agents: Sequence[AgentConfig], queues: Sequence[str]
) -> QueueConfig:
    """Take all that a table says of one of the `queues`; where it is silent, `usual` holds."""
    known = {*skills, "team", *(attribute.name for agent in agents for attribute in agent.attributes)}
    given = table.text("requires", "", like=".*", what=f"an expression such as {EXAMPLE}")
    requires = given or ("" if "skill" in table.names() else usual.requires)
    skill = table.text("skill", "" if requires else usual.skill or None, what="one of the skills in skills.toml")
    if given:
        _check_expression(table, given, known)
    _check_skill(table, "skill", skill, skills)
    if requires and (skill or "min_level" in table.names()):
        table.complain("requires", "stands beside skill or min_level", "say all in requires, or leave it out")
    relax = _read_relax(table, known) if "relax" in table.names() else usual.relax
    recipe = read_recipe(table, usual.id, queues) if "step" in table.names() else usual.recipe
    reserve = usual.reserve
    if "reserve" in table.names():
        reserve = read_reserve(table.inner("reserve"), lambda inner, text: _check_expression(inner, text, known))
    rules = read_rules(table, usual)
    rules = replace(rules, skill=skill, requires=requires, relax=relax, recipe=recipe, reserve=reserve)
    check_wrap_up(table, rules)
    check_keeping(table, rules, agents)
    check_voicemail(table, rules, agents)
    return replace(rules, name=table.text("name", usual.name or None))


def _read_relax(table: Table, known: set[str]) -> tuple[RelaxStep, ...]:
    """Take `[[queues.NAME.relax]]`: each step later than the one before."""
    steps: list[RelaxStep] = []
    for row in table.rows("relax"):
        after_s = row.number("after_s", None, 1, 86_400)
        requires = row.text("requires", what=f"an expression such as {EXAMPLE}")
        if requires:
            _check_expression(row, requires, known)
        if steps and after_s * 1_000 <= steps[-1].after_ms:
            row.complain("after_s", "is not later than the step before", "put the steps in the order of their times")
        steps.append(RelaxStep(after_s * 1_000, requires))
    if len(steps) > RELAX_MAX:
        table.complain("relax", f"has {len(steps)} steps", f"give at most {RELAX_MAX}")
    return tuple(steps)


def _check_expression(table: Table, text: str, known: set[str]) -> None:
    try:
        names = parse(text).names
    except ExpressionError as error:
        table.complain("requires", f"cannot be read {error}", f"write it as in {EXAMPLE}")
        return
    for name in names:
        if name not in known:
            table.complain("requires", f"there is no skill and no attribute {name!r}", likely(name, sorted(known)))


def read_rules(table: Table, usual: QueueConfig) -> QueueConfig:
    """Take what queues may have in common; where the table is silent, `usual` holds."""
    return replace(
        read_keeping(table, read_wrap_up(table, usual)),
        strategy=table.choice("strategy", tuple(STRATEGIES), usual.strategy),
        min_level=table.number("min_level", usual.min_level, 1, LEVEL_MAX),
        priority=table.number("priority", usual.priority, -1_000, 1_000),
        ageing_ms=_read_seconds(table, "ageing_s", usual.ageing_ms, 0, 3_600),
        class_priority=table.levels("class_priority", -1_000, 1_000) or usual.class_priority,
        ring_ms=_read_seconds(table, "ring_s", usual.ring_ms, 3, 180),
        text_ring_ms=_read_seconds(table, "text_ring_s", usual.text_ring_ms, 3, 600),
        record=table.flag("record", usual.record),
        short_abandon_ms=_read_seconds(table, "short_abandon_s", usual.short_abandon_ms, 0, 60),
        voice_target_ms=_read_seconds(table, "voice_target_s", usual.voice_target_ms, 1, 3_600),
        chat_target_ms=_read_seconds(table, "chat_target_s", usual.chat_target_ms, 1, 86_400),
        sms_target_ms=_read_seconds(table, "sms_target_s", usual.sms_target_ms, 1, 604_800),
        target_percent=table.number("target_percent", usual.target_percent, 1, 100),
        welcome=table.texts("welcome", usual.welcome),
        music=table.text("music", usual.music, like="music/[a-z0-9_-]+", what='music such as "music/hold"'),
        announce_every_ms=_read_seconds(table, "announce_every_s", usual.announce_every_ms, 10, 600),
        hours=table.text("hours", usual.hours, like=NAME, what="one of the calendars in hours.toml"),
        closing_grace_ms=60_000 * table.number("closing_grace_min", usual.closing_grace_ms // 60_000, 0, 720),
        closing=table.texts("closing", usual.closing),
        limit=table.number("limit", usual.limit, 0, 100_000),
        announce_wait=table.flag("announce_wait", usual.announce_wait),
        dispositions=table.texts("dispositions", usual.dispositions),
        auto_answer=table.flag("auto_answer", usual.auto_answer),
        sticky_ms=_read_seconds(table, "sticky_s", usual.sticky_ms, 0, 3_600),
        reject_penalty_ms=_read_seconds(table, "reject_penalty_s", usual.reject_penalty_ms, 0, 3_600),
        no_answer_penalty_ms=_read_seconds(table, "no_answer_penalty_s", usual.no_answer_penalty_ms, 0, 3_600),
        offers=_read_channels(table, "offers", usual.offers),
        callback=read_callback(table, usual.callback),
        voicemail=read_voicemail(table, usual.voicemail),
    )


def _read_channels(table: Table, key: str, usual: tuple[Channel, ...]) -> tuple[Channel, ...]:
    named = table.texts(key, usual, like="|".join(Channel), what=f"channels, of {', '.join(Channel)}")
    return tuple(channel for channel in Channel if channel in named)


def _read_seconds(table: Table, key: str, usual_ms: int, low: int, high: int) -> int:
    return 1_000 * table.number(key, usual_ms // 1_000, low, high)


def _check_skill(table: Table, key: str, skill: str, skills: dict[str, str]) -> None:
    if skill and skill not in skills:
        table.complain(key, f"there is no skill {skill!r}", f"known in skills.toml: {', '.join(skills) or 'none'}")


def read_people(
    agents: Table, places: dict[str, StationConfig], skills: dict[str, str], numbers: Sequence[str] = ()
) -> People:
    """Take agents; `[[agents_range]]` makes many of a kind, each with a station of the same name beside `places`.

    `numbers` are those that customers call otherwise: no agent may have one of them.
    """
    usual = _read_usual(agents.inner("defaults"), AgentConfig(AgentId(""), "", ()))
    people: dict[str, AgentConfig] = {}
    for name, agent in agents.inner("agents").named("agent"):
        people[name] = _read_agent(name, agent, usual, skills, places)
        _check_direct(agent, people[name], numbers, tuple(people.values())[:-1])
    for row in agents.rows("agents_range"):
        _read_range(row, usual, skills, people, places)
    if len(people) > AGENTS_MAX:
        agents.complain("", f"has {len(people)} agents", f"give at most {AGENTS_MAX}")
    return People(tuple(people.values()), tuple(places.values()))


def _read_usual(table: Table, usual: AgentConfig) -> AgentConfig:
    return replace(
        read_capacity(table, usual),
        team=table.text("team", usual.team),
        auto_answer=table.flag("auto_answer", usual.auto_answer),
    )


def _read_levels(table: Table, skills: dict[str, str]) -> tuple[SkillLevel, ...]:
    levels = table.levels("skills", 1, LEVEL_MAX)
    if not levels:
        table.complain("skills", "is missing", "give at least one, as in skills = { general = 5 }")
    for skill, _ in levels:
        _check_skill(table, "skills", skill, skills)
    return tuple(SkillLevel(skill, level) for skill, level in levels)


def _read_attributes(table: Table, skills: dict[str, str]) -> tuple[AgentAttribute, ...]:
    inner, found = table.inner("attributes"), []
    for name in inner.names():
        if name in skills or name == "team" or not re.fullmatch(ATTRIBUTE, name):
            inner.complain(name, "cannot name an attribute", "choose a word that is no skill and not team")
        found.append(AgentAttribute(name, inner.scalar(name)))
    return tuple(found)


def _read_agent(
    name: str, table: Table, usual: AgentConfig, skills: dict[str, str], places: dict[str, StationConfig]
) -> AgentConfig:
    station = table.text("station", "")
    if station and station not in places:
        table.complain("station", f"there is no station {station!r}", "add it to stations.toml")
    phone_only = table.flag("phone_only", False)
    if phone_only and not station:
        table.complain("station", "is missing", "an agent without a console needs a station where calls ring")
    return replace(
        _read_usual(table, usual),
        id=AgentId(name),
        name=table.text("name"),
        skills=_read_levels(table, skills),
        attributes=_read_attributes(table, skills),
        station=StationId(station) if station else None,
        phone_only=phone_only,
        direct=table.text("direct", "", like=DIRECT, what=DIRECT_WHAT),
    )


def _check_direct(table: Table, agent: AgentConfig, numbers: Sequence[str], others: Sequence[AgentConfig]) -> None:
    """Complain about a number that rings somewhere else already."""
    taken = next((str(other.id) for other in others if other.direct == agent.direct), "")
    if agent.direct and agent.direct in numbers:
        table.complain("direct", f"{agent.direct!r} is one of [[entries]]", "choose another number")
    elif agent.direct and taken:
        table.complain("direct", f"{agent.direct!r} is the number of {taken} already", "give each agent one of her own")


def _read_range(
    table: Table,
    usual: AgentConfig,
    skills: dict[str, str],
    people: dict[str, AgentConfig],
    places: dict[str, StationConfig],
) -> None:
    """Add agents `prefix` + number, from `first` on; `{n}` in the contact is the number."""
    prefix = table.text("prefix", like="[A-Za-z0-9_-]{1,30}", what="1 to 30 letters, digits, - and _")
    first, count = table.number("first", 1, 0, 1_000_000), table.number("count", None, 1, AGENTS_MAX)
    contact = table.text("contact", "", like=CONTACT, what='an address such as "sip:a{n}@127.0.0.1:17000"')
    auto_answer = table.flag("auto_answer", False)
    levels = _read_levels(table, skills)
    attributes, phone_only = _read_attributes(table, skills), table.flag("phone_only", False)
    pattern = replace(_read_usual(table, usual), skills=levels, attributes=attributes, phone_only=phone_only)
    for number in range(first, first + count):
        name = f"{prefix}{number}"
        if name in people or name in places:
            table.complain("prefix", f"{name!r} is given already", "choose another prefix or first number")
            return
        places[name] = StationConfig(StationId(name), contact.replace("{n}", str(number)), auto_answer)
        people[name] = replace(pattern, id=AgentId(name), name=name, station=StationId(name))
