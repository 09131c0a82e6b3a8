"""Only this machine's own page may talk to the page's backend.

A web site open in the same browser could otherwise reach 127.0.0.1: by a form or script of its
own (the `Origin` header tells) or by a name that resolves to 127.0.0.1 (the `Host` header tells).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from aiohttp import web

from bot.standin.addresses import LOOPBACK_HOSTS, host_name, is_discord_host

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_FOR_DISCORD_CLIENTS = ("/api/", "/attachments/", "/ephemeral-attachments/", "/embed/")


@web.middleware
async def page_guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn away requests from foreign pages and for foreign names."""
    reason = _reason_to_refuse(request)
    if reason is not None:
        return web.json_response({"error": reason}, status=403)
    return await handler(request)


def _reason_to_refuse(request: web.Request) -> str | None:
    host = host_name(request)
    for_client = request.path == "/" or request.path.startswith(_FOR_DISCORD_CLIENTS)
    if host not in LOOPBACK_HOSTS and not (for_client and is_discord_host(host)):
        return f"The stand-in answers only under 127.0.0.1, not under the name “{host}”."
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        return f"Requests from the page “{origin}” are not accepted."
    return None
