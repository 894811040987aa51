"""Conditions over figures of a queue, read as people write them, and found out when they can never hold."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Final

from contactcenter.acd.figures import FIGURES, NOBODY_READY, TEXT_FIGURES
from contactcenter.model.expression import Expression, ExpressionError, Value, parse
from contactcenter.model.words import Channel
from contactcenter.settings.problems import likely
from contactcenter.settings.tables import Table

__all__ = ["read_condition"]

EXAMPLE: Final = "waiting_per_agent > 3 and agents_signed_in > 0"
CASES_MAX: Final = 50_000
"""More would make `check` slow; no condition that people wrote comes near."""

OTHER: Final = "?"
"""A word that no condition names."""

LEAST: Final = {"waiting": 1, "waiting_per_agent": 1, "priority": -NOBODY_READY}
"""Figures that never are lower than this; who is asked about waits himself. All others begin at 0."""


def read_condition(table: Table, key: str, waited_s: int) -> str:
    """Take a condition that is asked after so long a wait (s); an absent one always holds."""
    text = table.text(key, "", like=".*", what=f"a condition such as {EXAMPLE}")
    if not text:
        return ""
    try:
        expression = parse(text)
    except ExpressionError as error:
        table.complain(key, f"cannot be read {error}", f"write it as in {EXAMPLE}")
        return ""
    mistakes = [*_mistakes(expression)]
    for reason, remedy in mistakes:
        table.complain(key, reason, remedy)
    if not mistakes and not _may_hold(expression, {**LEAST, "waited_s": waited_s, "oldest_wait_s": waited_s}):
        table.complain(key, "can never hold", "correct it, or leave the step out")
    return "" if mistakes else text


def _mistakes(expression: Expression) -> Iterator[tuple[str, str]]:
    for name in expression.names:
        if name not in FIGURES:
            yield f"there is no figure {name!r}", likely(name, FIGURES)
    for name, value in expression.compared:
        if name in FIGURES and isinstance(value, str) is not (name in TEXT_FIGURES):
            wanted = "a text in quotes" if name in TEXT_FIGURES else "a whole number"
            yield f"compares {name} with {value!r}", f"compare it with {wanted}"


def _may_hold(expression: Expression, least: Mapping[str, int]) -> bool:
    """Try a value in each range that the condition tells apart: together these are all cases there are."""
    choices = [_values(name, expression, least.get(name, 0)) for name in expression.names]
    if math.prod(len(values) for values in choices) > CASES_MAX:
        return True
    cases = (dict(zip(expression.names, case, strict=True)) for case in product(*choices))
    return any(expression.met_by(case) for case in cases if _sane(case))


def _values(name: str, expression: Expression, least: int) -> list[Value]:
    if name == "channel":
        return [channel.value for channel in Channel]
    compared = [value for known, value in expression.compared if known == name]
    if name in TEXT_FIGURES:
        return [*dict.fromkeys([*compared, "", OTHER])]
    near = [value + by for value in compared if isinstance(value, int) for by in (-1, 0, 1)]
    return [*dict.fromkeys(max(least, value) for value in (*near, least, NOBODY_READY))]


def _sane(case: Mapping[str, Value]) -> bool:
    """Who is ready is signed in, and nobody has waited longer than the one who has waited for longest."""
    pairs = (("agents_ready", "agents_signed_in"), ("waited_s", "oldest_wait_s"))
    return all(int(case[low]) <= int(case[high]) for low, high in pairs if low in case and high in case)
