"""Recordings of a media worker: two sessions side by side in one stereo file, written in half-second batches.

`Recording` lives on the sending thread and only copies codewords; `RecordingFile` lives on the disk thread. A file
grows under a name ending in `.part`, with a true header after every batch, and gets its own name when it is complete.
A full disk ends the recording, never the call.
"""

from __future__ import annotations

import errno
import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from contactcenter.adapters.telephony.worker_disk import DiskThread, Landing
from contactcenter.adapters.telephony.worker_wire import Channel, FileForm, Recorded, RecordFailed
from contactcenter.media import wav
from contactcenter.media.g711 import Law, decode, encode, silence, translate
from contactcenter.media.gap import GAPS_MAX, GapMap, SlotMark
from contactcenter.media.jitter import AlignmentRing
from contactcenter.media.mix import FULL_GAIN, mix
from contactcenter.media.rtp import FRAME_MS, FRAME_SAMPLES, SAMPLES_PER_MS, RtpPacket

if TYPE_CHECKING:
    from contactcenter.adapters.telephony.worker_session import Session

PART_SUFFIX: Final = ".part"
BATCH_TICKS: Final = 25
"""Half a second: with `HOLD_MS` what a crash of the machine can cost, well under a second."""
HOLD_MS: Final = 200
"""How long a late packet may still find its place."""
WAITING_BATCHES_MAX: Final = 60
"""Half a minute of a disk that does not answer, one megabyte a recording; then it is given up."""
GAPS_TOLD_MAX: Final = GAPS_MAX
CHANNELS: Final[tuple[Channel, Channel]] = ("left", "right")
_FORMS: Final = {"pcm16": wav.WavFormat.PCM16, "ulaw": wav.WavFormat.ULAW, "alaw": wav.WavFormat.ALAW}
_FILE_LAWS: Final = {wav.WavFormat.ULAW: Law.ULAW, wav.WavFormat.ALAW: Law.ALAW}


class Tap:
    """One channel of a recording, as the session that feeds it sees it."""

    __slots__ = ("_recording", "channel", "gaps", "ring", "source")

    def __init__(self, recording: Recording, channel: Channel) -> None:
        self.channel = channel
        self.ring = AlignmentRing(silence(Law.ULAW))
        self.gaps = GapMap(FRAME_MS)
        self.source: Session | None = None
        self._recording = recording

    @property
    def recording(self) -> str:
        """The recording that this channel belongs to."""
        return self._recording.name

    def hear(self, packet: RtpPacket, law: Law, now_ms: int) -> None:
        """Put the sound of one packet in its place."""
        codewords = packet.payload if law is Law.ULAW else translate(packet.payload, law, Law.ULAW)
        self.ring.place(packet.ssrc, packet.timestamp, codewords, self._recording.position(now_ms))


class Recording:
    """One recording that runs; time in milliseconds of the worker's own clock."""

    def __init__(self, name: str, path: Path, form: FileForm, disk: DiskThread, now_ms: int) -> None:
        self.name = name
        self.taps = {channel: Tap(self, channel) for channel in CHANNELS}
        self.third = Tap(self, "right")
        self.failed: str | None = None
        self._file = RecordingFile(path, _FORMS[form])
        self._disk = disk
        self._started_ms = now_ms
        self._handed = 0
        self._written = 0

    def position(self, now_ms: int) -> int:
        """Say how many samples into the recording a moment lies."""
        return (now_ms - self._started_ms) * SAMPLES_PER_MS

    def is_fed(self) -> bool:
        """Tell whether a session still feeds one of the channels."""
        return any(tap.source is not None for tap in self.all_taps())

    def all_taps(self) -> tuple[Tap, ...]:
        """Give the taps of both channels, and the one that is mixed into the right one."""
        return (*self.taps.values(), self.third)

    def pause(self, now_ms: int) -> None:
        """Keep nothing from now on."""
        for tap in self.all_taps():
            tap.ring.pause(self.position(now_ms))

    def resume(self, now_ms: int) -> None:
        """Keep sound again from now on."""
        for tap in self.all_taps():
            tap.ring.resume(self.position(now_ms))

    def flush(self, now_ms: int) -> None:
        """Hand the part that is settled to the disk."""
        self._hand_over(self.position(now_ms - HOLD_MS))

    def finish(self, now_ms: int, landing: Landing) -> None:
        """Hand over the rest and let the file be completed; `result` is there when the landing is called."""
        self._hand_over(self.position(now_ms) + FRAME_SAMPLES - 1)
        self._disk.submit(lambda: self._complete(landing))

    def result(self) -> Recorded | RecordFailed:
        """Say what stands on the disk, after `finish` has landed."""
        kept = self._told() if self._file.frames_kept else None
        if self.failed is not None or kept is None:
            return RecordFailed(self.name, self.failed or "nothing was recorded", kept)
        return kept

    def _hand_over(self, until: int) -> None:
        left, right = (self._take(channel, until) for channel in CHANNELS)
        if not left or self.failed is not None:
            return
        if self._handed - self._written >= WAITING_BATCHES_MAX:
            self.failed = "the disk does not answer"
            return
        self._handed += 1
        self._disk.submit(lambda: self._write(left, right))

    def _take(self, channel: Channel, until: int) -> bytes:
        tap = self.taps[channel]
        codewords, marks = tap.ring.hand_out(until)
        if channel == self.third.channel:
            beside, of_third = self.third.ring.hand_out(until)
            if SlotMark.FILLED in of_third:
                codewords = _mixed(codewords, beside)
                marks = bytes(
                    SlotMark.FILLED if SlotMark.FILLED in both else both[0]
                    for both in zip(marks, of_third, strict=True)
                )
        tap.gaps.add(marks)
        return codewords

    def _write(self, left: bytes, right: bytes) -> Landing | None:
        if self.failed is None:
            self.failed = self._file.append(left, right)
        self._written += 1
        return None

    def _complete(self, landing: Landing) -> Landing:
        problem = self._file.complete()
        self.failed = self.failed or problem
        return landing

    def _told(self) -> Recorded:
        file, left, right = self._file, self.taps["left"].gaps, self.taps["right"].gaps
        gaps: list[tuple[Channel, int, int, Literal["lost", "paused"]]] = [
            (channel, gap.start_ms, gap.end_ms, "paused" if gap.mark is SlotMark.PAUSED else "lost")
            for channel in CHANNELS
            for gap in self.taps[channel].gaps.gaps()[:GAPS_TOLD_MAX]
        ]
        return Recorded(
            recording=self.name,
            path=str(file.path),
            frames=file.frames_kept,
            ms=file.frames_kept // SAMPLES_PER_MS,
            bytes=file.bytes_kept,
            sha256=file.sha256,
            lost_ms=(left.totals_ms[SlotMark.LOST], right.totals_ms[SlotMark.LOST]),
            paused_ms=max(left.totals_ms[SlotMark.PAUSED], right.totals_ms[SlotMark.PAUSED]),
            gaps=tuple(gaps),
        )


