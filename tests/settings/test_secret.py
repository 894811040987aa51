"""Secrets are read where they are kept, made once where we keep them, and never shown."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from contactcenter.settings import SecretMissing, read_secret
from contactcenter.settings.secret import missing
from contactcenter.settings.shapes import SecretPlace


def test_from_a_variable(tmp_path: Path) -> None:
    place = SecretPlace("env", "TOKEN")
    assert read_secret(place, tmp_path, tmp_path, {"TOKEN": "s3"}) == "s3"
    with pytest.raises(SecretMissing, match="the variable TOKEN is not set"):
        read_secret(place, tmp_path, tmp_path, {"TOKEN": ""})


def test_from_a_file_beside_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("s3\n")
    assert read_secret(SecretPlace("file", "token"), tmp_path, tmp_path, {}) == "s3"
    assert missing(SecretPlace("file", "nothing"), tmp_path, {}) == "the file nothing cannot be read"


def test_our_own_is_made_once_and_for_our_eyes_alone(tmp_path: Path) -> None:
    place = SecretPlace("var", "sms_demo")
    first = read_secret(place, tmp_path, tmp_path / "var", {})
    assert len(first) >= 40 and read_secret(place, tmp_path, tmp_path / "var", {}) == first
    path = tmp_path / "var" / "secrets" / "sms_demo"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert first not in repr(place)
