"""The four service levels against a worked example, and at their edges."""

import pytest

from contactcenter.reports.service_level import FORMULAS, Variant, percent


@pytest.mark.parametrize(
    ("variant", "expected"),
    [
        (Variant.ABANDONS_IGNORED, 77.8),
        (Variant.ABANDONS_COUNT_AGAINST, 70.0),
        (Variant.ABANDONS_COUNT_FOR, 80.0),
        (Variant.HANDLED_ONLY, 77.8),
    ],
)
def test_ciscos_example_of_70_answered_and_10_gone_in_time_and_20_too_late(variant: Variant, expected: float) -> None:
    assert FORMULAS[variant](70, 10, 90, 100) == expected


def test_every_variant_has_its_formula_and_says_none_of_nothing() -> None:
    assert list(FORMULAS) == list(Variant)
    assert [formula(0, 0, 0, 0) for formula in FORMULAS.values()] == [None] * 4


def test_one_who_left_in_time_alone_is_no_failure_where_abandons_are_ignored() -> None:
    assert FORMULAS[Variant.ABANDONS_IGNORED](0, 1, 0, 1) is None
    assert FORMULAS[Variant.ABANDONS_COUNT_AGAINST](0, 1, 0, 1) == 0
    assert FORMULAS[Variant.ABANDONS_COUNT_FOR](0, 1, 0, 1) == 100


def test_percent_rounds_half_up_to_one_decimal() -> None:
    assert [percent(1, 3), percent(2, 3), percent(1, 2000), percent(5, 5)] == [33.3, 66.7, 0.1, 100.0]
