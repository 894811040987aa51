"""A model of the telephony adapter: commands become events of the lines some time later, as phones and networks do.

It decides nothing: callers and agents' phones say what they do, and a line that has ended says nothing more, though
what was under way still arrives.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from contactcenter.model import commands, events
from contactcenter.model.commands import Command
from contactcenter.model.events import Event
from contactcenter.model.ids import LegId, PersonId, PlayId, RecordingId, StationId
from contactcenter.model.sealed import Sealed
from contactcenter.sim.world import World

__all__ = ["Line", "LineEnd", "Phone", "Telephony", "prompt_ms"]

NETWORK_MS = 20  # one way over the network, both for signalling of ours and theirs
ALERT_MS = 80  # from INVITE to 180 of a phone on a local network
STORE_MS = 400  # to complete and hash a recording file
PROMPT_MS = 2_500  # a spoken sentence
MUSIC_MS = 120_000
BEEP_MS = 400


def prompt_ms(name: str) -> int:
    """Return how long a prompt lasts (ms): numbers are short, music long, sentences by the length of their names."""
    if name == "music/beep":
        return BEEP_MS
    if name.startswith("music/"):
        return MUSIC_MS
    if name.startswith("number/"):
        return 700
    return PROMPT_MS + 40 * (len(name) % 50)


class LineEnd(Protocol):
    """Who is at the other end of a line."""

    def answered(self) -> None:
        """The line is up (we answered, or we heard the far phone's answer)."""

    def ended(self) -> None:
        """The centre ended or refused the line."""

    def asked(self, collect: commands.Collect) -> str:
        """Return what is keyed in when asked for a value; empty for silence."""

    def together(self) -> None:
        """The line is bridged to another."""


class Phone(Protocol):
    """An agent's phone, or that of somebody whom we call."""

    def rung(self, line: Line) -> None:
        """It rings: answer or refuse the line later, or not at all."""


@dataclass(slots=True)
class Line:
    """One line as the adapter holds it; `up` once answered, `rings_at` while a phone is called."""

    leg: LegId
    end: LineEnd | None
    up: bool = False
    auto_answer: bool = False
    play: PlayId | None = None
    peer: LegId | None = None


class Telephony:
    """All lines of the simulated centre."""

    def __init__(self, world: World, submit: Callable[[Event], None]) -> None:
        """Begin without a line; `submit` hands events to the engine (through faults, where there are any)."""
        self.lines: dict[LegId, Line] = {}
        self.phones: dict[StationId, Phone] = {}
        self.outside: Phone | None = None
        self.ignored = 0
        self._world = world
        self._submit = submit
        self._ended_early: dict[LegId, None] = {}
        self._calls = 0
        self._recordings: dict[RecordingId, int] = {}

    def call(self, dialled: str, end: LineEnd, person: PersonId, caller_key: str) -> LegId:
        """Let a caller dial one of our numbers."""
        self._calls += 1
        leg = LegId(f"in{self._calls}")
        self.lines[leg] = Line(leg, end)
        number = Sealed(person, b"number")
        arrived = events.CallArrived(leg, "trunk", dialled, number, caller_key, person, may_call_back=True)
        self._submit(arrived)
        return leg

    def bind(self, station: StationId, phone: Phone) -> None:
        """Let a phone register."""
        self.phones[station] = phone
        self._submit(events.PhoneBound(station, Sealed(PersonId(f"phone/{station}"), b"contact")))

    def unbind(self, station: StationId) -> None:
        """Let a phone's registration end."""
        if self.phones.pop(station, None) is not None:
            self._submit(events.PhoneUnbound(station, "expired"))

    def press(self, leg: LegId, key: str) -> None:
        """Let a caller press a key."""
        if leg in self.lines:
            self._submit(events.KeyPressed(leg, key))

    def hang_up(self, leg: LegId) -> None:
        """Let the far side end its line."""
        if self._drop(leg):
            self._submit(events.LegHungUp(leg))

    def answer(self, leg: LegId) -> None:
        """Let a phone that rings be answered."""
        line = self.lines.get(leg)
        if line is not None and not line.up:
            line.up = True
            self._submit(events.LegAnswered(leg))

    def refuse(self, leg: LegId, status: int) -> None:
        """Let a phone that rings refuse."""
        if self._drop(leg):
            self._submit(events.LegFailed(leg, status))

    def hold(self, leg: LegId, held: bool) -> None:
        """Let a phone put its call on hold, or take it back."""
        if leg in self.lines:
            self._submit(events.LegHeld(leg) if held else events.LegResumed(leg))

    def lose(self, leg: LegId) -> None:
        """Lose one line, as when its media worker dies; its end hears silence and gives up."""
        self._end(leg)
        self._submit(events.LegLost(leg, "worker_died"))

    def die(self) -> None:
        """Lose every line without a word, as a crashed process does; the ends hear silence and give up."""
        for line in list(self.lines.values()):
            self._end(line.leg)
        self._recordings.clear()

    def carry_out(self, command: Command) -> None:
        """Do what a command says; what names a line that is gone is ignored and counted."""
        match command:
            case commands.RejectLeg() | commands.HangUpLeg() | commands.ReleaseDialog():
                self._end(command.leg)
            case commands.DialStation():
                self._dial(command.leg, self.phones.get(command.station), command.auto_answer)
            case commands.DialOut():
                self._dial(command.leg, self.outside)
            case commands.StartRecording():
                self._recordings[command.recording] = self._world.now
            case commands.StopRecording():
                self._store(command.recording)
            case commands.Bridge() | commands.Unbridge():
                self._bridge(command.first, command.second, isinstance(command, commands.Bridge))
            case commands.Confer():
                for one, other in zip(command.legs, (*command.legs[1:], command.legs[0]), strict=True):
                    self._meet(one, other)
            case commands.DestroyKey():
                pass
            case commands.AnswerLeg() | commands.Play() | commands.StopPlay() | commands.Collect():
                self._on_line(command)

    def _on_line(self, command: commands.AnswerLeg | commands.Play | commands.StopPlay | commands.Collect) -> None:
        line = self.lines.get(command.leg)
        if line is None:
            self.ignored += 1
        elif isinstance(command, commands.AnswerLeg):
            self._world.after(2 * NETWORK_MS, lambda: self._up(line))
        elif isinstance(command, commands.StopPlay):
            line.play = None
        elif isinstance(command, commands.Play):
            self._play(line, command)
        else:
            self._collect(line, command)

    def _up(self, line: Line) -> None:
        if line.leg in self.lines and not line.up and line.end is not None:
            self.answer(line.leg)
            line.end.answered()

    def _play(self, line: Line, command: commands.Play) -> None:
        line.play = command.play
        if not command.loop:
            length_ms = sum(prompt_ms(prompt) for prompt in command.prompts)
            self._world.after(length_ms, lambda: self._played(line, command.play))

    def _played(self, line: Line, play: PlayId) -> None:
        if line.leg in self.lines and line.play == play:
            line.play = None
            self._submit(events.PlaybackEnded(line.leg, play))

    def _collect(self, line: Line, command: commands.Collect) -> None:
        line.play = command.play
        keys = line.end.asked(command) if line.end is not None else ""
        length_ms = sum(prompt_ms(prompt) for prompt in command.prompts)
        typing_ms = 400 * len(keys) if keys else command.first_key_ms
        self._world.after(length_ms + typing_ms, lambda: self._collected(line, command, keys))

    def _collected(self, line: Line, command: commands.Collect, keys: str) -> None:
        if line.leg not in self.lines or line.play != command.play:
            return
        line.play = None
        outcome = "done" if len(keys) >= command.min_keys else "invalid" if keys else "timeout"
        value = Sealed(command.person, b"keys") if outcome == "done" else None
        key = f"k{keys}" if command.number and outcome == "done" else ""
        self._submit(events.CollectEnded(line.leg, command.play, outcome, len(keys), value, key))

    def _dial(self, leg: LegId, phone: Phone | None, auto_answer: bool = False) -> None:
        if leg in self._ended_early:  # the word to hang up waits for no commit, and went before
            return
        line = self.lines[leg] = Line(leg, None, auto_answer=auto_answer)
        if phone is None:
            self._world.after(ALERT_MS, lambda: self.refuse(line.leg, 480))
        else:
            self._world.after(ALERT_MS, lambda: self._rings(line, phone))

    def _rings(self, line: Line, phone: Phone) -> None:
        if line.leg not in self.lines:
            return
        self._submit(events.LegRinging(line.leg))
        if line.auto_answer:
            self._world.after(NETWORK_MS, lambda: self.answer(line.leg))
        phone.rung(line)

    def _bridge(self, first: LegId, second: LegId, together: bool) -> None:
        for one, other in ((first, second), (second, first)):
            self._meet(one, other if together else None)

    def _meet(self, leg: LegId, other: LegId | None) -> None:
        line = self.lines.get(leg)
        if line is None:
            self.ignored += 1
            return
        line.peer = other
        if other is not None and line.end is not None:
            line.end.together()

    def _store(self, recording: RecordingId) -> None:
        begun_at = self._recordings.pop(recording, None)
        if begun_at is not None:
            length_ms = self._world.now - begun_at
            stored = events.RecordingStored(recording, length_ms, 16 * length_ms, "0" * 64)
            self._world.after(STORE_MS, lambda: self._submit(stored))

    def _drop(self, leg: LegId) -> bool:
        return self.lines.pop(leg, None) is not None

    def _end(self, leg: LegId) -> None:
        line = self.lines.pop(leg, None)
        if line is None:
            self._ended_early[leg] = None
            self.ignored += 1
        elif line.end is not None:
            line.end.ended()
