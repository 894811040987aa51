"""Work is done and its result comes back on whichever loop this machine has."""

from __future__ import annotations

import asyncio
import importlib.util
import sys

import pytest

from contactcenter.app.event_loop import run_in_loop


async def which_loop() -> str:
    return type(asyncio.get_running_loop()).__module__


def test_the_fast_loop_is_used_where_it_is_installed() -> None:
    fastest = "uvloop" if importlib.util.find_spec("uvloop") else "asyncio"

    assert run_in_loop(which_loop()).startswith(fastest)


def test_the_standard_loop_serves_where_the_fast_one_is_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "uvloop", None)

    assert run_in_loop(which_loop()).startswith("asyncio")


def test_what_the_work_raises_comes_through() -> None:
    async def failing() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        run_in_loop(failing())
