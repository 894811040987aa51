"""`[internal]`, `[direct]` and the numbers of agents: what is taken, and what is found wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from contactcenter.model.config import DirectConfig, InternalConfig
from contactcenter.model.words import WrapUpKind
from contactcenter.settings import check, load
from tests.settings.conftest import AT


def written(folder: Path, table: str) -> None:
    """Write a table into the shipped file."""
    file = folder / "center.toml"
    file.write_text(file.read_text().replace("[media]\n", f"{table}\n[media]\n", 1))


def numbered(folder: Path, *numbers: str) -> list[str]:
    """Give the first agents of the shipped centre numbers of their own; return their names."""
    file = folder / "agents.toml"
    lines, names, left = [], [], list(numbers)
    for line in file.read_text().splitlines():
        lines.append(line)
        if line.startswith("[agents.") and line.count(".") == 1 and left:
            names.append(line.removeprefix("[agents.").removesuffix("]"))
            lines.append(f'direct = "{left.pop(0)}"')
    file.write_text("\n".join(lines) + "\n")
    return names


def test_colleagues_may_call_each_other_and_nobody_has_a_number_unless_it_is_said(folder: Path) -> None:
    center = load(folder, {}, AT).center
    assert center.internal == InternalConfig() and center.direct == DirectConfig()
    assert not [entry for entry in center.entries if entry.agent is not None]


def test_it_can_be_switched_off_and_ruled(folder: Path) -> None:
    written(folder, '[internal]\nallowed = false\n[direct]\nring_s = 30\nrecord = false\nwrap_up = "none"\n')
    center = load(folder, {}, AT).center
    assert center.internal is None
    assert center.direct == DirectConfig(ring_ms=30_000, record=False, wrap_up=WrapUpKind.NONE)


def test_the_number_of_an_agent_is_an_entry_in_the_first_language(folder: Path) -> None:
    [name] = numbered(folder, "8001")
    assert check(folder, {}, AT) == []
    center = load(folder, {}, AT).center
    [entry] = [entry for entry in center.entries if entry.agent is not None]
    assert (entry.address, entry.agent, entry.flow, entry.language) == ("8001", name, "", center.languages[0])


@pytest.mark.parametrize(
    ("numbers", "reason"),
    [(("8001", "8001"), "is the number of"), (("95598",), "is one of [[entries]]"), (("a b",), 'is "a b"')],
)
def test_a_number_rings_at_one_place_only(folder: Path, numbers: tuple[str, ...], reason: str) -> None:
    numbered(folder, *numbers)
    [problem] = [each for each in check(folder, {}, AT) if each.key == "direct"]
    assert problem.file.endswith("agents.toml") and reason.replace('"', "'") in problem.reason.replace('"', "'")


@pytest.mark.parametrize("key", ["queue", "flow"])
def test_where_calls_go_on_must_exist(folder: Path, key: str) -> None:
    written(folder, f'[direct]\n{key} = "nowhere"\n')
    [problem] = check(folder, {}, AT)
    assert (problem.table, problem.key) == ("direct", key) and "nowhere" in problem.reason


def test_what_is_said_to_callers_must_be_a_prompt(folder: Path) -> None:
    numbered(folder, "8001")
    written(folder, '[direct]\naway = ["gone_fishing"]\n')
    assert any(each.key == "away" and "gone_fishing" in each.reason for each in check(folder, {}, AT))
