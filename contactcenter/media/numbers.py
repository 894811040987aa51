"""Numbers in spoken words: which prompts, one after another, say an integer in a language.

Names only (`number_20`, `number_hundred`); the files lie under the language's folder.
"""

from collections.abc import Callable
from typing import Final

__all__ = ["LANGUAGES", "NUMBER_MAX", "digit_prompts", "number_prompts"]

NUMBER_MAX: Final = 9_999
"""Beyond it digits are said one by one: nobody follows a longer number, and no place in a queue needs it."""
HUNDRED: Final = "number_hundred"
THOUSAND: Final = "number_thousand"
TEN: Final = "number_10"


def digit_prompts(digits: str) -> list[str]:
    """Say digits one by one, as for a meter number; what is no digit is left out."""
    return [f"number_{digit}" for digit in digits if digit in "0123456789"]


def number_prompts(number: int, language: str) -> list[str]:
    """Say a number of 0 or more; a large one, or one in a language without rules here, digit by digit."""
    words = _WORDS.get(language)
    return digit_prompts(str(number)) if words is None or number > NUMBER_MAX else words(max(0, number))


def _english(number: int) -> list[str]:
    if number <= 20:
        return [f"number_{number}"]
    if number < 100:
        rest = _english(number % 10) if number % 10 else []
        return [f"number_{number - number % 10}", *rest]
    unit, word = (1_000, THOUSAND) if number >= 1_000 else (100, HUNDRED)
    rest = _english(number % unit) if number % unit else []
    return [*_english(number // unit), word, *rest]


def _chinese(number: int) -> list[str]:
    """Say 十 alone below 20 (十五), 一十 after a hundred (一百一十五), and 零 over an empty place (一百零五)."""
    if number <= 10:
        return [f"number_{number}"]
    if number < 20:
        return [TEN, f"number_{number - 10}"]
    spoken: list[str] = []
    skipped = False
    for unit, word in ((1_000, THOUSAND), (100, HUNDRED), (10, TEN), (1, None)):
        digit = number // unit % 10
        if digit == 0:
            skipped = bool(spoken)
            continue
        if skipped:
            spoken.append("number_0")
        skipped = False
        spoken.append(f"number_{digit}")
        if word is not None:
            spoken.append(word)
    return spoken


_WORDS: Final[dict[str, Callable[[int], list[str]]]] = {"en": _english, "zh": _chinese}
LANGUAGES: Final = tuple(_WORDS)
