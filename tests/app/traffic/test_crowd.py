"""Simulated lives: bounded in number, ended together, and heard of when one breaks off."""

from __future__ import annotations

import asyncio
from random import Random

from structlog.testing import capture_logs

from contactcenter.app.traffic.crowd import Crowd, arrivals, between

MANY = 600_000.0  # a minute: lives follow each other at once


class Lives:
    """Counts who began, and lets nobody end before told to."""

    def __init__(self) -> None:
        self.begun = 0
        self.third, self.end = asyncio.Event(), asyncio.Event()

    async def life(self) -> None:
        self.begun += 1
        if self.begun == 3:
            self.third.set()
        await self.end.wait()


async def soon() -> None:
    """Let everything that is ready happen."""
    for _ in range(5):
        await asyncio.sleep(0)


async def test_nobody_is_let_in_beyond_the_limit() -> None:
    lives, crowd = Lives(), Crowd("caller", 2)
    for _ in range(5):
        crowd.admit(lives.life())
    await soon()
    assert lives.begun == 2
    lives.end.set()
    await soon()
    crowd.admit(lives.life())
    await soon()
    assert lives.begun == 3
    await crowd.close()


async def test_closing_ends_everybody() -> None:
    lives, crowd = Lives(), Crowd("caller", 9)
    crowd.admit(lives.life())
    await soon()
    await crowd.close()
    assert [task for task in asyncio.all_tasks() if task.get_name() == "caller"] == []


async def test_a_life_that_breaks_off_is_logged_and_the_others_go_on() -> None:
    async def broken() -> None:
        raise ValueError("our own mistake")

    lives, crowd = Lives(), Crowd("visitor", 9)
    with capture_logs() as logs:
        crowd.admit(broken())
        crowd.admit(lives.life())
        await soon()
    assert [(line["event"], line["crowd"]) for line in logs] == [("a simulated life broke off", "visitor")]
    assert lives.begun == 1
    await crowd.close()


async def test_the_first_life_begins_at_once_and_others_follow() -> None:
    lives, crowd = Lives(), Crowd("caller", 3)
    coming = asyncio.create_task(arrivals(crowd, MANY, Random(1), lives.life))
    await soon()
    assert lives.begun >= 1
    async with asyncio.timeout(30):
        await lives.third.wait()
    coming.cancel()
    await asyncio.gather(coming, return_exceptions=True)
    await crowd.close()


def test_spans_lie_between_their_bounds() -> None:
    chance = Random(3)
    assert all(2.0 <= between(chance, (2.0, 5.0)) <= 5.0 for _ in range(100))
