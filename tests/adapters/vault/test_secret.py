"""The domain's secret is made once, kept for its owner alone, and refused when it is not what it was."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from contactcenter.adapters.vault.secret import SECRET_BYTES, domain_secret
from contactcenter.runtime.ports import StoreUnusable


def test_the_first_start_makes_a_secret_that_later_starts_find(tmp_path: Path) -> None:
    path = tmp_path / "var" / "domain.secret"
    secret = domain_secret(path)
    assert len(secret) == SECRET_BYTES
    assert domain_secret(path) == secret
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [file.name for file in path.parent.iterdir()] == ["domain.secret"]


def test_no_two_domains_share_one(tmp_path: Path) -> None:
    assert domain_secret(tmp_path / "a") != domain_secret(tmp_path / "b")


def test_a_secret_that_others_may_read_is_refused_with_the_cure(tmp_path: Path) -> None:
    path = tmp_path / "domain.secret"
    domain_secret(path)
    path.chmod(0o640)
    with pytest.raises(StoreUnusable, match="chmod 600"):
        domain_secret(path)


@pytest.mark.parametrize("text", ["", "00ff", "not hexadecimal at all", "0" * 65])
def test_a_file_that_is_no_secret_is_refused_and_kept(tmp_path: Path, text: str) -> None:
    path = tmp_path / "domain.secret"
    path.write_text(text)
    path.chmod(0o600)
    with pytest.raises(StoreUnusable, match="restore the file"):
        domain_secret(path)
    assert path.read_text() == text


def test_a_place_that_cannot_hold_it_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreUnusable, match="cannot be kept here"):
        domain_secret(tmp_path / "file" / "domain.secret")
