"""Desks that share a Redis: one that serves, displays beside it, and what each sees when Redis or the desk goes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from contactcenter.adapters.console.rights import ROUTES
from contactcenter.adapters.customers.commands import erase_customer
from contactcenter.adapters.customers.directory import Customer, CustomerPhone
from contactcenter.adapters.database.store import open_database
from contactcenter.model.ids import AgentId, CustomerId
from contactcenter.model.words import Role
from tests.adapters.desk.displays import answers, display
from tests.adapters.desk.house import House, Page, open_house
from tests.adapters.shared_state.desks import options_of, until
from tests.real.redis import RedisProgram
from tests.stories.centre import ANNA

NUMBER, NAME = "+8613912345678", "Li Wei"


@pytest.fixture
async def house(redis_server: RedisProgram) -> AsyncIterator[House]:
    """A centre without lines, whose desk shares with others."""
    async with open_house(redis=options_of(redis_server), region="CN") as opened:
        yield opened


@asynccontextmanager
async def signed_in(house: House, url: str, name: str, role: Role = Role.SUPERVISOR) -> AsyncIterator[Any]:
    """A browser at a display, with a new account."""
    password = await house.account(name, role)
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(url, cookie_jar=jar) as browser:
        async with browser.post("/api/sign-in", json={"name": name, "password": password}) as answer:
            assert answer.status == 200, await answer.text()
        yield browser


async def wallboard(browser: aiohttp.ClientSession, url: str) -> Page:
    """Open a display's wallboard."""
    return Page(await browser.ws_connect(f"{url}/ws/wallboard", origin=url))


def is_fresh(page: dict[str, Any]) -> bool:
    """Whether a message of a wallboard claims to be of now."""
    return "heard_at" not in page


def waits(page: dict[str, Any]) -> int:
    """How many wait, by a message of a wallboard; -1 when it does not say."""
    return next((int(queue["waiting"]) for queue in page["queues"] if is_fresh(page)), -1)


async def test_a_display_shows_what_the_desk_shows_and_lives_on(house: House, redis_server: RedisProgram) -> None:
    async with display(house, redis_server) as url, signed_in(house, url, "boss") as browser:
        desk = await house.page(await house.signed_in("other", Role.SUPERVISOR), "/ws/wallboard")
        told = await desk.kind("snapshot")
        await answers(browser, "/readyz", 200)
        page = await wallboard(browser, url)
        shown = await page.wait(lambda message: message["kind"] == "snapshot" and is_fresh(message))
        assert (shown["queues"], shown["agents"]) == (told["queues"], told["agents"])
        assert {agent["name"] for agent in shown["agents"]} == {"Anna", "Bo"}
        visitor = await house.visitor()
        await visitor.say(kind="choose", key="1")
        await visitor.say(kind="text", id="m", text="12345678")
        await page.wait(lambda message: waits(message) == 1)
        async with browser.get("/api/center") as answer:
            assert (await answer.json())["name"] == house.config.name
        async with browser.get("/") as answer:
            assert answer.status == 200 and "/static/wallboard/main.js" in await answer.text()
        async with browser.get("/metrics") as answer:
            figures = await answer.text()
        assert "contactcenter_live_heard 1.0" in figures and "contactcenter_redis_reachable 1.0" in figures
        assert "contactcenter_agents" not in figures, "what it does not know it does not claim"
        await page.leave()


async def test_without_redis_a_display_says_so_and_is_live_again_on_its_return(
    house: House, redis_server: RedisProgram
) -> None:
    async with display(house, redis_server) as url, signed_in(house, url, "boss") as browser:
        await answers(browser, "/readyz", 200)
        page = await wallboard(browser, url)
        await page.kind("snapshot")
        redis_server.kill()
        old = await page.wait(lambda message: not is_fresh(message))
        assert old["heard_at"] < old["now_at"]
        told = await answers(browser, "/readyz", 503)
        assert told["reasons"] == ["Redis cannot be reached", "the live state is not heard"]
        late = await wallboard(browser, url)
        assert not is_fresh(await late.kind("snapshot")), "whoever comes now is told at once"
        heard = len(page.got)
        await asyncio.to_thread(redis_server.start)
        await until(lambda: any(map(is_fresh, page.got[heard:])), "live again")
        await until(lambda: any(map(is_fresh, late.got)), "live again here too")
        await answers(browser, "/readyz", 200)
        for each in (page, late):
            await each.leave()


