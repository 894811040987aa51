"""One running house for each story of the desk."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.adapters.desk.house import House, open_house
from tests.adapters.stores import STORES
from tests.real.postgres import PostgresServer


@pytest.fixture
def url(request: pytest.FixtureRequest) -> str:
    """Where the house keeps its things: in files, or for stories that name both STORES in a database of its own."""
    if getattr(request, "param", STORES[0]) == STORES[0]:
        return ""
    postgres: PostgresServer = request.getfixturevalue("postgres")
    return postgres.new_database()


@pytest.fixture
async def house(url: str) -> AsyncIterator[House]:
    """A centre without lines, its desk listening on a free port."""
    async with open_house(url=url) as opened:
        yield opened
