"""Commands that our documents tell people to type are real: targets, sub-commands, options and modules exist."""

from __future__ import annotations

import functools
import itertools
import os
import re
import shlex
import subprocess
import sys

from tests.source import ROOT, tracked_files

FENCED = re.compile(r"^```(?:sh|bash|console|shell)\n(.*?)^```", re.MULTILINE | re.DOTALL)
NOT_WIDE = {"COLUMNS": "250", "NO_COLOR": "1", "TERM": "dumb"}  # help text without colours and line breaks


def commands() -> list[tuple[str, str]]:
    """Every line of every shell block of our documents, and what the Makefile runs, with the file's name."""
    found = []
    for path in tracked_files():
        if path.suffix == ".md":
            for block in FENCED.findall(path.read_text()):
                lines = block.replace("\\\n", " ").splitlines()
                found += [(str(path.relative_to(ROOT)), line.removeprefix("$ ").strip()) for line in lines]
    recipes = re.findall(r"^\t@\$\(BIN\)/(python .*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    found += [("Makefile", recipe.replace("$(LAN_FLAG)", "--lan")) for recipe in recipes]
    return [(document, line) for document, line in found if line and not line.startswith("#")]


def words_of(line: str) -> list[str]:
    """The words of a command, without comment, settings in front, and the environment's folder."""
    words = shlex.split(line, comments=True)
    while words and re.match(r"[A-Z_]+=", words[0]):
        words.pop(0)
    return [word.removeprefix(".venv/bin/") for word in words]


def calls(first: str) -> list[tuple[str, list[str]]]:
    """The commands of our documents that begin with this word, and what follows it."""
    split = [(f"{document}: {line}", words_of(line)) for document, line in commands()]
    plain = [(where, ["contactcenter", *words[3:]] if is_module_call(words) else words) for where, words in split]
    return [(where, words[1:]) for where, words in plain if words and words[0] == first]


def is_module_call(words: list[str]) -> bool:
    """Whether a command is `python -m contactcenter …`, which is the same as `contactcenter …`."""
    return re.match(r"python3?$", words[0]) is not None and words[1:3] == ["-m", "contactcenter"] if words else False


def test_every_make_target_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    unknown = [where for where, words in calls("make") for word in words if "=" not in word and word not in targets]
    assert not unknown


@functools.cache
def help_of(*words: str) -> tuple[int, str]:
    """The exit code and the words of `contactcenter … --help`."""
    command = [sys.executable, "-m", "contactcenter", *words, "--help"]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | NOT_WIDE, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def problem(words: list[str]) -> str:
    """What is wrong with the words after `contactcenter`, empty when nothing is."""
    subcommand = list(itertools.takewhile(lambda word: re.fullmatch(r"[a-z][a-z-]*", word), words))
    code, text = help_of(*subcommand)
    if code:
        return text.strip()[-300:]
    options = [word.split("=")[0] for word in words if word.startswith("--") and word != "--help"]
    return " ".join(f"no option {option}" for option in options if option not in text)


def test_every_sub_command_and_option_exists() -> None:
    wrong = [f"{where}\n    {said}" for where, words in calls("contactcenter") if (said := problem(words))]
    assert not wrong, "\n".join(wrong)


def test_every_module_to_run_exists() -> None:
    called = [(where, words[1]) for where, words in calls("python") if words[0] == "-m"]
    ours = [
        (where, name.replace(".", "/")) for where, name in called if name.split(".")[0] in {"bench", "tools", "tests"}
    ]
    assert not [
        where
        for where, path in ours
        if not (ROOT / f"{path}.py").exists() and not (ROOT / path / "__main__.py").exists()
    ]


def test_every_document_named_in_the_readme_exists() -> None:
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", (ROOT / "README.md").read_text())
    assert not [link for link in links if not (ROOT / link).exists()]
