"""Modes over HTTP: a supervisor reads what a mode would change, switches, sees it on the wallboard, and goes back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from contactcenter.model.words import Role
from tests.adapters.desk.house import House, open_house
from tests.stories.test_modes import config_with_modes


@pytest.fixture
async def house() -> AsyncIterator[House]:
    """A house whose centre has modes."""
    async with open_house(config_with_modes()) as opened:
        yield opened


async def switch(browser: aiohttp.ClientSession, status: int = 204, **asked: Any) -> str:
    """Ask for a mode; return what is said when it is refused."""
    async with browser.post("/api/modes", json=asked) as answer:
        assert answer.status == status, await answer.text()
        return "" if status == 204 else str((await answer.json())["error"])


async def modes(browser: aiohttp.ClientSession) -> dict[str, Any]:
    """Ask what modes there are."""
    async with browser.get("/api/modes") as answer:
        assert answer.status == 200
        return dict(await answer.json())


async def test_a_supervisor_switches_and_everybody_sees_it(house: House) -> None:
    boss = await house.signed_in("boss", Role.SUPERVISOR)
    board = await house.page(boss, "/ws/wallboard")
    assert (await board.kind("snapshot"))["modes"] == []
    await switch(boss, mode="storm", reason=" thunder ")
    (shown,) = (await board.wait(lambda page: bool(page.get("modes"))))["modes"]
    assert (shown["mode"], shown["name"], shown["by"], shown["source"]) == ("storm", "Storm", "boss", "api")
    assert (shown["reason"], shown["former"]) == ("thunder", "normal")
    assert shown["until_at"] - shown["since_at"] == 4 * 3_600_000
    await switch(boss, mode=shown["former"], queue=shown["queue"])
    await board.wait(lambda page: [each["mode"] for each in page.get("modes", ())] == ["normal"])
    async with boss.get(f"/api/reports/modes?from=0&to={2 * 86_400_000}") as answer:
        assert answer.status == 200
    async with boss.get(f"/api/reports/modes?from={shown['since_at'] - 1}&to={shown['since_at'] + 60_000}") as answer:
        rows = (await answer.json())["rows"]
    assert [(row[2], row[3], row[5], row[7]) for row in rows] == [
        ("storm", "normal", "boss", "thunder"),
        ("normal", "storm", "boss", ""),
    ]


async def test_what_a_mode_changes_is_told_key_by_key(house: House) -> None:
    boss = await house.signed_in("boss", Role.SUPERVISOR)
    evacuated = next(mode for mode in (await modes(boss))["modes"] if mode["id"] == "evacuated")
    offers, flow = evacuated["changes"]
    assert (offers["before"], offers["after"]) == (["voice", "chat", "sms"], ["chat", "sms"])
    assert flow == {"kind": "entry", "id": "200", "key": "flow", "before": "direct", "after": "away"}
    await switch(boss, mode="storm")
    await house.live()
    again = next(mode for mode in (await modes(boss))["modes"] if mode["id"] == "evacuated")
    assert again == evacuated, "told against what is published, whatever holds now"
    assert [each["mode"] for each in (await modes(boss))["last"]] == ["storm"]


async def test_a_page_is_told_apart_from_a_program(house: House) -> None:
    boss = await house.signed_in("boss", Role.SUPERVISOR)
    boss.headers["Origin"] = house.url
    await switch(boss, mode="storm", queue="faults")
    await house.live()
    (last,) = (await modes(boss))["last"]
    assert (last["source"], last["queue"]) == ("console", "faults")


async def test_what_cannot_be_is_refused_in_words(house: House) -> None:
    boss = await house.signed_in("boss", Role.SUPERVISOR)
    assert await switch(boss, 409, mode="hurricane") == "There is no such mode: choose one that is configured."
    assert "reason" in await switch(boss, 400, mode="storm", reason="x" * 201)
    assert "minutes" in await switch(boss, 400, mode="storm", minutes=3)
    for _ in range(9):
        await switch(boss, 409, mode="normal")
    assert await switch(boss, 429, mode="storm") == "Too many switches: wait a little."


async def test_the_engine_away_is_told(house: House) -> None:
    boss = await house.signed_in("boss", Role.SUPERVISOR)
    await house.engine.stop()
    assert (await switch(boss, 503, mode="storm")).startswith("The centre cannot be reached")
    await house.engine.start(house.config)


async def test_metrics_tell_the_mode(house: House) -> None:
    boss = await house.signed_in("boss", Role.SUPERVISOR)
    await switch(boss, mode="storm")
    await switch(boss, mode="as_usual", queue="faults")
    await house.live()
    async with house.browser().get("/metrics") as answer:
        text = await answer.text()
    lines = [line for line in text.splitlines() if line.startswith("contactcenter_mode{")]
    assert 'contactcenter_mode{mode="normal",queue=""} 0.0' in lines
    assert 'contactcenter_mode{mode="storm",queue=""} 1.0' in lines
    assert 'contactcenter_mode{mode="as_usual",queue="faults"} 1.0' in lines
