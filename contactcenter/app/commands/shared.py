"""What every command does alike: read the settings, print, and end with a sentence where something is wrong."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from contactcenter.app.places import read_settings
from contactcenter.settings import Settings, SettingsError

__all__ = ["HERE", "Config", "err", "fail", "mistakes_told", "out", "settings_of", "told"]

MISUSE = 2

out, err = Console(highlight=False), Console(stderr=True, highlight=False)
Config = Annotated[Path, typer.Option("--config", help="The configuration folder.")]
HERE = Path("config")


def fail(reason: str) -> NoReturn:
    """Say in one line what is wrong, and end with the status of misuse."""
    err.print(f"[red]error:[/red] {reason}", markup=True, soft_wrap=True)
    raise typer.Exit(MISUSE)


def settings_of(folder: Path, lan: str = "", at: int | None = None) -> Settings:
    """Return the settings of a folder, or print every mistake in it and end."""
    with mistakes_told(folder):
        return read_settings(folder, lan, at)


@contextlib.contextmanager
def mistakes_told(folder: Path) -> Iterator[None]:
    """Print every mistake of a configuration folder, and end."""
    try:
        yield
    except SettingsError as mistakes:
        for problem in mistakes.problems:
            err.print(str(problem), markup=False, soft_wrap=True)
        count = len(mistakes.problems)
        fail(f"{folder} has {count} mistake{'s' if count != 1 else ''}; nothing was started")


@contextlib.contextmanager
def told() -> Iterator[None]:
    """Turn the known mistakes of a command into one line."""
    from contactcenter.adapters.accounts.people import AccountError
    from contactcenter.app.accounts import NotConfigured
    from contactcenter.runtime.ports import StoreUnusable

    try:
        yield
    except (AccountError, NotConfigured, StoreUnusable, ValueError) as mistake:
        fail(str(mistake))
    except OSError as failure:
        fail(f"{failure.strerror or failure}: {failure.filename}" if failure.filename else str(failure))
