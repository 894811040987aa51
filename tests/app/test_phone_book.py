"""The phones' accounts in memory: a moment in which they cannot be read does not leave new phones unknown for ever."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from contactcenter.adapters.accounts.phones import Phone, Phones
from contactcenter.adapters.database.store import Database, open_database
from contactcenter.app import telephony
from contactcenter.app.telephony import PhoneBook
from contactcenter.model.ids import StationId

WITHIN_S = 30.0


class Locked(Phones):
    """Phones whose file is locked the first time that it is read; `read` is set once they were read after that."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, b"m" * 32, "centre")
        self.times = 0
        self.read = asyncio.Event()

    async def all(self) -> list[Phone]:
        self.times += 1
        if self.times == 1:
            raise OperationalError("SELECT", {}, Exception("database is locked"))
        if self.times == 3:
            self.read.set()
        return await super().all()


async def test_a_locked_file_is_read_the_next_time(private_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telephony, "REFRESH_SECONDS", 0)
    database = await open_database(private_dir / "records.db", "main")
    phones = Locked(database)
    await phones.create(StationId("1001"), "SHA-256", "")
    book = PhoneBook(phones)
    keeping = asyncio.create_task(book.keep_fresh())
    await asyncio.wait_for(phones.read.wait(), WITHIN_S)
    assert book.account("1001") is not None and not keeping.done()
    keeping.cancel()
    await database.close()
