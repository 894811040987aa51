"""Who may do what, walked cell by cell: every route, socket and act against every role and against nobody."""

from __future__ import annotations

import itertools
from typing import Any

import aiohttp
import pytest

from contactcenter.adapters.console.acts import Act, read_act
from contactcenter.adapters.console.rights import ANYONE, CONSOLE_ACTS, ROUTES, Route
from contactcenter.model.words import Role
from tests.adapters.desk.house import House
from tests.stories.centre import ANNA

WHO = (None, *Role)
REFUSED = (401, 403)
ACT_FIELDS: dict[str, dict[str, Any]] = {
    "not_ready": {"reason": "break"},
    "station": {"station": None},
    "accept": {"offer": "O1"},
    "reject": {"offer": "O1"},
    "write": {"contact": "C1", "text": "x", "id": "1"},
    "close": {"contact": "C1"},
    "wrap_up": {"contact": "C1"},
    "extend": {"contact": "C1", "number": 1},
    "next_state": {"presence": "not_ready", "reason": "break"},
    "typing": {"contact": "C1"},
    "machine": {"contact": "C1"},
    "consult": {"contact": "C1", "agent": "bo"},
    "consult_turn": {"contact": "C1", "to_customer": True},
    "consult_complete": {"contact": "C1"},
    "consult_cancel": {"contact": "C1"},
    "conference": {"contact": "C1"},
    "transfer": {"contact": "C1", "queue": "faults"},
    "call_colleague": {"agent": "bo"},
    "dial": {"number": "+8613912345678"},
}


@pytest.fixture
async def everybody(house: House) -> dict[Role | None, aiohttp.ClientSession]:
    """A signed-in browser of each role, and one of nobody."""
    browsers: dict[Role | None, aiohttp.ClientSession] = {None: house.browser()}
    for role in Role:
        browsers[role] = await house.signed_in(role.value, role, ANNA if role is Role.AGENT else None)
    return browsers


def example(route: Route) -> str:
    """A path that names nothing that exists."""
    filled = {"{path:.+}": "nothing.js", "{provider}": "nobody", "{kind}": "nothing", "{id}": "x", "{opaque}": "x"}
    path = route.path
    for part, value in filled.items():
        path = path.replace(part, value)
    return path


async def status_of(house: House, browser: aiohttp.ClientSession, route: Route) -> int:
    headers = {"Origin": house.url, "X-Forwarded-For": "192.0.2.1"}
    if not route.socket:
        body: dict[str, Any] | None = {} if route.method == "POST" else None
        async with browser.request(route.method, example(route), json=body, headers=headers) as answer:
            return answer.status
    try:
        socket = await browser.ws_connect(f"{house.url}{route.path}", headers=headers)
    except aiohttp.WSServerHandshakeError as refusal:
        return refusal.status
    await socket.close()
    return 101


async def test_every_route_is_open_to_its_roles_and_to_nobody_else(
    house: House, everybody: dict[Role | None, aiohttp.ClientSession]
) -> None:
    wrong = []
    for route, who in itertools.product(ROUTES, WHO):
        if route.name == "sign_out" and who is not None:
            continue  # tried last: it ends the session
        status = await status_of(house, everybody[who], route)
        allowed = route.roles is ANYONE or who in route.roles
        own_word = route.name == "sign_in" and status == 400
        if (status not in REFUSED) != allowed and not own_word:
            wrong.append((route.name, who, status))
    for role in Role:
        async with everybody[role].post("/api/sign-out", json={}, headers={"Origin": house.url}) as answer:
            if answer.status != 204:
                wrong.append(("sign_out", role, answer.status))
        async with everybody[role].get("/api/me") as answer:
            assert answer.status == 401
    assert not wrong


async def test_nobody_is_told_401_and_the_wrong_role_403(
    house: House, everybody: dict[Role | None, aiohttp.ClientSession]
) -> None:
    closed = [route for route in ROUTES if route.roles is not ANYONE]
    assert {await status_of(house, everybody[None], route) for route in closed} == {401}
    others = [
        (route, role) for route, role in itertools.product(closed, Role) if route.roles and role not in route.roles
    ]
    assert {await status_of(house, everybody[role], route) for route, role in others} == {403}


