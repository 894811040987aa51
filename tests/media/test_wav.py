"""A WAV file is valid at every flush, and a file of any origin is read or refused, never raised over."""

import struct
import wave
from io import BytesIO

import numpy as np
import pytest

from contactcenter.media.g711 import Law, encode
from contactcenter.media.tone import dominant_frequency_hz, tone
from contactcenter.media.wav import HEADER_BYTES, WavFormat, frame_bytes, header, interleave, read, repaired_header

LEFT, RIGHT = tone(440, 500), tone(1_000, 500)


def stereo() -> bytes:
    return header(WavFormat.PCM16, 2, LEFT.size) + interleave(LEFT, RIGHT)


def test_another_reader_understands_our_stereo_file() -> None:
    with wave.open(BytesIO(stereo())) as reader:
        assert (reader.getnchannels(), reader.getsampwidth(), reader.getframerate()) == (2, 2, 8_000)
        assert reader.getnframes() == LEFT.size


def test_left_is_the_caller_and_right_the_agent() -> None:
    sound = read(stereo())
    assert sound is not None and sound.rate_hz == 8_000
    assert dominant_frequency_hz(sound.samples[:, 0]) == 440
    assert dominant_frequency_hz(sound.samples[:, 1]) == 1_000


@pytest.mark.parametrize(("form", "law"), [(WavFormat.ULAW, Law.ULAW), (WavFormat.ALAW, Law.ALAW)])
def test_codeword_files_are_half_the_size_and_sound_the_same(form: WavFormat, law: Law) -> None:
    content = header(form, 1, LEFT.size) + encode(LEFT, law)
    sound = read(content)
    assert sound is not None and dominant_frequency_hz(sound.samples[:, 0]) == 440
    assert frame_bytes(form, 1) == 1 and frame_bytes(WavFormat.PCM16, 2) == 4


def test_a_file_cut_off_in_a_flush_plays_up_to_what_the_header_says() -> None:
    sound = read(stereo() + b"half a batch")
    assert sound is not None and len(sound.samples) == LEFT.size


def test_a_file_shorter_than_its_header_says_gives_whole_frames() -> None:
    sound = read(stereo()[:-3])
    assert sound is not None and len(sound.samples) == LEFT.size - 1


def test_a_file_left_by_a_crash_is_repaired_from_its_size() -> None:
    stale = header(WavFormat.PCM16, 2, 0) + interleave(LEFT, RIGHT)
    repaired = repaired_header(stale[:HEADER_BYTES], len(stale) + 3)
    assert repaired == (header(WavFormat.PCM16, 2, LEFT.size), LEFT.size)


@pytest.mark.parametrize(
    "start",
    [
        b"",
        b"\x00" * HEADER_BYTES,
        header(WavFormat.PCM16, 2, 0).replace(b"\x01\x00\x02", b"\x09\x00\x02"),
        header(WavFormat.PCM16, 2, 0).replace(b"\x01\x00\x02", b"\x01\x00\x00"),
        header(WavFormat.PCM16, 2, 0).replace(b"\x01\x00\x02\x00", b"\x01\x00\xff\xff"),
    ],
)
def test_a_strangers_file_is_not_repaired(start: bytes) -> None:
    assert repaired_header(start, 10_000) is None


def test_a_header_alone_is_an_empty_recording() -> None:
    repaired = repaired_header(header(WavFormat.ULAW, 2, 9), 10)
    assert repaired is not None and repaired[1] == 0


def test_sizes_beyond_the_format_are_held_at_its_limit() -> None:
    content = header(WavFormat.PCM16, 2, 2**31)
    assert struct.unpack_from("<I", content, 4)[0] <= 0xFFFF_FFFF


def chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack("<4sI", name, len(content)) + content


def riff(*chunks: bytes) -> bytes:
    return b"RIFF\x00\x00\x00\x00WAVE" + b"".join(chunks)


LAYOUT = struct.pack("<HHIIHH", 1, 1, 8_000, 16_000, 2, 16)


def test_unknown_chunks_and_odd_sizes_are_stepped_over() -> None:
    sound = read(riff(chunk(b"LIST", b"abc") + b"\x00", chunk(b"fmt ", LAYOUT), chunk(b"data", b"\x01\x00")))
    assert sound is not None and np.array_equal(sound.samples, [[1]])


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"RIFX\x00\x00\x00\x00WAVE" + bytes(40),
        riff(chunk(b"fmt ", LAYOUT)),
        riff(chunk(b"data", b"")),
        riff(chunk(b"fmt ", b"\x01"), chunk(b"data", b"")),
        riff(chunk(b"fmt ", struct.pack("<HHIIHH", 85, 1, 8_000, 0, 1, 0)), chunk(b"data", b"")),
        riff(chunk(b"fmt ", struct.pack("<HHIIHH", 1, 0, 8_000, 0, 1, 16)), chunk(b"data", b"")),
        riff(chunk(b"fmt ", struct.pack("<HHIIHH", 1, 1, 8_000, 0, 3, 24)), chunk(b"data", b"")),
    ],
)
def test_files_we_cannot_play_are_refused(content: bytes) -> None:
    assert read(content) is None
