"""What a queue asks of its agents, written over skills and attributes: `billing >= 4 and (lang.es or lang.ca)`.

    either     = both { "or" both }
    both       = single { "and" single }
    single     = "not" single | "(" either ")" | name [ operator value ]
    operator   = ">=" | "<=" | ">" | "<" | "==" | "!="
    value      = whole number | "text" | true | false

A skill or attribute that the agent lacks is *false* for every operator, `!=` included. A name alone is true for a skill
of any level, for an attribute that is true, not 0 and not empty. Order is asked of numbers only; all else is equal or
not.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

__all__ = ["Expression", "ExpressionError", "Need", "Value", "at_least", "parse"]

LENGTH_MAX: Final = 1_000
"""Longer than anybody can read; it bounds the work for what was never meant to be read."""

DEPTH_MAX: Final = 20

Value = int | str | bool
Test = Callable[[Mapping[str, Value]], bool]
Need = str | tuple[str, Value]
Needs = frozenset[Need] | None
"""Nobody meets an expression who has none of these: names of any value, or with one value. None: anybody may."""

_TOKEN: Final = re.compile(r'\s*(?:([A-Za-z_][A-Za-z0-9_.-]*)|(\d{1,9})(?![\w.])|"([^"\n]*)"|(>=|<=|==|!=|>|<|\(|\)))')
_WORDS: Final = ("and", "or", "not", "true", "false")
_ORDERS: Final[dict[str, Callable[[int, int], bool]]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}


class ExpressionError(ValueError):
    """An expression cannot be read; `position` counts characters from 0."""

    def __init__(self, position: int, reason: str) -> None:
        """Say where and why."""
        super().__init__(f"at character {position + 1}: {reason}")
        self.position = position


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression that was read; `names` are the skills and attributes it speaks of, in the order of mention.

    `compared` are the values that each name is compared with, in the same order; `needs` tell quickly who
    cannot meet it.
    """

    text: str
    names: tuple[str, ...]
    met_by: Test
    compared: tuple[tuple[str, Value], ...] = ()
    needs: Needs = None


class _Read(NamedTuple):
    test: Test
    needs: Needs


@lru_cache(maxsize=4_096)
def parse(text: str) -> Expression:
    """Read an expression. Raises ExpressionError."""
    if len(text) > LENGTH_MAX:
        raise ExpressionError(LENGTH_MAX, f"an expression has {LENGTH_MAX} characters at most")
    reader = _Reader(text)
    read = reader.either(0)
    if reader.kind:
        raise ExpressionError(reader.at, f"expected and, or, or the end, not {reader.word!r}")
    return Expression(text, tuple(dict.fromkeys(reader.names)), read.test, tuple(reader.compared), read.needs)


@lru_cache(maxsize=4_096)
def at_least(name: str, level: int) -> Expression:
    """Return the expression that asks for one skill, whatever characters its name has."""
    return Expression(f"{name} >= {level}", (name,), _ordered(name, ">=", level, 0), needs=frozenset((name,)))


class _Reader:
    """One token ahead: `kind` is name, number, text, word or sign, and empty at the end."""

    def __init__(self, text: str) -> None:
        self.names: list[str] = []
        self.compared: list[tuple[str, Value]] = []
        self._tokens = _tokens(text)
        self._next()

    def _next(self) -> None:
        self.at, self.kind, self.word = next(self._tokens)

    def _take(self, *words: str) -> str:
        """Take the next token if it is one of these words or signs; return it, or nothing."""
        if self.kind in ("word", "sign") and self.word in words:
            taken = self.word
            self._next()
            return taken
        return ""

    def either(self, depth: int) -> _Read:
        read = [self._both(depth)]
        while self._take("or"):
            read.append(self._both(depth))
        tests, needs = [each.test for each in read], [each.needs for each in read if each.needs is not None]
        any_of = frozenset[Need]().union(*needs) if len(needs) == len(read) else None
        return read[0] if len(read) == 1 else _Read(lambda given: any(test(given) for test in tests), any_of)

    def _both(self, depth: int) -> _Read:
        read = [self._single(depth)]
        while self._take("and"):
            read.append(self._single(depth))
        tests, needs = [each.test for each in read], [each.needs for each in read if each.needs is not None]
        fewest = min(needs, key=len, default=None)
        return read[0] if len(read) == 1 else _Read(lambda given: all(test(given) for test in tests), fewest)

    def _single(self, depth: int) -> _Read:
        if depth > DEPTH_MAX:
            raise ExpressionError(self.at, f"more than {DEPTH_MAX} parentheses and nots inside each other")
        if self._take("not"):
            inner = self._single(depth + 1).test
            return _Read(lambda given: not inner(given), None)
        if self._take("("):
            within = self.either(depth + 1)
            if not self._take(")"):
                raise ExpressionError(self.at, "expected ) here")
            return within
        return self._comparison()

    def _comparison(self) -> _Read:
        if self.kind != "name":
            raise ExpressionError(self.at, "expected a skill, an attribute, not or ( here")
        name = self.word
        self.names.append(name)
        self._next()
        sign = self._take(*_ORDERS, "==", "!=")
        if not sign:
            return _Read(lambda given: bool(given.get(name, False)), frozenset((name,)))
        at, value = self.at, self._value()
        self.compared.append((name, value))
        if sign in _ORDERS:
            return _Read(_ordered(name, sign, value, at), frozenset((name,)))
        wanted = sign == "=="
        needs = frozenset(((name, value),)) if wanted else frozenset((name,))
        return _Read(lambda given: name in given and (_same(given[name], value) is wanted), needs)

    def _value(self) -> Value:
        value: Value
        if self.kind == "number":
            value = int(self.word)
        elif self.kind == "text":
            value = self.word
        elif self.kind == "word" and self.word in ("true", "false"):
            value = self.word == "true"
        else:
            raise ExpressionError(self.at, 'expected a number, a "text", true or false here')
        self._next()
        return value


def _ordered(name: str, sign: str, value: Value, at: int) -> Test:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ExpressionError(at, f"{sign} asks for a number")
    compare, number = _ORDERS[sign], value

    def test(given: Mapping[str, Value]) -> bool:
        held = given.get(name)
        return isinstance(held, int) and not isinstance(held, bool) and compare(held, number)

    return test


def _same(held: Value, value: Value) -> bool:
    return type(held) is type(value) and held == value


def _tokens(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield position, kind and word of each token, and then the end for ever. Raises ExpressionError."""
    at, end = 0, len(text.rstrip())
    while at < end:
        found = _TOKEN.match(text, at)
        if found is None:
            at += len(text[at:]) - len(text[at:].lstrip())
            raise ExpressionError(at, f"cannot read {text[at : at + 10]!r}")
        group = found.lastindex or 0
        kind = ("name", "number", "text", "sign")[group - 1]
        word = found[group]
        yield found.start(group) - (kind == "text"), "word" if kind == "name" and word in _WORDS else kind, word
        at = found.end()
    while True:
        yield end, "", ""
