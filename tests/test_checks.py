"""The checkers of the tree checked: each finds the offence it is for, and lets the allowed neighbour pass."""

from __future__ import annotations

import ast
import textwrap

import pytest

from tests import test_architecture as architecture
from tests import test_readme as readme
from tests import test_style as style
from tests.source import ROOT, Module


def parsed(text: str, path: str = "contactcenter/acd/line.py") -> Module:
    """A module of the tree that is not there."""
    text = textwrap.dedent(text)
    return Module(ROOT / path, text, ast.parse(text))


@pytest.mark.parametrize(
    "text",
    [
        "for agent in {a, b}: pass",
        "first = [agent for agent in set(agents)]",
        "ready: set[int] = given\nfor agent in ready: pass",
        "class Line:\n    def fill(self): self.ready = set()\n    def all(self): return list(self.ready)",
        "first = next(iter(frozenset(agents)))",
    ],
)
def test_going_through_a_set_is_found(text: str) -> None:
    module = parsed(text)
    known = architecture.set_names(module)
    assert [node for node in architecture.walked(module) if architecture.is_set(node) or ast.unparse(node) in known]


def test_a_sorted_set_and_a_dictionary_are_fine() -> None:
    module = parsed("ready = set()\nfor agent in sorted(ready): pass\nfor agent in {1: 2}: pass")
    known = architecture.set_names(module)
    assert not [node for node in architecture.walked(module) if architecture.is_set(node) or ast.unparse(node) in known]


@pytest.mark.parametrize("text", ["x = 0.5", "x = a / b", "x /= 2", "def wait() -> float: ..."])
def test_a_float_is_found(text: str) -> None:
    assert any(architecture.is_float(node) for node in ast.walk(ast.parse(text)))


@pytest.mark.parametrize("text", ["x = a // b", "x = 5", "x = 'float'", "x = path.joinpath('a/b')"])
def test_whole_numbers_are_fine(text: str) -> None:
    assert not any(architecture.is_float(node) for node in ast.walk(ast.parse(text)))


@pytest.mark.parametrize(
    ("part", "name", "allowed"),
    [
        ("acd", "contactcenter.model.ids", True),
        ("acd", "sortedcontainers", True),
        ("acd", "time", False),
        ("acd", "numpy", False),
        ("media", "numpy", True),
        ("sip", "hashlib", True),
        ("sip", "secrets", False),
        ("sip", "contactcenter.sip.message", True),
        ("sip", "contactcenter.model.ids", False),
    ],
)
def test_what_a_pure_part_may_import(part: str, name: str, allowed: bool) -> None:
    assert architecture.allowed_import(part, name) is allowed


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("CallManager", {"call", "manager"}),
        ("sms_data", {"sms", "data"}),
        ("HTTPInfo", {"http", "info"}),
        ("database", {"database"}),
        ("reprocess", {"reprocess"}),
    ],
)
def test_names_fall_into_their_words(name: str, words: set[str]) -> None:
    assert style.words_in(name) == words


def test_exports_are_written_by_hand() -> None:
    assert style.exports(parsed('__all__ = ["a"]'))
    assert not style.exports(parsed("__all__ = sorted(globals())"))
    assert not style.exports(parsed("a = 1"))


def test_a_functions_lines_are_counted_from_def_to_end() -> None:
    module = parsed("@cache\ndef one():\n    '''Say.'''\n    return (\n        1\n    )")
    assert [style.lines_of(function) for function in module.functions()] == [5]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("make demo LAN=1   # and type this", ["make", "demo", "LAN=1"]),
        ("CC_HOME=var contactcenter serve", ["contactcenter", "serve"]),
        (".venv/bin/contactcenter report agents --csv", ["contactcenter", "report", "agents", "--csv"]),
    ],
)
def test_a_documents_command_is_read(line: str, words: list[str]) -> None:
    assert readme.words_of(line) == words


def test_paths_of_a_machine_are_found() -> None:
    assert style.HOME_PATHS.search("in /home/" + "anna/centre")
    assert not style.HOME_PATHS.search("tests/work/flow.toml and ./root/x")