def _mixed(first: bytes, second: bytes) -> bytes:
    """Put two parties on one channel."""
    both = np.stack([decode(first, Law.ULAW), decode(second, Law.ULAW)])
    return encode(mix(both, [[FULL_GAIN, FULL_GAIN]])[0], Law.ULAW)


class RecordingFile:
    """The file of one recording; every method blocks and gives problems back as words."""

    def __init__(self, path: Path, form: wav.WavFormat) -> None:
        self.path = path
        self.frames_kept = 0
        self.bytes_kept = 0
        self.sha256 = ""
        self._part = path.with_name(path.name + PART_SUFFIX)
        self._form = form
        self._descriptor: int | None = None

    def append(self, left: bytes, right: bytes) -> str | None:
        """Write one batch of µ-law codewords and make the header true again."""
        block = wav.frame_bytes(self._form, len(CHANNELS))
        sound = self._encode(left, right)
        try:
            descriptor = self._opened()
            _write_all(descriptor, sound, wav.HEADER_BYTES + self.frames_kept * block)
            self.frames_kept += len(left)
            self._write_header(descriptor)
        except OSError as error:
            return error.strerror or type(error).__name__
        return None

    def complete(self) -> str | None:
        """Make the file safe on the disk, take its fingerprint, and give it its name."""
        if self._descriptor is None:
            return None
        descriptor, self._descriptor = self._descriptor, None
        try:
            os.ftruncate(descriptor, self._size())
            self._write_header(descriptor)
            os.fsync(descriptor)
            self.sha256 = _fingerprint(descriptor)
            self.bytes_kept = self._size()
            self._part.replace(self.path)
            _sync_folder(self.path.parent)
        except OSError as error:
            return error.strerror or type(error).__name__
        finally:
            os.close(descriptor)
        return None

    def _opened(self) -> int:
        if self._descriptor is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            if self.path.exists():
                raise FileExistsError(errno.EEXIST, "a recording of that name exists")
            flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
            self._descriptor = os.open(self._part, flags, 0o600)
        return self._descriptor

    def _encode(self, left: bytes, right: bytes) -> bytes:
        if self._form is wav.WavFormat.PCM16:
            return wav.interleave(decode(left, Law.ULAW), decode(right, Law.ULAW))
        stereo = bytearray(2 * len(left))
        law = _FILE_LAWS[self._form]
        stereo[0::2], stereo[1::2] = translate(left, Law.ULAW, law), translate(right, Law.ULAW, law)
        return bytes(stereo)

    def _write_header(self, descriptor: int) -> None:
        _write_all(descriptor, wav.header(self._form, len(CHANNELS), self.frames_kept), 0)

    def _size(self) -> int:
        return wav.HEADER_BYTES + self.frames_kept * wav.frame_bytes(self._form, len(CHANNELS))


def _write_all(descriptor: int, content: bytes, offset: int) -> None:
    """Write everything, in pieces if need be: a disk that fills up takes the first part of a batch."""
    rest = memoryview(content)
    while rest:
        written = os.pwrite(descriptor, rest, offset)
        rest, offset = rest[written:], offset + written


def _fingerprint(descriptor: int) -> str:
    digest, offset = hashlib.sha256(), 0
    while piece := os.pread(descriptor, 1024 * 1024, offset):
        digest.update(piece)
        offset += len(piece)
    return digest.hexdigest()


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
