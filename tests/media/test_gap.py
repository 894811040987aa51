"""The gap map says which milliseconds were lost and which were paused on purpose."""

from contactcenter.media.gap import GAPS_MAX, Gap, GapMap, SlotMark

LOST, HEARD, PAUSED = bytes([SlotMark.LOST]), bytes([SlotMark.FILLED]), bytes([SlotMark.PAUSED])


def test_an_unbroken_channel_has_no_gaps() -> None:
    gaps = GapMap(20)
    gaps.add(HEARD * 50)
    gaps.add(HEARD * 50)
    assert gaps.gaps() == ()
    assert gaps.totals_ms[SlotMark.FILLED] == 2_000


def test_a_gap_across_two_batches_is_one() -> None:
    gaps = GapMap(20)
    gaps.add(HEARD * 5 + LOST * 5)
    gaps.add(LOST * 5 + HEARD * 5)
    assert gaps.gaps() == (Gap(100, 300, SlotMark.LOST),)


def test_a_pause_next_to_a_loss_is_told_apart() -> None:
    gaps = GapMap(20)
    gaps.add(LOST * 2 + PAUSED * 3 + HEARD)
    assert gaps.gaps() == (Gap(0, 40, SlotMark.LOST), Gap(40, 100, SlotMark.PAUSED))
    assert gaps.totals_ms[SlotMark.PAUSED] == 60


def test_the_gap_still_open_at_the_end_counts() -> None:
    gaps = GapMap(20)
    gaps.add(HEARD)
    gaps.add(LOST * 3)
    assert gaps.gaps() == (Gap(20, 80, SlotMark.LOST),)


def test_a_hopeless_line_fills_no_memory_but_its_totals_stay_true() -> None:
    gaps = GapMap(20)
    gaps.add((LOST + HEARD) * (GAPS_MAX + 100) + LOST)
    assert len(gaps.gaps()) == GAPS_MAX
    assert gaps.totals_ms[SlotMark.LOST] == (GAPS_MAX + 101) * 20
