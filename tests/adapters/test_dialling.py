"""Whom agents may call: nobody by default, and never a number with a charge of its own."""

from __future__ import annotations

import pytest

from contactcenter.adapters.dialling import DialRules, NotDialled

RULES = DialRules("CN", ("+86", "+4420"))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("139 1234 5678", "+8613912345678"),
        ("+86 (139) 1234-5678", "+8613912345678"),
        ("010-65529988", "+861065529988"),
        ("+44 20 7946 0018", "+442079460018"),
    ],
)
def test_numbers_are_taken_as_people_write_them(text: str, number: str) -> None:
    assert RULES.number(text) == number
    assert RULES.allows(number)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no telephone number"),
        ("hello", "no telephone number"),
        ("110", "no telephone number"),
        ("+86 1", "no telephone number"),
        ("+44 909 879 0000", "charge"),
        ("+44 161 496 0018", "country"),
        ("+1 212 555 0123", "country"),
        ("1" * 41, "no telephone number"),
    ],
)
def test_others_are_refused_with_a_sentence_that_does_not_repeat_them(text: str, why: str) -> None:
    with pytest.raises(NotDialled, match=why) as refusal:
        RULES.number(text)
    assert not text or text not in str(refusal.value)
    assert not RULES.allows(text)


def test_without_a_rule_nobody_is_called() -> None:
    with pytest.raises(NotDialled, match="Nobody"):
        DialRules("CN").number("+8613912345678")


def test_only_the_number_as_it_was_sealed_is_dialled() -> None:
    assert not RULES.allows("139 1234 5678")
