"""`modes.toml`: what each mode changes of queues and entries, laid over what they are at other times.

Each queue of a mode is read as queues.toml reads it, so whatever a queue may say, a mode may say too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec.structs import replace

from contactcenter.ivr.validate import Flaw, validate
from contactcenter.model.config import AgentConfig, CenterConfig, EntryConfig, ModeConfig, QueueConfig
from contactcenter.model.modes import NORMAL, ActiveMode, in_mode
from contactcenter.settings.people import read_queue, read_rules
from contactcenter.settings.problems import likely
from contactcenter.settings.recipes import complain_of_loops_in_mode
from contactcenter.settings.serving import is_served
from contactcenter.settings.tables import Table

__all__ = ["MODES_MAX", "mode_flaws", "read_modes", "with_modes"]

MODES_MAX: Final = 20
"""More than anybody tells apart in a hurry; each holds its own copy of the queues that it changes."""

LASTS_MIN_MAX: Final = 44_640
"""A month: what holds for longer is no mode."""

CIRCLE: Final = ("skill", "requires", "min_level", "relax")
"""What decides who may serve a queue."""


def with_modes(center: CenterConfig, table: Table, skills: dict[str, str]) -> CenterConfig:
    """Return the configuration with the modes of a file, which change it."""
    return replace(center, modes=read_modes(table, center, skills))


def read_modes(table: Table, center: CenterConfig, skills: dict[str, str]) -> tuple[ModeConfig, ...]:
    """Take all modes; they change the queues and entries of `center`."""
    inner = table.inner("modes")
    modes = tuple(_read_mode(name, mode, center, skills) for name, mode in inner.named("mode"))
    if NORMAL in inner.names():
        inner.complain(NORMAL, "is what holds without a mode", "write it into queues.toml and center.toml")
    if len(modes) > MODES_MAX:
        inner.complain("", f"has {len(modes)} modes", f"give at most {MODES_MAX}")
    return modes


def _read_mode(name: str, table: Table, center: CenterConfig, skills: dict[str, str]) -> ModeConfig:
    return ModeConfig(
        id=name,
        name=table.text("name"),
        queues=_read_queues(table, center, skills),
        entries=_read_entries(table.inner("entries"), [each for each in center.entries if each.agent is None]),
        lasts_ms=60_000 * table.number("lasts_min", 0, 0, LASTS_MIN_MAX),
    )


def _read_queues(table: Table, center: CenterConfig, skills: dict[str, str]) -> tuple[QueueConfig, ...]:
    defaults, queues = table.inner("defaults"), table.inner("queues")
    _tell_unknown(queues, "queue", [queue.id for queue in center.queues])
    tables: dict[str, Table] = {
        queue.id: queues.inner(queue.id) for queue in center.queues if queue.id in queues.names()
    }
    under = []
    for queue in center.queues:
        here = read_rules(defaults, queue)
        if queue.id in tables:
            here = _read_queue(tables[queue.id], queue, here, center, skills)
        under.append(here)
    complain_of_loops_in_mode(tables, under, center.queues)
    return tuple(here for here, queue in zip(under, center.queues, strict=True) if here != queue)


def _read_queue(
    table: Table, queue: QueueConfig, usual: QueueConfig, center: CenterConfig, skills: dict[str, str]
) -> QueueConfig:
    here = read_queue(table, usual, skills, center.agents, [each.id for each in center.queues])
    _tell_unserved(table, queue, here, center.agents)
    if "callback" in table.names() and here.callback is not None and center.outgoing is None:
        table.complain("callback", "promises callbacks, and nobody may be called", "give [outgoing] in center.toml")
    return here


def _tell_unserved(table: Table, queue: QueueConfig, here: QueueConfig, agents: Sequence[AgentConfig]) -> None:
    given = [key for key in CIRCLE if key in table.names()]
    if given and here != queue and not is_served(here, agents):
        table.complain(given[0], "nobody could serve this queue in this mode", "ask for what some agents have")


def _read_entries(table: Table, entries: Sequence[EntryConfig]) -> tuple[EntryConfig, ...]:
    changed = []
    _tell_unknown(table, "entry", [entry.address for entry in entries])
    for entry in entries:
        if entry.address in table.names():
            own = table.inner(entry.address)
            here = replace(entry, flow=own.text("flow", entry.flow), language=own.text("language", entry.language))
            changed.append(here)
    return tuple(changed)


def _tell_unknown(table: Table, kind: str, known: Sequence[str]) -> None:
    for name in table.names():
        if name not in known:
            table.complain(name, f"there is no {kind} {name!r}", likely(name, known))
            table.inner(name).pass_over()


def mode_flaws(center: CenterConfig, prompts: Sequence[str]) -> Iterator[Flaw]:
    """Yield what is wrong with the configuration in each mode and is not wrong without; paths begin with the mode."""
    known = validate(center, prompts)
    for mode in center.modes:
        for flaw in validate(in_mode(center, [ActiveMode(None, mode.id)]), prompts):
            if flaw not in known:
                yield flaw._replace(path=("modes", mode.id, *_place_in_mode(center, flaw.path)))


def _place_in_mode(center: CenterConfig, path: tuple[str, ...]) -> tuple[str, ...]:
    if path[0] == "entries":
        return ("entries", center.entries[int(path[1])].address, *path[2:])
    return path
