"""Messages: https://discord.com/developers/docs/resources/message."""

from __future__ import annotations

from aiohttp import web

from bot.standin.chat import Origin
from bot.standin.errors import ApiError, missing_permissions
from bot.standin.history import page, page_arguments
from bot.standin.permissions import Permission, sending_permission
from bot.standin.rest.answer import answer
from bot.standin.rest.service import BODY, RestService, payload_of
from bot.standin.world import Channel, Json, MessageType, Reference

_BULK_DELETE = (2, 100)


class MessageRoutes:
    """Reading, posting, editing and deleting messages; typing."""

    def __init__(self, service: RestService) -> None:
        self._service = service

    def table(self) -> list[web.RouteDef]:
        """The routes, with OpenAPI's paths."""
        messages = "/channels/{channel_id}/messages"
        one = f"{messages}/{{message_id}}"
        return [
            web.get(messages, self.history),
            web.post(messages, self.create),
            web.post(f"{messages}/bulk-delete", self.bulk_delete),
            web.get(one, self.get),
            web.patch(one, self.edit),
            web.delete(one, self.delete),
            web.post("/channels/{channel_id}/typing", self.typing),
        ]

    async def history(self, request: web.Request) -> web.Response:
        """A page of the past; nothing without READ_MESSAGE_HISTORY, as documented."""
        channel = self._service.channel(request)
        if not self._service.may(channel, Permission.READ_MESSAGE_HISTORY):
            return answer([])
        try:
            arguments = page_arguments(request.query)
        except ValueError as error:
            raise ApiError(400, 50035, f"Invalid Form Body: {error}") from None
        visible = [m for m in self._service.world.timeline(channel.id) if not m.is_ephemeral]
        reader = self._service.reader(request)
        return answer(
            [
                self._service.parts.renderer.message(one, reader)
                for one in page(visible, **arguments)
            ]
        )

    async def get(self, request: web.Request) -> web.Response:
        """One message."""
        channel = self._service.channel(request, Permission.READ_MESSAGE_HISTORY)
        message = self._service.message(request, channel)
        return answer(self._service.parts.renderer.message(message, self._service.reader(request)))

    async def create(self, request: web.Request) -> web.Response:
        """Post as the bot."""
        channel = self._service.channel(request)
        self._require_sending(request, channel)
        payload = payload_of(request)
        reference = self._reference(payload, channel)
        origin = Origin(
            author_id=self._service.world.bot_id,
            type=MessageType.DEFAULT if reference is None else MessageType.REPLY,
            reference=reference,
        )
        message = await self._service.parts.chat.post(
            channel, payload, request[BODY].uploads, origin
        )
        return answer(self._service.parts.renderer.message(message, self._service.reader(request)))

    async def edit(self, request: web.Request) -> web.Response:
        """Edit an own message."""
        channel = self._service.channel(request)
        message = self._service.message(request, channel)
        if message.author_id != self._service.world.bot_id:
            raise ApiError(403, 50005, "Cannot edit a message authored by another user")
        await self._service.parts.chat.edit(message, payload_of(request), request[BODY].uploads)
        return answer(self._service.parts.renderer.message(message, self._service.reader(request)))

    async def delete(self, request: web.Request) -> web.Response:
        """Delete an own message, or another's with MANAGE_MESSAGES."""
        channel = self._service.channel(request)
        message = self._service.message(request, channel)
        own = message.author_id == self._service.world.bot_id
        if not own and not self._service.may(channel, Permission.MANAGE_MESSAGES):
            raise missing_permissions()
        await self._service.parts.chat.delete(message)
        return answer()

    async def bulk_delete(self, request: web.Request) -> web.Response:
        """Delete 2 to 100 messages at once."""
        channel = self._service.channel(request, Permission.MANAGE_MESSAGES)
        ids = payload_of(request).get("messages") or []
        low, high = _BULK_DELETE
        if not low <= len(ids) <= high:
            raise ApiError(
                400, 50016, "Provided too few or too many messages to delete: 2 to 100 are allowed."
            )
        found = [self._service.world.find_message(channel.id, str(one)) for one in ids]
        present = [one for one in found if one is not None]
        if present:
            await self._service.parts.chat.delete(*present)
        return answer()

    async def typing(self, request: web.Request) -> web.Response:
        """Show that the bot is writing."""
        channel = self._service.channel(request)
        self._require_sending(request, channel, with_files=False)
        self._service.parts.chat.type_in(channel, self._service.world.bot_id)
        return answer()

    def _require_sending(
        self, request: web.Request, channel: Channel, *, with_files: bool = True
    ) -> None:
        if not self._service.may(channel, sending_permission(channel)):
            raise missing_permissions()
        has_files = with_files and request[BODY].uploads
        if has_files and not self._service.may(channel, Permission.ATTACH_FILES):
            raise missing_permissions()

    def _reference(self, payload: Json, channel: Channel) -> Reference | None:
        """https://discord.com/developers/docs/resources/message#message-reference-structure."""
        wanted = payload.get("message_reference")
        if not wanted or not wanted.get("message_id"):
            return None
        if not self._service.may(channel, Permission.READ_MESSAGE_HISTORY):
            raise ApiError(403, 160002, "Cannot reply without permission to read message history")
        message_id = str(wanted["message_id"])
        if self._service.world.find_message(channel.id, message_id) is None:
            if wanted.get("fail_if_not_exists", True):
                raise ApiError(400, 50035, "Invalid Form Body: Unknown message")
            return None
        return Reference(message_id, channel.id)
