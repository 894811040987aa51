"""Phone secrets: random per device, shown once, kept as an encrypted HA1 that is bound to its row."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from sqlalchemy import select, update

from contactcenter.adapters.accounts.people import AccountError
from contactcenter.adapters.accounts.phones import Phones
from contactcenter.adapters.database import tables
from contactcenter.adapters.database.store import Database
from contactcenter.model.ids import StationId

MASTER = b"m" * 32
DESK = StationId("desk-1")


@pytest.fixture
def phones(database: Database) -> Phones:
    return Phones(database, MASTER, "centre")


@pytest.mark.parametrize(("algorithm", "digest"), [("SHA-256", hashlib.sha256), ("MD5", hashlib.md5)])
async def test_the_registrar_gets_the_ha1_of_the_phone(phones: Phones, algorithm: str, digest: Any) -> None:
    secret = await phones.create(DESK, algorithm, "front desk")
    assert await phones.ha1("desk-1", algorithm) == digest(f"desk-1:centre:{secret}".encode()).hexdigest()
    assert await phones.algorithm("desk-1") == algorithm
    assert [(phone.station, phone.label) for phone in await phones.all()] == [("desk-1", "front desk")]


async def test_a_phone_answers_for_its_own_algorithm_alone(phones: Phones) -> None:
    await phones.create(DESK)
    assert await phones.ha1("desk-1", "MD5") is None
    assert await phones.ha1("desk-2", "SHA-256") is None
    assert await phones.algorithm("desk-2") is None


async def test_a_renewed_phone_forgets_its_old_secret(phones: Phones) -> None:
    await phones.create(DESK, "MD5")
    await phones.create(DESK, "SHA-256")
    assert await phones.ha1("desk-1", "MD5") is None
    assert await phones.ha1("desk-1", "SHA-256") is not None
    await phones.remove(DESK)
    assert await phones.ha1("desk-1", "SHA-256") is None
    with pytest.raises(AccountError, match="no phone"):
        await phones.remove(DESK)


async def test_the_database_alone_opens_nothing(phones: Phones, database: Database) -> None:
    secret = await phones.create(DESK)
    async with database.read() as connection:
        sealed = (await connection.execute(select(tables.phones.c.ha1))).scalar_one()
    ha1 = await phones.ha1("desk-1", "SHA-256")
    assert ha1 is not None and ha1.encode() not in sealed and secret.encode() not in sealed
    assert await Phones(database, b"n" * 32, "centre").ha1("desk-1", "SHA-256") is None


async def test_a_row_moved_to_another_phone_opens_nothing(phones: Phones, database: Database) -> None:
    await phones.create(DESK)
    async with database.write() as connection:
        await connection.execute(update(tables.phones).values(station="desk-9"))
    assert await Phones(database, MASTER, "centre").ha1("desk-9", "SHA-256") is None


@pytest.mark.parametrize(("station", "algorithm"), [("", "MD5"), ("a b", "MD5"), ("a:b", "MD5"), ("ok", "SHA-1")])
async def test_phones_that_no_registrar_could_know_are_refused(phones: Phones, station: str, algorithm: str) -> None:
    with pytest.raises(AccountError):
        await phones.create(StationId(station), algorithm)
