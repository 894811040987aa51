"""Stories of recorded calls, told by what the recording part decides and asks for."""

from __future__ import annotations

import pytest

from contactcenter.model.commands import Command, StartRecording, StopRecording
from contactcenter.model.config import CenterConfig, QueueConfig
from contactcenter.model.entry import Position
from contactcenter.model.events import Event, RecordingFailed, RecordingStored, TimePassed
from contactcenter.model.facts import (
    BridgeMade,
    ConfigApplied,
    ContactEnded,
    EngineTookOver,
    Fact,
    LegChanged,
    RecordingChanged,
    TalkEnded,
    TalkStarted,
    VisitOpened,
)
from contactcenter.model.ids import AgentId, ContactId, LegId, QueueId, RecordingId, VisitId
from contactcenter.model.part import changes_of
from contactcenter.model.step import Draft
from contactcenter.model.timers import Timers
from contactcenter.model.words import Channel, ContactOutcome, LegRole, LegState, Party, RecordingState
from contactcenter.recording.session import RECORDING_TRANSITIONS, STORE_MS_MAX, Recordings

CALL = ContactId("C1")
CALLER, AGENT = LegId("L1"), LegId("L2")
FIRST = RecordingId("r1.3")
NAME = "2026/11/23/r1.3.wav"
NOON = 1_795_435_200_000  # 2026-11-23 12:00 UTC

BRIDGED = BridgeMade(CALL, CALLER, AGENT)
TALKING = TalkStarted(CALL, VisitId("V1"), QueueId("faults"), Channel.VOICE, AgentId("a1"))
PARTED = TalkEnded(CALL, AgentId("a1"), Channel.VOICE, Party.CUSTOMER)
STORED = RecordingStored(FIRST, 65_000, 1_040_044, "ab" * 32)


UNRECORDED = QueueConfig(QueueId("private"), "Private", "private", record=False)


def config_of(*queues: QueueConfig) -> CenterConfig:
    """A centre with these queues."""
    return CenterConfig("test", ("en",), (), queues, (), (), ())


def ended(leg: LegId) -> LegChanged:
    """A line of the call is down."""
    return LegChanged(leg, CALL, LegRole.CALLER, LegState.ENDED)


def waits_in(queue: str) -> VisitOpened:
    """The call waits in a queue."""
    return VisitOpened(VisitId("V1"), CALL, QueueId(queue), Channel.VOICE, 0, NOON)


class Studio:
    """The recording part alone; the test plays siblings and workers."""

    def __init__(self) -> None:
        """Begin with a recorded queue and one that is not."""
        self.now = NOON
        self.timers = Timers()
        self.recordings = Recordings(self.timers)
        self.commands: list[Command] = []
        self.reason = ""
        self._sequence = 0
        self.say(ConfigApplied("hash", config_of(QueueConfig(QueueId("faults"), "Faults", "fault"), UNRECORDED)))

    def draft(self) -> Draft:
        """Begin a step."""
        self._sequence += 1
        return Draft(self.now, Position(1, self._sequence), changes_of([self.recordings]))

    def _heard(self, draft: Draft, given: int) -> list[RecordingState]:
        self.commands, self.reason = draft.commands, draft.reason
        self.last = draft.facts[-1] if draft.facts else None
        return [fact.state for fact in draft.facts[given:] if isinstance(fact, RecordingChanged)]

    def say(self, fact: Fact) -> list[RecordingState]:
        """State a fact of a sibling; return the states into which recordings went."""
        draft = self.draft()
        draft.emit(fact)
        self.recordings.react(fact, draft)
        return self._heard(draft, 1)

    def tell(self, event: Event) -> list[RecordingState]:
        """Let a worker speak."""
        draft = self.draft()
        self.recordings.handle(event, draft)
        return self._heard(draft, 0)

    def wait(self, ms: int) -> list[RecordingState]:
        """Let time pass."""
        self.now += ms
        draft = self.draft()
        while (name := self.timers.pop_due(self.now)) is not None:
            self.recordings.alarm(name, draft)
        return self._heard(draft, 0)

    def record(self) -> Studio:
        """Bridge a call of the recorded queue."""
        self.say(waits_in("faults"))
        self.say(BRIDGED)
        return self


def test_a_call_is_recorded_from_the_bridge_to_the_hang_up() -> None:
    studio = Studio().record()
    assert studio.last == RecordingChanged(FIRST, CALL, RecordingState.STARTED, NAME)
    assert studio.commands == [StartRecording(FIRST, left=CALLER, right=AGENT, name=NAME)]
    assert studio.say(TALKING) == []
    assert studio.say(ended(CALLER)) == [RecordingState.STOPPING]
    assert studio.commands == [StopRecording(FIRST)]
    assert studio.say(ended(AGENT)) == [] and studio.say(PARTED) == [], "it stops once"
    assert studio.say(ContactEnded(CALL, Channel.VOICE, ContactOutcome.HANDLED)) == []
    assert studio.tell(STORED) == [RecordingState.STORED]
    assert studio.last == RecordingChanged(
        FIRST, CALL, RecordingState.STORED, NAME, duration_ms=65_000, size_bytes=1_040_044, sha256="ab" * 32
    )
    assert len(studio.timers) == 0


