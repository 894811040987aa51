"""Recipes of queues from TOML: `[[queues.NAME.step]]`, one table a step, and what only all of them together show."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from contactcenter.model.config import QueueConfig
from contactcenter.model.ids import QueueId
from contactcenter.model.recipes import (
    Act,
    Announce,
    Close,
    LeaveMessage,
    OfferCallback,
    Overflow,
    RaisePriority,
    RecipeStep,
    Relax,
)
from contactcenter.model.words import Channel
from contactcenter.settings.conditions import read_condition
from contactcenter.settings.problems import likely
from contactcenter.settings.tables import Table

__all__ = ["complain_of_loops", "complain_of_loops_in_mode", "read_recipe"]

STEPS_MAX: Final = 20
"""More than anybody can foresee the course of; each waiting contact looks at all of them when one is due."""

DAY_MS: Final = 86_400_000
EVERY_MS_MIN: Final = 5_000
"""Figures that are looked at more often change nothing for who waits, and each look is written to the journal."""

TIMES_MAX: Final = 1_000

LIVE: Final = (Channel.VOICE.value, Channel.CHAT.value)
"""Whom seconds matter to; who texts looks at the answer when it comes."""


def read_recipe(table: Table, own: str, queues: Sequence[str]) -> tuple[RecipeStep, ...]:
    """Take the steps of the queue `own`; they may lead to any of the other `queues`."""
    steps = [_read_step(row, own, queues) for row in table.rows("step")]
    if len(steps) > STEPS_MAX:
        table.complain("step", f"has {len(steps)} steps", f"give at most {STEPS_MAX}")
    return tuple(step for step in steps if step is not None)


def _read_step(table: Table, own: str, queues: Sequence[str]) -> RecipeStep | None:
    do = table.text("do", like="|".join(_ACTS), what="one of " + ", ".join(_ACTS))
    if not do:
        table.pass_over()
        return None
    after_ms = table.duration_ms("after", None, 0, DAY_MS)
    every_ms = table.duration_ms("every", 0, EVERY_MS_MIN, DAY_MS)
    if "times" in table.names() and not every_ms:
        table.complain("times", "needs every", 'say how often: every = "1min"')
    channels = table.texts("channels", LIVE, like="|".join(Channel), what="some of " + ", ".join(Channel))
    return RecipeStep(
        after_ms=after_ms,
        act=_ACTS[do](table, own, queues),
        when=read_condition(table, "when", after_ms // 1_000),
        every_ms=every_ms,
        times=table.number("times", 0 if every_ms else 1, 1, TIMES_MAX),
        channels=tuple(channel for channel in Channel if channel in channels),
    )


def _read_points(table: Table, own: str, queues: Sequence[str]) -> Act:
    return RaisePriority(table.number("points", None, -1_000, 1_000))


def _read_target(table: Table, own: str, queues: Sequence[str]) -> Act:
    target = table.text("queue", what="the queue to go on waiting in")
    if target == own:
        table.complain("queue", "is the queue itself", "name another queue")
    elif target and target not in queues:
        table.complain("queue", f"there is no queue {target!r}", likely(target, queues))
    return Overflow(QueueId(target))


def _read_prompts(table: Table) -> tuple[str, ...]:
    prompts = table.texts("prompts", what='the names of prompts, such as ["queue_busy"]')
    if not prompts and "prompts" in table.names():
        table.complain("prompts", "nothing would be said", "name at least one prompt")
    return prompts


_ACTS: Final[dict[str, Callable[[Table, str, Sequence[str]], Act]]] = {
    "raise_priority": _read_points,
    "relax": lambda table, own, queues: Relax(),
    "overflow": _read_target,
    "announce": lambda table, own, queues: Announce(_read_prompts(table)),
    "offer_callback": lambda table, own, queues: OfferCallback(),
    "voicemail": lambda table, own, queues: LeaveMessage(),
    "close": lambda table, own, queues: Close(_read_prompts(table)),
}


Loop = tuple[QueueId, ...]


def complain_of_loops(tables: Mapping[str, Table], queues: Sequence[QueueConfig]) -> None:
    """Complain once of each loop of overflows: nobody would go round it, for no contact goes to a queue twice."""
    for loop in loops_of(queues):
        _complain_of(loop, tables[loop[0]])


def complain_of_loops_in_mode(
    tables: Mapping[str, Table], queues: Sequence[QueueConfig], usual: Sequence[QueueConfig]
) -> None:
    """Complain of each loop that a mode closes, at the first of its queues to which the mode's `tables` give steps."""
    known = loops_of(usual)
    for loop in loops_of(queues):
        given = [name for name in loop if name in tables and "step" in tables[name].names()]
        if loop not in known and given:
            at = loop.index(given[0])
            _complain_of((*loop[at:-1], *loop[: at + 1]), tables[given[0]])


def _complain_of(loop: Loop, table: Table) -> None:
    row = next(row for row in table.rows("step") if row.text("queue", "") == loop[1])
    row.complain("queue", f"is a loop of overflows: {' → '.join(loop)}", "let one of them lead nowhere")


def loops_of(queues: Sequence[QueueConfig]) -> list[Loop]:
    """Return each loop of overflows once, from the first of its queues by name back to it."""
    ways = {queue.id: [step.act.queue for step in queue.recipe if isinstance(step.act, Overflow)] for queue in queues}
    rounds = [(name, *_way(ways, target, name)) for name, targets in ways.items() for target in targets]
    return [loop for loop in rounds if len(loop) > 1 and loop[0] == min(loop)]


def _way(ways: Mapping[QueueId, Sequence[QueueId]], start: QueueId, end: QueueId) -> list[QueueId]:
    """Return the queues from `start` to `end`, both included, or nothing where no way leads."""
    before = {start: start}
    open_ends = [start]
    while open_ends and end not in before:
        here = open_ends.pop(0)
        for target in ways.get(here, ()):
            if target not in before:
                before[target] = here
                open_ends.append(target)
    if start == end or end not in before:
        return []
    way = [end]
    while way[0] != start:
        way.insert(0, before[way[0]])
    return way
