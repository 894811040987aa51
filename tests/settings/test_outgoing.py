"""`[outgoing]`: nobody is called unless a trunk, a number to show and the numbers allowed are named."""

from __future__ import annotations

from pathlib import Path

import pytest

from contactcenter.model.config import OutgoingConfig
from contactcenter.settings import check, load
from tests.settings.conftest import AT

TABLE = """
[outgoing]
trunk = "local"
caller_id = "+861095598000"
prefixes = ["+86"]
ring_agent_s = 15
ring_s = 30
wrap_up_s = 0
record = false
dispositions = ["reached"]
calls_per_min = 3

"""


def with_table(folder: Path, table: str = TABLE, dial: str = "sip:192.0.2.7:5060") -> None:
    """Write the table into the shipped file, and where the trunk takes calls."""
    file = folder / "center.toml"
    text = file.read_text().replace('name = "local"\n', f'name = "local"\ndial = "{dial}"\n')
    file.write_text(text.replace("[media]\n", f"{table}[media]\n", 1))


def test_the_shipped_centre_calls_nobody(folder: Path) -> None:
    settings = load(folder, {}, AT)
    assert settings.center.outgoing is None and settings.dial_prefixes == ()


def test_a_table_says_how_and_whom(folder: Path) -> None:
    with_table(folder)
    settings = load(folder, {}, AT)
    assert settings.center.outgoing == OutgoingConfig(
        "local", "+861095598000", 15_000, 30_000, 0, False, ("reached",), 3
    )
    assert settings.dial_prefixes == ("+86",)
    assert settings.sip.trunks[0].dial == "sip:192.0.2.7:5060"


@pytest.mark.parametrize(
    ("old", "new", "dial", "message"),
    [
        ('"local"', '"remote"', "sip:192.0.2.7", "[outgoing] trunk: there is no trunk 'remote'; known: local"),
        ("", "", "", "[outgoing] trunk: 'local' takes no calls of ours; give it dial = "),
        ('caller_id = "+861095598000"', "", "sip:carrier", "[outgoing] caller_id: is missing; give a number of yours"),
        ('["+86"]', '["86"]', "sip:[::1]:5060", "[outgoing] prefixes: has '86'; give beginnings of numbers"),
        (
            "calls_per_min = 3",
            "calls_per_min = 0",
            "sip:carrier:5060",
            "[outgoing] calls_per_min: is 0; give a whole number from 1 to 60",
        ),
        ("", "", "sip:user@carrier", "[sip.trunks 1] dial: is 'sip:user@carrier'; give where calls go"),
        ("", "", "sips:carrier", "[sip.trunks 1] dial: is 'sips:carrier'; give where calls go"),
    ],
)
def test_mistakes_are_told(folder: Path, old: str, new: str, dial: str, message: str) -> None:
    with_table(folder, TABLE.replace(old, new) if old else TABLE, dial)
    problems = [str(problem) for problem in check(folder, {}, AT)]
    assert any(message in problem for problem in problems), problems
