"""Reports that begin in the middle of the journal agree with those that begin at its beginning."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest
from aiohttp.test_utils import make_mocked_request

from contactcenter.adapters.console.reports import MARK_EVERY_MS, Reports
from contactcenter.model import events
from contactcenter.model.entry import Entry
from contactcenter.reports.tables import report
from tests.stories.centre import ANNA, MORNING, Centre

KINDS = ("intervals", "agents", "contacts")


@pytest.mark.parametrize("kind", KINDS)
async def test_a_report_need_not_read_the_whole_journal(centre: Centre, kind: str) -> None:
    centre.signs_in(ANNA)
    for number in range(20):
        contact = centre.calls(f"+861390000{number:04d}")
        centre.passes(1_000)
        centre.tries(events.LegRinging(centre.ringing_leg()))
        centre.answers()
        centre.passes(MARK_EVERY_MS // 4)
        centre.hangs_up(f"+861390000{number:04d}")
        centre.wraps_up(ANNA, contact)
    begun_after: list[int] = []

    async def entries(after: int) -> AsyncIterator[Entry]:
        begun_after.append(after)
        for entry in centre.journal[after:]:
            yield entry

    reports = Reports(entries)
    for entry in centre.journal:
        reports.apply(entry)
    span = (MORNING + 3 * MARK_EVERY_MS, MORNING + 5 * MARK_EVERY_MS)
    request = make_mocked_request("GET", f"/?from={span[0]}&to={span[1]}", match_info={"kind": kind})
    answer: Any = await reports.report(request)
    whole = report(kind, [entry for entry in centre.journal if entry.at < span[1]], *span)
    assert msgspec.json.decode(answer.body)["rows"] == msgspec.json.decode(msgspec.json.encode(whole.rows))
    assert begun_after[0] > 0 and whole.rows
