"""Everything that can happen to a centre, as acts of a state machine: in any order, late, doubled and impossible too.

An act's `pick` chooses among what is there, counted from the newest, so that a failure shrinks to few and new things;
the last picks choose among all there ever was, for events that come late.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from msgspec.structs import replace

from contactcenter.model import events
from contactcenter.model.config import CenterConfig
from contactcenter.model.ids import (
    CustomerId,
    PersonId,
    QueueId,
)
from contactcenter.model.words import Delivery, ModeSource
from tests.properties.acts import ACTS, act, newest, people, picks
from tests.properties.together import TogetherActs
from tests.properties.watched import MORNING, Watched
from tests.sim.centres import odder_centre

__all__ = ["CentreMachine"]

MINUTE_MS = 60_000
CALLBACK_MINUTES = ((0, 20), (25, 60), (120, 400), (1_440, 1_800))
SPANS_MS = (1, 20, 999, 1_000, 3_000, 4_000, 5_000, 9_000, 15_000, 15_001, 30_000, 60_000, 300_000, 900_000)

FROZEN_MS_MAX = 30_000


def lived_in(seed: int) -> CenterConfig:
    """Return an odd centre that calls back from its first hour on, with pauses that a life may meet."""
    hours = tuple((MORNING + begin * MINUTE_MS, MORNING + end * MINUTE_MS) for begin, end in CALLBACK_MINUTES)
    return replace(odder_centre(seed), callback_hours=hours)


class CentreMachine(TogetherActs, RuleBasedStateMachine):
    """An odd centre and whatever befalls it."""

    @initialize(seed=st.integers(0, 300), at_work=st.integers(0, 4_095))
    def opens(self, seed: int, at_work: int) -> None:
        """Publish a configuration of that seed, and let those of the agents come whose bit is set."""
        self.lived: list[tuple[str, dict[str, Any]]] = [("opens", {"seed": seed, "at_work": at_work})]
        self.config = lived_in(seed)
        self.watched = Watched(self.config)
        self.count = 0
        for number in range(len(self.config.agents)):
            if at_work >> number & 1:
                self.comes(number)

    # --- the centre and what befalls it

    @act(pick=picks, word=st.sampled_from(("A", "B", "", "stored", "failed", *Delivery)))
    def outside_answers(self, pick: int, word: str) -> None:
        """The look-up, a media worker or the carrier answers: at once, late, or after the contact is over."""
        contact = self._contact(pick)
        recording = newest((), self.watched.recordings, pick)
        message = newest((), self.watched.messages, pick)
        if isinstance(word, Delivery):
            if message is not None:
                self._happens(events.TextDelivery(message, word))
        elif word in ("stored", "failed"):
            if recording is not None:
                long_ms = 1_000 * (1 + pick)
                done = events.RecordingStored(recording, long_ms, 16 * long_ms, "0" * 64)
                self._happens(done if word == "stored" else events.RecordingFailed(recording, "disk full"))
        elif contact is not None:
            self._happens(events.CustomerIdentified(contact, CustomerId("42"), word))

    @act(seed=st.integers(0, 300), same_people=st.booleans())
    def is_configured(self, seed: int, same_people: bool) -> None:
        """Another configuration is published: other rules for the same people, or other people too."""
        config = lived_in(seed)
        if same_people:
            config = replace(config, agents=self.config.agents, stations=self.config.stations)
        self.config = config
        self.count += 1
        self._happens(events.ConfigPublished(f"published {self.count}", config))

    @act(mode=st.sampled_from(("storm", "normal", "no such mode")), queue=st.sampled_from((None, "sales", "faults")))
    def is_in_mode(self, mode: str, queue: str | None) -> None:
        """A supervisor puts the centre or a queue into a mode, or ends it."""
        self.count += 1
        named = QueueId(queue) if queue is not None else None
        self._happens(events.ModeAsked(named, mode, "supervisor", ModeSource.CONSOLE))

    @act(3, ms=st.sampled_from(SPANS_MS), frozen=st.sampled_from((False, False, False, True)))
    def time_passes(self, ms: int, frozen: bool) -> None:
        """Time passes; or the engine stands still for some of it, and then hears of everything late."""
        if frozen:
            self.watched.freezes(min(ms, FROZEN_MS_MAX))
        else:
            self.watched.passes(ms)

    @act(holds=st.booleans(), person=people)
    def dies(self, holds: bool, person: int) -> None:
        """The engine is killed and all lines with it; or is replaced, its lines live on, the clock is an hour off."""
        if not holds:
            self.watched.dies()
            return
        self.watched.dies(tuple(self.watched.center.calls.lines.legs))
        self._happens(events.ClockStepped(3_600_000))
        self._happens(events.ErasureAsked(PersonId(f"person/{person}")))

    @rule(what=st.deferred(lambda: st.one_of(ACTS)))
    def happens(self, what: tuple[str, dict[str, Any]]) -> None:
        """One of the acts above happens."""
        name, given = what
        self.lived.append(what)
        getattr(self, name)(**given)

    # --- what must be true

    @invariant()
    def nothing_is_wrong(self) -> None:
        """Every invariant holds after each step."""
        self.watched.check()

    def teardown(self) -> None:
        """The facts alone rebuild the state, and everything comes to its end."""
        if hasattr(self, "watched") and not self.watched.broken:
            self.watched.check_replay()
            self.watched.comes_to_rest()
            self.watched.check_replay()