def test_the_queue_may_be_known_by_the_talk_alone() -> None:
    studio = Studio()
    studio.say(TALKING)
    assert studio.say(BRIDGED) == [RecordingState.STARTED]


def test_the_agents_hang_up_and_the_end_of_the_talk_stop_it_too() -> None:
    assert Studio().record().say(ended(AGENT)) == [RecordingState.STOPPING]
    assert Studio().record().say(PARTED) == [RecordingState.STOPPING]


def test_a_line_that_was_not_in_the_bridge_stops_nothing() -> None:
    assert Studio().record().say(ended(LegId("L9"))) == []


def test_an_agents_line_that_ends_without_a_bridge_is_nothing() -> None:
    assert Studio().say(ended(AGENT)) == []


def test_who_is_not_recorded() -> None:
    studio = Studio()
    assert studio.say(BRIDGED) == [], "a call that came through no queue"
    studio.say(waits_in("private"))
    assert studio.say(BRIDGED) == [], "a queue that says no"
    studio.say(waits_in("faults"))
    assert studio.say(BRIDGED) == [RecordingState.STARTED]
    assert studio.say(BRIDGED) == [], "one recording at a time"


def test_a_contact_that_ended_leaves_nothing_behind() -> None:
    studio = Studio()
    studio.say(waits_in("faults"))
    studio.say(ContactEnded(CALL, Channel.VOICE, ContactOutcome.ABANDONED))
    assert studio.say(BRIDGED) == []


def test_a_queue_that_is_gone_keeps_the_rule_with_which_its_calls_began() -> None:
    studio = Studio()
    studio.say(waits_in("faults"))
    studio.say(ConfigApplied("new", config_of(UNRECORDED)))
    assert studio.say(BRIDGED) == [RecordingState.STARTED]


def test_a_second_talk_of_a_contact_is_a_second_recording() -> None:
    studio = Studio().record()
    studio.say(PARTED)
    assert studio.say(BridgeMade(CALL, CALLER, LegId("L3"))) == [RecordingState.STARTED]
    assert studio.tell(STORED) == [RecordingState.STORED]
    assert studio.say(ended(LegId("L3"))) == [RecordingState.STOPPING]


def test_a_recording_that_fails_is_over_and_the_call_goes_on() -> None:
    studio = Studio().record()
    assert studio.tell(RecordingFailed(FIRST, "disk_full")) == [RecordingState.FAILED]
    assert isinstance(studio.last, RecordingChanged) and studio.last.reason == "disk_full"
    assert studio.commands == []
    assert studio.say(ended(CALLER)) == []


def test_a_worker_whose_sound_ended_may_store_before_it_is_told_to_stop() -> None:
    studio = Studio().record()
    assert studio.tell(STORED) == [RecordingState.STORED]
    assert studio.say(ended(CALLER)) == []


@pytest.mark.parametrize("event", [STORED, RecordingFailed(FIRST, "late"), TimePassed()])
def test_doubled_and_unknown_words_of_workers_are_refused(event: Event) -> None:
    studio = Studio().record()
    studio.tell(STORED)
    assert studio.tell(event) == []
    assert studio.reason == "no such recording is being made"


def test_what_an_engine_that_died_was_recording_is_settled() -> None:
    studio = Studio().record()
    assert studio.say(EngineTookOver("2")) == [RecordingState.FAILED]
    assert studio.last == RecordingChanged(FIRST, CALL, RecordingState.FAILED, NAME, reason="node_failed")
    assert studio.say(ended(CALLER)) == []
    assert studio.say(EngineTookOver("3")) == []


def test_a_worker_that_never_reports_is_given_up() -> None:
    studio = Studio().record()
    studio.say(ended(CALLER))
    assert studio.wait(STORE_MS_MAX - 1) == []
    assert studio.wait(1) == [RecordingState.FAILED]
    assert isinstance(studio.last, RecordingChanged) and studio.last.reason == "not_reported"


def test_the_table_ends_where_a_file_is_or_is_not() -> None:
    final = [state for state, following in RECORDING_TRANSITIONS.items() if not following]
    assert final == [RecordingState.STORED, RecordingState.FAILED]
    draft = Studio().record().draft()
    with pytest.raises(AssertionError):
        draft.emit(RecordingChanged(FIRST, CALL, RecordingState.STARTED, NAME))
