"""The page's own files."""

from __future__ import annotations

import mimetypes
from pathlib import Path

from aiohttp import web

PAGE_FOLDER = Path(__file__).parent.parent / "page"
_SECURITY = {
    "Content-Security-Policy": "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


async def index(_request: web.Request) -> web.StreamResponse:
    """The page."""
    return _file("index.html")


async def asset(request: web.Request) -> web.StreamResponse:
    """Any other file of the page."""
    return _file(request.match_info["name"])


def _file(name: str) -> web.StreamResponse:
    path = (PAGE_FOLDER / name).resolve()
    if not path.is_relative_to(PAGE_FOLDER.resolve()) or not path.is_file():
        return web.json_response({"error": f"There is no page “{name}”."}, status=404)
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return web.Response(
        body=path.read_bytes(),
        content_type=kind,
        charset="utf-8" if kind.startswith("text/") else None,
        headers=_SECURITY,
    )
