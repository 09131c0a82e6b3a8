"""The HTTP server: REST, gateway, CDN and page behind one port."""

from __future__ import annotations

from aiohttp import web

from bot.standin.cdn import cdn_routes
from bot.standin.chatpage import page_guard, page_routes
from bot.standin.chatpage.assets import index
from bot.standin.rest import RestService, rest_middleware, rest_routes
from bot.standin.rules import MAX_REQUEST_BYTES
from bot.standin.services import Services


def build_app(services: Services, hint: str) -> web.Application:
    """Put the application together."""
    rest = RestService(services)
    app = web.Application(
        middlewares=[page_guard, rest_middleware(rest)], client_max_size=MAX_REQUEST_BYTES
    )

    async def root(request: web.Request) -> web.StreamResponse:
        """`gateway.discord.gg/` and the chat page share the path `/`."""
        if request.headers.get("Upgrade", "").lower() == "websocket":
            return await services.gateway.handle(request)
        return await index(request)

    async def disconnect(_app: web.Application) -> None:
        await services.gateway.drop(code=1001)

    app.router.add_get("/", root)
    app.add_routes(rest_routes(rest))
    app.add_routes(cdn_routes(services.files, services.signer))
    app.add_routes(page_routes(services, hint))
    app.on_shutdown.append(disconnect)
    return app
