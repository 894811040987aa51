"""What is compiled for `make wheel` keeps to what means the same compiled and not (docs/adr/0005).

The compiled core itself is proven by `make compiled`, which takes minutes; this finds in a second what would break it.
"""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator

from tests.source import ROOT, Module, modules

HOOK = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]["hooks"]
COMPILED = [pattern.removeprefix("/").removesuffix("**") for pattern in HOOK["mypyc"]["include"]]


def compiled_modules() -> Iterator[Module]:
    """The modules that the hook compiles."""
    return (module for module in modules() if module.name.startswith(tuple(COMPILED)))


def wrong(node: ast.AST) -> str:
    """Why a piece of code would mean something else compiled; empty when it would not."""
    match node:
        case ast.ClassDef(bases=[ast.Attribute(attr="Struct"), *_] | [ast.Name(id="Struct" | "FactBase"), *_]):
            return "is read by its annotations, which do not stay as they are written"
        case ast.Try(finalbody=[_, *_]) if any(isinstance(each, ast.Yield | ast.YieldFrom) for each in ast.walk(node)):
            return "is never finished when nobody goes through it to the end"
        case ast.Compare(ops=[ast.Is() | ast.IsNot()], comparators=[ast.Subscript() | ast.Tuple()]):
            return "may ask for the identity of a tuple"
        case ast.Compare(ops=[ast.Is() | ast.IsNot()], left=ast.Subscript(), comparators=[ast.Name()]):
            return "may ask for the identity of a tuple"
    return ""


def test_what_is_compiled_is_there() -> None:
    assert all((ROOT / path).exists() for path in COMPILED)
    assert len(list(compiled_modules())) > 90


def test_nothing_compiled_means_something_else_then() -> None:
    found = [
        f"{module.where(node)} {why}"
        for module in compiled_modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.stmt | ast.expr) and (why := wrong(node))
    ]
    assert not found, "\n".join(found)
