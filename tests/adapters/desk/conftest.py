"""One running house for each story of the desk."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.adapters.desk.house import House, open_house


@pytest.fixture
async def house() -> AsyncIterator[House]:
    """A centre without lines, its desk listening on a free port."""
    async with open_house() as opened:
        yield opened
