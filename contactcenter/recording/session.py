"""The life of recordings: each begins with a bridge or a message, ends with it, and is stored or failed exactly once.

It decides when to record; the sound itself, its files and their hashes belong to the media workers. A recording that
fails never touches the call.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from contactcenter.model.commands import StartRecording, StopRecording
from contactcenter.model.config import CenterConfig, OwnRules, QueueConfig
from contactcenter.model.events import Event, RecordingFailed, RecordingStored
from contactcenter.model.facts import (
    BridgeMade,
    ConferenceStarted,
    ConfigApplied,
    ConsultFaced,
    ConsultStarted,
    ContactArrived,
    ContactEnded,
    DirectDiverted,
    EngineTookOver,
    LegChanged,
    MessageOver,
    MessageRecording,
    RecordingChanged,
    TalkEnded,
    TalkStarted,
    VisitOpened,
)
from contactcenter.model.ids import ContactId, LegId, QueueId, RecordingId
from contactcenter.model.part import Part
from contactcenter.model.step import Draft
from contactcenter.model.timers import Timers
from contactcenter.model.words import Direction, LegState, RecordingState
from contactcenter.recording.naming import file_name
from contactcenter.recording.policy import is_recorded

__all__ = ["RECORDING_TRANSITIONS", "STORE_MS_MAX", "Recordings"]

STORE_MS_MAX: Final = 300_000
"""How long a worker may take to complete a file; hashing hours of sound takes seconds, so silence means it is dead."""

NO_QUEUE: Final = QueueId("")
NOBODY: Final = LegId("")

RECORDING_TRANSITIONS: Final[dict[RecordingState, tuple[RecordingState, ...]]] = {
    RecordingState.STARTED: (RecordingState.STOPPING, RecordingState.STORED, RecordingState.FAILED),
    RecordingState.STOPPING: (RecordingState.STORED, RecordingState.FAILED),
    RecordingState.STORED: (),
    RecordingState.FAILED: (),
}
"""A worker whose sound ended may store before it is told to stop. What is stored or failed is final and forgotten."""


@dataclass(slots=True)
class Session:
    """One recording that is neither stored nor failed yet."""

    contact: ContactId
    name: str
    state: RecordingState
    legs: tuple[LegId, ...]


class Recordings(Part):
    """The part `recording`; its alarms are named ("recording", recording)."""

    def __init__(self, timers: Timers) -> None:
        """Begin with nothing recorded."""
        self._timers = timers
        self._rules: dict[QueueId, QueueConfig] = {}
        self._config: CenterConfig | None = None
        self._queues: dict[ContactId, QueueId] = {}
        self._own: dict[ContactId, OwnRules | None] = {}
        self._callers: dict[ContactId, LegId] = {}
        self._bridges: dict[ContactId, tuple[LegId, ...]] = {}
        self._sessions: dict[RecordingId, Session] = {}
        self._running: dict[ContactId, RecordingId] = {}
        self.bind()

    def bind(self) -> None:
        """Let facts change and be answered by the state as it is."""
        self.changes = {
            ConfigApplied: self._configured,
            ContactArrived: self._arrived,
            DirectDiverted: self._diverted,
            VisitOpened: self._queued,
            TalkStarted: self._queued,
            BridgeMade: self._bridged,
            MessageRecording: self._speaks,
            RecordingChanged: self._changed,
            ContactEnded: self._ended,
        }
        self.answers = {
            BridgeMade: (self._start,),
            MessageRecording: (self._start_message,),
            MessageOver: (self._parted,),
            LegChanged: (self._line_changed,),
            TalkEnded: (self._parted,),
            ConsultStarted: (self._parted,),
            ConsultFaced: (self._parted,),
            ConferenceStarted: (self._parted,),
            EngineTookOver: (self._took_over,),
        }

    # --- state

    def _configured(self, fact: ConfigApplied, now: int) -> None:
        # Added to, not replaced: calls of a queue that is gone end under the rule they began with.
        self._rules.update((queue.id, queue) for queue in fact.config.queues)
        self._config = fact.config

    def _arrived(self, fact: ContactArrived, now: int) -> None:
        if fact.leg is not None:
            self._callers[fact.contact] = fact.leg
        if self._config is not None and fact.direction is not Direction.INBOUND:
            self._own[fact.contact] = self._config.own_rules(fact.direction)

    def _diverted(self, fact: DirectDiverted, now: int) -> None:
        self._own.pop(fact.contact, None)  # from here it is recorded as its queue says

    def _queued(self, fact: VisitOpened | TalkStarted, now: int) -> None:
        if fact.queue is not None:
            self._queues[fact.contact] = fact.queue or NO_QUEUE

    def _bridged(self, fact: BridgeMade, now: int) -> None:
        self._bridges[fact.contact] = _legs(fact)

    def _speaks(self, fact: MessageRecording, now: int) -> None:
        self._bridges[fact.contact] = (self._callers[fact.contact], NOBODY)

    def _ended(self, fact: ContactEnded, now: int) -> None:
        self._queues.pop(fact.contact, None)
        self._own.pop(fact.contact, None)
        self._bridges.pop(fact.contact, None)
        self._callers.pop(fact.contact, None)

    def _changed(self, fact: RecordingChanged, now: int) -> None:
        session = self._sessions.get(fact.recording)
        if session is None:
            legs = self._bridges[fact.contact]
            self._sessions[fact.recording] = Session(fact.contact, fact.name, fact.state, legs)
            self._running[fact.contact] = fact.recording
            return
        assert fact.state in RECORDING_TRANSITIONS[session.state], f"{session.state} to {fact.state}"
        session.state = fact.state
        if fact.state is RecordingState.STOPPING:
            self._timers.set(("recording", fact.recording), now + STORE_MS_MAX)
        if self._running.get(fact.contact) == fact.recording:
            del self._running[fact.contact]
        if not RECORDING_TRANSITIONS[fact.state]:
            del self._sessions[fact.recording]
            self._timers.clear(("recording", fact.recording))

    # --- decisions

    def handle(self, event: Event, draft: Draft) -> None:
        """Take a worker's word on a recording; refuse it for one that is unknown or settled already."""
        match event:
            case RecordingStored() if event.recording in self._sessions:
                session = self._sessions[event.recording]
                draft.emit(
                    RecordingChanged(
                        recording=event.recording,
                        contact=session.contact,
                        state=RecordingState.STORED,
                        name=session.name,
                        duration_ms=event.duration_ms,
                        size_bytes=event.size_bytes,
                        sha256=event.sha256,
                    )
                )
            case RecordingFailed() if event.recording in self._sessions:
                self._fail(event.recording, event.reason, draft)
            case _:
                draft.reject("no such recording is being made")

    def _line_changed(self, fact: LegChanged, draft: Draft) -> None:
        """Stop when one of the recorded lines is down."""
        recording = self._running.get(fact.contact)
        if fact.state is LegState.ENDED and recording is not None and fact.leg in self._sessions[recording].legs:
            self._stop(recording, draft)

    def _parted(
        self, fact: TalkEnded | ConsultStarted | ConsultFaced | ConferenceStarted | MessageOver, draft: Draft
    ) -> None:
        """Stop when others talk from now on: each group has a recording of its own, so that none is one-sided."""
        recording = self._running.get(fact.contact)
        if recording is not None:
            self._stop(recording, draft)

    def _took_over(self, fact: EngineTookOver, draft: Draft) -> None:
        """Settle what an engine that died left behind."""
        for recording in list(self._sessions):
            self._fail(recording, "node_failed", draft)

    def alarm(self, name: tuple[str, ...], draft: Draft) -> None:
        """Give up on a file of which no worker spoke any more."""
        self._fail(RecordingId(name[1]), "not_reported", draft)

    def _start(self, fact: BridgeMade, draft: Draft) -> None:
        rule = self._own.get(fact.contact) or self._rules.get(self._queues.get(fact.contact, NO_QUEUE))
        running = self._running.get(fact.contact)
        if not is_recorded(rule) or (running and self._sessions[running].legs == _legs(fact)):
            return
        if running:
            self._stop(running, draft)
        self._begin(fact.contact, draft)

    def _start_message(self, fact: MessageRecording, draft: Draft) -> None:
        """Record what a caller says to nobody; the queue that takes messages says so, whatever its rule for talks."""
        self._begin(fact.contact, draft)

    def _begin(self, contact: ContactId, draft: Draft) -> None:
        left, right, *third = self._bridges[contact]
        recording = RecordingId(draft.new_id("r"))
        name = file_name(recording, draft.now)
        draft.emit(RecordingChanged(recording, contact, RecordingState.STARTED, name))
        draft.command(StartRecording(recording, left, right, name=name, third=third[0] if third else None))

    def _stop(self, recording: RecordingId, draft: Draft) -> None:
        session = self._sessions[recording]
        draft.emit(RecordingChanged(recording, session.contact, RecordingState.STOPPING, session.name))
        draft.command(StopRecording(recording))

    def _fail(self, recording: RecordingId, reason: str, draft: Draft) -> None:
        """The worker completes what it has by itself, so the name stays: the file may be whole."""
        session = self._sessions[recording]
        draft.emit(RecordingChanged(recording, session.contact, RecordingState.FAILED, session.name, reason=reason))


def _legs(fact: BridgeMade) -> tuple[LegId, ...]:
    return (fact.caller, fact.agent) if fact.third is None else (fact.caller, fact.agent, fact.third)
