"""Where the truth is kept: files unless a database is named, and never a password in the settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from contactcenter.settings import check, load
from contactcenter.settings.shapes import SecretPlace, StoreSettings
from tests.settings.conftest import AT

URL = "postgresql://contactcenter@db.example:5432/contactcenter"


def test_without_a_word_it_is_files(folder: Path) -> None:
    assert load(folder, {}, AT).store == StoreSettings()


def test_a_database_is_named_with_the_place_of_its_password(folder: Path) -> None:
    given = {"CONTACTCENTER__STORE__URL": URL, "CONTACTCENTER__STORE__PASSWORD": "env:DB", "DB": "secret"}
    settings = load(folder, given, AT)
    assert settings.store == StoreSettings(URL, SecretPlace("env", "DB"))
    assert "secret" not in repr(settings.store)


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"URL": "postgresql://contactcenter:secret@db.example/contactcenter"}, "holds a password"),
        ({"URL": "postgresql://db.example/contactcenter"}, "does not name all"),
        ({"URL": "mysql://a@b/c"}, "postgresql://USER@HOST:PORT/DATABASE"),
        ({"URL": URL, "PASSWORD": "secret"}, 'give "env:VARIABLE"'),
        ({"URL": URL, "PASSWORD": "env:NOT_SET"}, "the variable NOT_SET is not set"),
    ],
)
def test_what_is_wrong_is_said(folder: Path, variables: dict[str, str], message: str) -> None:
    given = {f"CONTACTCENTER__STORE__{name}": text for name, text in variables.items()}
    assert any(message in str(problem) for problem in check(folder, given, AT))
