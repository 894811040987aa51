"""Expressions over skills and attributes: what they mean, and where a mistake stands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contactcenter.model.expression import DEPTH_MAX, LENGTH_MAX, ExpressionError, Need, Value, at_least, parse

ANNA: dict[str, Value] = {"billing": 5, "lang.es": 3, "region": "north", "night": True, "parttime": False, "floor": 0}


@pytest.mark.parametrize(
    ("text", "met"),
    [
        ("billing", True),
        ("billing >= 5", True),
        ("billing > 5", False),
        ("billing <= 5 and billing < 6 and billing == 5 and billing != 4", True),
        ("billing >= 4 and (lang.es or lang.ca)", True),
        ("billing >= 4 and lang.ca", False),
        ("lang.ca or night", True),
        ("not lang.ca", True),
        ("not not billing", True),
        ('region == "north"', True),
        ('region != "south"', True),
        ("night == true and parttime == false", True),
        ("parttime or floor", False),
        ("floor == 0", True),
        # What she lacks is false for every operator; `not` turns that round.
        ("lang.ca != 3", False),
        ("lang.ca < 3", False),
        ("not (lang.ca >= 3)", True),
        # Kinds are not mixed up: a text is no number, true is not 1.
        ("region >= 1", False),
        ("night >= 1", False),
        ("night == 1", False),
        ('billing == "5"', False),
        ('billing != "5"', True),
        # `and` binds more tightly than `or`, `not` more tightly than both.
        ("night or lang.ca and lang.ca", True),
        ("not lang.ca and night", True),
        ("  ( billing )  ", True),
    ],
)
def test_an_expression_is_met_or_not(text: str, met: bool) -> None:
    assert parse(text).met_by(ANNA) is met


def test_the_names_are_known_in_order_and_once() -> None:
    assert parse("b or a >= 1 and (b or not c.d)").names == ("b", "a", "c.d")


def test_one_skill_at_a_level_needs_no_grammar() -> None:
    needed = at_least("24h service", 3)
    assert [needed.met_by({"24h service": level}) for level in (2, 3)] == [False, True]
    assert needed.names == ("24h service",) and not needed.met_by({})


@pytest.mark.parametrize(
    ("text", "position", "reason"),
    [
        ("", 0, "expected a skill"),
        ("   ", 0, "expected a skill"),
        ("billing >=", 10, "expected a number"),
        ("billing >= and", 11, "expected a number"),
        ("billing => 3", 8, "cannot read '=> 3'"),
        ("billing >= 4.5", 11, "cannot read"),
        ("billing 4", 8, "expected and, or, or the end, not '4'"),
        ("(billing", 8, "expected )"),
        ("billing)", 7, "not ')'"),
        ("billing or or x", 11, "expected a skill"),
        ('region >= "north"', 10, ">= asks for a number"),
        ("night > true", 8, "> asks for a number"),
        ('region == "north', 10, "cannot read"),
        ("a and\n $", 7, "cannot read"),
        ("4 >= billing", 0, "expected a skill"),
        ("not", 3, "expected a skill"),
        ("(" * (DEPTH_MAX + 2) + "a", DEPTH_MAX + 1, "inside each other"),
        ("not " * 30 + "a", 4 * (DEPTH_MAX + 1), "inside each other"),
        ("a" * (LENGTH_MAX + 1), LENGTH_MAX, "at most"),
    ],
)
def test_a_mistake_is_told_with_its_place(text: str, position: int, reason: str) -> None:
    with pytest.raises(ExpressionError) as told:
        parse(text)
    assert told.value.position == position and reason in str(told.value)
    assert str(told.value).startswith(f"at character {position + 1}: ")


NAMES = ("s1", "s2", "s3")
SIGNS = st.sampled_from((">=", "<=", ">", "<", "==", "!="))
LEAVES = st.one_of(
    st.sampled_from(NAMES).map(lambda name: (name, f"have({name!r})")),
    st.tuples(st.sampled_from(NAMES), SIGNS, st.integers(0, 4)).map(
        lambda given: (
            f"{given[0]} {given[1]} {given[2]}",
            f"({given[0]!r} in g and g[{given[0]!r}] {given[1]} {given[2]})",
        )
    ),
)
PAIRS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        inner.map(lambda pair: (f"not ({pair[0]})", f"not ({pair[1]})")),
        st.tuples(inner, st.sampled_from(("and", "or")), inner).map(
            lambda three: (f"({three[0][0]}) {three[1]} ({three[2][0]})", f"({three[0][1]}) {three[1]} ({three[2][1]})")
        ),
    ),
    max_leaves=8,
)


@given(PAIRS, st.dictionaries(st.sampled_from(NAMES), st.integers(0, 4)))
def test_it_means_what_python_means(pair: tuple[str, str], held: dict[str, int]) -> None:
    ours, pythons = pair
    meant = eval(pythons, {"g": held, "have": lambda name: bool(held.get(name, False))})  # our own text, an oracle
    assert parse(ours).met_by(dict(held)) is meant


@pytest.mark.parametrize(
    ("text", "needs"),
    [
        ("a >= 4 and (b or c)", {"a"}),
        ("(b or c) and a", {"a"}),
        ('a or team == "t1"', {"a", ("team", "t1")}),
        ("a or not b", None),
        ("a and not b", {"a"}),
        ("not a and not b", None),
        ("a != 3", {"a"}),
    ],
)
def test_what_somebody_needs_to_have_at_least_one_of_is_known(text: str, needs: set[Need] | None) -> None:
    assert parse(text).needs == needs


@given(PAIRS, st.dictionaries(st.sampled_from(NAMES), st.integers(0, 4)))
def test_nobody_meets_it_who_has_nothing_of_what_it_needs(pair: tuple[str, str], held: dict[str, int]) -> None:
    asked = parse(pair[0])
    assert asked.needs is None or asked.needs & {*held, *held.items()} or not asked.met_by(dict(held))