async def test_without_the_desk_a_display_says_so(house: House, redis_server: RedisProgram) -> None:
    async with display(house, redis_server) as url, signed_in(house, url, "boss") as browser:
        await answers(browser, "/readyz", 200)
        page = await wallboard(browser, url)
        await page.kind("snapshot")
        await house.desk_life.aclose()
        await page.wait(lambda message: not is_fresh(message))
        assert (await answers(browser, "/readyz", 503))["reasons"] == ["the live state is not heard"]
        heard = len(page.got)
        await house.start_desk()
        await until(lambda: any(map(is_fresh, page.got[heard:])), "live again with the next desk")
        await page.leave()


async def test_a_display_is_for_those_who_look_on(house: House, redis_server: RedisProgram) -> None:
    async with display(house, redis_server) as url:
        password = await house.account("anna", Role.AGENT, ANNA)
        async with aiohttp.ClientSession(url, cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser:
            async with browser.post("/api/sign-in", json={"name": "anna", "password": password}) as answer:
                assert answer.status == 403 and "Set-Cookie" not in answer.headers
            for path in ("/api/me", "/api/center", "/ws/wallboard"):
                async with browser.get(path, headers={"Origin": url}) as answer:
                    assert answer.status == 401, path
        agent = await house.signed_in("bo", Role.AGENT, AgentId("bo"))
        for path in ("/api/me", "/api/center", "/ws/wallboard"):
            async with agent.get(f"{url}{path}", headers={"Origin": url}) as answer:
                assert answer.status == 403, path
        async with agent.get("/api/me") as answer:
            assert answer.status == 200, "at the desk the session goes on"


async def test_a_display_has_no_other_routes(house: House, redis_server: RedisProgram) -> None:
    served = {"/", "/wallboard", "/healthz", "/metrics", "/api/sign-in", "/api/sign-out", "/api/me", "/api/center"}
    served |= {"/readyz", "/ws/wallboard"}
    async with display(house, redis_server) as url, signed_in(house, url, "admin", Role.ADMIN) as browser:
        for route in ROUTES:
            if "{path" not in route.path:
                async with browser.request(route.method, route.path, headers={"Origin": url}) as answer:
                    assert (answer.status == 404) == (route.path not in served), (route.path, answer.status)
        async with browser.get("/api/me", headers={"Host": "evil.example"}) as answer:
            assert answer.status == 421


async def test_wrong_passwords_are_counted_over_desk_and_display(house: House, redis_server: RedisProgram) -> None:
    await house.account("boss", Role.SUPERVISOR)
    wrong = {"name": "boss", "password": "wrong"}
    async with display(house, redis_server) as url, aiohttp.ClientSession() as browser:
        statuses = []
        for number in range(12):
            async with browser.post(f"{(house.url, url)[number % 2]}/api/sign-in", json=wrong) as answer:
                statuses.append(answer.status)
        assert statuses == [401] * 10 + [429] * 2
        assert int(answer.headers["Retry-After"]) <= 30
        await asyncio.to_thread(redis_server.kill)
        for where in (house.url, url):
            async with browser.post(f"{where}/api/sign-in", json=wrong) as answer:
                assert answer.status == 401, "each has five of its own left"


async def test_a_customer_is_found_through_the_cache_and_erased_from_it_at_once(
    house: House, redis_server: RedisProgram
) -> None:
    customers = house.desk.customers
    known = Customer(id=CustomerId("K1"), name=NAME, phones=(CustomerPhone(NUMBER),))
    await customers.save([known], 1)
    for _ in range(2):
        assert await customers.by_number(NUMBER) == known
        assert await customers.by_number("+8613900000000") is None
    everything = redis_server.everything()
    assert everything.count(b"cc:main:cache:") == 3, "the era, him, and that the other is nobody"
    for secret in (NUMBER, NUMBER[1:], NAME, "K1", "3900000000"):
        assert secret.encode() not in everything
    async with house.browser().get("/metrics") as answer:
        figures = await answer.text()
    assert "contactcenter_cache_hits_total 2.0" in figures and "contactcenter_cache_misses_total 2.0" in figures
    other = await open_database(house.folder / "records.db", "main")
    try:
        await erase_customer(other, customers, house.link, CustomerId("K1"))
    finally:
        await other.close()
    assert await customers.by_number(NUMBER) is None
    assert await customers.get(CustomerId("K1")) is None
