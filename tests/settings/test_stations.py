"""Stations outside: numbers only by the rules of `[outgoing]`, and nothing beside that would be of no use."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from contactcenter.model.config import StationConfig
from contactcenter.model.ids import StationId
from contactcenter.settings import check, load
from tests.settings.conftest import AT
from tests.settings.test_outgoing import with_table
from tests.source import ROOT


def with_station(folder: Path, keys: str) -> None:
    """Add a station to the folder's."""
    stations = folder / "stations.toml"
    stations.write_text(f"{stations.read_text()}\n[stations.mobile]\n{keys}")


def told(folder: Path) -> list[str]:
    return [str(problem) for problem in check(folder, {}, AT)]


def test_a_number_is_confirmed_by_a_key_unless_it_says_otherwise(folder: Path) -> None:
    with_table(folder)
    with_station(folder, 'number = "+8613912345678"\n[stations.landline]\nnumber = "+861095598001"\nconfirm = false\n')
    stations = {station.id: station for station in load(folder, {}, AT).center.stations}
    assert stations[StationId("mobile")] == StationConfig(StationId("mobile"), number="+8613912345678")
    assert [stations[StationId(name)].confirms for name in ("mobile", "landline", "1001")] == [True, False, False]


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        (
            'number = "13912345678"\n',
            "number: is '13912345678'; give a number with its country, such as \"+8613912345678\"",
        ),
        ('number = "+442079460000"\n', "number: begins with none of the prefixes of [outgoing]"),
        ('number = "+8613912345678"\ncontact = "sip:a@b"\n', "contact: is given beside a number"),
        ('number = "+8613912345678"\nauto_answer = true\n', "auto_answer: is of no use outside"),
    ],
)
def test_mistakes_are_told(folder: Path, keys: str, message: str) -> None:
    with_table(folder)
    with_station(folder, keys)
    assert any(message in problem for problem in told(folder)), told(folder)


def test_a_number_needs_a_way_out(folder: Path) -> None:
    with_station(folder, 'number = "+8613912345678"\n')
    assert any("number: is to be called, and nobody may be" in problem for problem in told(folder))


def test_the_words_that_ask_for_the_key_are_needed(folder: Path) -> None:
    with_table(folder)
    with_station(folder, 'number = "+8613912345678"\n')
    (folder / "prompts").unlink()  # the fixture shares the sounds: this test spoils a copy
    shutil.copytree(ROOT / "config" / "prompts", folder / "prompts")
    (folder / "prompts" / "zh" / "take_call.wav").unlink()
    assert any("take_call.wav" in problem for problem in told(folder))
