"""A room of three: everyone hears the others, never themselves, as loud as the matrix says."""

import numpy as np

from contactcenter.media.mix import FULL_GAIN, conference, mix
from contactcenter.media.tone import dominant_frequency_hz, level_dbfs, tone

CALLER, AGENT, COACH = range(3)
ROOM = np.stack([tone(400, 200), tone(900, 200), tone(1_500, 200)])


def test_in_a_conference_nobody_hears_themselves() -> None:
    heard = mix(ROOM, conference(3))
    assert (heard[CALLER] == ROOM[AGENT] + ROOM[COACH]).all()
    assert (heard[COACH] == ROOM[CALLER] + ROOM[AGENT]).all()


def test_a_coach_whispers_to_the_agent_alone() -> None:
    whisper = [[0, FULL_GAIN, 0], [FULL_GAIN, 0, FULL_GAIN], [FULL_GAIN, FULL_GAIN, 0]]
    heard = mix(ROOM, whisper)
    assert dominant_frequency_hz(heard[CALLER]) == 900
    assert (heard[AGENT] == ROOM[CALLER] + ROOM[COACH]).all()


def test_half_the_gain_is_six_decibels_less() -> None:
    heard = mix(ROOM, [[FULL_GAIN // 2, 0, 0]])
    assert level_dbfs(ROOM[CALLER]) - level_dbfs(heard[0]) == 6


def test_too_loud_is_held_at_full_scale_and_never_wraps() -> None:
    loud = np.stack([tone(400, 100, 0)] * 3)
    heard = mix(loud, [[FULL_GAIN] * 3])
    assert heard.max() == 32_767 and heard.min() == -32_768
    assert dominant_frequency_hz(heard[0]) == 400
