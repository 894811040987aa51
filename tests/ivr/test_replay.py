"""Whatever customers do, in whatever order: no walk breaks, and the facts alone bring every walk back."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from contactcenter.ivr.interpreter import Flows
from contactcenter.ivr.walk import Phase
from contactcenter.model.facts import CustomerLeft, Fact, FlowEnded, FlowStarted
from contactcenter.model.timers import Timers
from contactcenter.model.words import Channel
from tests.ivr.stage import CALLER, Stage

ACTS = st.sampled_from(
    ["call", "chat", "line_up", "hear_out", "value", "no_value", "leave", "full", "wait", "1", "2", "9", ""]
)


class Life(Stage):
    """A stage on which anything may happen at any time."""

    def act(self, name: str) -> list[Fact]:
        """Let one thing happen."""
        match name:
            case "call":
                return [] if CALLER in self.flows._walks else self.arrive()
            case "chat":
                return [] if CALLER in self.flows._walks else self.arrive(Channel.CHAT)
            case "line_up":
                return self.line_up()
            case "hear_out":
                return self.hear_out()
            case "value" | "no_value":
                return self.key_in(6 if name == "value" else 0, "done" if name == "value" else "timeout")
            case "leave":
                return self.say(CustomerLeft(CALLER))
            case "full":
                self.fill("general", 1)
                return []
            case "wait":
                return self.wait(3_000)
            case key:
                return self.press(key)


def state_of(flows: Flows, timers: Timers) -> tuple[object, ...]:
    """All that decisions can depend on."""
    walks = [
        (contact, walk.channel, walk.language, walk.phase, walk.node, walk.tries, walk.moves, walk.prompt, walk.ahead)
        for contact, walk in flows._walks.items()
    ]
    return walks, flows._visits, flows._limits, timers.deadline(), len(timers)


@given(st.lists(ACTS, max_size=60))
def test_any_order_of_acts_is_survived_and_replayed(acts: list[str]) -> None:
    stage = Life()
    decided = [fact for act in acts for fact in stage.act(act)]
    started = len([fact for fact in decided if isinstance(fact, FlowStarted)])
    ended = len([fact for fact in decided if isinstance(fact, FlowEnded)])
    assert started - ended == len(stage.flows._walks)
    for walk in stage.flows._walks.values():
        assert walk.phase not in (Phase.ARRIVING, Phase.SAID, Phase.COLLECTED), "a step never leaves a walk undecided"

    timers = Timers()
    replayed = Flows(timers)
    for at, fact in stage.journal:
        replayed.apply(fact, at)
    assert state_of(replayed, timers) == state_of(stage.flows, stage.timers)
