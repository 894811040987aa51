"""The vocabulary of flows: one flow serves voice (audio and keys) and text (messages and choices).

A flow is a set of named nodes; `ivr.interpreter` walks them and `ivr.validate` checks them before they go live.
Prompts are names: a voice adapter finds the audio, the desk finds the text, both by language.
"""

from __future__ import annotations

import msgspec

from contactcenter.model.ids import QueueId
from contactcenter.model.voicemail import ASK

__all__ = [
    "CALLBACK_NUMBER",
    "Branch",
    "Choice",
    "CollectNode",
    "EnqueueNode",
    "Flow",
    "HangUpNode",
    "HoursNode",
    "MenuNode",
    "ModeNode",
    "Node",
    "PinNode",
    "SayNode",
    "VoicemailNode",
]


class _Node(msgspec.Struct, frozen=True, tag_field="verb"):
    pass


class Choice(msgspec.Struct, frozen=True):
    """One choice of a menu: the key, the prompt name whose text labels it on text channels, and where it leads."""

    key: str
    label: str
    next: str


class SayNode(_Node, frozen=True, tag="say"):
    """Play or write prompts, then go on."""

    prompts: tuple[str, ...]
    next: str


class MenuNode(_Node, frozen=True, tag="menu"):
    """Offer choices; after `tries` wrong or missing keys go to `otherwise`. `silence_ms` runs from the prompt's end."""

    prompts: tuple[str, ...]
    choices: tuple[Choice, ...]
    otherwise: str
    wrong: tuple[str, ...] = ("menu_wrong_key",)
    silence: tuple[str, ...] = ("menu_silence",)
    silence_ms: int = 5_000
    tries: int = 3


class CollectNode(_Node, frozen=True, tag="collect"):
    """Ask for a value on the keypad and keep it under `name`; `secret` values leave only their length.

    A missing value or one of a wrong length leads to `wrong` and the question again; after `tries` to `otherwise`.
    """

    name: str
    prompts: tuple[str, ...]
    next: str
    otherwise: str
    min_keys: int = 1
    max_keys: int = 20
    finish_key: str = "#"
    first_key_ms: int = 8_000
    next_key_ms: int = 4_000
    tries: int = 3
    secret: bool = False
    wrong: tuple[str, ...] = ("collect_again",)


CALLBACK_NUMBER = CollectNode("callback number", (), "", "", min_keys=3, max_keys=20, next_key_ms=4_000)
"""How a caller keys in where to be called back: no flow can have a node of this name."""


class PinNode(CollectNode, frozen=True, tag="pin"):
    """Ask a caller for the PIN of those who may switch modes; what is keyed in never leaves the adapter.

    A wrong PIN is asked for again; after `tries`, and for callers who are locked out, hidden or write, to `otherwise`.
    """


class ModeNode(_Node, frozen=True, tag="mode"):
    """Put a queue, or the whole centre (""), into a mode, where a PIN was given on the way here; else `otherwise`."""

    mode: str
    next: str
    otherwise: str
    queue: str = ""


class HoursNode(_Node, frozen=True, tag="hours"):
    """Branch on a calendar: `open` inside its intervals, `closed` outside."""

    calendar: str
    open: str
    closed: str


class EnqueueNode(_Node, frozen=True, tag="enqueue"):
    """Hand the contact to a queue; `full` is where it goes when the queue is at its limit.

    `closed` is where callers and chats go outside the queue's hours, the same as `full` when it is empty.
    """

    queue: QueueId
    full: str
    priority: int = 0
    closed: str = ""


class VoicemailNode(_Node, frozen=True, tag="voicemail"):
    """Ask a caller for a message, which waits in a queue; who has said nothing is let go all the same.

    `otherwise` is for chats and texts, which are written down already, and for who finds a queue that takes none.
    """

    queue: QueueId
    otherwise: str
    prompts: tuple[str, ...] = (ASK,)
    priority: int = 0


class HangUpNode(_Node, frozen=True, tag="hang_up"):
    """Say goodbye and end; `outcome` is self_served or closed."""

    prompts: tuple[str, ...] = ()
    outcome: str = "self_served"


class Branch(msgspec.Struct, frozen=True):
    """A node under its name."""

    name: str
    node: Node


Node = SayNode | MenuNode | CollectNode | PinNode | ModeNode | HoursNode | EnqueueNode | VoicemailNode | HangUpNode


class Flow(msgspec.Struct, frozen=True):
    """A named flow, its first node, and all its nodes in file order."""

    id: str
    start: str
    nodes: tuple[Branch, ...]
