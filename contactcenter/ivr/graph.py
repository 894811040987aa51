"""A flow as a graph: where each node leads, what can be reached, and where one goes round without doing anything."""

from __future__ import annotations

from collections.abc import Mapping

from contactcenter.model.flow import (
    CollectNode,
    EnqueueNode,
    HoursNode,
    MenuNode,
    ModeNode,
    Node,
    PinNode,
    SayNode,
    VoicemailNode,
)

__all__ = ["exits", "exits_of_the_silent", "loop_of_the_silent", "reachable", "reachable_without_pin"]

Exit = tuple[tuple[str, ...], str]
"""Where in the node the way out is written, and the name of the node it leads to."""


def exits(node: Node) -> list[Exit]:
    """Return every way out of a node; a choice stands at ("choices", its number, "next")."""
    silent = exits_of_the_silent(node)
    match node:
        case MenuNode():
            chosen = [(("choices", str(number), "next"), choice.next) for number, choice in enumerate(node.choices)]
            return [*chosen, *silent]
        case CollectNode():
            return [(("next",), node.next), *silent]
        case _:
            return silent


def exits_of_the_silent(node: Node) -> list[Exit]:
    """Return the ways out that need no key, value or text of the customer."""
    match node:
        case SayNode():
            return [(("next",), node.next)]
        case MenuNode() | CollectNode() | VoicemailNode():
            return [(("otherwise",), node.otherwise)]
        case HoursNode():
            return [(("open",), node.open), (("closed",), node.closed)]
        case EnqueueNode():
            return [(("full",), node.full), *([(("closed",), node.closed)] if node.closed else [])]
        case ModeNode():
            return [(("next",), node.next), (("otherwise",), node.otherwise)]
        case _:
            return []


def reachable(nodes: Mapping[str, Node], start: str) -> list[str]:
    """Return the names that can be reached from `start`, in order of discovery; every target must be a node."""
    found = [start]
    for name in found:
        for _, target in exits(nodes[name]):
            if target not in found:
                found.append(target)
    return found


def reachable_without_pin(nodes: Mapping[str, Node], start: str) -> list[str]:
    """Return the names that somebody reaches who never gives a right PIN."""
    found = [start]
    for name in found:
        node = nodes[name]
        ways = exits_of_the_silent(node) if isinstance(node, PinNode) else exits(node)
        found += [target for _, target in ways if target not in found]
    return found


def loop_of_the_silent(nodes: Mapping[str, Node]) -> list[str]:
    """Return one round in which a customer who does nothing would go for ever, or an empty list."""
    settled: dict[str, bool] = {}
    for name in nodes:
        found = _round_from(nodes, name, [], settled)
        if found:
            return found
    return []


def _round_from(nodes: Mapping[str, Node], name: str, trail: list[str], settled: dict[str, bool]) -> list[str]:
    """Follow the silent depth first; `settled` names are known to lead out."""
    if name in trail:
        return trail[trail.index(name) :]
    if name in settled or name not in nodes:
        return []
    for _, target in exits_of_the_silent(nodes[name]):
        found = _round_from(nodes, target, [*trail, name], settled)
        if found:
            return found
    settled[name] = True
    return []
