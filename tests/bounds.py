"""What a test that was ended by its bound (`timeout` in pyproject.toml) tells: where each unfinished task stands."""

from __future__ import annotations

import asyncio
import gc
import io
from collections.abc import Generator

import pytest

__all__ = ["pytest_runtest_makereport"]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    call: pytest.CallInfo[None],
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add to the report of a test that hung what every unfinished task was waiting for."""
    report = yield
    if call.excinfo is not None and "Timeout (>" in str(call.excinfo.value):
        told = io.StringIO()
        for task in [found for found in gc.get_objects() if isinstance(found, asyncio.Task)]:
            if not task.done():
                task.print_stack(file=told)
        report.sections.append(("unfinished tasks", told.getvalue()))
    return report
