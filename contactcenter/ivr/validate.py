"""Checks flows, and what leads to them, before they go live: every flaw at once, each with its place and reason.

It judges a configuration as it would be walked; types and units were checked where the configuration was read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from contactcenter.ivr.digits import KEYS, KEYS_PER_VALUE_MAX
from contactcenter.ivr.graph import exits, loop_of_the_silent, reachable, reachable_without_pin
from contactcenter.model.config import CenterConfig, QueueConfig
from contactcenter.model.flow import (
    CollectNode,
    EnqueueNode,
    Flow,
    HoursNode,
    MenuNode,
    ModeNode,
    Node,
    SayNode,
    VoicemailNode,
)
from contactcenter.model.modes import NORMAL
from contactcenter.model.recipes import said

__all__ = ["HANG_UP_OUTCOMES", "NODES_MAX", "TRIES_MAX", "WAIT_MS_MAX", "Flaw", "validate"]

NODES_MAX: Final = 500
"""No person could keep more in mind; larger services are several flows."""

TRIES_MAX: Final = 10
"""Whoever failed ten times needs a person, not an eleventh prompt."""

WAIT_MS_MAX: Final = 60_000
"""After a minute without a key nobody holds the phone."""

HANG_UP_OUTCOMES: Final = ("self_served", "closed")


class Flaw(NamedTuple):
    """What is wrong, where, and what to do: instead of the unknown name `wanted`, to take one of those `known`.

    `path` is ("flows", flow, node, field…), ("entries", number, field) or the like.
    """

    path: tuple[str, ...]
    reason: str
    remedy: str = ""
    wanted: str = ""
    known: tuple[str, ...] = ()


class _Known(NamedTuple):
    """The names that nodes may use."""

    prompts: tuple[str, ...]
    queues: tuple[str, ...]
    queues_with_voicemail: tuple[str, ...]
    calendars: tuple[str, ...]
    modes: tuple[str, ...]


def validate(config: CenterConfig, prompts: Sequence[str]) -> list[Flaw]:
    """Return every flaw of the flows, of the entries that lead to them and of the queues' prompts."""
    known = _Known(
        prompts=tuple(prompts),
        queues=tuple(queue.id for queue in config.queues),
        queues_with_voicemail=tuple(queue.id for queue in config.queues if queue.voicemail is not None),
        calendars=tuple(calendar.id for calendar in config.calendars),
        modes=(NORMAL, *(mode.id for mode in config.modes)),
    )
    flaws = [*_entry_flaws(config)]
    if any(entry.agent is not None for entry in config.entries):
        flaws += _under(_prompt_flaws("away", config.direct.away, known), "direct")
    for queue in config.queues:
        flaws += _under(_prompt_flaws("welcome", queue.welcome, known), "queues", queue.id)
        if queue.hours:
            flaws += _under(_hours_flaws(queue, known), "queues", queue.id)
        for number, step in enumerate(queue.recipe):
            flaws += _under(_prompt_flaws("prompts", said(step.act), known), "queues", queue.id, "step", str(number))
    for flow in config.flows:
        flaws += _under(_flow_flaws(flow, known), "flows", flow.id)
    return flaws


def _hours_flaws(queue: QueueConfig, known: _Known) -> Iterator[Flaw]:
    if queue.hours not in known.calendars:
        yield _unknown(("hours",), "calendar", queue.hours, known.calendars)
    yield from _prompt_flaws("closing", queue.closing, known)


def _under(flaws: Iterator[Flaw], *place: str) -> Iterator[Flaw]:
    return (flaw._replace(path=(*place, *flaw.path)) for flaw in flaws)


def _unknown(path: tuple[str, ...], kind: str, name: str, known: tuple[str, ...]) -> Flaw:
    return Flaw(path, f"there is no {kind} {name!r}", wanted=name, known=known)


def _entry_flaws(config: CenterConfig) -> Iterator[Flaw]:
    flows = tuple(flow.id for flow in config.flows)
    seen: dict[tuple[str, str], int] = {}
    for number, entry in enumerate(config.entries):
        if entry.agent is not None:
            continue  # the settings look at the numbers of agents
        place = ("entries", str(number))
        if entry.flow not in flows:
            yield _unknown((*place, "flow"), "flow", entry.flow, flows)
        if entry.language not in config.languages:
            yield _unknown((*place, "language"), "language", entry.language, config.languages)
        if seen.setdefault((entry.channel, entry.address), number) != number:
            reason = f"{entry.address!r} is an entry of channel {entry.channel} already"
            yield Flaw((*place, "address"), reason, "remove one of the two")


def _flow_flaws(flow: Flow, known: _Known) -> Iterator[Flaw]:
    nodes: dict[str, Node] = {}
    for branch in flow.nodes:
        if branch.name in nodes:
            yield Flaw((branch.name,), "this name is given twice", "rename one of the two")
        nodes[branch.name] = branch.node
    if flow.start not in nodes:
        yield _unknown(("start",), "node", flow.start, tuple(nodes))
    if len(nodes) > NODES_MAX:
        yield Flaw((), f"has {len(nodes)} nodes, more than {NODES_MAX}", "make several flows of it")
    for name, node in nodes.items():
        yield from _under(_node_flaws(node, known), name)
    astray = [
        _unknown((name, *field), "node", target, tuple(nodes))
        for name, node in nodes.items()
        for field, target in exits(node)
        if target not in nodes
    ]
    yield from astray
    if flow.start in nodes and not astray:  # a way that leads nowhere would cut off much that is fine
        reached = reachable(nodes, flow.start)
        lost = (name for name in nodes if name not in reached)
        yield from (Flaw((name,), "no way leads here", "remove it, or lead to it") for name in lost)
        yield from _open_mode_flaws(nodes, flow.start)
    yield from _loop_flaws(nodes)


