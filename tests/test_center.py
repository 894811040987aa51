"""The centre as a whole: rejected events leave no trace, time fires in order, and a loop of our own is cut."""

import pytest

from contactcenter.center import Center, ReactionLoop
from contactcenter.model import events
from contactcenter.model.events import Event
from contactcenter.model.facts import Fact, KeyHeard
from contactcenter.model.ids import ContactId
from contactcenter.model.part import Part
from contactcenter.model.step import Draft
from contactcenter.model.timers import Timers
from tests.stories.centre import ANNA, Centre


class Echo(Part):
    """A part that answers itself without end."""

    def bind(self) -> None:
        """Have no rules."""

    def handle(self, event: Event, draft: Draft) -> None:
        """Begin."""
        self.say(event, draft)

    def say(self, fact: Event | Fact, draft: Draft) -> None:
        """Say it again."""
        draft.emit(KeyHeard(ContactId("C"), "1"))

    def alarm(self, name: tuple[str, ...], draft: Draft) -> None:
        """Set no alarm."""


def test_reactions_without_end_are_cut() -> None:
    center = Center()
    echo = Echo()
    center._parts, center._answers = (echo,) * 7, {KeyHeard: (echo.say,)}
    with pytest.raises(ReactionLoop, match="KeyHeard"):
        center.handle(events.ReadyChosen(ANNA), 0)


def test_a_rejected_event_takes_no_position_and_says_why() -> None:
    centre = Centre()
    before = centre.center.position
    assert centre.refuses(events.ReadyChosen(ANNA)) == "sign in first"
    assert centre.center.position == before


def test_time_that_passes_is_journaled_even_when_nothing_follows() -> None:
    step = Center().handle(events.TimePassed(), 5)
    assert step.rejected is None and not step.facts


def test_deadlines_fire_in_order_of_time_and_then_of_setting() -> None:
    timers = Timers()
    timers.set(("b",), 10)
    timers.set(("a",), 10)
    timers.set(("late",), 30)
    timers.set(("moved",), 5)
    timers.set(("moved",), 20)
    timers.clear(("unknown",))
    timers.set(("cleared",), 1)
    timers.clear(("cleared",))
    assert len(timers) == 4
    assert timers.deadline() == 10
    fired = []
    while (name := timers.pop_due(20)) is not None:
        fired.append(name[0])
    assert fired == ["b", "a", "moved"]
    assert timers.deadline() == 30
    assert timers.pop_due(29) is None
    assert timers.pop_due(30) == ("late",)
    assert timers.deadline() is None
