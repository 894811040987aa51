"""Render the shipped prompts, the music on hold and the tones into `config/prompts`: 8 kHz mono µ-law WAV.

Run `python -m tools.render_prompts [NAME …]` after a change of `prompts.toml`. English is spoken by flite where it is
installed, everything else by espeak-ng (Debian: `apt-get install flite espeak-ng`); the music needs numpy alone.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from contactcenter.media import wav
from contactcenter.media.g711 import Law, encode
from contactcenter.media.tone import level_dbfs

PROMPTS: Final = Path(__file__).resolve().parent.parent / "config" / "prompts"
RATE_HZ: Final = 8_000
SPEECH_DBFS: Final = -20
MUSIC_DBFS: Final = -24
PEAK_MAX: Final = 0.8
PASS_HZ: Final = (150, 3_500)
"""A telephone passes 300 to 3,400 Hz; a little more on each side keeps the filter's edges out of it."""
EDGE_MS: Final = 30
QUIET: Final = 0.01
ESPEAK_VOICES: Final = {"en": ("en-gb", 155), "zh": ("cmn-latn-pinyin", 170)}
"""Voice and words per minute. The voice `cmn` of espeak-ng 1.51 spells its own pinyin in English letters."""

Sound = npt.NDArray[np.float64]


def speak(text: str, language: str, target: Path) -> None:
    """Let a speech program write a WAV file. Raises CalledProcessError, or FileNotFoundError where it is missing."""
    if language == "en" and shutil.which("flite"):
        command = ["flite", "-voice", "slt", "--setf", "duration_stretch=1.08", "-t", text, "-o", str(target)]
    else:
        voice, speed = ESPEAK_VOICES[language]
        command = ["espeak-ng", "-v", voice, "-s", str(speed), "-w", str(target), text]
    subprocess.run(command, check=True)


