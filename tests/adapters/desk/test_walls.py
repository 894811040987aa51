"""What bad input meets: a status or close code with a reason, no trace, and a desk that serves the next one."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest
from yarl import URL

from contactcenter.adapters.console.socket import MESSAGE_BYTES_MAX, MESSAGES_BURST, CloseCode
from contactcenter.model.words import Role
from tests.adapters.desk.house import House, Page
from tests.stories.centre import ANNA

TRAVERSALS = [
    "../rights.py", "..%2frights.py", "%2e%2e/rights.py", "%2e%2e%2frights.py", "..\\rights.py", "..%5crights.py",
    "....//rights.py", "/etc/passwd", "%2fetc%2fpasswd", "shared/../../rights.py", "shared/..%2f..%2frights.py",
    "vendor/importmap.json/../../rights.py", "..%252frights.py", "..%c0%afrights.py", "%00", "shared/%00.js",
    "shared", ".", "..", "x" * 5_000, "console.html", "vendor/.stamp", "~root/.profile", "file:///etc/passwd",
    "..;/rights.py", "CON", "shared/*.js", "\u202e.js",
]  # fmt: skip


@pytest.mark.parametrize("path", TRAVERSALS)
async def test_only_files_of_the_pages_are_served(house: House, path: str) -> None:
    async with house.browser().get(URL(f"{house.url}/static/{path}", encoded=path.isascii())) as answer:
        assert answer.status == 404
        assert await answer.json() == {"error": "There is nothing here."}


async def test_pages_carry_a_strict_policy_and_their_import_map(house: House) -> None:
    for path in ("/", "/console", "/wallboard", "/reports", "/chat"):
        async with house.browser().get(path) as answer:
            text, policy = await answer.text(), answer.headers["Content-Security-Policy"]
        assert answer.status == 200
        assert "<!-- importmap -->" not in text
        script = next(part for part in policy.split("; ") if part.startswith("script-src"))
        assert script.startswith("script-src 'self' 'sha256-") and "unsafe" not in policy
        assert "default-src 'none'" in policy and "base-uri 'none'" in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    async with house.browser().get("/static/shared/theme.css") as answer:
        tag = answer.headers["ETag"]
        assert (answer.content_type, answer.headers["Cache-Control"]) == ("text/css", "no-cache")
    async with house.browser().get("/static/shared/theme.css", headers={"If-None-Match": tag}) as answer:
        assert answer.status == 304


async def test_answers_with_content_are_never_kept_by_caches(house: House) -> None:
    boss = await house.signed_in("boss", Role.ADMIN)
    for path in ("/api/me", "/api/center", "/api/customers?number=123", "/healthz", "/metrics"):
        async with boss.get(path) as answer:
            assert answer.headers["Cache-Control"] == "no-store"


BAD_BODIES = {
    "nothing": (b"", 400),
    "broken": (b"{", 400),
    "a list": (b"[1]", 400),
    "other fields": (b'{"user": "x"}', 400),
    "a number for a name": (b'{"name": 1, "password": "x"}', 400),
    "null": (b'{"name": null, "password": null}', 400),
    "too deep": (b'{"name": ' + b"[" * 60_000, 400),
    "not UTF-8": (b'{"name": "\xff", "password": "x"}', 400),
    "a lone surrogate": (b'{"name": "\\ud800", "password": "x"}', 400),
    "a long name": (b'{"name": "' + b"x" * 201 + b'", "password": "x"}', 400),
    "too large": (b"x" * 70_000, 413),
}


@pytest.mark.parametrize(("body", "status"), BAD_BODIES.values(), ids=BAD_BODIES)
async def test_bad_sign_ins_get_a_reason(house: House, body: bytes, status: int) -> None:
    headers = {"Content-Type": "application/json", "Origin": house.url}
    async with house.browser().post("/api/sign-in", data=body, headers=headers) as answer:
        assert (answer.status, list(await answer.json())) == (status, ["error"])


INJECTIONS = [
    "' OR 1=1 --",
    "admin'--",
    '"; DROP TABLE users; --',
    "x' AND SLEEP(5) --",
    "%00",
    "\x00",
    "\ufeffanna",
    "аnna",
]


async def test_names_that_are_code_are_names_that_do_not_exist(house: House) -> None:
    await house.account("anna", Role.AGENT, ANNA)
    for name in INJECTIONS:
        async with house.browser().post("/api/sign-in", json={"name": name, "password": name}) as answer:
            assert answer.status == 401


async def test_ten_wrong_passwords_are_enough(house: House) -> None:
    right = await house.account("boss", Role.SUPERVISOR)
    browser = house.browser()
    for _ in range(10):
        async with browser.post("/api/sign-in", json={"name": "boss", "password": "guess"}) as answer:
            assert answer.status == 401
    async with browser.post("/api/sign-in", json={"name": "BOSS", "password": right}) as answer:
        assert answer.status == 429 and int(answer.headers["Retry-After"]) > 0
    await house.account("other", Role.SUPERVISOR)
    async with browser.post("/api/sign-in", json={"name": "other", "password": "guess"}) as answer:
        assert answer.status == 401


async def test_the_cookie_is_for_the_server_alone(house: House) -> None:
    password = await house.account("boss", Role.SUPERVISOR)
    async with house.browser().post("/api/sign-in", json={"name": "boss", "password": password}) as answer:
        cookie = answer.headers["Set-Cookie"]
        assert await answer.json() == {"name": "boss", "role": "supervisor", "agent": None, "language": ""}
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(cookie.split("; "))


BAD_FRAMES: dict[str, tuple[str | bytes, CloseCode]] = {
    "broken": ("{", CloseCode.NOT_JSON),
    "a list": ("[]", CloseCode.NOT_JSON),
    "a number": ("1", CloseCode.NOT_JSON),
    "nothing": ("", CloseCode.NOT_JSON),
    "too deep": ("[" * 30_000, CloseCode.NOT_JSON),
    "binary": (b"{}", CloseCode.NOT_TEXT),
    "too large": ("x" * (MESSAGE_BYTES_MAX + 1), CloseCode.TOO_LARGE),
}


@pytest.mark.parametrize("path", ["/ws/console", "/ws/wallboard", "/ws/chat"])
@pytest.mark.parametrize(("frame", "code"), BAD_FRAMES.values(), ids=BAD_FRAMES)
async def test_bad_frames_close_the_socket_with_a_code(
    house: House, path: str, frame: str | bytes, code: CloseCode
) -> None:
    page = await house.page(await house.signed_in("anna", Role.AGENT, ANNA), path)
    await (page.socket.send_bytes(frame) if isinstance(frame, bytes) else page.socket.send_str(frame))
    assert await page.closed() == code


async def test_a_page_that_floods_is_closed(house: House) -> None:
    page = await house.page(await house.signed_in("anna", Role.AGENT, ANNA), "/ws/console")
    for _ in range(MESSAGES_BURST + 20):
        await page.say(request=1, do="ready")
    assert await page.closed() == CloseCode.TOO_MANY


BAD_ACTS: list[dict[str, Any]] = [
    {"do": "write", "contact": "C1", "text": "", "id": "1"},
    {"do": "write", "contact": "C1", "text": "x" * 4_001, "id": "1"},
    {"do": "write", "contact": "C1", "text": "x", "id": "a b"},
    {"do": "write", "contact": "C1", "text": {"a": 1}, "id": "1"},
    {"do": "write", "contact": "C9", "text": "x", "id": "1"},
    {"do": "accept"},
    {"do": "accept", "offer": ["O1"]},
    {"do": "not_ready", "reason": "x" * 201},
    {"do": "not_ready", "reason": "no such reason"},
    {"do": "station", "station": "nobody's"},
    {"do": "wrap_up", "contact": "C1", "note": "x" * 4_001},
    {"do": "close", "contact": None},
]


async def test_malformed_acts_are_answered_with_a_sentence(house: House) -> None:
    page = await house.agent(ANNA)
    for act in BAD_ACTS:
        answer = await page.do(act["do"], **{name: value for name, value in act.items() if name != "do"})
        assert answer["ok"] is False and answer["error"]
    await page.must("not_ready", reason="break")


BAD_HELLOS: list[dict[str, Any]] = [
    {"kind": "text", "id": "1", "text": "x"},
    {"kind": "hello", "entry": 7},
    {"kind": "hello", "name": "x" * 81},
    {"kind": "hello", "after": -1},
    {"kind": "other"},
    {},
]


@pytest.mark.parametrize("hello", BAD_HELLOS)
async def test_a_chat_begins_with_hello(house: House, hello: dict[str, Any]) -> None:
    page = await house.page(house.browser(), "/ws/chat")
    await page.say(**hello)
    assert await page.closed() == CloseCode.NOT_JSON
    assert not house.desk.desktop.contacts


async def test_a_chat_needs_an_entry_of_ours(house: House) -> None:
    page = await house.visitor(entry="nowhere")
    assert (await page.kind("error"))["reason"] == "There is no chat here."
    assert await page.closed() == CloseCode.WAIT


async def test_one_source_starts_only_so_many_chats(house: House) -> None:
    pages = [await house.visitor() for _ in range(11)]
    for page in pages[:10]:
        await page.kind("welcome")
    assert await pages[10].closed() == CloseCode.WAIT


async def test_a_strangers_token_opens_nothing(house: House) -> None:
    first = await house.visitor()
    conversation = (await first.kind("welcome"))["conversation"]
    for token in (conversation, "x", "' OR 1=1 --", "0" * 32):
        page = await house.visitor(token=token)
        welcome = await page.kind("welcome")
        assert welcome["resumed"] is False and welcome["conversation"] != conversation


async def test_bad_visitors_messages_are_answered(house: House) -> None:
    page = await house.visitor()
    await page.kind("message", author="system")
    for message in ({"kind": "text", "id": "1"}, {"kind": "choose", "key": "77"}, {"kind": "choose", "key": "9"},
                    {"kind": "hello"}, {"kind": "text", "id": "é", "text": "x"}):  # fmt: skip
        before = len(page.got)
        await page.say(**message)
        error = await page.wait(lambda got, before=before: page.got.index(got) >= before and got["kind"] == "error")  # type: ignore[misc]
        assert error["reason"]


async def test_a_shut_account_loses_its_page_within_seconds(house: House) -> None:
    page = await house.agent(ANNA, ready=False)
    await house.desk.people.disable("anna")
    assert (await page.kind("closing"))["reason"].startswith("You are signed out")
    assert await page.closed() == CloseCode.NO_SESSION
    with pytest.raises(aiohttp.WSServerHandshakeError) as refusal:
        await house.page(house.browsers[0], "/ws/console")
    assert refusal.value.status == 401


async def test_signing_out_on_the_console_ends_the_session(house: House) -> None:
    page: Page = await house.agent(ANNA)
    await page.must("sign_out")
    await page.kind("agent")
    async with house.browsers[0].get("/api/me") as answer:
        assert answer.status == 401
