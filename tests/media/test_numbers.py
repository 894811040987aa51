"""Numbers are said as people say them, in both languages."""

import pytest

from contactcenter.media.numbers import LANGUAGES, NUMBER_MAX, digit_prompts, number_prompts


def said(number: int, language: str) -> str:
    return " ".join(name.removeprefix("number_") for name in number_prompts(number, language))


@pytest.mark.parametrize(
    ("number", "english", "chinese"),
    [
        (0, "0", "0"),
        (1, "1", "1"),
        (10, "10", "10"),
        (12, "12", "10 2"),
        (20, "20", "2 10"),
        (21, "20 1", "2 10 1"),
        (100, "1 hundred", "1 hundred"),
        (105, "1 hundred 5", "1 hundred 0 5"),
        (110, "1 hundred 10", "1 hundred 1 10"),
        (115, "1 hundred 15", "1 hundred 1 10 5"),
        (342, "3 hundred 40 2", "3 hundred 4 10 2"),
        (1_000, "1 thousand", "1 thousand"),
        (1_005, "1 thousand 5", "1 thousand 0 5"),
        (1_050, "1 thousand 50", "1 thousand 0 5 10"),
        (9_999, "9 thousand 9 hundred 90 9", "9 thousand 9 hundred 9 10 9"),
        (10_203, "1 0 2 0 3", "1 0 2 0 3"),
    ],
)
def test_a_place_in_the_queue_is_said(number: int, english: str, chinese: str) -> None:
    assert said(number, "en") == english
    assert said(number, "zh") == chinese


def test_only_prompts_that_exist_are_named() -> None:
    english = {str(number) for number in (*range(21), *range(30, 100, 10))} | {"hundred", "thousand"}
    chinese = {str(number) for number in range(11)} | {"hundred", "thousand"}
    for number in range(NUMBER_MAX + 1):
        assert set(said(number, "en").split()) <= english
        assert set(said(number, "zh").split()) <= chinese
    assert LANGUAGES == ("en", "zh")


def test_a_meter_number_is_said_digit_by_digit_whatever_stands_between() -> None:
    assert digit_prompts("10-2 ٣") == ["number_1", "number_0", "number_2"]


def test_a_language_without_rules_says_digits() -> None:
    assert said(42, "xx") == "4 2"
    assert said(-1, "en") == "0"
