"""`scenarios/NAME.toml`: a supervisor's question to the simulator, as what would be otherwise on a usual day.

Read by `check` and `simulate` alone: a mistake here never keeps the centre from starting.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import msgspec
from msgspec.structs import replace

from contactcenter.model.config import AgentConfig, CenterConfig, QueueConfig, StationConfig
from contactcenter.model.ids import AgentId, QueueId, StationId
from contactcenter.model.modes import ActiveMode, in_mode
from contactcenter.settings.folder import Folder
from contactcenter.settings.people import read_queue
from contactcenter.settings.shapes import Settings
from contactcenter.settings.tables import Table

__all__ = ["SCENARIOS", "MoreAgents", "Scenario", "Traffic", "read_scenarios"]

SCENARIOS: Final = "scenarios"
CLOCK: Final = r"([01]\d|2[0-3]):[0-5]\d|24:00"
CLOCK_WHAT: Final = 'a time of the day such as "10:00"'
MORE_MAX: Final = 500
SEEDS_MAX: Final = 100
DAY_MIN: Final = 1_440


class Traffic(msgspec.Struct, frozen=True):
    """Who comes and how long it takes; None leaves what is usual. `percent` scales all arrivals."""

    percent: int = 100
    calls_per_hour: int | None = None
    chats_per_hour: int | None = None
    texts_per_hour: int | None = None
    patience_ms: int | None = None
    talk_ms: int | None = None


class MoreAgents(msgspec.Struct, frozen=True):
    """People beside those who are there already, from a time of the day (ms since midnight) for so long."""

    agents: tuple[AgentConfig, ...]
    from_ms: int
    length_ms: int


class Scenario(msgspec.Struct, frozen=True):
    """One question: `usual` traffic on the centre as it is, against `changed` traffic on the `center` as it would be.

    The simulated stretch begins `from_ms` after midnight and has `hours`; each of `seeds` is run both ways.
    """

    id: str
    name: str
    from_ms: int
    hours: int
    seeds: int
    usual: Traffic
    changed: Traffic
    center: CenterConfig
    more: tuple[MoreAgents, ...]


def read_scenarios(folder: Folder, settings: Settings) -> tuple[Scenario, ...]:
    """Take every scenario of a folder; what is wrong with them stands in the folder's problems."""
    names = folder.names_in(SCENARIOS)
    return tuple(_read_scenario(Path(name).stem, folder.table(name), settings) for name in names)


def _read_scenario(name: str, table: Table, settings: Settings) -> Scenario:
    begin_min = _clock(table, "from", "00:00")
    change = table.inner("what_if")
    usual = _read_traffic(table.inner("traffic"), Traffic())
    center = _read_queues(change, _in_mode(change, settings.center), settings)
    more = tuple(_read_more(number, row, center) for number, row in enumerate(change.rows("agents"), 1))
    people = tuple(agent for each in more for agent in each.agents)
    phones = tuple(StationConfig(agent.station) for agent in people if agent.station is not None)
    return Scenario(
        name,
        table.text("name"),
        begin_min * 60_000,
        table.number("hours", 24, 1, 24 * 7),
        table.number("seeds", 5, 2, SEEDS_MAX),
        usual,
        _read_traffic(change.inner("traffic"), usual),
        replace(center, agents=(*center.agents, *people), stations=(*center.stations, *phones)),
        more,
    )


def _clock(table: Table, key: str, usual: str | None) -> int:
    """Return the minute of the day that a key names."""
    text = table.text(key, usual, like=CLOCK, what=CLOCK_WHAT)
    hours, minutes = text.split(":") if re.fullmatch(CLOCK, text) else ("0", "0")
    return int(hours) * 60 + int(minutes)


def _read_traffic(table: Table, usual: Traffic) -> Traffic:
    given = table.names()

    def count(key: str, known: int | None) -> int | None:
        return table.number(key, None, 0, 100_000) if key in given else known

    def length_ms(key: str, known_ms: int | None) -> int | None:
        return 1_000 * table.number(key, None, 0, 86_400) if key in given else known_ms

    return Traffic(
        table.number("percent", usual.percent, 0, 10_000),
        count("calls_per_hour", usual.calls_per_hour),
        count("chats_per_hour", usual.chats_per_hour),
        count("texts_per_hour", usual.texts_per_hour),
        length_ms("patience_s", usual.patience_ms),
        length_ms("talk_s", usual.talk_ms),
    )


def _in_mode(table: Table, center: CenterConfig) -> CenterConfig:
    modes = [mode.id for mode in center.modes]
    chosen = table.text("mode", "")
    if chosen and chosen not in modes:
        table.complain("mode", f"there is no mode {chosen!r}", f"known in modes.toml: {', '.join(modes) or 'none'}")
        return center
    return in_mode(center, [ActiveMode(None, chosen)]) if chosen else center


def _read_queues(table: Table, center: CenterConfig, settings: Settings) -> CenterConfig:
    inner, known = table.inner("queues"), {queue.id: queue for queue in center.queues}
    changed: dict[QueueId, QueueConfig] = {}
    for name in inner.names():
        queue = known.get(QueueId(name))
        if queue is not None:
            own = inner.inner(name)
            changed[queue.id] = read_queue(own, queue, settings.skills, center.agents, tuple(known))
        else:
            inner.complain(name, f"there is no queue {name!r}", f"known: {', '.join(known)}")
            inner.inner(name).pass_over()
    return replace(center, queues=tuple(changed.get(queue.id, queue) for queue in center.queues))


def _read_more(number: int, table: Table, center: CenterConfig) -> MoreAgents:
    known = {agent.id: agent for agent in center.agents}
    like = table.text("like", what="an agent of agents.toml whose skills they have")
    begin_min, end_min = _clock(table, "from", None), _clock(table, "to", None)
    count = table.number("count", 1, 1, MORE_MAX)
    if like and like not in known:
        table.complain("like", f"there is no agent {like!r}", f"known: {', '.join(known)}")
    model = known.get(AgentId(like))
    names = [f"more_{number}_{each}" for each in range(1, count + 1)] if model is not None else []
    agents = tuple(
        replace(model, id=AgentId(name), name=name, station=StationId(name)) for name in names if model is not None
    )
    length_min = (end_min - begin_min) % DAY_MIN or DAY_MIN
    return MoreAgents(agents, begin_min * 60_000, length_min * 60_000)
