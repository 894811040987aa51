"""Signing in and out, and who is signed in. Ten wrong passwords in five minutes for one name are enough."""

from __future__ import annotations

import math
from collections.abc import Collection
from typing import Annotated, TypeVar

import msgspec
from aiohttp import web
from msgspec import Meta

from contactcenter.adapters.accounts.people import PASSWORD_LENGTH_MAX, People, Person, spelling
from contactcenter.adapters.accounts.sessions import ABSOLUTE_MS, Sessions, token_hash
from contactcenter.adapters.console.gate import COOKIE, problem, session_of
from contactcenter.adapters.json_text import NOT_JSON
from contactcenter.adapters.shared_state.ports import Bucket, Limiter, Turn
from contactcenter.model.words import Role

__all__ = ["SignIn", "answer", "read_json"]

FAILURES_PER_S = 300.0
BY_NAME = Bucket("sign-in-name", 10, FAILURES_PER_S)
BY_SOURCE = Bucket("sign-in-source", 100, FAILURES_PER_S)  # all names together: who tries names instead of passwords
BODY_BYTES_MAX = 65_536


Content = TypeVar("Content")


class Credentials(msgspec.Struct, frozen=True):
    """What a person types in."""

    name: Annotated[str, Meta(max_length=200)]
    password: Annotated[str, Meta(max_length=PASSWORD_LENGTH_MAX)]


def answer(content: object, status: int = 200) -> web.Response:
    """Return a JSON answer."""
    return web.Response(status=status, body=msgspec.json.encode(content), content_type="application/json")


async def read_json(request: web.Request, kind: type[Content]) -> Content | web.Response:
    """Return the body as a `kind`, or the answer that says what is wrong with it."""
    if request.content_type != "application/json":
        return problem(415, "Send application/json.")
    if request.content_length is not None and request.content_length > BODY_BYTES_MAX:
        return problem(413)
    try:
        return msgspec.json.decode(await request.read(), type=kind)
    except msgspec.ValidationError as failure:
        return problem(400, f"The body is not what is expected: {failure}")
    except NOT_JSON:
        return problem(400, "The body is not JSON.")


class SignIn:
    """The routes of sessions."""

    def __init__(
        self,
        people: People,
        sessions: Sessions,
        limiter: Limiter,
        secure: bool,
        roles: Collection[Role] = tuple(Role),
    ) -> None:
        """Sign `people` of `roles` in as often as `limiter` lets them; cookies are for HTTPS alone when `secure`."""
        self._people = people
        self._sessions = sessions
        self._secure = secure
        self._limiter = limiter
        self._roles = roles

    async def sign_in(self, request: web.Request) -> web.StreamResponse:
        """Check a password and begin a session."""
        given = await read_json(request, Credentials)
        if isinstance(given, web.Response):
            return given
        source = request.remote or ""
        turns = Turn(BY_NAME, f"{source} {spelling(given.name)}"), Turn(BY_SOURCE, source)
        # The turn is taken before the slow check, so that a burst of parallel tries gets no more than its ten.
        if wait_s := await self._limiter.take(*turns):
            return problem(429, "Too many failed tries: wait a little.", {"Retry-After": str(math.ceil(wait_s))})
        person = await self._people.authenticate(given.name, given.password)
        if person is None:
            return problem(401, "Name or password is wrong.")
        await self._limiter.give_back(*turns)
        if person.role not in self._roles:
            return problem(403)
        return await self._begin(request, person)

    async def sign_out(self, request: web.Request) -> web.StreamResponse:
        """End the session."""
        await self._sessions.close(session_of(request).token_hash)
        response = web.Response(status=204)
        response.del_cookie(COOKIE, path="/", secure=self._secure, httponly=True, samesite="Strict")
        return response

    async def me(self, request: web.Request) -> web.StreamResponse:
        """Say who is signed in."""
        return answer(_shown(session_of(request).person))

    async def _begin(self, request: web.Request, person: Person) -> web.Response:
        older = request.cookies.get(COOKIE)
        if older:
            await self._sessions.close(token_hash(older))
        token = await self._sessions.open(person)
        response = answer(_shown(person))
        response.set_cookie(
            COOKIE, token, path="/", max_age=ABSOLUTE_MS // 1000, secure=self._secure, httponly=True, samesite="Strict"
        )
        return response


def _shown(person: Person) -> dict[str, object]:
    return {"name": person.name, "role": person.role, "agent": person.agent, "language": person.language}
