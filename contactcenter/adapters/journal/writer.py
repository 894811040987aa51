"""The one thread that writes: takes whatever waits, commits it as one transaction, tells the event loops, repeats.

A failing disk is tried again for a while, in order; what could not be written is refused, and so is all that follows.
It must never write from another thread, or report success before the commit has returned.
"""

from __future__ import annotations

import asyncio
import contextlib
import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from contactcenter.adapters.journal.batch import Batch, Refused
from contactcenter.adapters.journal.figures import CommitFigures
from contactcenter.model.entry import Entry
from contactcenter.runtime.ports import JournalFull, KeyChanges, KeyRider

__all__ = ["Work", "Writer", "answer_to"]

GROUP_MAX = 64  # pieces of work per transaction: bounds how long the first of them waits for the last
RETRY_FIRST_S = 0.02
RETRY_LONGEST_S = 1.0


@dataclass(slots=True)
class Work:
    """What to do within a transaction, and who waits for it."""

    do: Callable[[sqlite3.Connection], None]
    done: Callable[[BaseException | None], None]
    after: Callable[[sqlite3.Connection], None] | None = None  # outside of the transaction, once it is committed
    batch: Batch | None = None
    entries: Sequence[Entry] = ()


def answer_to(future: asyncio.Future[None]) -> Callable[[BaseException | None], None]:
    """Return what settles `future` from the writer's thread; a waiter or a loop that is gone is no mistake."""
    loop = future.get_loop()

    def settle(error: BaseException | None) -> None:
        if future.done():
            return
        if error is None:
            future.set_result(None)
        else:
            future.set_exception(error)

    def done(error: BaseException | None) -> None:
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(settle, error)

    return done


class Writer:
    """Runs work in order on one connection, many pieces to a commit."""

    def __init__(
        self,
        reopen: Callable[[], sqlite3.Connection],
        give_up_s: float,
        figures: CommitFigures,
        write_keys: Callable[[sqlite3.Connection, KeyChanges], None],
    ) -> None:
        """Begin a thread that tries each commit for at most `give_up_s` seconds."""
        self._reopen = reopen
        self._connection = reopen()
        self._give_up_s = give_up_s
        self._figures = figures
        self._write_keys = write_keys
        self._riders: list[KeyRider] = []
        self._inbox: queue.SimpleQueue[Work | None] = queue.SimpleQueue()
        self._stopping = threading.Event()
        self._failure: JournalFull | None = None
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)
        self._thread.start()

    def join_commits(self, rider: KeyRider) -> None:
        """Let `rider` write along with every commit."""
        self._riders.append(rider)

    def put(self, work: Work) -> None:
        """Hand over work; its `done` is called from the writer's thread. Never waits."""
        self._inbox.put(work)

    def waiting(self) -> int:
        """Return how many pieces of work have not been taken yet."""
        return self._inbox.qsize()

    def close(self) -> None:
        """Write what was handed over until now, then end the thread; a failing disk is not waited for."""
        self._stopping.set()
        self._inbox.put(None)
        self._thread.join()

    def _run(self) -> None:
        for group in self._groups():
            error = self._failure or self._commit(group)
            if isinstance(error, JournalFull):
                self._failure = error
            for work in group:
                work.done(error)
        self._connection.close()

    def _groups(self) -> Iterable[list[Work]]:
        while (first := self._inbox.get()) is not None:
            group, open_end = [first], True
            while open_end and len(group) < GROUP_MAX:
                try:
                    work = self._inbox.get_nowait()
                except queue.Empty:
                    break
                open_end = work is not None
                if work is not None:
                    group.append(work)
            yield group
            if not open_end:
                return

    def _commit(self, group: Sequence[Work]) -> BaseException | None:
        """Commit a group, trying again while the disk fails; return why it never will be."""
        began = time.perf_counter()
        pause = RETRY_FIRST_S
        while True:
            try:
                self._transact(group)
                break
            except Refused as error:
                self._roll_back()
                return error
            except sqlite3.OperationalError as error:  # full, failing, busy: may pass
                self._roll_back()
                if time.perf_counter() - began + pause > self._give_up_s or self._stopping.wait(pause):
                    return JournalFull(f"the journal's disk fails: {error}")
                self._figures.retries += 1
                pause = min(2 * pause, RETRY_LONGEST_S)
                self._renew()
            except Exception as error:  # a waiter must hear of our own mistakes too, or the engine stands still
                self._roll_back()
                return JournalFull(f"the journal cannot be written: {type(error).__name__}: {error}")
        self._figures.committed(time.perf_counter() - began)
        self._settle(group)
        return None

    def _transact(self, group: Sequence[Work]) -> None:
        connection = self._connection
        connection.execute("BEGIN IMMEDIATE")
        for work in group:
            work.do(connection)
        entries = [entry for work in group for entry in work.entries]
        kept = []
        for rider in self._riders:
            changes, call = rider.board(entries)
            self._write_keys(connection, changes)
            kept.append(call)
        connection.execute("COMMIT")
        for call in kept:
            call()

    def _settle(self, group: Sequence[Work]) -> None:
        for work in group:
            if work.batch:
                self._figures.written(work.batch.last - work.batch.first + 1, len(work.batch.blob))
            if work.after:
                work.after(self._connection)

    def _roll_back(self) -> None:
        with contextlib.suppress(sqlite3.Error):
            self._connection.execute("ROLLBACK")

    def _renew(self) -> None:
        """Take a fresh connection: after an I/O error the old one may hold a broken view of the file."""
        with contextlib.suppress(Exception):
            fresh = self._reopen()
            self._connection.close()
            self._connection = fresh
