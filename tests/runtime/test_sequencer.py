"""The sequencer with a disk that is slow, fails, and dies at the worst moment, in every order that can be thought of.

The rules are those of the design: promises wait for their commit and come in order, once; releases go at once; what a
successor finds on the disk is everything that was ever promised, without a hole.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from contactcenter.model.commands import AnswerLeg, Command, HangUpLeg
from contactcenter.model.entry import Entry, Position, Rejected
from contactcenter.model.events import Event, KeyPressed, TimePassed
from contactcenter.model.facts import KeyHeard
from contactcenter.model.ids import ContactId, LegId
from contactcenter.model.step import Step
from contactcenter.runtime import sequencer as module
from contactcenter.runtime.sequencer import Accepted, Sequencer

REFUSED = "x"
WAIT_MS = 50


@dataclass
class Decider:
    """A centre small enough to know by heart: each event leads to one promise and one release named after its place."""

    position: Position
    alarm_at: int | None = None

    def handle(self, event: Event, now: int) -> Step:
        """Refuse the key x; set an alarm on the key a; else promise and release."""
        name = LegId(str(self.position.sequence + 1))
        if isinstance(event, KeyPressed) and event.key == REFUSED:
            return Step([], [HangUpLeg(name)], Rejected(event, "not this key"))
        self.position = Position(self.position.epoch, self.position.sequence + 1)
        if isinstance(event, TimePassed):
            self.alarm_at = None
        elif isinstance(event, KeyPressed) and event.key == "a":
            self.alarm_at = now + WAIT_MS
        return Step([KeyHeard(ContactId("c"), str(now))], [AnswerLeg(name), HangUpLeg(name)])

    def deadline(self) -> int | None:
        """Return when the alarm is due."""
        return self.alarm_at

    def apply(self, entry: Entry) -> None:
        """Take an entry's place; time that passed drops the alarm."""
        self.position = entry.position
        self.alarm_at = None


@dataclass
class Outside:
    """What the world saw: promises and releases in the order they were carried out."""

    promised: list[int] = field(default_factory=list)
    released: list[int] = field(default_factory=list)

    def carry_out(self, commands: list[Command] | tuple[Command, ...]) -> None:
        """Keep the sequence that each command is named after."""
        for command in commands:
            kept = self.released if command.release else self.promised
            assert isinstance(command, AnswerLeg | HangUpLeg)
            kept.append(int(command.leg))