def resample(sound: Sound, rate_hz: int) -> Sound:
    """Bring sound to 8 kHz and the telephone's band, through its spectrum."""
    common = int(np.gcd(rate_hz, RATE_HZ))
    unit = rate_hz // common
    room = unit - sound.size % unit + unit * (rate_hz // 20 // unit)
    sound = np.concatenate([sound, np.zeros(room)])
    spectrum = np.fft.rfft(sound)
    frequencies = np.fft.rfftfreq(sound.size, 1 / rate_hz)
    low, high = PASS_HZ
    spectrum *= np.clip(frequencies / low, 0, 1) ** 2 * np.clip((high + 250 - frequencies) / 250, 0, 1)
    length = sound.size // unit * (RATE_HZ // common)
    resampled: Sound = np.fft.irfft(spectrum[: length // 2 + 1], length) * (length / sound.size)
    return resampled


def trim(sound: Sound) -> Sound:
    """Cut the silence before and after, but for a short edge that fades."""
    loud = np.flatnonzero(np.abs(sound) > QUIET * np.abs(sound).max())
    edge = EDGE_MS * RATE_HZ // 1_000
    cut = np.concatenate([np.zeros(edge), sound, np.zeros(edge)])[loud[0] : loud[-1] + 2 * edge].copy()
    cut[:edge] *= np.linspace(0, 1, edge)
    cut[-edge:] *= np.linspace(1, 0, edge)
    return cut


def level(sound: Sound, target_dbfs: int) -> npt.NDArray[np.int16]:
    """Bring sound to a mean level, peaks held below clipping."""
    scaled = sound / np.abs(sound).max() * PEAK_MAX * 32_767
    gain = min(1.0, 10 ** ((target_dbfs - level_dbfs(np.round(scaled).astype(np.int16))) / 20))
    leveled: npt.NDArray[np.int16] = np.round(scaled * gain).astype(np.int16)
    return leveled


def write(path: Path, samples: npt.NDArray[np.int16]) -> None:
    """Write a µ-law WAV file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    padding = b"\0" * (samples.size % 2)
    path.write_bytes(wav.header(wav.WavFormat.ULAW, 1, samples.size) + encode(samples, Law.ULAW) + padding)


def render_prompt(name: str, language: str, text: str) -> None:
    """Render one prompt."""
    with tempfile.TemporaryDirectory() as folder:
        spoken = Path(folder) / "spoken.wav"
        speak(text, language, spoken)
        sound = wav.read(spoken.read_bytes())
    if sound is None:
        raise SystemExit(f"{language}/{name}: the speech program wrote no WAV file")
    linear = sound.samples[:, 0].astype(np.float64)
    write(PROMPTS / language / f"{name}.wav", level(trim(resample(linear, sound.rate_hz)), SPEECH_DBFS))


# Music ---------------------------------------------------------------------------------------------------------------

BAR_SECONDS: Final = 4
CHORDS: Final = (
    (57, 60, 64, 67),
    (53, 57, 60, 64),
    (48, 55, 60, 64),
    (55, 59, 62, 64),
    (57, 60, 64, 69),
    (50, 57, 60, 65),
    (53, 57, 60, 67),
    (55, 59, 62, 67),
    (48, 55, 59, 64),
    (53, 57, 60, 64),
    (50, 57, 62, 65),
    (55, 60, 62, 67),
)
"""A slow walk through A minor and C major, MIDI note numbers; twelve bars are 48 seconds."""
STEPS: Final = (0, 2, 1, 3, 2, 1, 3, 2)


def note_hz(note: int) -> float:
    """The frequency of a MIDI note."""
    return float(440 * 2 ** ((note - 69) / 12))


def pad(note: int, seconds: float) -> Sound:
    """A soft, slowly swelling note."""
    times = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    swell = np.sin(np.pi * np.clip(times / seconds, 0, 1)) ** 1.5
    tremolo = 1 + 0.1 * np.sin(2 * np.pi * 0.5 * times)
    voices = (np.sin(2 * np.pi * note_hz(note) * detune * times) for detune in (0.998, 1, 1.002))
    sound: Sound = sum(voices, np.zeros(times.size)) / 3 * swell * tremolo
    return sound


def pluck(note: int) -> Sound:
    """A struck note that dies away."""
    times = np.arange(int(2.0 * RATE_HZ)) / RATE_HZ
    attack = np.clip(times / 0.01, 0, 1)
    partials = ((1, 1.0, 2.2), (2, 0.35, 3.5), (3, 0.12, 5.0))
    sounds = (
        size * np.exp(-fall * times) * np.sin(2 * np.pi * note_hz(note) * k * times) for k, size, fall in partials
    )
    sound: Sound = sum(sounds, np.zeros(times.size)) * attack
    return sound


def lay(music: Sound, sound: Sound, at_seconds: float) -> None:
    """Add a sound at a time; what goes beyond the end goes on at the beginning, so the loop has no seam."""
    places = (int(at_seconds * RATE_HZ) + np.arange(sound.size)) % music.size
    music[places] += sound


def render_music() -> None:
    """Synthesise the music on hold."""
    music = np.zeros(len(CHORDS) * BAR_SECONDS * RATE_HZ)
    for bar, chord in enumerate(CHORDS):
        begin = bar * BAR_SECONDS
        for note in chord:
            lay(music, 0.5 * pad(note, BAR_SECONDS * 1.5), begin)
        for step, place in enumerate(STEPS):
            loudness = 0.55 if step % 4 == 0 else 0.4
            lay(music, loudness * pluck(chord[place] + 12), begin + step * BAR_SECONDS / len(STEPS))
    write(PROMPTS / "music" / "hold.wav", level(music, MUSIC_DBFS))


RINGING_HZ: Final = 450
RINGING_DBFS: Final = -24
RING_SECONDS, PAUSE_SECONDS = 1, 4


def render_ringing() -> None:
    """Synthesise what an agent hears while a customer's phone rings, with soft edges."""
    times = np.arange(RING_SECONDS * RATE_HZ) / RATE_HZ
    edges = np.clip(np.minimum(times, RING_SECONDS - times) / 0.02, 0, 1)
    ring = level(np.sin(2 * np.pi * RINGING_HZ * times) * edges, RINGING_DBFS)
    write(PROMPTS / "music" / "ringing.wav", np.concatenate([ring, np.zeros(PAUSE_SECONDS * RATE_HZ, np.int16)]))


BEEP_HZ: Final = 1_000
BEEP_DBFS: Final = -20
BEEP_SECONDS: Final = 0.4


def render_beep() -> None:
    """Synthesise the tone after which a caller speaks, after a short silence and with soft edges."""
    times = np.arange(int(BEEP_SECONDS * RATE_HZ)) / RATE_HZ
    edges = np.clip(np.minimum(times, BEEP_SECONDS - times) / 0.02, 0, 1)
    beep = level(np.sin(2 * np.pi * BEEP_HZ * times) * edges, BEEP_DBFS)
    write(PROMPTS / "music" / "beep.wav", np.concatenate([np.zeros(RATE_HZ // 4, np.int16), beep]))


def main(wanted: list[str]) -> None:
    """Render what was named, or everything."""
    table = tomllib.loads((PROMPTS / "prompts.toml").read_text(encoding="utf-8"))
    for name, texts in table.items():
        if not wanted or name in wanted:
            for language, text in texts.items():
                if language != "written":
                    render_prompt(name, language, text)
    if not wanted or "music" in wanted:
        render_music()
    if not wanted or "ringing" in wanted:
        render_ringing()
    if not wanted or "beep" in wanted:
        render_beep()


if __name__ == "__main__":
    main(sys.argv[1:])
