"""The sounds a worker plays: cut into 20 ms frames of both codecs once, in memory, read by every listener.

Only 8 kHz mono WAV files below the prompts folder or an allowed root are ever opened.
"""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path
from typing import Final

import numpy as np

from contactcenter.media import wav
from contactcenter.media.g711 import Law, Samples, encode
from contactcenter.media.rtp import FRAME_SAMPLES

SOUND_BYTES_MAX: Final = 16 * 1024 * 1024
"""17 minutes of 16-bit sound: longer than any announcement, and what one request may cost."""
CACHED_SOUNDS_MAX: Final = 64
"""Sounds from outside the prompts folder (voicemail, announcements of the day) that are kept."""
MUSIC: Final = "music/"


class SoundRefused(Exception):
    """The file is not there, not allowed, or not 8 kHz mono telephone sound."""


class Sound:
    """One sound, ready to send in either codec."""

    __slots__ = ("frames", "is_music")

    def __init__(self, samples: Samples, *, is_music: bool = False) -> None:
        """Cut samples into frames; the last one is filled up with silence."""
        missing = -samples.size % FRAME_SAMPLES
        whole = np.concatenate([samples, np.zeros(missing, dtype=np.int16)])
        self.is_music = is_music
        self.frames = {law: _cut(encode(whole, law)) for law in Law}

    def __len__(self) -> int:
        return len(self.frames[Law.ULAW])


def _cut(codewords: bytes) -> tuple[bytes, ...]:
    return tuple(codewords[start : start + FRAME_SAMPLES] for start in range(0, len(codewords), FRAME_SAMPLES))


def read_sound(path: Path, *, is_music: bool = False) -> Sound:
    """Read one file; blocks, so not for the thread that sends sound. Raises SoundRefused."""
    try:
        if path.stat().st_size > SOUND_BYTES_MAX:
            raise SoundRefused("too long")
        sound = wav.read(path.read_bytes())
    except OSError as error:
        raise SoundRefused("cannot be read") from error
    if sound is None or sound.rate_hz != wav.RATE_HZ or sound.samples.shape[1] != 1 or not sound.samples.size:
        raise SoundRefused("not 8 kHz mono WAV")
    return Sound(sound.samples[:, 0], is_music=is_music)


def is_below(path: Path, roots: tuple[Path, ...]) -> bool:
    """Tell whether a path, links and dots followed, lies below one of the roots."""
    try:
        real = path.resolve()
    except (OSError, RuntimeError, ValueError):  # too long, a loop of links, a NUL
        return False
    return any(real.is_relative_to(root) for root in roots)


class SoundShelf:
    """All sounds that are in memory, by the name that a play uses."""

    def __init__(self, prompts: Path, roots: tuple[Path, ...]) -> None:
        self._prompts = prompts.resolve()
        self._roots = tuple(root.resolve() for root in roots)
        self._sounds: dict[str, Sound] = {}
        self._visitors: OrderedDict[str, Sound] = OrderedDict()

    def fill(self) -> int:
        """Read everything below the prompts folder; files that are no telephone sound are left out. Gives how many."""
        for path in sorted(self._prompts.rglob("*.wav")):
            name = path.relative_to(self._prompts).with_suffix("").as_posix()
            if is_below(path, (self._prompts,)):
                self._keep(name, path)
        return len(self._sounds)

    def find(self, name: str) -> Sound | None:
        """Give a sound that is in memory."""
        name = name.removesuffix(".wav")
        sound = self._sounds.get(name)
        if sound is None and name in self._visitors:
            self._visitors.move_to_end(name)
            sound = self._visitors[name]
        return sound

    def locate(self, name: str) -> Path:
        """Give the file of a name that is not in memory. Raises SoundRefused for one outside the allowed folders."""
        path = Path(name.removesuffix(".wav") + ".wav")
        inside = is_below(path, self._roots) if path.is_absolute() else is_below(self._prompts / path, (self._prompts,))
        if not inside:
            raise SoundRefused("outside the allowed folders")
        return self._prompts / path

    def add(self, name: str, sound: Sound) -> None:
        """Keep a sound that was read later, and let the one unused for longest go."""
        self._visitors[name.removesuffix(".wav")] = sound
        while len(self._visitors) > CACHED_SOUNDS_MAX:
            self._visitors.popitem(last=False)

    def _keep(self, name: str, path: Path) -> None:
        try:
            self._sounds[name] = read_sound(path, is_music=name.startswith(MUSIC))
        except SoundRefused:
            self._sounds.pop(name, None)


class Player:
    """One play to one session: files one after another, the last one for ever if it loops."""

    __slots__ = ("_at", "_file", "_gap_frames", "_loop", "_sounds", "_wait", "play")

    def __init__(self, play: str, sounds: list[Sound], *, loop: bool, gap_frames: int) -> None:
        self.play = play
        self._sounds = sounds
        self._loop = loop
        self._gap_frames = gap_frames
        self._file = 0
        self._at = 0
        self._wait = 0

    def next_frame(self, law: Law, tick: int) -> bytes | None:
        """Give the frame of this tick, nothing in a gap (b""), None at the end."""
        if self._wait:
            self._wait -= 1
            return b""
        if self._file == len(self._sounds):
            return None
        sound = self._sounds[self._file]
        if sound.is_music:
            return self._music_frame(sound, law, tick)
        frame = sound.frames[law][self._at]
        self._at += 1
        if self._at == len(sound):
            self._turn()
        return frame

    def _music_frame(self, sound: Sound, law: Law, tick: int) -> bytes:
        """Read music where all its listeners are; one that neither loops nor is the last file plays its length."""
        self._at += 1
        if self._at >= len(sound):
            self._turn()
        return sound.frames[law][tick % len(sound)]

    def _turn(self) -> None:
        self._at = 0
        is_last = self._file == len(self._sounds) - 1
        if is_last and self._loop:
            self._wait = 0 if self._sounds[self._file].is_music else self._gap_frames
            return
        self._file += 1
        self._wait = 0 if is_last else self._gap_frames
