"""Variables of the environment take the place of keys, are checked like them, and none is ignored in silence."""

from __future__ import annotations

from pathlib import Path

import pytest

from contactcenter.settings import check, load
from tests.settings.conftest import AT


def problems(folder: Path, **environment: str) -> list[str]:
    """All that is wrong with these variables."""
    return [str(problem) for problem in check(folder, environment, AT)]


def test_every_kind_of_value_can_be_given(folder: Path) -> None:
    settings = load(
        folder,
        {
            "CONTACTCENTER__NAME": "Water hotline",
            "CONTACTCENTER__HTTP__PORT": "9090",
            "CONTACTCENTER__HTTP__CHAT_ORIGINS": "https://www.example.org, http://localhost:3000",
            "CONTACTCENTER__SIP__PHONE_SOURCES": "10.0.0.0/8, 192.0.2.0/24",
            "CONTACTCENTER__SMS__DEMO__REPORTS": "False",
        },
        AT,
    )
    assert settings.center.name == "Water hotline"
    assert settings.http.port == 9090
    assert settings.http.chat_origins == ("https://www.example.org", "http://localhost:3000")
    assert settings.sip.phone_sources == ("10.0.0.0/8", "192.0.2.0/24")
    assert settings.sms[0].reports is False


@pytest.mark.parametrize(
    ("variable", "text", "message"),
    [
        ("HTTP__PORT", "http", "is 'http'; give a whole number from 1 to 65535"),
        ("HTTP__PORT", "99999", "is 99999; give a whole number from 1 to 65535"),
        (
            "HTTP__CHAT_ORIGINS",
            "https://www.example.org/",
            "has 'https://www.example.org/'; give origins such as \"https://www.example.org\"",
        ),
        ("SMS__DEMO__REPORTS", "maybe", "is 'maybe'; give true or false"),
        ("HTTP", "x", "is 'x'; give a table"),
        ("ENTRIES", "x", "is 'x'; give a list of tables"),
        ("HTTP__PROT", "1", "stands for no key of center.toml; correct or unset it"),
    ],
)
def test_a_wrong_variable_is_named(folder: Path, variable: str, text: str, message: str) -> None:
    name = f"CONTACTCENTER__{variable}"
    assert f"environment: {name}: {message}" in problems(folder, **{name: text})


def test_variables_that_others_set_are_none_of_ours(folder: Path) -> None:
    assert problems(folder, CONTACTCENTER_PORT="tcp://10.0.0.1:80", PATH="/bin") == []
