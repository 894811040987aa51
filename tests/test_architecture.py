"""The house's shape, held by tests: who may import whom, and what the pure parts never do.

import-linter reads its contracts from pyproject.toml. What it cannot see (a clock behind `datetime`, a set's order, a
float in a decision) is looked for in the syntax tree. Each test lists every offence at once, as `path:line what`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest
from importlinter.cli import lint_imports

from tests.source import PURE, ROOT, Module, modules, pure_modules

# What of the standard library computes and does nothing else.
PURE_STDLIB = frozenset(
    "__future__ abc array base64 binascii bisect collections contextlib copy dataclasses datetime decimal enum"
    " fractions functools hashlib heapq hmac ipaddress itertools json math numbers operator re statistics string struct"
    " textwrap tomllib types typing unicodedata weakref zlib".split()
)
# What of third parties the pure parts may build on.
PURE_THIRD_PARTY = {"model": {"msgspec"}, "acd": {"sortedcontainers"}, "media": {"numpy"}}
STANDALONE = ("sip", "media")  # they import nothing of ours, not even the model
# Whole numbers only: floats round differently.
DECIDING = ("model", "acd", "calls", "conversations", "modes", "center.py")

CLOCKS = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today"}
# Built-in functions that reach outside, or whose answer depends on the run.
OUTSIDE = {"__import__", "breakpoint", "compile", "eval", "exec", "hash", "id", "input", "open", "print"}


def test_contracts_of_import_linter_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert lint_imports(config_filename="pyproject.toml", no_cache=True) == 0


def imports(module: Module) -> Iterator[tuple[ast.stmt, str]]:
    """Every module name that a module imports, with its statement."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node, "." * node.level + (node.module or "")


def allowed_import(part: str, name: str) -> bool:
    """Whether a pure part may import a module, as far as one file can tell."""
    top = name.split(".")[0]
    if top == "contactcenter":
        return part not in STANDALONE or name.startswith(f"contactcenter.{part}")
    return top in PURE_STDLIB or top in PURE_THIRD_PARTY.get(part, ())


def test_pure_parts_import_only_what_computes() -> None:
    wrong = [
        f"{module.where(node)} imports {name}"
        for module in pure_modules()
        for node, name in imports(module)
        if not allowed_import(module.part, name)
    ]
    assert not wrong, "\n".join(wrong)


def called(module: Module) -> Iterator[tuple[ast.Call, str]]:
    """Every call of a module, with the called name as it is written."""
    return ((node, ast.unparse(node.func)) for node in ast.walk(module.tree) if isinstance(node, ast.Call))


def test_pure_parts_read_no_clock_and_reach_for_nothing() -> None:
    wrong = [
        f"{module.where(node)} {name}()"
        for module in pure_modules()
        for node, name in called(module)
        if name in OUTSIDE or name.removeprefix("datetime.") in CLOCKS
    ]
    assert not wrong, "\n".join(wrong)


def test_pure_parts_do_not_wait() -> None:
    waits = ast.AsyncFunctionDef | ast.Await | ast.AsyncFor | ast.AsyncWith
    wrong = [
        module.where(node) for module in pure_modules() for node in ast.walk(module.tree) if isinstance(node, waits)
    ]
    assert not wrong


def test_the_simulator_draws_from_its_seed_alone() -> None:
    """It may draw, but only from a `random.Random` that the scenario's seed made, and it has no clock but its own."""
    simulator = pure_modules("sim")
    wrong = [
        f"{module.where(node)} {name}"
        for module in simulator
        for node, name in called(module)
        if draws_from_module(module, name) or name.removeprefix("datetime.") in CLOCKS
    ]
    wrong += [
        f"{module.where(node)} imports {name}"
        for module in simulator
        for node, name in imports(module)
        if name in {"time", "secrets", "asyncio", "socket", "threading"} or (name == "random" and is_from(node))
    ]
    assert not wrong, "\n".join(wrong)


def draws_from_module(module: Module, name: str) -> bool:
    """Whether a call draws from the generator that the whole process shares, not from one that was handed in."""
    shared = any(isinstance(node, ast.Import) and imported == "random" for node, imported in imports(module))
    return shared and name.startswith("random.") and name != "random.Random"


def is_from(node: ast.stmt) -> bool:
    """Whether names are taken out of a module, other than the generator class itself."""
    return isinstance(node, ast.ImportFrom) and [alias.name for alias in node.names] != ["Random"]


def is_set(node: ast.expr) -> bool:
    """Whether an expression is plainly a set: its order may differ from run to run."""
    if isinstance(node, ast.Call):
        return ast.unparse(node.func) in {"set", "frozenset"}
    return isinstance(node, ast.Set | ast.SetComp)


def is_set_type(node: ast.expr) -> bool:
    """Whether an annotation is one of a set."""
    return ast.unparse(node).split("[")[0] in {"set", "frozenset", "Set", "AbstractSet", "MutableSet"}


def set_names(module: Module) -> set[str]:
    """Names and attributes that this module declares as sets or fills with one."""
    names = set()
    for node in ast.walk(module.tree):
        if isinstance(node, ast.AnnAssign) and is_set_type(node.annotation):
            names.add(ast.unparse(node.target))
        elif isinstance(node, ast.Assign) and is_set(node.value):
            names |= {ast.unparse(target) for target in node.targets}
    return names


def walked(module: Module) -> Iterator[ast.expr]:
    """Every expression that a module goes through in order: loops, comprehensions, list(…), tuple(…), next(iter(…))."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.For | ast.comprehension):
            yield node.iter
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in {
            "list",
            "tuple",
            "iter",
            "enumerate",
            "dict.fromkeys",
        }:
            yield from node.args[:1]


def test_no_decision_depends_on_the_order_of_a_set() -> None:
    wrong = [
        f"{module.where(node)} goes through {ast.unparse(node)}"
        for module in pure_modules(*PURE, "sim")
        for known in [set_names(module)]
        for node in walked(module)
        if is_set(node) or ast.unparse(node) in known
    ]
    assert not wrong, "\n".join(wrong)


def is_float(node: ast.AST) -> bool:
    """Whether a node brings a float in: a literal, the type's name, or true division."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, float)
    if isinstance(node, ast.BinOp | ast.AugAssign):
        return isinstance(node.op, ast.Div)
    return isinstance(node, ast.Name) and node.id == "float"


def test_decisions_are_made_with_whole_numbers() -> None:
    wrong = [
        f"{module.where(node)} {ast.unparse(node)}"
        for module in pure_modules(*DECIDING)
        for node in ast.walk(module.tree)
        if is_float(node) and isinstance(node, ast.expr | ast.stmt)
    ]
    assert not wrong, "\n".join(wrong)


def test_nobody_prints_but_the_command_line() -> None:
    wrong = [
        module.where(node)
        for module in modules()
        if module.part and module.part != "__main__.py"
        for node, name in called(module)
        if name == "print"
    ]
    assert not wrong
