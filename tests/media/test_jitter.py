"""Sound lies in the recording where it was spoken, however its packets travelled."""

import random

import pytest

from contactcenter.media.gap import SlotMark
from contactcenter.media.jitter import SLOTS_MIN, AlignmentRing

SILENCE = b"\xff"
FRAME = 160


def frame(number: int) -> bytes:
    return bytes([number % 250]) * FRAME


def whole(ring: AlignmentRing, until: int) -> tuple[list[int], list[int]]:
    """Hand everything out; gives the first codeword and the mark of each slot."""
    codewords, marks = ring.hand_out(until)
    return list(codewords[::FRAME]), list(marks)


def test_an_even_stream_lies_as_it_came() -> None:
    ring = AlignmentRing(SILENCE)
    for number in range(10):
        ring.place(1, 7_000 + number * FRAME, frame(number), number * FRAME)
    assert whole(ring, 10 * FRAME) == (list(range(10)), [SlotMark.FILLED] * 10)


def test_late_doubled_and_reordered_packets_find_their_place() -> None:
    chance = random.Random(3)
    for _ in range(200):
        ring = AlignmentRing(SILENCE)
        arrivals = [(number * FRAME + chance.randrange(0, 480) * (number > 0), number) for number in range(30)]
        for arrival, number in sorted(arrivals + chance.choices(arrivals, k=5)):
            ring.place(1, (0xFFFF_FE00 + number * FRAME) & 0xFFFF_FFFF, frame(number), arrival)
        assert whole(ring, 30 * FRAME)[0] == list(range(30))
        assert ring.late == 0


def test_a_lost_packet_is_silence_and_marked() -> None:
    ring = AlignmentRing(SILENCE)
    for number in (0, 2):
        ring.place(1, number * FRAME, frame(number), number * FRAME)
    assert whole(ring, 3 * FRAME) == ([0, 0xFF, 2], [SlotMark.FILLED, SlotMark.LOST, SlotMark.FILLED])


def test_a_pause_in_speech_keeps_its_length() -> None:
    ring = AlignmentRing(SILENCE)
    ring.place(1, 0, frame(1), 0)
    ring.place(1, 20 * FRAME, frame(2), 20 * FRAME + 300)
    assert whole(ring, 21 * FRAME)[0] == [1, *[0xFF] * 19, 2]


def test_packets_of_ten_and_thirty_milliseconds_fit_as_well() -> None:
    ring = AlignmentRing(SILENCE)
    for start, length in ((0, 80), (80, 80), (160, 240), (400, 240)):
        ring.place(1, 50 + start, bytes([length]) * length, start)
    codewords, marks = ring.hand_out(640)
    assert codewords == bytes([80]) * 160 + bytes([240]) * 480
    assert list(marks) == [SlotMark.FILLED] * 4


def test_the_ring_goes_round_without_a_seam() -> None:
    ring = AlignmentRing(SILENCE, slots=SLOTS_MIN)
    heard: list[int] = []
    for number in range(50):
        ring.place(1, number * FRAME + 60, frame(number), number * FRAME + 60)
        heard += whole(ring, (number - 1) * FRAME)[0]
    assert heard[1:40] == [max(0, number) for number in range(0, 39)]


def test_never_fewer_slots_than_a_burst_needs() -> None:
    ring = AlignmentRing(SILENCE, slots=1)
    for number in range(SLOTS_MIN):
        ring.place(1, number * FRAME, frame(number), 0)
    assert whole(ring, SLOTS_MIN * FRAME)[0][0] == 0


def test_what_comes_after_its_place_was_handed_out_is_counted_and_dropped() -> None:
    ring = AlignmentRing(SILENCE)
    for number in (0, 1, 3):
        ring.place(1, number * FRAME, frame(number), number * FRAME)
    ring.hand_out(3 * FRAME)
    ring.place(1, 2 * FRAME, frame(2), 4 * FRAME)
    assert ring.late == 1
    assert whole(ring, 4 * FRAME)[0] == [3]


