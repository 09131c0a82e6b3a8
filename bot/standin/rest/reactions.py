"""Reactions: https://discord.com/developers/docs/resources/message#create-reaction."""

from __future__ import annotations

from urllib.parse import unquote

from aiohttp import web

from bot.standin import payloads
from bot.standin.errors import ApiError, missing_permissions
from bot.standin.permissions import Permission
from bot.standin.rest.answer import answer
from bot.standin.rest.service import RestService


class ReactionRoutes:
    """The bot's reactions, and everybody's."""

    def __init__(self, service: RestService) -> None:
        self._service = service

    def table(self) -> list[web.RouteDef]:
        """The routes, with OpenAPI's paths."""
        reactions = "/channels/{channel_id}/messages/{message_id}/reactions"
        return [
            web.put(f"{reactions}/{{emoji_name}}/@me", self.add),
            web.delete(f"{reactions}/{{emoji_name}}/@me", self.remove),
            web.get(f"{reactions}/{{emoji_name}}", self.users),
            web.delete(reactions, self.clear),
        ]

    async def add(self, request: web.Request) -> web.Response:
        """React as the bot; the first of its kind needs ADD_REACTIONS."""
        channel = self._service.channel(request, Permission.READ_MESSAGE_HISTORY)
        message = self._service.message(request, channel)
        emoji = unquote(request.match_info["emoji_name"])
        if emoji.isascii():
            raise ApiError(400, 10014, "Unknown Emoji")
        if emoji not in message.reactions and not self._service.may(
            channel, Permission.ADD_REACTIONS
        ):
            raise missing_permissions()
        self._service.parts.reactions.add(message, self._service.world.bot_id, emoji)
        return answer()

    async def remove(self, request: web.Request) -> web.Response:
        """Take the bot's reaction back."""
        channel = self._service.channel(request, Permission.READ_MESSAGE_HISTORY)
        message = self._service.message(request, channel)
        emoji = unquote(request.match_info["emoji_name"])
        self._service.parts.reactions.remove(message, self._service.world.bot_id, emoji)
        return answer()

    async def users(self, request: web.Request) -> web.Response:
        """Who reacted with an emoji."""
        channel = self._service.channel(request, Permission.READ_MESSAGE_HISTORY)
        message = self._service.message(request, channel)
        ids = message.reactions.get(unquote(request.match_info["emoji_name"]), [])
        after, limit = int(request.query.get("after", 0)), int(request.query.get("limit", 25))
        wanted = sorted((one for one in ids if int(one) > after), key=int)[:limit]
        return answer([payloads.user(self._service.world.users[one]) for one in wanted])

    async def clear(self, request: web.Request) -> web.Response:
        """Take every reaction away."""
        channel = self._service.channel(request, Permission.MANAGE_MESSAGES)
        self._service.parts.reactions.clear(self._service.message(request, channel))
        return answer()
