"""A copy of the shipped centre that a test may spoil; the sounds are shared with the original."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from contactcenter.settings import check
from tests.source import ROOT

AT = 1_795_435_200_000  # 2026-11-23 12:00 UTC

Spoil = Callable[..., list[str]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The shipped configuration folder, copied."""
    copied = tmp_path / "config"
    shutil.copytree(ROOT / "config", copied, ignore=shutil.ignore_patterns("prompts"))
    (copied / "prompts").symlink_to(ROOT / "config" / "prompts")
    return copied


@pytest.fixture
def spoil(folder: Path) -> Spoil:
    """Replace a text in a file (or write the file anew) and return all that is wrong then."""

    def change(file: str, old: str, new: str, **environment: str) -> list[str]:
        path = folder / file
        if old:
            text = path.read_text()
            assert old in text
            path.write_text(text.replace(old, new, 1))
        else:
            path.write_text(new)
        return [str(problem) for problem in check(folder, environment, AT)]

    return change
