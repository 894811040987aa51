"""What wallboards are told is written once for all pages that lack the same."""

from __future__ import annotations

import msgspec

from contactcenter.adapters.console.wallboard import NOTHING, Board, News
from tests.stories.centre import ANNA, MORNING, Centre


class Day:
    """A board over a centre, with a clock that the test moves."""

    def __init__(self) -> None:
        """Begin in the morning with Anna at work."""
        self.now, self.told = MORNING, 0
        self.centre = Centre()
        self.board = Board("Asia/Shanghai", "abandons_ignored", lambda: self.now)
        self.news = News(self.board)
        self.centre.signs_in(ANNA)
        self.catch_up()

    def catch_up(self) -> None:
        """Take in what happened."""
        for entry in self.centre.journal[self.told :]:
            self.board.apply(entry)
        self.told = len(self.centre.journal)


def test_pages_that_lack_the_same_are_told_by_the_very_same_text() -> None:
    day = Day()
    first, known = day.news.since(NOTHING, False)
    second, known_too = day.news.since(NOTHING, False)
    assert first is second and known == known_too and msgspec.json.decode(first)["kind"] == "snapshot"
    assert day.news.since(known, False) == ("", known), "nothing new is told in silence"


def test_a_change_is_told_to_each_page_from_where_it_was() -> None:
    day = Day()
    _, known = day.news.since(NOTHING, False)
    day.centre.calls()
    day.catch_up()
    news, later = day.news.since(known, False)
    assert msgspec.json.decode(news)["kind"] == "figures" and later > known
    whole, _ = day.news.since(NOTHING, False)
    assert msgspec.json.decode(whole)["kind"] == "snapshot"
    assert day.news.since(later, False)[0] == ""


def test_a_beat_has_the_time_of_now() -> None:
    day = Day()
    _, known = day.news.since(NOTHING, False)
    told = []
    for _ in range(2):
        day.now += 5_000
        told.append(msgspec.json.decode(day.news.since(known, True)[0])["now_at"])
    assert told == [MORNING + 5_000, MORNING + 10_000]
