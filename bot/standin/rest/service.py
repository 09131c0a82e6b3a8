"""What the REST routes work with, and the checks they share."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

from bot.standin.addresses import addresses_for
from bot.standin.errors import (
    ApiError,
    missing_access,
    missing_permissions,
    unknown_channel,
    unknown_message,
)
from bot.standin.media_rendering import Reader
from bot.standin.payloads import MESSAGE_CONTENT_LIMITED
from bot.standin.permissions import Permission, channel_permissions
from bot.standin.request_body import Body
from bot.standin.services import Services
from bot.standin.world import Channel, Json, Message, World

BODY = web.RequestKey("body", Body)


@dataclass(frozen=True, slots=True)
class RestService:
    """The parts behind the routes, and what the bot may reach of them."""

    parts: Services

    @property
    def world(self) -> World:
        """The state."""
        return self.parts.world

    def reader(self, request: web.Request) -> Reader:
        """The bot as a reader over REST, where the portal's switch decides on content."""
        return Reader(
            self.world.bot_id,
            addresses_for(request).cdn_base,
            reads_content=bool(self.parts.gateway.application_flags & MESSAGE_CONTENT_LIMITED),
        )

    def channel(self, request: web.Request, *needed: Permission) -> Channel:
        """The channel of the path, if the bot may do there what it wants.

        Raises:
            ApiError: 10003 unknown, 50001 not visible, 50013 not allowed.
        """
        channel = self.world.channels.get(request.match_info["channel_id"])
        if channel is None:
            raise unknown_channel()
        permissions = channel_permissions(self.world, self.world.bot_id, channel)
        if not permissions & Permission.VIEW_CHANNEL:
            raise missing_access()
        if any(not permissions & one for one in needed):
            raise missing_permissions()
        return channel

    def message(self, request: web.Request, channel: Channel) -> Message:
        """The message of the path; ephemeral ones do not exist here.

        Raises:
            ApiError: 10008.
        """
        message = self.world.find_message(channel.id, request.match_info["message_id"])
        if message is None or message.is_ephemeral:
            raise unknown_message()
        return message

    def require_guild(self, request: web.Request) -> None:
        """Check the guild of the path.

        Raises:
            ApiError: 10004, there is only one.
        """
        if request.match_info["guild_id"] != self.world.guild.id:
            raise ApiError(404, 10004, "Unknown Guild")

    def may(self, channel: Channel, permission: Permission) -> bool:
        """Whether the bot has a permission in a channel."""
        return bool(channel_permissions(self.world, self.world.bot_id, channel) & permission)


def payload_of(request: web.Request) -> Json:
    """The JSON object of a request.

    Raises:
        ApiError: 50109, the body is something else.
    """
    payload = request[BODY].payload
    if not isinstance(payload, dict):
        raise ApiError(400, 50109, "The request body contains invalid JSON.")
    return payload
