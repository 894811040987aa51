"""Serves the pages and their files: HTML with the import map and its hash, all else as it stands on disk."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

from aiohttp import web

from contactcenter.adapters.console.gate import POLICY

__all__ = ["STATIC", "Pages"]

STATIC = Path(__file__).with_name("static")
IMPORT_MAP = Path("vendor", "importmap.json")
PLACEHOLDER = "<!-- importmap -->"
TYPES = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".json": "application/json",
    ".wav": "audio/wav",
    ".mp3": "audio/mpeg",
    ".txt": "text/plain",
}
WIDGET_FILES = ("chat/widget.css",)  # what the widget loads on other sites, beside its script
REVALIDATE = {"Cache-Control": "no-cache"}


class Pages:
    """The files of the browser's side."""

    def __init__(self, chat_origins: tuple[str, ...], root: Path = STATIC) -> None:
        """Serve what lies below `root`; pages of `chat_origins` may frame the chat."""
        self._chat_origins = chat_origins
        self._root = root.resolve()

    async def index(self, request: web.Request) -> web.StreamResponse:
        """The start page."""
        return self._page("index.html")

    async def console(self, request: web.Request) -> web.StreamResponse:
        """The agent's console."""
        return self._page("console.html")

    async def wallboard(self, request: web.Request) -> web.StreamResponse:
        """The wallboard."""
        return self._page("wallboard.html")

    async def reports(self, request: web.Request) -> web.StreamResponse:
        """The reports."""
        return self._page("reports.html")

    async def chat(self, request: web.Request) -> web.StreamResponse:
        """The chat page, which other sites may frame if they are configured."""
        framed = " ".join(("'self'", *self._chat_origins))
        return self._page("chat.html", framed)

    async def widget(self, request: web.Request) -> web.StreamResponse:
        """The script that other sites load to show the chat."""
        response = self._file("widget.js")
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response

    async def static(self, request: web.Request) -> web.StreamResponse:
        """One file below the folder, of a kind that browsers need."""
        path = request.match_info["path"]
        response = self._file(path)
        if path in WIDGET_FILES:
            response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response

    def _file(self, name: str) -> web.FileResponse:
        try:
            path = (self._root / name).resolve()
            found = path.is_relative_to(self._root) and path.suffix in TYPES and path.is_file()
        except (OSError, ValueError):
            found = False
        if not found:
            raise web.HTTPNotFound
        return web.FileResponse(path, headers={**REVALIDATE, "Content-Type": TYPES[path.suffix]})

    def _page(self, name: str, framed: str = "'none'") -> web.Response:
        path = self._root / name
        if not path.is_file():
            raise web.HTTPNotFound
        text = path.read_text()
        policy = POLICY.replace("frame-ancestors 'none'", f"frame-ancestors {framed}")
        import_map = self._import_map()
        digest = base64.b64encode(hashlib.sha256(import_map.encode()).digest()).decode()
        policy = policy.replace("script-src 'self'", f"script-src 'self' 'sha256-{digest}'")
        text = text.replace(PLACEHOLDER, f'<script type="importmap">{import_map}</script>', 1)
        headers = {**REVALIDATE, "Content-Security-Policy": policy}
        return web.Response(text=text, content_type="text/html", charset="utf-8", headers=headers)

    def _import_map(self) -> str:
        path = self._root / IMPORT_MAP
        return path.read_text() if path.is_file() else '{"imports": {}}'
