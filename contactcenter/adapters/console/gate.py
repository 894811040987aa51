"""What every request passes before its handler: host and origin, session and role, and what every answer carries.

Default deny: a route that does not stand in `rights` is not found, and no refusal says more than it must.
"""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Awaitable, Callable, Container, Sequence
from urllib.parse import urlsplit

import msgspec
import structlog
from aiohttp import web

from contactcenter.adapters.accounts.sessions import Session, Sessions
from contactcenter.adapters.console.options import ConsoleOptions
from contactcenter.adapters.console.rights import ANYONE, ROUTES, Route
from contactcenter.model.words import Role
from contactcenter.runtime.ports import StoreAway

__all__ = ["COOKIE", "Gate", "problem", "session_of"]

COOKIE = "contactcenter_session"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; media-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), payment=(), usb=()",
    "Cache-Control": "no-store",
    "Server": "contactcenter",
}
SENTENCES = {
    401: "Sign in first.",
    403: "You may not do this.",
    404: "There is nothing here.",
    405: "This cannot be done here.",
    408: "The request did not come in time.",
    413: "The request is too large.",
}
STARTING = "The centre is starting: this page comes back by itself."
BODY_S = 10.0  # a body is 64 KiB at most; who sends it slower holds us up on purpose
SESSION = web.RequestKey("session", Session)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

log = structlog.get_logger(__name__)


def problem(status: int, sentence: str = "", headers: dict[str, str] | None = None) -> web.Response:
    """Return an error as the pages expect it."""
    body = msgspec.json.encode({"error": sentence or SENTENCES.get(status, "That did not work.")})
    return web.Response(status=status, body=body, content_type="application/json", headers=headers)


def session_of(request: web.Request) -> Session:
    """Return the session that the gate has checked. Only for routes that need one."""
    return request[SESSION]


class Gate:
    """The middleware of the whole web side."""

    def __init__(
        self,
        options: ConsoleOptions,
        sessions: Sessions,
        in_contact: Callable[[Session], bool],
        may_follow: Callable[[], bool],
        routes: Sequence[Route] = ROUTES,
    ) -> None:
        """Let requests through as `options` and `routes` say; a session lives on while `in_contact`.

        Sockets open once `may_follow`: a page that is shown a centre half read would take its contacts for ended.
        """
        self._names = frozenset({"localhost", *options.names})
        self._chat_origins = frozenset(options.chat_origins)
        self._sessions = sessions
        self._in_contact = in_contact
        self._may_follow = may_follow
        self._routes: dict[str, Route] = {route.name: route for route in routes}

    @web.middleware
    async def pass_through(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Check a request, have it answered, and dress the answer."""
        try:
            response = await self._refusal(request) or await _unread(request) or await handler(request)
        except web.HTTPException as failure:
            allowed = {name: value for name, value in failure.headers.items() if name in ("Allow", "Retry-After")}
            response = problem(failure.status, headers=allowed)
        except (web.RequestPayloadError, ConnectionError):
            response = problem(400, "The request broke off, or its body cannot be read.")
        except StoreAway:
            response = problem(503, "The records cannot be reached now.")
        except Exception:
            log.exception("request failed", path=request.match_info.route.name)
            response = problem(500)
        if not response.prepared:
            for name, value in HEADERS.items():
                response.headers.setdefault(name, value)
        return response

    async def session(self, request: web.Request) -> Session | None:
        """Return the valid session of a request; the visit counts as an act of the person."""
        token = request.cookies.get(COOKIE)
        found = await self._sessions.find(token) if token else None
        return found if found is not None and not await self.ended(found) else None

    async def ended(self, session: Session) -> bool:
        """Tell whether a session is over, and forget it if so."""
        if not self._sessions.expired(session, self._in_contact(session)):
            return False
        await self._sessions.close(session.token_hash)
        return True

    async def _refusal(self, request: web.Request) -> web.Response | None:
        route = self._routes.get(request.match_info.route.name or "")
        if route is None:
            return problem(request.match_info.http_exception.status if request.match_info.http_exception else 404)
        if not route.signed and not self._host_is_ours(request.host):
            return problem(421, "This host name is not ours.")
        if not route.signed and not self._origin_is_fine(request, route):
            return problem(403, "Requests from this origin are refused.")
        roles = ANYONE if route.loopback and from_this_machine(request) else route.roles
        if roles is not ANYONE and (refusal := await self._refusal_of_person(request, roles)):
            return refusal
        return problem(503, STARTING, {"Retry-After": "1"}) if route.socket and not self._may_follow() else None

    async def _refusal_of_person(self, request: web.Request, roles: Container[Role]) -> web.Response | None:
        session = await self.session(request)
        if session is None:
            return problem(401)
        if session.person.role not in roles:
            return problem(403)
        await self._sessions.touch(session)
        request[SESSION] = session
        return None

    def _host_is_ours(self, host: str) -> bool:
        """Accept IP literals and known names: a name made to point at us by a stranger (DNS rebinding) is neither."""
        try:
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            return False
        return name in self._names or is_address(name)

    def _origin_is_fine(self, request: web.Request, route: Route) -> bool:
        """Sockets need an Origin of ours, requests that change something must not have a foreign one."""
        origin = request.headers.get("Origin")
        if origin is None:
            return not route.socket
        if route.method == "GET" and not route.socket:
            return True
        ours = origin in (f"http://{request.host}", f"https://{request.host}")
        return ours or (route.name == "chat_socket" and origin in self._chat_origins)


async def _unread(request: web.Request) -> web.Response | None:
    """Read the body, so that handlers find it, and say so when it does not come in time."""
    try:
        async with asyncio.timeout(BODY_S):
            await request.read()
    except TimeoutError:
        return problem(408, headers={"Connection": "close"})
    return None


def is_address(name: str) -> bool:
    """Tell whether a host name is an IP literal."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def from_this_machine(request: web.Request) -> bool:
    """Tell whether a request came straight from this machine, through no proxy."""
    if "X-Forwarded-For" in request.headers or "Forwarded" in request.headers:
        return False
    return (
        request.remote is not None and is_address(request.remote) and ipaddress.ip_address(request.remote).is_loopback
    )
