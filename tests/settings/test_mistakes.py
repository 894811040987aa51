"""A table of mistakes, each with the exact message that a person reads, and that all come at once."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from contactcenter.settings import SettingsError, check, load
from contactcenter.settings.folder import FILE_BYTES_MAX
from tests.settings.conftest import AT, Spoil

MISTAKES = tomllib.loads((Path(__file__).parent / "mistakes.toml").read_text())["mistakes"]


def line_of(path: Path, message: str, new: str) -> int:
    """The line that a message should point at: of the change, or of what it names where something is missing."""
    place = message.split(": ")[0]
    if place.endswith("]"):
        wanted = place
    elif "is missing" in message:
        wanted = place.split()[0]
    elif "min_keys" in place:
        wanted = "min_keys ="
    else:
        wanted = new.split("\n")[0]
    return next(number for number, line in enumerate(path.read_text().splitlines(), 1) if wanted in line)


@pytest.mark.parametrize("mistake", MISTAKES, ids=[mistake["new"] for mistake in MISTAKES])
def test_a_mistake_is_told_with_place_reason_and_remedy(spoil: Spoil, folder: Path, mistake: dict[str, str]) -> None:
    file, message = mistake["file"], mistake["message"]
    problems = spoil(file, mistake["old"], mistake["new"])
    assert f"config/{file}:{line_of(folder / file, message, mistake['new'])}: {message}" in problems


def test_an_unknown_prompt_of_all_queues_is_told_once(spoil: Spoil) -> None:
    assert len(spoil("queues.toml", '"queue_welcome"', '"queue_welcom"')) == 1


def test_a_verb_that_is_unknown_hides_nothing_but_its_own_keys(spoil: Spoil) -> None:
    assert len(spoil("flows/hotline.toml", 'verb = "collect"', 'verb = "colect"')) == 1


@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        (
            "queues.toml",
            "[queues\n",
            "queues.toml:1: is not TOML: Expected ']' at the end of a table declaration; see ",
        ),
        ("queues.toml", 'a = "x', "queues.toml:1: is not TOML: Unterminated string; see https://toml.io"),
        ("queue.toml", "", "queue.toml: is read by nobody; did you mean queues.toml?"),
        (
            "what_we_do_at_night.toml",
            "",
            "what_we_do_at_night.toml: is read by nobody; remove it; known: center.toml, queues.toml, ",
        ),
        ("agents.toml", "#" * (FILE_BYTES_MAX + 1), "agents.toml: cannot be read: larger than 4000000 bytes; check "),
    ],
)
def test_a_file_that_cannot_be_read_is_all_that_is_told(spoil: Spoil, file: str, text: str, message: str) -> None:
    (problem,) = spoil(file, "", text)
    assert problem.startswith(f"config/{message}")


def test_a_file_that_is_missing_or_no_text(folder: Path) -> None:
    (folder / "skills.toml").unlink()
    (folder / "hours.toml").write_bytes(b"a = 1\n\xff")
    assert [str(problem) for problem in check(folder, {}, AT) if not problem.key] == [
        "config/hours.toml:2: is not UTF-8 text; save it as UTF-8",
        "config/skills.toml: is missing; add it; the shipped config folder has one to start from",
    ]


def test_no_folder_at_all(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="is not a folder; name the folder that holds") as caught:
        load(tmp_path / "nowhere", {})
    assert len(caught.value.problems) == 1


def test_all_mistakes_of_all_files_come_at_once(spoil: Spoil) -> None:
    spoil("center.toml", "port = 8080", "port = 0")
    spoil("queues.toml", "ring_s = 15", "rings = 15")
    spoil("hours.toml", "2027-03-12 =", "2027-03-42 =")
    problems = spoil("flows/hotline.toml", 'next = "main"', 'next = "mian"')
    assert [problem.split(":")[0] for problem in problems] == [
        "config/center.toml",
        "config/flows/hotline.toml",
        "config/hours.toml",
        "config/queues.toml",
    ]


WRONG = (
    "1",
    '"x"',
    "true",
    "[]",
    "{}",
    "-1",
    "1.5",
    "2026-01-01",
    '""',
    "[[1]]",
    "[{}]",
    "99999999999999999999",
    "nan",
)


@pytest.mark.parametrize("file", ["center", "queues", "agents", "stations", "hours", "skills", "flows/hotline"])
def test_no_value_anywhere_is_met_with_a_traceback(folder: Path, file: str) -> None:
    path = folder / f"{file}.toml"
    lines = path.read_text().splitlines()
    for number, line in enumerate(lines):
        key = re.match(r"[\w-]+ = (?!\[$)", line)
        if key:
            wrong = WRONG[number % len(WRONG)]
            path.write_text("\n".join([*lines[:number], key[0] + wrong, *lines[number + 1 :]]))
            found = [problem for problem in check(folder, {}, AT) if problem.file == f"config/{file}.toml"]
            assert all(problem.line for problem in found), line
