"""Flows from TOML: one file is one flow, one table is one node. Whether the nodes fit together, `ivr.validate` says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from contactcenter.ivr.digits import KEYS_PER_VALUE_MAX
from contactcenter.ivr.validate import HANG_UP_OUTCOMES, TRIES_MAX
from contactcenter.model.flow import (
    Branch,
    Choice,
    CollectNode,
    EnqueueNode,
    Flow,
    HangUpNode,
    HoursNode,
    MenuNode,
    ModeNode,
    Node,
    PinNode,
    SayNode,
    VoicemailNode,
)
from contactcenter.model.ids import QueueId
from contactcenter.model.voicemail import ASK
from contactcenter.settings.tables import Table

__all__ = ["read_flow"]

WAIT_S_MAX: Final = 60


def read_flow(name: str, table: Table) -> Flow:
    """Take a flow: `start` and the nodes in file order."""
    start = table.text("start", what="the name of the first node")
    return Flow(name, start, tuple(Branch(node, _read_node(inner)) for node, inner in table.named("node")))


def _read_node(table: Table) -> Node:
    verb = table.text("verb", like="|".join(_READERS), what="one of " + ", ".join(_READERS))
    if not verb:
        table.pass_over()
        return HangUpNode()
    return _READERS[verb](table)


def _read_say(table: Table) -> SayNode:
    return SayNode(table.texts("prompts"), table.text("next"))


def _read_menu(table: Table) -> MenuNode:
    return MenuNode(
        prompts=table.texts("prompts"),
        choices=tuple(
            Choice(row.text("key", what="a key in quotes"), row.text("label"), row.text("next"))
            for row in table.rows("choices")
        ),
        otherwise=table.text("otherwise"),
        wrong=table.texts("wrong", ("menu_wrong_key",)),
        silence=table.texts("silence", ("menu_silence",)),
        silence_ms=1_000 * table.number("silence_s", 5, 1, WAIT_S_MAX),
        tries=table.number("tries", 3, 1, TRIES_MAX),
    )


def _read_collect(table: Table) -> CollectNode:
    return CollectNode(
        name=table.text("name"),
        prompts=table.texts("prompts"),
        next=table.text("next"),
        otherwise=table.text("otherwise"),
        min_keys=table.number("min_keys", 1, 1, KEYS_PER_VALUE_MAX),
        max_keys=table.number("max_keys", 20, 1, KEYS_PER_VALUE_MAX),
        finish_key=table.text("finish_key", "#", like="[0-9*#]?", what='a key such as "#", or "" for none'),
        first_key_ms=1_000 * table.number("first_key_s", 8, 1, WAIT_S_MAX),
        next_key_ms=1_000 * table.number("next_key_s", 4, 1, WAIT_S_MAX),
        tries=table.number("tries", 3, 1, TRIES_MAX),
        secret=table.flag("secret", False),
        wrong=table.texts("wrong", ("collect_again",)),
    )


def _read_pin(table: Table) -> PinNode:
    return PinNode(
        name="pin",
        prompts=table.texts("prompts", ("mode_enter_pin",)),
        next=table.text("next"),
        otherwise=table.text("otherwise"),
        max_keys=KEYS_PER_VALUE_MAX,
        tries=table.number("tries", 3, 1, TRIES_MAX),
        secret=True,
        wrong=table.texts("wrong", ("mode_wrong_pin",)),
    )


def _read_mode(table: Table) -> ModeNode:
    queue = table.text("queue", "", like=".*", what="one of the queues, or nothing for the whole centre")
    return ModeNode(table.text("mode"), table.text("next"), table.text("otherwise"), queue)


def _read_hours(table: Table) -> HoursNode:
    return HoursNode(table.text("calendar"), table.text("open"), table.text("closed"))


def _read_enqueue(table: Table) -> EnqueueNode:
    return EnqueueNode(
        QueueId(table.text("queue")),
        table.text("full"),
        table.number("priority", 0, -1_000, 1_000),
        table.text("closed", ""),
    )


def _read_voicemail(table: Table) -> VoicemailNode:
    return VoicemailNode(
        QueueId(table.text("queue")),
        table.text("otherwise"),
        table.texts("prompts", (ASK,)),
        table.number("priority", 0, -1_000, 1_000),
    )


def _read_hang_up(table: Table) -> HangUpNode:
    return HangUpNode(table.texts("prompts", ()), table.choice("outcome", HANG_UP_OUTCOMES, "self_served"))


_READERS: Final[dict[str, Callable[[Table], Node]]] = {
    "say": _read_say,
    "menu": _read_menu,
    "collect": _read_collect,
    "pin": _read_pin,
    "mode": _read_mode,
    "hours": _read_hours,
    "enqueue": _read_enqueue,
    "voicemail": _read_voicemail,
    "hang_up": _read_hang_up,
}