class FaultyDisk(RuleBasedStateMachine):
    """A sequencer, its disk, and a world that remembers every promise."""

    @initialize()
    def begin(self) -> None:
        """Start the first engine on an empty disk."""
        self.disk: list[Entry] = []
        self.outside = Outside()
        self.now = 1_000
        self.epoch = 0
        self.start()

    def start(self) -> None:
        """Let an engine recover from the disk and take over."""
        self.epoch += 1
        last = self.disk[-1] if self.disk else None
        self.decider = Decider(Position(self.epoch, last.position.sequence if last else 0))
        self.sequencer = Sequencer(self.decider, "1.0", last.at if last else 0)
        self.decided = self.decider.position.sequence
        self.taken: tuple[Entry, ...] = ()

    def look(self, accepted: Accepted) -> None:
        """Carry out what may go at once; nothing of it may be a promise."""
        assert all(command.release for command in accepted.releases)
        self.outside.carry_out(accepted.releases)

    def is_due(self) -> bool:
        """Whether the alarm must fire now."""
        deadline = self.sequencer.deadline()
        return deadline is not None and deadline <= max(self.now, self.sequencer.last_at)

    # --- what happens

    @rule(key=st.sampled_from("123a"), later_ms=st.integers(-20, 120))
    def event(self, key: str, later_ms: int) -> None:
        """An event comes, the clock may even have gone back; its releases go at once, its promise does not."""
        self.now += later_ms
        before = len(self.outside.promised)
        accepted = self.sequencer.submit(KeyPressed(LegId("leg"), key), self.now)
        self.look(accepted)
        fresh = self.decider.position.sequence - self.decided
        assert fresh in (1, 2), "the event, and what was due before it"
        assert accepted.position == self.decider.position and not accepted.rejected
        assert self.outside.released[-fresh:] == list(range(self.decided + 1, self.decided + fresh + 1))
        assert len(self.outside.promised) == before
        self.decided += fresh

    @rule()
    def refused_event(self) -> None:
        """A refused event takes no place, but its releases go."""
        due = self.is_due()
        accepted = self.sequencer.submit(KeyPressed(LegId("leg"), REFUSED), self.now)
        self.look(accepted)
        assert (accepted.position, accepted.rejected) == (None, "not this key")
        assert self.outside.released[-1] == self.decider.position.sequence + 1
        assert self.decider.position.sequence == self.decided + int(due)
        self.decided += int(due)

    @rule(later_ms=st.integers(0, 120))
    def time(self, later_ms: int) -> None:
        """Time passes; what is due fires as an entry of its own, once."""
        self.now += later_ms
        due = self.is_due()
        self.outside.carry_out(self.sequencer.pass_time(self.now))
        assert self.decider.position.sequence == self.decided + int(due)
        self.decided += int(due)

    # --- the disk

    @rule()
    def take(self) -> None:
        """The shell asks for a batch; while one is under way there is none."""
        batch = self.sequencer.take_batch()
        if self.taken:
            assert batch == ()
        else:
            uncommitted = self.sequencer.uncommitted()
            assert list(batch) == uncommitted[: module.BATCH_MAX] and (batch or not uncommitted)
            self.taken = batch

    @rule(told=st.booleans())
    @precondition(lambda self: self.taken)
    def commit(self, told: bool) -> None:
        """The batch becomes durable; when nobody lives to be told, the outcome stays unknown to the engine."""
        batch = self.taken
        self.disk += batch
        if not told:
            self.die()
            return
        entries, promises = self.sequencer.committed()
        assert tuple(entries) == batch
        assert not any(command.release for command in promises), "those went at once"
        self.outside.carry_out(list(promises))
        assert self.outside.promised[-len(batch) :] == [entry.position.sequence for entry in batch]
        self.taken = ()

    @rule()
    @precondition(lambda self: self.decided > len(self.disk))
    def die(self) -> None:
        """The engine is killed with work undone: what is not on the disk never happened, and was never promised."""
        assert all(number <= len(self.disk) for number in self.outside.promised)
        self.outside.released.clear()
        self.start()

    # --- what always holds

    @invariant()
    def every_promise_is_on_the_disk_and_was_made_once_in_order(self) -> None:
        """A promise names its entry; it must be durable, unique and rising."""
        promised = self.outside.promised
        assert promised == sorted(set(promised))
        assert not promised or promised[-1] <= len(self.disk)

    @invariant()
    def the_journal_has_no_hole_and_time_never_goes_back(self) -> None:
        """Disk and memory together are one gap-free line."""
        line = [*self.disk, *self.sequencer.uncommitted()]
        assert [entry.position.sequence for entry in line] == list(range(1, self.decided + 1))
        assert [entry.at for entry in line] == sorted(entry.at for entry in line)
        assert [entry.position.epoch for entry in line] == sorted(entry.position.epoch for entry in line)

    @invariant()
    def the_age_of_the_oldest_promise_is_known(self) -> None:
        """The shell refuses new calls by it."""
        waiting = self.sequencer.uncommitted()
        assert self.sequencer.waiting_since() == (waiting[0].at if waiting else None)


TestFaultyDisk = FaultyDisk.TestCase
TestFaultyDisk.settings = settings(max_examples=150, stateful_step_count=40)


def test_a_batch_is_bounded_and_the_rest_follows() -> None:
    sequencer = Sequencer(Decider(Position(1, 0)), "1.0")
    for _ in range(module.BATCH_MAX + 5):
        sequencer.submit(KeyPressed(LegId("leg"), "1"), 1_000)
    assert len(sequencer.take_batch()) == module.BATCH_MAX
    sequencer.committed()
    assert [entry.position.sequence for entry in sequencer.take_batch()][-1] == module.BATCH_MAX + 5


def test_time_that_cannot_be_decided_is_skipped_as_an_entry_of_its_own() -> None:
    decider = Decider(Position(1, 0), alarm_at=500)
    sequencer = Sequencer(decider, "1.0")
    sequencer.skip_time(1_000)
    assert sequencer.deadline() is None
    (entry,) = sequencer.take_batch()
    assert (entry.position, entry.at, entry.event, entry.facts) == (Position(1, 1), 1_000, TimePassed(), ())
    assert sequencer.committed() == ([entry], [])
