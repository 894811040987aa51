"""Historic tables over HTTP, folded from the journal's entries by the same code as on the command line."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable

import msgspec
from aiohttp import web

from contactcenter.adapters.console.committing import AWAY
from contactcenter.adapters.console.gate import problem
from contactcenter.adapters.console.sign_in import answer
from contactcenter.adapters.wall import wall_ms
from contactcenter.model.entry import Entry
from contactcenter.reports.standing import Standing
from contactcenter.reports.tables import KINDS, Table, report, to_csv
from contactcenter.runtime.ports import LinkLost

__all__ = ["Reports"]

DAY_MS = 86_400_000
SPAN_MS_MAX = 31 * DAY_MS  # a month at a time
MARK_EVERY_MS = 3 * 3_600_000  # a report reads at most so much of the journal in vain
MARKS_MAX = 31 * 8  # older reports begin at the beginning
ENTRIES_MAX = 2_000_000  # a month of a centre with fifty agents


class Mark(msgspec.Struct, frozen=True):
    """What stood at a time (ms), after the entry `sequence`."""

    at: int
    sequence: int
    standing: list[Entry]


class Reports:
    """The report route; one report is made at a time, beside the event loop."""

    def __init__(self, entries: Callable[[int], AsyncIterator[Entry]]) -> None:
        """Read through `entries`, which yields those after a sequence. Raises LinkLost."""
        self._entries = entries
        self._turn = asyncio.Lock()
        self._standing = Standing()
        self._marks: deque[Mark] = deque([Mark(0, 0, [])], maxlen=MARKS_MAX)

    def apply(self, entry: Entry) -> None:
        """Follow what stands, so that a report can begin in the middle of the journal."""
        for fact in entry.facts:
            self._standing.apply(fact, entry.at)
        if entry.at - self._marks[-1].at >= MARK_EVERY_MS:
            self._marks.append(Mark(entry.at, entry.position.sequence, self._standing.entries()))

    async def report(self, request: web.Request) -> web.StreamResponse:
        """One kind of table for a span of time, as JSON or CSV."""
        kind = request.match_info["kind"]
        if kind not in KINDS:
            return problem(404)
        span = _span(request)
        if span is None:
            return problem(400, "Ask with ?from= and &to= in ms since 1970, at most 31 days apart.")
        try:
            table = await self._table(kind, *span)
        except LinkLost:
            return problem(503, AWAY)
        if request.query.get("format") == "csv":
            headers = {"Content-Disposition": f'attachment; filename="{kind}.csv"'}
            return web.Response(text=to_csv(table), content_type="text/csv", charset="utf-8", headers=headers)
        columns = [{"name": column.name, "meaning": column.meaning} for column in table.columns]
        return answer({"title": table.title, "columns": columns, "rows": table.rows})

    async def _table(self, kind: str, from_at: int, to_at: int) -> Table:
        async with self._turn:
            mark = next((mark for mark in reversed(self._marks) if mark.at < from_at), Mark(0, 0, []))
            entries = list(mark.standing)
            async for entry in self._entries(mark.sequence):
                if entry.at >= to_at or len(entries) >= ENTRIES_MAX:
                    break
                entries.append(entry)
            return await asyncio.to_thread(report, kind, entries, from_at, to_at)


def _span(request: web.Request) -> tuple[int, int] | None:
    try:
        from_at, to_at = int(request.query.get("from", "")), int(request.query.get("to", ""))
    except ValueError:
        return None
    if not 0 <= from_at < to_at or to_at - from_at > SPAN_MS_MAX:
        return None
    return from_at, max(min(to_at, wall_ms()), from_at)  # of what is to come there is nothing to tell
