"""A process that appends without end and says on its standard output what was acknowledged; made to be killed.

`python -m tests.adapters.journal.appender FILE run` goes on until it is killed; `full BYTES` gives up when no file may
grow beyond BYTES; `relieved BYTES` gets the space back once the disk was found full, and ends well after that.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import resource
import sys
from collections.abc import Iterator
from pathlib import Path

from contactcenter.adapters.journal.sqlite import SqliteJournal
from contactcenter.adapters.vault.persons import PersonVault
from contactcenter.model.entry import Entry, Position
from contactcenter.model.events import PhoneBound
from contactcenter.model.ids import StationId
from contactcenter.runtime.ports import JournalFull

SECRET = bytes(32)
BATCH_SIZES = (1, 3, 1, 7, 20)


def batches(vault: PersonVault, epoch: int, head: int) -> Iterator[list[Entry]]:
    """Batches that follow `head`, each entry with the sealed number of a person of its own."""
    for size in itertools.cycle(BATCH_SIZES):
        batch = []
        for sequence in range(head + 1, head + size + 1):
            sealed = vault.address(f"+49{sequence:09}").sealed
            event = PhoneBound(StationId(f"s{sequence}"), sealed)
            batch.append(Entry(Position(epoch, sequence), sequence, "1.0", event, ()))
        head += size
        yield batch


def say(words: str) -> None:
    """Write a line that survives our death."""
    os.write(1, f"{words}\n".encode())


async def run(path: Path, mode: str, limit: int) -> None:
    """Append until killed, until the disk is full for good, or until it has recovered."""
    journal = SqliteJournal(path, give_up_s=0.3 if mode == "full" else 60)
    epoch = journal.open_epoch()
    vault = PersonVault(journal, SECRET)
    say(f"epoch {epoch}")
    if limit:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    for batch in batches(vault, epoch, journal.head()):
        appending = asyncio.ensure_future(journal.append(batch))
        while mode == "relieved" and not appending.done():
            await asyncio.wait((appending,), timeout=0.05)
            if journal.figures().counters["journal_retries_total"]:
                resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        await appending
        say(f"acknowledged {batch[-1].position.sequence}")
        if mode == "relieved" and journal.figures().counters["journal_retries_total"]:
            break
    journal.close()
    say("recovered")


def main(path: str, mode: str, limit: str = "0") -> None:
    """Run; a full journal is said in its own words."""
    try:
        asyncio.run(run(Path(path), mode, int(limit)))
    except JournalFull as error:
        say(f"full: {error}")


if __name__ == "__main__":
    main(*sys.argv[1:])
