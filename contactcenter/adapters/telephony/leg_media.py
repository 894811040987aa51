"""The sound of the legs: sessions in the media workers, prompts, keys, bridges and recordings.

Requests go out in the order of the commands; an answer that is a refusal becomes an event that lets the call go on.
"""

from __future__ import annotations

import functools
import ipaddress
from collections.abc import Callable
from pathlib import Path

from contactcenter.adapters.telephony import worker_wire as wire
from contactcenter.adapters.telephony.collector import Collector
from contactcenter.adapters.telephony.legs import Leg, Tombstones
from contactcenter.adapters.telephony.outgoing import OutgoingRules
from contactcenter.adapters.telephony.pin import Pin
from contactcenter.adapters.telephony.prompts import files_of
from contactcenter.adapters.telephony.switchboard import Switchboard
from contactcenter.adapters.telephony.worker_client import MediaLost, MediaPool, MediaRefused, PoolSettings
from contactcenter.model import commands, events
from contactcenter.model.ids import LegId, PlayId, RecordingId
from contactcenter.runtime.ports import StoreAway
from contactcenter.sip.dialog import behind_nat
from contactcenter.sip.sdp import AudioStream, Codec, Direction

__all__ = ["LegMedia"]

_CODECS: dict[str, wire.Codec] = {"PCMU": 0, "PCMA": 8}
_MIRROR: dict[Direction, wire.Direction] = {
    Direction.SENDRECV: "sendrecv",
    Direction.SENDONLY: "recvonly",
    Direction.RECVONLY: "sendonly",
    Direction.INACTIVE: "inactive",
}


