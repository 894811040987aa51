"""The shipped sound is whole: every prompt in its languages, of telephone quality, at one loudness, with a licence."""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pytest

from contactcenter.media import wav
from contactcenter.media.g711 import Samples
from contactcenter.media.numbers import LANGUAGES, NUMBER_MAX, number_prompts
from contactcenter.media.tone import dominant_frequency_hz, level_dbfs

PROMPTS = Path(__file__).resolve().parents[2] / "config" / "prompts"
FILE = tomllib.loads((PROMPTS / "prompts.toml").read_text(encoding="utf-8"))
WRITTEN: dict[str, dict[str, str]] = {name: texts["written"] for name, texts in FILE.items() if "written" in texts}
TABLE: dict[str, dict[str, str]] = {
    name: {language: text for language, text in texts.items() if language != "written"} for name, texts in FILE.items()
}
SPOKEN = [(name, language) for name, texts in TABLE.items() for language in texts]
BYTES_MAX = 6_000_000  # what a repository may carry without anyone noticing


def sound(path: Path) -> Samples:
    """The samples of one shipped file."""
    read = wav.read(path.read_bytes())
    assert read is not None and read.rate_hz == 8_000 and read.samples.shape[1] == 1, path
    return read.samples[:, 0]


@pytest.mark.parametrize(("name", "language"), SPOKEN)
def test_every_text_is_spoken_at_one_loudness(name: str, language: str) -> None:
    spoken = sound(PROMPTS / language / f"{name}.wav")
    assert 0.2 <= spoken.size / 8_000 <= 15
    assert -23 <= level_dbfs(spoken) <= -19
    assert np.abs(spoken).max() < 27_000


def test_every_sentence_has_every_language() -> None:
    sentences = [name for name in TABLE if not name.startswith("number_")]
    assert [name for name in sentences if set(TABLE[name]) != set(LANGUAGES)] == []
    assert [name for name in WRITTEN if set(WRITTEN[name]) != set(LANGUAGES)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_can_be_said(language: str) -> None:
    needed = {name for number in range(NUMBER_MAX + 1) for name in number_prompts(number, language)}
    assert sorted(name for name in needed if language not in TABLE[name]) == []


def test_nothing_lies_about_that_no_text_explains() -> None:
    files = {path.relative_to(PROMPTS).as_posix() for path in PROMPTS.rglob("*.wav")}
    tones = {f"music/{name}.wav" for name in ("beep", "hold", "ringing")}
    assert files == {f"{language}/{name}.wav" for name, language in SPOKEN} | tones


def test_a_customers_phone_rings_one_second_in_five() -> None:
    ringing = sound(PROMPTS / "music" / "ringing.wav")
    assert ringing.size == 40_000 and not ringing[8_000:].any()
    assert dominant_frequency_hz(ringing[2_000:6_000]) in range(445, 456)


def test_the_music_is_gentle_and_its_end_meets_its_beginning() -> None:
    music = sound(PROMPTS / "music" / "hold.wav").astype(np.int32)
    assert 30 <= music.size / 8_000 <= 60
    assert -27 <= level_dbfs(music.astype(np.int16)) <= -20
    assert np.abs(music).max() < 16_384
    assert abs(int(music[0]) - int(music[-1])) <= np.abs(np.diff(music)).max()


def test_the_sound_is_small_and_licensed() -> None:
    assert sum(path.stat().st_size for path in PROMPTS.rglob("*")) < BYTES_MAX
    assert "CC0" in (PROMPTS / "LICENSE.md").read_text(encoding="utf-8")
