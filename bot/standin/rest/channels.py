"""Channels, threads and members: https://discord.com/developers/docs/resources/channel."""

from __future__ import annotations

from aiohttp import web

from bot.standin import payloads
from bot.standin.errors import ApiError, missing_permissions
from bot.standin.permissions import Permission, can_see
from bot.standin.rest.answer import answer
from bot.standin.rest.service import RestService, payload_of
from bot.standin.world import Channel, ChannelType, Message


class ChannelRoutes:
    """Reading channels and members, opening threads and direct conversations."""

    def __init__(self, service: RestService) -> None:
        self._service = service

    def table(self) -> list[web.RouteDef]:
        """The routes, with OpenAPI's paths."""
        return [
            web.get("/channels/{channel_id}", self.get),
            web.post("/channels/{channel_id}/threads", self.create_thread),
            web.post("/channels/{channel_id}/messages/{message_id}/threads", self.thread_from),
            web.get("/channels/{channel_id}/thread-members", self.thread_members),
            web.get("/channels/{channel_id}/threads/archived/public", self.archived_public),
            web.get("/channels/{channel_id}/threads/archived/private", self.archived_private),
            web.get("/guilds/{guild_id}", self.guild),
            web.get("/guilds/{guild_id}/channels", self.guild_channels),
            web.get("/guilds/{guild_id}/members/{user_id}", self.member),
            web.get("/guilds/{guild_id}/threads/active", self.active_threads),
            web.post("/users/@me/channels", self.direct),
        ]

    async def get(self, request: web.Request) -> web.Response:
        """One channel."""
        return answer(payloads.channel(self._service.world, self._service.channel(request)))

    async def guild(self, request: web.Request) -> web.Response:
        """The guild."""
        self._service.require_guild(request)
        return answer(payloads.guild(self._service.world))

    async def guild_channels(self, request: web.Request) -> web.Response:
        """The guild's channels."""
        self._service.require_guild(request)
        world = self._service.world
        return answer([payloads.channel(world, one) for one in payloads.guild_channels(world)])

    async def member(self, request: web.Request) -> web.Response:
        """One member."""
        self._service.require_guild(request)
        member = self._service.world.members.get(request.match_info["user_id"])
        if member is None:
            raise ApiError(404, 10007, "Unknown Member")
        return answer(payloads.member(self._service.world, member))

    async def active_threads(self, request: web.Request) -> web.Response:
        """The threads that the bot can see."""
        self._service.require_guild(request)
        world = self._service.world
        return answer(self._listing(payloads.threads_seen_by(world, world.bot_id), more=False))

    async def archived_public(self, request: web.Request) -> web.Response:
        """Archived public threads of a channel."""
        return self._archived(request, ChannelType.PUBLIC_THREAD)

    async def archived_private(self, request: web.Request) -> web.Response:
        """Archived private threads of a channel; needs MANAGE_THREADS."""
        self._service.channel(request, Permission.MANAGE_THREADS)
        return self._archived(request, ChannelType.PRIVATE_THREAD)

    async def thread_members(self, request: web.Request) -> web.Response:
        """Who is in a thread."""
        thread = self._service.channel(request)
        return answer([payloads.thread_member(thread, one) for one in thread.thread_members])

    async def create_thread(self, request: web.Request) -> web.Response:
        """Open a thread on its own."""
        channel = self._service.channel(request)
        private = payload_of(request).get("type") != ChannelType.PUBLIC_THREAD
        return self._opened(request, channel, None, private=private)

    async def thread_from(self, request: web.Request) -> web.Response:
        """Open a thread from a message."""
        channel = self._service.channel(request)
        message = self._service.message(request, channel)
        if self._service.world.thread_of(message) is not None:
            raise ApiError(400, 160004, "A thread has already been created for this message")
        return self._opened(request, channel, message, private=False)

    async def direct(self, request: web.Request) -> web.Response:
        """The direct conversation with somebody."""
        user_id = str(payload_of(request).get("recipient_id"))
        if user_id not in self._service.world.users:
            raise ApiError(404, 10013, "Unknown User")
        channel = self._service.parts.threads.direct(user_id)
        return answer(payloads.channel(self._service.world, channel))

    def _opened(
        self, request: web.Request, parent: Channel, message: Message | None, *, private: bool
    ) -> web.Response:
        needed = Permission.CREATE_PRIVATE_THREADS if private else Permission.CREATE_PUBLIC_THREADS
        if not self._service.may(parent, needed):
            raise missing_permissions()
        world = self._service.world
        thread = self._service.parts.threads.open(
            parent, payload_of(request)["name"], world.bot_id, message=message, private=private
        )
        return answer(payloads.channel(world, thread), 201)

    def _archived(self, request: web.Request, kind: ChannelType) -> web.Response:
        parent = self._service.channel(request, Permission.READ_MESSAGE_HISTORY)
        world = self._service.world
        found = [
            one
            for one in world.channels.values()
            if one.parent_id == parent.id
            and one.type is kind
            and one.archived
            and can_see(world, world.bot_id, one)
        ]
        return answer(self._listing(found, more=True))

    def _listing(self, threads: list[Channel], *, more: bool) -> dict[str, object]:
        world = self._service.world
        mine = [one for one in threads if world.bot_id in one.thread_members]
        listing: dict[str, object] = {
            "threads": [payloads.channel(world, one) for one in threads],
            "members": [payloads.thread_member(one, world.bot_id) for one in mine],
        }
        return listing | ({"has_more": False} if more else {})
