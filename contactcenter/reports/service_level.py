"""The four service levels in use, named, and the few shares that stand beside them.

All take counts and return percent or None where there is nothing to judge. `offered` here means visits that came to a
verdict in the period: a contact that still waits has not been judged yet. Short abandons are in no variant. `lost` are
the abandons and what counts as one: overflowed, called back, voicemail and closed. Formulas: Cisco's four, as the
glossary names them.
"""

from collections.abc import Callable
from enum import StrEnum

__all__ = [
    "FORMULAS",
    "Variant",
    "abandons_count_against",
    "abandons_count_for",
    "abandons_ignored",
    "handled_only",
    "percent",
]


class Variant(StrEnum):
    """The name under which a service level is shown; two of them never mix in one column."""

    ABANDONS_IGNORED = "abandons_ignored"
    ABANDONS_COUNT_AGAINST = "abandons_count_against"
    ABANDONS_COUNT_FOR = "abandons_count_for"
    HANDLED_ONLY = "handled_only"


def percent(part: int, whole: int) -> float | None:
    """Return `part` of `whole` in percent, rounded to one decimal; None of nothing."""
    return None if whole <= 0 else (part * 2_000 + whole) // (2 * whole) / 10


def abandons_ignored(handled_in_time: int, lost_in_time: int, handled: int, offered: int) -> float | None:
    """Return handled within the target out of all but those who left within the target."""
    return percent(handled_in_time, offered - lost_in_time)


def abandons_count_against(handled_in_time: int, lost_in_time: int, handled: int, offered: int) -> float | None:
    """Return handled within the target out of all."""
    return percent(handled_in_time, offered)


def abandons_count_for(handled_in_time: int, lost_in_time: int, handled: int, offered: int) -> float | None:
    """Return handled or gone within the target out of all."""
    return percent(handled_in_time + lost_in_time, offered)


def handled_only(handled_in_time: int, lost_in_time: int, handled: int, offered: int) -> float | None:
    """Return handled within the target out of all handled; who left is not seen at all."""
    return percent(handled_in_time, handled)


FORMULAS: dict[Variant, Callable[[int, int, int, int], float | None]] = {
    Variant.ABANDONS_IGNORED: abandons_ignored,
    Variant.ABANDONS_COUNT_AGAINST: abandons_count_against,
    Variant.ABANDONS_COUNT_FOR: abandons_count_for,
    Variant.HANDLED_ONLY: handled_only,
}
