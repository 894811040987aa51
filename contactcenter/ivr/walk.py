"""One contact's walk through one flow, and the table of its phases.

The phase says what the walk waits for. It changes only by `Walk.shift`, called while facts are applied; a pair that the
table does not have is illegal. Nothing here decides where a walk goes.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from contactcenter.model.config import CalendarConfig
from contactcenter.model.flow import Flow, Node
from contactcenter.model.ids import PlayId
from contactcenter.model.words import Channel

__all__ = ["WALK_TRANSITIONS", "Phase", "Plan", "Signal", "Walk"]


class Phase(StrEnum):
    """What a walk waits for."""

    STARTED = "started"
    ARRIVING = "arriving"
    SAYING = "saying"
    SAID = "said"
    PROMPTING = "prompting"
    LISTENING = "listening"
    COLLECTING = "collecting"
    COLLECTED = "collected"


class Signal(StrEnum):
    """What moves a walk from phase to phase."""

    MOVED = "moved"
    PROMPTED = "prompted"
    PROMPTED_CHOICES = "prompted_choices"
    PROMPTED_COLLECT = "prompted_collect"
    PROMPT_ENDED = "prompt_ended"


WALK_TRANSITIONS: Final[dict[tuple[Phase, Signal], Phase]] = {
    (Phase.STARTED, Signal.MOVED): Phase.ARRIVING,
    (Phase.ARRIVING, Signal.MOVED): Phase.ARRIVING,
    (Phase.ARRIVING, Signal.PROMPTED): Phase.SAYING,
    (Phase.ARRIVING, Signal.PROMPTED_CHOICES): Phase.PROMPTING,
    (Phase.ARRIVING, Signal.PROMPTED_COLLECT): Phase.COLLECTING,
    (Phase.SAYING, Signal.PROMPT_ENDED): Phase.SAID,
    (Phase.SAID, Signal.MOVED): Phase.ARRIVING,
    (Phase.PROMPTING, Signal.PROMPT_ENDED): Phase.LISTENING,
    (Phase.PROMPTING, Signal.MOVED): Phase.ARRIVING,
    (Phase.LISTENING, Signal.MOVED): Phase.ARRIVING,
    (Phase.COLLECTING, Signal.PROMPT_ENDED): Phase.COLLECTED,
    (Phase.COLLECTED, Signal.MOVED): Phase.ARRIVING,
}
"""From every phase a walk may also end (FlowEnded), which removes it. A key barges in, so PROMPTING may move on."""


@dataclass(eq=False, slots=True)
class Plan:
    """A flow laid out for walking: its nodes by name, and the calendars that its hours nodes ask."""

    start: str
    nodes: dict[str, Node]
    calendars: dict[str, CalendarConfig]

    @classmethod
    def of(cls, flow: Flow, calendars: dict[str, CalendarConfig]) -> Plan:
        """Lay out a flow that `validate` found sound."""
        return cls(flow.start, {branch.name: branch.node for branch in flow.nodes}, calendars)


@dataclass(slots=True)
class Walk:
    """Where one contact stands; the plan is the one that was in force when the walk began.

    `moves` counts nodes since the customer last did something that counted, `ahead` holds keys pressed before a menu
    asked for them, `entitled` is who gave the PIN.
    """

    plan: Plan
    channel: Channel
    language: str
    phase: Phase = Phase.STARTED
    node: str = ""
    tries: int = 0
    moves: int = 0
    prompt: PlayId | None = None
    ahead: str = ""
    entitled: bool = False

    @property
    def here(self) -> Node:
        """The node at which the walk stands."""
        return self.plan.nodes[self.node]

    def shift(self, signal: Signal) -> None:
        """Go to the next phase. Raises KeyError where the table has none: that is our own mistake."""
        self.phase = WALK_TRANSITIONS[self.phase, signal]

    def move(self, node: str, tries: int) -> None:
        """Stand at a node; a wrong key takes the keys pressed after it along, for they were meant for elsewhere."""
        self.shift(Signal.MOVED)
        self.node, self.tries, self.moves = node, tries, self.moves + 1
        if tries:
            self.ahead = ""

    def ask(self, prompt: PlayId, signal: Signal) -> None:
        """Have a prompt said; keys pressed before a value is asked for are no part of it."""
        self.shift(signal)
        self.prompt = prompt
        if signal is Signal.PROMPTED_COLLECT:
            self.ahead = ""
