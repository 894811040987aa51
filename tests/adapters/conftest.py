"""What the desk's tests share: a fresh database in a private folder, and hashing that is quick but still argon2id."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from contactcenter.adapters.accounts.passwords import Passwords
from contactcenter.adapters.database.postgres import open_server
from contactcenter.adapters.database.store import Database, open_database
from tests.adapters.stores import STORES
from tests.real.postgres import PASSWORD, PostgresServer


@pytest.fixture(params=STORES)
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """A migrated, empty database of the domain `main`: once in a file, once in a private PostgreSQL."""
    if request.param == "sqlite":
        opened = await open_database(tmp_path / "desk" / "records.db", "main")
    else:
        postgres: PostgresServer = request.getfixturevalue("postgres")
        opened = await open_server(postgres.new_database(), PASSWORD, "main")
    yield opened
    await opened.close()


@pytest.fixture
def passwords() -> Passwords:
    """The product's hashing at the lowest cost that argon2 allows."""
    return Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
