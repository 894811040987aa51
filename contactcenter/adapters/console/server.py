"""The web application: one handler for each row of `rights`, behind the gate."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence

import structlog
from aiohttp import web
from aiohttp.http import HttpProcessingError

from contactcenter.adapters.console.gate import Gate
from contactcenter.adapters.console.rights import ROUTES, Route
from contactcenter.adapters.metrics.registry import Metrics

__all__ = ["Handler", "WebServer", "build_application"]

BODY_BYTES_MAX = 65_536  # nothing that a browser or a carrier posts here is larger
SHUTDOWN_S = 5.0
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

log = structlog.get_logger(__name__)


def build_application(
    handlers: Mapping[str, Handler], gate: Gate, metrics: Metrics, routes: Sequence[Route] = ROUTES
) -> web.Application:
    """Return the application. Raises KeyError for a route without a handler, or the other way round."""
    application = web.Application(
        middlewares=[_Counting(metrics).count, gate.pass_through], client_max_size=BODY_BYTES_MAX
    )
    names = {route.name for route in routes}
    if names != set(handlers):
        raise KeyError(f"routes and handlers differ: {sorted(names ^ set(handlers))}")
    for route in routes:
        application.router.add_route(route.method, route.path, handlers[route.name], name=route.name)
    return application


class _Counting:
    """Counts requests and the time they take, by route."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    @web.middleware
    async def count(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        began = time.perf_counter()
        response = await handler(request)
        route = request.match_info.route.name or "none"
        self._metrics.requests.labels(route, str(response.status)).inc()
        if not isinstance(response, web.WebSocketResponse):
            self._metrics.seconds.labels(route).observe(time.perf_counter() - began)
        return response


class _Complaints(logging.Handler):
    """What the HTTP library complains about: a broken request is counted, anything else is our own fault and logged.

    By itself it would write a traceback, with a piece of the request, for whatever anybody sends.
    """

    def __init__(self, metrics: Metrics) -> None:
        super().__init__()
        self._broken = metrics.requests.labels("none", "400")

    def emit(self, record: logging.LogRecord) -> None:
        failure = record.exc_info[1] if record.exc_info else None
        if isinstance(failure, HttpProcessingError | web.RequestPayloadError | ConnectionError):
            self._broken.inc()
        else:
            log.error("the HTTP server failed", exc_info=failure)


def _complaints_to(metrics: Metrics) -> logging.Logger:
    logger = logging.Logger("http")
    logger.addHandler(_Complaints(metrics))
    return logger


class WebServer:
    """The application on its socket."""

    def __init__(self, application: web.Application, metrics: Metrics) -> None:
        """Serve `application`; requests that are no HTTP are counted in `metrics`."""
        # No access log: paths hold numbers of customers. No decompression: a small body must not become a large one.
        self._runner = web.AppRunner(
            application,
            access_log=None,
            shutdown_timeout=SHUTDOWN_S,
            auto_decompress=False,
            logger=_complaints_to(metrics),
        )
        self.port = 0

    async def start(self, host: str, port: int) -> None:
        """Listen; port 0 lets the system choose, see `port`."""
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Stop listening and end all connections."""
        await self._runner.cleanup()