def _open_mode_flaws(nodes: dict[str, Node], start: str) -> Iterator[Flaw]:
    """Find modes that could be switched without a PIN: whoever gets there is turned away, so nobody ever could."""
    for name in reachable_without_pin(nodes, start):
        if isinstance(nodes[name], ModeNode):
            yield Flaw((name,), "can be reached without a PIN", "lead to it from the `next` of a pin node alone")


def _loop_flaws(nodes: dict[str, Node]) -> Iterator[Flaw]:
    loop = loop_of_the_silent(nodes)
    if loop:
        rounds = " → ".join([*loop, loop[0]])
        reason = f"a customer who does nothing would go round for ever: {rounds}"
        yield Flaw((loop[0],), reason, "let one of them lead out")


def _node_flaws(node: Node, known: _Known) -> Iterator[Flaw]:
    match node:
        case SayNode():
            yield from _needed_prompt_flaws(node.prompts, known)
        case MenuNode():
            yield from _menu_flaws(node, known)
        case CollectNode():
            yield from _collect_flaws(node, known)
        case HoursNode():
            if node.calendar not in known.calendars:
                yield _unknown(("calendar",), "calendar", node.calendar, known.calendars)
        case EnqueueNode():
            if node.queue not in known.queues:
                yield _unknown(("queue",), "queue", node.queue, known.queues)
        case VoicemailNode():
            yield from _needed_prompt_flaws(node.prompts, known)
            if node.queue not in known.queues:
                yield _unknown(("queue",), "queue", node.queue, known.queues)
            elif node.queue not in known.queues_with_voicemail:
                reason = f"{node.queue!r} takes no messages"
                yield Flaw(("queue",), reason, "give voicemail = true to that queue, or name another one")
        case ModeNode():
            if node.mode not in known.modes:
                yield _unknown(("mode",), "mode", node.mode, known.modes)
            if node.queue and node.queue not in known.queues:
                yield _unknown(("queue",), "queue", node.queue, known.queues)
        case _:
            yield from _prompt_flaws("prompts", node.prompts, known)
            if node.outcome not in HANG_UP_OUTCOMES:
                yield _unknown(("outcome",), "outcome", node.outcome, HANG_UP_OUTCOMES)


def _prompt_flaws(field: str, prompts: Sequence[str], known: _Known) -> Iterator[Flaw]:
    unknown = (prompt for prompt in prompts if prompt not in known.prompts)
    return (_unknown((field,), "prompt", prompt, known.prompts) for prompt in unknown)


def _needed_prompt_flaws(prompts: Sequence[str], known: _Known) -> Iterator[Flaw]:
    if not prompts:
        yield Flaw(("prompts",), "nothing would be said", "name at least one prompt")
    yield from _prompt_flaws("prompts", prompts, known)


def _range_flaws(field: str, value: int, low: int, high: int) -> Iterator[Flaw]:
    if not low <= value <= high:
        yield Flaw((field,), f"is {value}", f"give a whole number from {low} to {high}")


def _menu_flaws(node: MenuNode, known: _Known) -> Iterator[Flaw]:
    yield from _needed_prompt_flaws(node.prompts, known)
    yield from _prompt_flaws("wrong", node.wrong, known)
    yield from _prompt_flaws("silence", node.silence, known)
    yield from _range_flaws("tries", node.tries, 1, TRIES_MAX)
    yield from _range_flaws("silence_ms", node.silence_ms, 1, WAIT_MS_MAX)
    if not node.choices:
        yield Flaw(("choices",), "there is nothing to choose", "give at least one choice")
    keys = [choice.key for choice in node.choices]
    for number, choice in enumerate(node.choices):
        place = ("choices", str(number))
        if len(choice.key) != 1 or choice.key not in KEYS:
            yield Flaw((*place, "key"), f"{choice.key!r} is not a key", f"give one of {KEYS}")
        if choice.key in keys[:number]:
            yield Flaw((*place, "key"), f"key {choice.key!r} is given twice", "give each choice its own key")
        if choice.label not in known.prompts:
            yield _unknown((*place, "label"), "prompt", choice.label, known.prompts)


def _collect_flaws(node: CollectNode, known: _Known) -> Iterator[Flaw]:
    yield from _needed_prompt_flaws(node.prompts, known)
    yield from _prompt_flaws("wrong", node.wrong, known)
    if not node.name:
        yield Flaw(("name",), "is empty", "name what is asked for, such as meter_number")
    if len(node.finish_key) > 1 or node.finish_key not in KEYS:
        yield Flaw(("finish_key",), f"{node.finish_key!r} is not a key", f"give one of {KEYS}, or nothing for none")
    yield from _range_flaws("tries", node.tries, 1, TRIES_MAX)
    yield from _range_flaws("max_keys", node.max_keys, 1, KEYS_PER_VALUE_MAX)
    yield from _range_flaws("min_keys", node.min_keys, 1, node.max_keys)
    yield from _range_flaws("first_key_ms", node.first_key_ms, 1, WAIT_MS_MAX)
    yield from _range_flaws("next_key_ms", node.next_key_ms, 1, WAIT_MS_MAX)
