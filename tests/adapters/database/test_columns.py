"""Texts that a store would refuse are kept with a sign in place of what cannot be written."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, select

from contactcenter.adapters.database import tables
from contactcenter.adapters.database.store import Database

KEPT = {"a\x00b": "a\ufffdb", "\ud83d alone": "\ufffd alone", "😀 何も": "😀 何も", "": ""}


@pytest.mark.parametrize("given", KEPT)
async def test_what_cannot_be_written_is_marked_and_found_again(database: Database, given: str) -> None:
    user, kept = tables.users.c, KEPT[given]
    async with database.write() as connection:
        row = {"domain": "main", "name": f"n{given}", "password": given, "role": "agent"}
        await connection.execute(insert(tables.users).values(row))
    async with database.read() as connection:
        asked = select(user.name, user.password).where(user.domain == "main", user.name == f"n{given}")
        assert (await connection.execute(asked)).one() == (f"n{kept}", kept)
