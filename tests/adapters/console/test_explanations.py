"""The page that asks why: a process of its own answers, one at a time, and never holds the desk."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from contactcenter.adapters.console.explanations import Explanations


def saying(script: str) -> tuple[str, ...]:
    """A command that runs a line of Python; the contact is its last argument."""
    return (sys.executable, "-c", f"import sys; {script}")


async def asked(explanations: Explanations, contact: str = "C1.7") -> web.Response:
    """Ask about a contact."""
    request = make_mocked_request("GET", "/", match_info={"id": contact})
    answer: Any = await explanations.why(request)
    assert isinstance(answer, web.Response)
    return answer


async def test_what_the_command_prints_is_the_answer() -> None:
    answer = await asked(Explanations(saying("print(sys.argv[1], end='')")))
    assert (answer.status, answer.body, answer.content_type) == (200, b"C1.7", "application/json")


@pytest.mark.parametrize(("status", "told"), [(2, 404), (1, 500)], ids=["no such contact", "it failed"])
async def test_a_command_that_fails_is_no_answer(status: int, told: int) -> None:
    assert (await asked(Explanations(saying(f"sys.exit({status})")))).status == told


async def test_what_is_no_contact_starts_no_process() -> None:
    explanations = Explanations(("/nonexistent",))
    for name in ("--all", "C", "C1;ls", "../C1", "V1.7", "C1.7 --config=/etc"):
        assert (await asked(explanations, name)).status == 404


async def test_where_nothing_can_explain_there_is_no_such_page() -> None:
    assert (await asked(Explanations(()))).status == 404


async def test_a_journal_that_is_too_long_ends_in_a_sentence_and_leaves_no_process() -> None:
    answer = await asked(Explanations(saying("sys.stdin.read()"), answer_s=0.0))
    assert answer.status == 504 and b"contactcenter why" in answer.body  # type: ignore[operator]


async def test_one_at_a_time_and_who_gives_up_stops_it() -> None:
    explanations = Explanations(saying("import time; time.sleep(600)"))
    first = asyncio.create_task(asked(explanations))
    await asyncio.sleep(0)
    assert (await asked(explanations)).status == 429
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    assert not explanations.busy
