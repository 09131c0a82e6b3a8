"""The bot's account and its commands: https://discord.com/developers/docs/resources/application."""

from __future__ import annotations

from aiohttp import web

from bot.standin import payloads
from bot.standin.addresses import addresses_for
from bot.standin.errors import ApiError
from bot.standin.rest.answer import answer
from bot.standin.rest.service import BODY, RestService
from bot.standin.world import Json


class ApplicationRoutes:
    """Who the bot is, where its gateway is, which commands it has."""

    def __init__(self, service: RestService) -> None:
        self._service = service

    def table(self) -> list[web.RouteDef]:
        """The routes, with OpenAPI's paths."""
        global_commands = "/applications/{application_id}/commands"
        guild_commands = "/applications/{application_id}/guilds/{guild_id}/commands"
        return [
            web.get("/users/@me", self.me),
            web.get("/users/{user_id}", self.user),
            web.get("/gateway", self.gateway),
            web.get("/gateway/bot", self.gateway_bot),
            web.get("/oauth2/applications/@me", self.application),
            web.get("/applications/@me", self.application),
            *[
                definition
                for path in (global_commands, guild_commands)
                for definition in (web.get(path, self.commands), web.put(path, self.overwrite))
            ],
        ]

    async def me(self, _request: web.Request) -> web.Response:
        """The bot's own user."""
        private = {"mfa_enabled": False, "locale": "en-US", "verified": True}
        return answer(payloads.user(self._service.world.bot) | private)

    async def user(self, request: web.Request) -> web.Response:
        """Any user."""
        user = self._service.world.users.get(request.match_info["user_id"])
        if user is None:
            raise ApiError(404, 10013, "Unknown User")
        return answer(payloads.user(user))

    async def gateway(self, request: web.Request) -> web.Response:
        """Where the gateway is."""
        return answer({"url": addresses_for(request).gateway_url})

    async def gateway_bot(self, request: web.Request) -> web.Response:
        """Where the gateway is, and how many shards to open: one."""
        starts = {"total": 1000, "remaining": 1000, "reset_after": 0, "max_concurrency": 1}
        url = addresses_for(request).gateway_url
        return answer({"url": url, "shards": 1, "session_start_limit": starts})

    async def application(self, _request: web.Request) -> web.Response:
        """The bot's application."""
        flags = self._service.parts.gateway.application_flags
        return answer(payloads.application(self._service.world, flags))

    async def commands(self, request: web.Request) -> web.Response:
        """The commands of one scope; their translations only when they are asked for.

        https://discord.com/developers/docs/interactions/application-commands#get-global-application-commands
        """
        listed = self._service.parts.commands.listed(self._scope(request))
        if request.query.get("with_localizations") != "true":
            listed = [_untranslated(one) for one in listed]
        return answer(listed)

    async def overwrite(self, request: web.Request) -> web.Response:
        """Replace the commands of one scope."""
        requested = request[BODY].payload
        if not isinstance(requested, list):
            raise ApiError(400, 50035, "Invalid Form Body: a list of commands is required")
        return answer(self._service.parts.commands.replace(self._scope(request), requested))

    def _scope(self, request: web.Request) -> str | None:
        if request.match_info["application_id"] != self._service.world.application_id:
            raise ApiError(404, 10002, "Unknown Application")
        if "guild_id" not in request.match_info:
            return None
        self._service.require_guild(request)
        return self._service.world.guild.id


def _untranslated(named: Json) -> Json:
    """A command, option or choice without its translations."""
    kept = {key: value for key, value in named.items() if not key.endswith("_localizations")}
    for inner in ("options", "choices"):
        if inner in kept:
            kept[inner] = [_untranslated(one) for one in kept[inner]]
    return kept
