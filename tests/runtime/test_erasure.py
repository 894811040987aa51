"""A customer is erased and the journal replayed: nobody is in the files any more, and every decision still stands."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

import contactcenter
from contactcenter.adapters.journal.reader import JournalReader
from contactcenter.adapters.journal.sqlite import SqliteJournal
from contactcenter.adapters.vault.persons import PersonVault
from contactcenter.center import Center
from contactcenter.model.commands import Command, DestroyKey
from contactcenter.model.entry import Entry
from contactcenter.model.events import CallArrived, ConfigPublished, ErasureAsked, Event, LegAnswered, LegHungUp
from contactcenter.model.facts import ContactArrived
from contactcenter.model.ids import LegId, PersonId
from contactcenter.runtime.ports import Address
from contactcenter.runtime.replay import verify
from contactcenter.runtime.shell import Engine
from tests.stories.centre import small_config

NUMBERS = ("+8613900000001", "+8613900000002")


class House:
    """An engine whose callers are known only by their boxes."""

    def __init__(self, path: Path) -> None:
        self.journal = SqliteJournal(path)
        self.engine = Engine(self.journal, self)
        self.vault = PersonVault(self.journal, bytes(32))

    async def open(self) -> None:
        await self.engine.start(ConfigPublished("first", small_config()))

    async def close(self) -> None:
        await self.engine.stop()
        await self.vault.settle()
        await self.journal.settle()
        self.journal.close()

    async def serve(self, number: str) -> Address:
        """A caller comes, waits and hangs up."""
        known = self.vault.address(number)
        leg = LegId(f"leg{number[-1]}")
        await self.engine.submit(
            CallArrived(
                leg, "trunk", "200", known.sealed, known.key, known.person, self.vault.seal(known.person, number)
            )
        )
        await self.engine.submit(LegAnswered(leg))
        await self.engine.submit(LegHungUp(leg))
        return known

    # --- what the engine asks

    def carry_out(self, command: Command) -> None:
        if isinstance(command, DestroyKey):
            self.vault.destroy(command.person)

    def publish(self, entries: Sequence[Entry]) -> None:
        """Nobody follows."""

    def fault(self, cause: Event | Command, error: Exception) -> None:
        raise error

    def ended(self, reason: str) -> None:
        raise AssertionError(reason)


def row_of(path: Path, person: PersonId) -> list[bytes]:
    """What stands in the file for a person besides his id."""
    connection = sqlite3.connect(path)
    rows = connection.execute("SELECT wrapped, lookup FROM person_keys WHERE person = ?", (person,)).fetchall()
    connection.close()
    return [cell for row in rows for cell in row]


async def test_an_erased_customer_is_in_no_file_and_the_journal_still_verifies(tmp_path: Path) -> None:
    path = tmp_path / "var" / "journal.db"
    house = House(path)
    await house.open()
    erased, kept = [await house.serve(number) for number in NUMBERS]
    cells = row_of(path, erased.person)
    assert len(cells) == 2
    await house.engine.submit(ErasureAsked(erased.person))
    await house.close()

    raw = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert not [cell for cell in (*cells, *(number.encode() for number in NUMBERS)) if cell in raw]

    verdict = verify(JournalReader(path), Center, contactcenter.__version__)
    assert verdict.difference is None and verdict.decided == JournalReader(path).head()

    successor = House(path)
    await successor.open()
    arrived = [fact for entry in successor.journal.load() for fact in entry.facts if isinstance(fact, ContactArrived)]
    opened = [successor.vault.open(fact.address) for fact in arrived if fact.address]
    assert opened == [None, NUMBERS[1]]
    assert successor.vault.address(NUMBERS[0]).person != erased.person
    assert successor.vault.address(NUMBERS[1]).person == kept.person
    await successor.close()