class LegMedia:
    """Media sessions, each named as its leg; `on_silent` is told of a leg whose sound is lost."""

    def __init__(
        self,
        board: Switchboard,
        settings: PoolSettings,
        recordings: Path,
        on_silent: Callable[[LegId, str], None],
        outgoing: OutgoingRules,
        pin: Pin,
    ) -> None:
        self._board = board
        self._outgoing = outgoing
        self._pin = pin
        self._recordings = recordings
        self._on_silent = on_silent
        self._stopped_early = Tombstones()
        self._recording: set[RecordingId] = set()
        self.pool = MediaPool(settings, self._notice, self._workers_lost)

    # Sessions

    async def open(self, leg: Leg, near: LegId | None = None) -> bool:
        """Open a leg's session, beside another leg's if they are to be bridged; False if there is no room."""
        try:
            leg.local = await self.pool.open(leg.id, codec=_CODECS[leg.codec.name], near=near)
        except (MediaRefused, MediaLost):
            self._board.counters["media_refused"] += 1
            return False
        if leg.gone:
            self.close(leg)
            return False
        return True

    def connect(self, leg: Leg, audio: AudioStream) -> None:
        """Name the far end of a leg as its session description did."""
        leg.audio, leg.codec = audio, audio.codec
        self._board.spawn(self._remote(leg.id, sound_host(audio.host, leg.far_host), audio), "media-remote")

    async def _remote(self, leg: LegId, host: str, audio: AudioStream) -> None:
        try:
            await self.pool.remote(
                leg,
                host,
                audio.port,
                codec=_CODECS[audio.codec.name],
                key_type=audio.telephone_event,
                direction=_MIRROR[audio.direction],
            )
        except (MediaRefused, MediaLost):
            self._board.counters["media_refused"] += 1

    def close(self, leg: Leg) -> None:
        """End a leg's session and whatever happens on it."""
        if leg.collector is not None:
            leg.collector.stop()
            leg.collector = None
        if leg.local is not None:
            leg.local = None
            self._board.spawn(self._close(leg.id), "media-close")

    async def _close(self, leg: LegId) -> None:
        try:
            await self.pool.close(leg)
        except (MediaRefused, MediaLost):
            self._board.counters["media_refused"] += 1

    # Prompts and keys

    def play(self, command: commands.Play) -> None:
        """Play prompts in place of whatever plays."""
        leg = self._board.leg(command.leg, "play")
        if leg is not None:
            self._stop_collecting(leg)
            number = self._board.vault.open(command.number) if command.number is not None else None
            files = files_of(command.prompts, command.language, self._outgoing.spoken(number or ""))
            self._play(leg.id, command.play, files, command.loop)

    def _play(self, leg: LegId, play: PlayId, files: tuple[str, ...], loop: bool) -> None:
        self._board.spawn(self._start_play(leg, play, files, loop), "media-play")

    async def _start_play(self, leg: LegId, play: PlayId, files: tuple[str, ...], loop: bool) -> None:
        try:
            await self.pool.play(leg, play, files, loop=loop)
        except (MediaRefused, MediaLost):
            # A prompt that cannot be played must not leave the caller waiting for its end.
            self._board.counters["play_refused"] += 1
            if not loop:
                self._played(leg, play)

    def stop_play(self, command: commands.StopPlay) -> None:
        """Stop whatever plays."""
        leg = self._board.leg(command.leg, "stop_play")
        if leg is not None:
            self._stop_collecting(leg)
            self._board.spawn(self._stop(leg.id), "media-stop")

    async def _stop(self, leg: LegId) -> None:
        try:
            await self.pool.stop_play(leg)
        except (MediaRefused, MediaLost):
            self._board.counters["media_refused"] += 1

    def collect(self, command: commands.Collect) -> None:
        """Play prompts and gather keys."""
        leg = self._board.leg(command.leg, "collect")
        if leg is not None:
            self._stop_collecting(leg)
            leg.collector = Collector(command, self._collected)
            self._play(leg.id, command.play, files_of(command.prompts, command.language), loop=False)

    def _stop_collecting(self, leg: Leg) -> None:
        if leg.collector is not None:
            leg.collector.stop()
            leg.collector = None

    def _collected(self, command: commands.Collect, outcome: str, keys: str) -> None:
        leg = self._board.legs.find(command.leg)
        if leg is None:
            return
        leg.collector = None
        if command.check_pin:
            self._board.post(self._pin_keyed(command, outcome, keys))
            return
        if command.number:
            self._board.post(self._number_keyed(command, outcome, keys))
            return
        value = None
        if keys and outcome == "done" and not command.secret:
            value = self._board.vault.seal(command.person or leg.person, keys)
        self._board.post(events.CollectEnded(command.leg, command.play, outcome, len(keys), value))

    def _pin_keyed(self, command: commands.Collect, outcome: str, keys: str) -> events.CollectEnded:
        """Tell whether the PIN was right, and nothing else: not even how many keys there were."""
        told = outcome
        if outcome == "done" and not self._pin.is_right(keys):
            told = "invalid"
        return events.CollectEnded(command.leg, command.play, told, 0, None)

    def _number_keyed(self, command: commands.Collect, outcome: str, keys: str) -> events.CollectEnded:
        """Tell of a telephone number, sealed and with its key; one that we may not call is no answer."""
        number = self._outgoing.read(keys) if outcome == "done" else None
        if number is None:
            invalid = "invalid" if outcome == "done" else outcome
            return events.CollectEnded(command.leg, command.play, invalid, len(keys), None)
        try:
            address = self._board.vault.address(number)
        except StoreAway:  # in the moment in which the store is lost, before that is known
            return events.CollectEnded(command.leg, command.play, "invalid", len(keys), None)
        return events.CollectEnded(command.leg, command.play, outcome, len(keys), address.sealed, address.key)

    def key(self, leg: Leg, key: str) -> None:
        """Take a key pressed on a leg's phone, however it came; of agents only those outside have any."""
        if not leg.incoming and not leg.keys:
            return
        if leg.collector is None:
            self._board.post(events.KeyPressed(leg.id, key))
            return
        if not leg.collector.begun:
            self._board.spawn(self._stop(leg.id), "media-stop")
        leg.collector.key(key)

    # Bridges and recordings

    def bridge(self, command: commands.Bridge) -> None:
        """Let two legs hear each other."""
        first, second = self._board.leg(command.first, "bridge"), self._board.leg(command.second, "bridge")
        if first is not None and second is not None:
            self._board.spawn(self._bridge(first.id, second.id), "media-bridge")

    async def _bridge(self, first: LegId, second: LegId) -> None:
        try:
            await self.pool.bridge(first, second)
        except (MediaRefused, MediaLost):
            self._board.counters["bridge_refused"] += 1
            self._on_silent(second, "no_bridge")

    def confer(self, command: commands.Confer) -> None:
        """Let legs hear each other mixed."""
        legs = tuple(leg.id for name in command.legs if (leg := self._board.leg(name, "confer")) is not None)
        if len(legs) == len(command.legs):
            self._board.spawn(self._confer(legs), "media-confer")

    async def _confer(self, legs: tuple[LegId, ...]) -> None:
        try:
            await self.pool.confer(legs)
        except (MediaRefused, MediaLost):
            self._board.counters["bridge_refused"] += 1
            self._on_silent(legs[-1], "no_bridge")

    def unbridge(self, command: commands.Unbridge) -> None:
        """Part two legs."""
        first, second = self._board.legs.find(command.first), self._board.legs.find(command.second)
        if first is not None and second is not None:
            self._board.spawn(self._unbridge(first.id, second.id), "media-unbridge")

    async def _unbridge(self, first: LegId, second: LegId) -> None:
        try:
            await self.pool.unbridge(first, second)
        except (MediaRefused, MediaLost):
            self._board.counters["media_refused"] += 1

    def record(self, command: commands.StartRecording) -> None:
        """Begin a recording, unless it was stopped already."""
        if self._stopped_early.take(command.recording):
            self._board.post(events.RecordingFailed(command.recording, "stopped before it began"))
            return
        self._recording.add(command.recording)
        self._board.spawn(self._record(command), "media-record")

    async def _record(self, command: commands.StartRecording) -> None:
        path = self._recordings / command.name
        try:
            await self.pool.record(command.recording, path, command.left, command.right, third=command.third or "")
        except (MediaRefused, MediaLost) as problem:
            self._record_failed(command.recording, str(problem))

    def record_stop(self, command: commands.StopRecording) -> None:
        """Complete a recording."""
        if command.recording in self._recording:
            self._board.spawn(self._record_stop(command.recording), "media-record-stop")
        else:
            self._stopped_early.add(command.recording)

    async def _record_stop(self, recording: RecordingId) -> None:
        try:
            answer = await self.pool.record_stop(recording)
        except (MediaRefused, MediaLost):
            # Its last session has closed: the worker completes it by itself and tells us.
            return
        self._notice(answer)

    def _record_failed(self, recording: RecordingId, reason: str) -> None:
        if recording in self._recording:
            self._recording.discard(recording)
            self._board.post(events.RecordingFailed(recording, reason))

    # What the workers tell

    def _notice(self, notice: wire.Notice) -> None:
        if isinstance(notice, wire.Recorded):
            recording = RecordingId(notice.recording)
            if recording in self._recording:
                self._recording.discard(recording)
                self._board.post(events.RecordingStored(recording, notice.ms, notice.bytes, notice.sha256))
        elif isinstance(notice, wire.RecordFailed):
            self._record_failed(RecordingId(notice.recording), notice.reason)
        elif isinstance(notice, wire.Played):
            if notice.outcome == "completed":
                self._played(LegId(notice.session), PlayId(notice.play))
        elif not isinstance(notice, wire.Ready):
            self._heard(notice)

    def _played(self, leg_id: LegId, play: PlayId) -> None:
        leg = self._board.legs.find(leg_id)
        if leg is None:
            return
        if leg.collector is None:
            self._board.post(events.PlaybackEnded(leg_id, play))
        elif leg.collector.command.play == play:
            leg.collector.prompts_ended()

    def _heard(self, notice: wire.KeyPressed | wire.FirstRtp | wire.RtpTimeout) -> None:
        leg = self._board.legs.find(LegId(notice.session))
        if leg is None:
            return
        if isinstance(notice, wire.KeyPressed):
            self.key(leg, notice.digit)
        elif isinstance(notice, wire.FirstRtp):
            leg.heard = True
        elif leg.heard and not leg.held:
            # A phone that never sent anything may only listen; one that stopped has lost its way to us.
            self._on_silent(leg.id, "no_media")

    def _workers_lost(self, sessions: list[str]) -> None:
        for session in sessions:
            leg = self._board.legs.find(LegId(session))
            if leg is not None:
                leg.local = None
                self._on_silent(leg.id, "worker_lost")


@functools.lru_cache(1_024)
def sound_host(described: str, signalled: str) -> str:
    """Return the host to expect sound from: as described, or where the signalling comes from if that is behind NAT.

    A private address described from a public one, or any other described from this very machine, does not lead there.
    """
    try:
        inner, outer = ipaddress.ip_address(described), ipaddress.ip_address(signalled)
    except ValueError:
        return described
    if inner.is_unspecified or (outer.is_loopback and not inner.is_loopback):
        return signalled
    return signalled if behind_nat(described) and not behind_nat(signalled) else described


def codec_order(preferred: Codec, codecs: tuple[Codec, ...]) -> tuple[Codec, ...]:
    """Return the codecs with the preferred one first."""
    return (preferred, *(codec for codec in codecs if codec != preferred))