def test_what_lies_beyond_the_ring_is_dropped() -> None:
    ring = AlignmentRing(SILENCE, slots=4)
    ring.place(1, 0, frame(1), 100 * FRAME)
    assert whole(ring, 4 * FRAME)[1] == [SlotMark.LOST] * 4


@pytest.mark.parametrize("jump", [1_000_000, -1_000_000, 3_000_000_000])
def test_a_sender_whose_timestamps_jump_is_aligned_anew_by_arrival(jump: int) -> None:
    ring = AlignmentRing(SILENCE)
    for number in range(6):
        shift = jump if number >= 3 else 0
        ring.place(1, (5_000_000 + shift + number * FRAME) & 0xFFFF_FFFF, frame(number), number * FRAME)
    assert whole(ring, 6 * FRAME)[0] == [0, 1, 2, 3, 4, 5]


def test_a_new_stream_of_the_same_party_is_aligned_by_arrival() -> None:
    ring = AlignmentRing(SILENCE)
    ring.place(1, 99, frame(1), 0)
    ring.place(2, 5, frame(2), 5 * FRAME)
    assert whole(ring, 6 * FRAME)[0] == [1, 0xFF, 0xFF, 0xFF, 0xFF, 2]


def test_a_sender_with_a_slow_clock_is_taken_up_again_when_it_falls_behind() -> None:
    ring = AlignmentRing(SILENCE)
    ring.place(1, 0, frame(1), 0)
    ring.hand_out(10 * FRAME)
    ring.place(1, FRAME, frame(2), 12 * FRAME)
    assert whole(ring, 13 * FRAME)[0] == [0xFF, 0xFF, 2]
    assert ring.late == 0


def test_in_a_pause_nothing_is_kept_and_the_slots_say_so() -> None:
    ring = AlignmentRing(SILENCE)
    for number in range(10):
        if number == 3:
            ring.pause(3 * FRAME)
        if number == 6:
            ring.resume(6 * FRAME)
        ring.place(1, number * FRAME, frame(number + 1), number * FRAME)
    sound, marks = whole(ring, 10 * FRAME)
    assert sound == [1, 2, 3, 0xFF, 0xFF, 0xFF, 7, 8, 9, 10]
    assert marks == [SlotMark.FILLED] * 3 + [SlotMark.PAUSED] * 3 + [SlotMark.FILLED] * 4


def test_sound_of_a_pause_that_arrives_after_its_end_is_not_kept() -> None:
    ring = AlignmentRing(SILENCE)
    ring.place(1, 0, frame(1), 0)
    ring.pause(FRAME)
    ring.resume(4 * FRAME)
    ring.place(1, 3 * FRAME, frame(66), 5 * FRAME)
    ring.place(1, 5 * FRAME, frame(6), 5 * FRAME)
    assert whole(ring, 6 * FRAME)[0] == [1, 0xFF, 0xFF, 0xFF, 0xFF, 6]


def test_a_pause_across_a_hand_out_is_marked_on_both_sides() -> None:
    ring = AlignmentRing(SILENCE)
    ring.place(1, 0, frame(1), 0)
    ring.pause(FRAME)
    assert whole(ring, 3 * FRAME)[1] == [SlotMark.FILLED, SlotMark.PAUSED, SlotMark.PAUSED]
    assert whole(ring, 5 * FRAME)[1] == [SlotMark.PAUSED, SlotMark.PAUSED]
    ring.resume(6 * FRAME)
    assert whole(ring, 8 * FRAME)[1] == [SlotMark.PAUSED, SlotMark.LOST, SlotMark.LOST]


def test_a_pause_does_not_cover_sound_that_was_placed_ahead_of_it() -> None:
    ring = AlignmentRing(SILENCE)
    ring.place(1, 0, frame(1) + frame(2), 0)
    ring.pause(FRAME)
    ring.resume(2 * FRAME)
    assert whole(ring, 2 * FRAME)[1] == [SlotMark.FILLED, SlotMark.FILLED]
