"""WAV files of telephone sound: the header while a file grows, and reading a whole one.

The header is written again after each flush, so a file cut off by a crash plays up to its last flush. Reading
answers bad files with `None`.
"""

import struct
from enum import Enum
from typing import Final, NamedTuple

import numpy as np

from contactcenter.media.g711 import Law, Samples, decode

__all__ = ["HEADER_BYTES", "WavFormat", "WavSound", "frame_bytes", "header", "interleave", "read", "repaired_header"]


class WavFormat(Enum):
    """The encodings we write and read, by their tag (RFC 2361)."""

    PCM16 = 1
    ALAW = 6
    ULAW = 7


HEADER_BYTES: Final = 58
"""RIFF, a `fmt ` chunk with its extension size, a `fact` chunk (both asked for by G.711 files) and `data`."""
RATE_HZ: Final = 8_000
CHANNELS_MAX: Final = 2
"""Caller and agent; a file that claims more is broken or none of ours."""
SIZE_MAX: Final = 0xFFFF_FFFF
_HEADER: Final = struct.Struct("<4sI4s 4sIHHIIHHH 4sII 4sI")
_CHUNK: Final = struct.Struct("<4sI")
_FORMAT: Final = struct.Struct("<HHIIHH")
_LAWS: Final = {WavFormat.ALAW: Law.ALAW, WavFormat.ULAW: Law.ULAW}


class WavSound(NamedTuple):
    """A file that was read: samples of shape (frames, channels), linear whatever the file's encoding."""

    rate_hz: int
    samples: Samples


def frame_bytes(form: WavFormat, channels: int) -> int:
    """Say how many bytes one sample of every channel takes."""
    return channels * (2 if form is WavFormat.PCM16 else 1)


def header(form: WavFormat, channels: int, frames: int) -> bytes:
    """Write the header of a file that holds so many frames; sizes beyond 4 GiB are held at the limit."""
    block = frame_bytes(form, channels)
    size = min(frames * block, SIZE_MAX - HEADER_BYTES)
    bits = 16 if form is WavFormat.PCM16 else 8
    riff = (b"RIFF", size + HEADER_BYTES - 8, b"WAVE")
    layout = (b"fmt ", 18, form.value, channels, RATE_HZ, RATE_HZ * block, block, bits, 0)
    return _HEADER.pack(*riff, *layout, b"fact", 4, frames & SIZE_MAX, b"data", size)


def repaired_header(start: bytes, file_bytes: int) -> tuple[bytes, int] | None:
    """Give the true header, and the frames, of a file of ours that was cut off; None if it is not one of ours."""
    if len(start) < HEADER_BYTES:
        return None
    fields = _HEADER.unpack_from(start)
    tags = (fields[0], fields[2], fields[3], fields[12], fields[15])
    if tags != (b"RIFF", b"WAVE", b"fmt ", b"fact", b"data") or fields[5] not in {form.value for form in WavFormat}:
        return None
    form, channels = WavFormat(fields[5]), fields[6]
    if not 1 <= channels <= CHANNELS_MAX:
        return None
    frames = max(0, file_bytes - HEADER_BYTES) // frame_bytes(form, channels)
    return header(form, channels, frames), frames


def interleave(left: Samples, right: Samples) -> bytes:
    """Lay two channels of equal length side by side as a stereo file wants them."""
    stereo = np.empty((left.size, 2), dtype="<i2")
    stereo[:, 0] = left
    stereo[:, 1] = right
    return stereo.tobytes()


def read(content: bytes) -> WavSound | None:
    """Read a whole file; None where it is broken or of an encoding that telephone sound does not use."""
    chunks = _chunks(content)
    layout, sound = chunks.get(b"fmt "), chunks.get(b"data")
    if layout is None or sound is None or len(layout) < _FORMAT.size:
        return None
    tag, channels, rate_hz, _, _, bits = _FORMAT.unpack_from(layout)
    if tag not in {form.value for form in WavFormat} or not 1 <= channels <= CHANNELS_MAX or rate_hz < 1:
        return None
    form = WavFormat(tag)
    if bits != (16 if form is WavFormat.PCM16 else 8):
        return None
    sound = sound[: len(sound) - len(sound) % frame_bytes(form, channels)]
    linear = np.frombuffer(sound, dtype="<i2").astype(np.int16) if form not in _LAWS else decode(sound, _LAWS[form])
    return WavSound(rate_hz, linear.reshape(-1, channels))


def _chunks(content: bytes) -> dict[bytes, bytes]:
    """Cut a RIFF file into its chunks; the first of a name counts, a short last one is taken as it is."""
    found: dict[bytes, bytes] = {}
    if content[:4] != b"RIFF" or content[8:12] != b"WAVE":
        return found
    position = 12
    while position + _CHUNK.size <= len(content):
        name, size = _CHUNK.unpack_from(content, position)
        start = position + _CHUNK.size
        found.setdefault(name, content[start : start + size])
        position = start + size + size % 2
    return found
