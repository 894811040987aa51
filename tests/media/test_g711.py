"""Codewords and samples: the standard's corner values, and nothing is lost by going through the tables."""

import numpy as np
import pytest

from contactcenter.media.g711 import ALAW_TO_ULAW, ULAW_TO_ALAW, Law, decode, encode, silence, translate
from contactcenter.media.tone import dominant_frequency_hz, level_dbfs, tone

EVERY_CODE = bytes(range(256))


@pytest.mark.parametrize(
    ("law", "code", "sample"),
    [
        (Law.ULAW, 0xFF, 0),
        (Law.ULAW, 0x80, 32_124),
        (Law.ULAW, 0x00, -32_124),
        (Law.ULAW, 0xFE, 8),
        (Law.ALAW, 0xD5, 8),
        (Law.ALAW, 0x55, -8),
        (Law.ALAW, 0xAA, 32_256),
        (Law.ALAW, 0x2A, -32_256),
    ],
)
def test_corner_values_of_the_standard(law: Law, code: int, sample: int) -> None:
    assert decode(bytes([code]), law).tolist() == [sample]
    assert encode(np.array([sample], dtype=np.int16), law) == bytes([code])


@pytest.mark.parametrize("law", list(Law))
def test_every_codeword_comes_back_but_the_second_zero(law: Law) -> None:
    back = encode(decode(EVERY_CODE, law), law)
    assert [code for code in range(256) if back[code] != code] == ([0x7F] if law is Law.ULAW else [])


@pytest.mark.parametrize("law", list(Law))
def test_every_sample_becomes_its_nearest_codeword(law: Law) -> None:
    samples = np.arange(-32_768, 32_768, 7, dtype=np.int32).astype(np.int16)
    values = decode(EVERY_CODE, law).astype(np.int32)
    best = np.abs(samples.astype(np.int32)[:, None] - values[None, :]).min(axis=1)
    chosen = np.abs(samples.astype(np.int32) - decode(encode(samples, law), law))
    assert (best == chosen).all()


@pytest.mark.parametrize("law", list(Law))
def test_silence_is_quiet(law: Law) -> None:
    assert abs(int(decode(silence(law), law)[0])) <= 8


def test_translation_keeps_the_tone_and_its_level() -> None:
    sound = tone(440, 1_000)
    as_alaw = translate(encode(sound, Law.ULAW), Law.ULAW, Law.ALAW)
    heard = decode(translate(as_alaw, Law.ALAW, Law.ULAW), Law.ULAW)
    assert dominant_frequency_hz(heard) == 440
    assert abs(level_dbfs(heard) - level_dbfs(sound)) <= 1


def test_translation_is_a_table_both_ways_and_nothing_between_equals() -> None:
    assert translate(EVERY_CODE, Law.ULAW, Law.ALAW) == ULAW_TO_ALAW
    assert translate(EVERY_CODE, Law.ALAW, Law.ULAW) == ALAW_TO_ULAW
    assert translate(EVERY_CODE, Law.ALAW, Law.ALAW) is EVERY_CODE
