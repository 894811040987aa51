"""A small engine behind a real link, journal and vault: it commits every event and refuses the letter x."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from contactcenter.adapters.journal.sqlite import SqliteJournal
from contactcenter.adapters.link.client import LinkClient
from contactcenter.adapters.link.server import LinkServer
from contactcenter.adapters.vault.persons import PersonVault
from contactcenter.model.entry import Entry, Position
from contactcenter.model.events import Event, KeyPressed
from contactcenter.model.ids import LegId, MessageId
from contactcenter.runtime.ports import EngineFigures, JournalFull, Receipt
from tests.adapters.journal.entries import entries

__all__ = ["RELEASE", "Engine", "key"]

RELEASE = "1.0"


def key(letter: str) -> KeyPressed:
    """An event that says a letter."""
    return KeyPressed(LegId("leg"), letter)


class Engine:
    """Owns the files of one folder; can be stopped and started like the real one."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "engine.sock"
        self.folder = folder
        self.heard: list[str] = []
        self.stalled: asyncio.Event | None = None

    async def start(self) -> None:
        self.journal = SqliteJournal(self.folder / "journal.sqlite3", give_up_s=0.1)
        self.epoch = self.journal.open_epoch()
        self.vault = PersonVault(self.journal, bytes(32))
        self.sequence = self.journal.head()
        self.server = LinkServer(self.path, self, self.journal, self.vault, RELEASE)
        await self.server.start()

    async def stop(self) -> None:
        await self.server.close()
        self.journal.close()

    def desk(self, patience_s: float = 10.0) -> LinkClient:
        """A desk of the same release."""
        return LinkClient(self.path, RELEASE, patience_s)

    async def commit(self, many: int) -> None:
        """Commit entries that nobody submitted."""
        await self.keep(entries(self.sequence + 1, self.sequence + many, self.epoch))

    async def keep(self, fresh: Sequence[Entry]) -> None:
        """Append and then publish."""
        self.sequence = fresh[-1].position.sequence
        await self.journal.append(fresh)
        self.server.publish(fresh)

    # --- what the link asks

    async def submit(self, event: Event) -> Receipt:
        letter = event.key if isinstance(event, KeyPressed) else "?"
        self.heard.append(letter)
        if letter == "x":
            return Receipt(None, "this letter is not taken")
        if letter == "full":
            raise JournalFull("the disk is full")
        if letter == "bug":
            raise ZeroDivisionError
        if self.stalled:
            await self.stalled.wait()
        position = Position(self.epoch, self.sequence + 1)
        await self.keep([Entry(position, 1000, RELEASE, event, ())])
        return Receipt(position)

    def outbox(self) -> list[MessageId]:
        return [MessageId("m1"), MessageId("m2")]

    def figures(self) -> EngineFigures:
        figures = self.journal.figures()
        figures.gauges["epoch"] = self.epoch
        return figures