@pytest.mark.parametrize("path", ["/api", "/api/users", "/admin", "/ws/other", "/static/../rights.py", "/metrics/x"])
async def test_what_is_not_listed_does_not_exist(house: House, path: str) -> None:
    for who in (house.browser(), await house.signed_in("root", Role.ADMIN)):
        async with who.get(path) as answer:
            assert (answer.status, await answer.json()) == (404, {"error": "There is nothing here."})


async def test_every_act_of_the_console_has_its_row_and_passes_the_check(house: House) -> None:
    page = await house.agent(ANNA, ready=False)
    for act in sorted(CONSOLE_ACTS, key=lambda name: name == "sign_out"):
        read_act({"do": act, **ACT_FIELDS.get(act, {})})
        answer = await page.do(act, **ACT_FIELDS.get(act, {}))
        assert answer["ok"] or not answer["error"].startswith("You may not"), (act, answer)
    tags = [kind.__struct_config__.tag for kind in Act.__args__]
    assert sorted(tags) == sorted(CONSOLE_ACTS)


@pytest.mark.parametrize("act", ["erase", "", "READY", "sign_in", 7, None, ["ready"]])
async def test_unknown_acts_are_refused(house: House, act: Any) -> None:
    page = await house.agent(ANNA, ready=False)
    assert (await page.do(act))["error"] == "You may not do this, or it does not exist."


async def test_metrics_are_for_the_machine_itself_or_for_rights(house: House) -> None:
    async with house.browser().get("/metrics") as answer:
        assert answer.status == 200 and "contactcenter_agents" in await answer.text()
    async with house.browser().get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"}) as answer:
        assert answer.status == 401


async def test_an_agent_sees_only_contacts_of_his_own(house: House) -> None:
    visitor = await house.visitor()
    await visitor.kind("state", state="menu")
    contact = next(iter(house.desk.desktop.contacts))
    await house.desk.follower.written(house.desk.follower.sequence)
    anna = await house.signed_in("anna", Role.AGENT, ANNA)
    boss = await house.signed_in("boss", Role.SUPERVISOR)
    async with anna.get(f"/api/contacts/{contact}") as answer:
        assert answer.status == 404
    async with boss.get(f"/api/contacts/{contact}") as answer:
        record = await answer.json()
    assert (answer.status, record["channel"], record["address"]) == (200, "chat", "Li Wei")
    assert not {"address_key", "person", "domain"} & record.keys()


ORIGINS = [
    "http://evil.example", "https://evil.example", "null", "", "http://127.0.0.1", "http://127.0.0.1.evil.example",
    "http://localhost:1", "file://", "http://[::1]", "http://127.0.0.1:99999", "ftp://127.0.0.1", "evil", "*",
    "http://evil.example#127.0.0.1", "http://user@127.0.0.1", "http://xn--127-0-0-1", "HTTP://EVIL", "data:,x",
    "http://127.0.0.2", "about:blank",
]  # fmt: skip


async def test_no_hostile_origin_opens_a_socket_or_signs_in(house: House) -> None:
    anna = await house.signed_in("anna", Role.AGENT, ANNA)
    for origin, path in itertools.product(ORIGINS, ("/ws/console", "/ws/wallboard", "/ws/chat")):
        with pytest.raises(aiohttp.WSServerHandshakeError) as refusal:
            await anna.ws_connect(f"{house.url}{path}", origin=origin)
        assert refusal.value.status == 403
    for origin in ORIGINS:
        async with anna.post("/api/sign-out", json={}, headers={"Origin": origin}) as answer:
            assert answer.status == 403
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await anna.ws_connect(f"{house.url}/ws/chat")


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "[bad", ""])
async def test_a_strangers_name_for_us_is_refused(house: House, host: str) -> None:
    async with house.browser().get("/api/me", headers={"Host": host}) as answer:
        assert answer.status in (400, 421)
