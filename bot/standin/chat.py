"""What can be done with messages: post, edit, forward, delete; and being seen writing.

The one place that changes messages; the REST routes, the interactions and the people all come
here. Every change is published as an event.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.standin import components, mentions, payloads, rules
from bot.standin.attachments import Attachments, Uploads, kept_attachments
from bot.standin.errors import ApiError
from bot.standin.events import Event, EventHub
from bot.standin.files import safe_filename
from bot.standin.ids import Ids
from bot.standin.snowflakes import created_at, iso
from bot.standin.threads import Threads
from bot.standin.world import (
    Channel,
    ChannelType,
    Json,
    Message,
    MessageFlag,
    MessageType,
    Reference,
    World,
)

_SETTABLE_FLAGS = MessageFlag.SUPPRESS_EMBEDS | MessageFlag.COMPONENTS_V2
FORWARD = 1


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a message comes from, beside its payload."""

    author_id: str
    type: MessageType = MessageType.DEFAULT
    flags: int = 0
    reference: Reference | None = None
    interaction: Json | None = None
    only_for: str | None = None
    at_s: float | None = None


class Chat:
    """The operations on messages."""

    def __init__(
        self, world: World, hub: EventHub, ids: Ids, attachments: Attachments, threads: Threads
    ) -> None:
        self.world = world
        self._hub = hub
        self._ids = ids
        self._attachments = attachments
        self._threads = threads

    async def post(
        self, channel: Channel, payload: Json, uploads: Uploads, origin: Origin
    ) -> Message:
        """Add a message to a channel.

        Raises:
            ApiError: the payload breaks a rule, or says nothing.
        """
        message_id = self._ids.new(origin.at_s)
        message = Message(
            id=message_id,
            channel_id=channel.id,
            author_id=origin.author_id,
            content="",
            timestamp=iso(created_at(message_id)),
            type=origin.type,
            flags=origin.flags,
            reference=origin.reference,
            interaction=origin.interaction,
            only_for=origin.only_for,
        )
        if payload.get("nonce") is not None:
            message.nonce = str(payload["nonce"])
        await self._fill(message, payload, uploads, may_be_empty=message.is_loading)
        self.world.insert(message)
        if not message.is_ephemeral:
            channel.last_message_id = max(channel.last_message_id or "0", message.id, key=int)
        if channel.is_thread:
            for user_id in (origin.author_id, *message.mentions):
                self._threads.join(channel, user_id)
        self._publish("MESSAGE_CREATE", message)
        return message

    async def edit(self, message: Message, payload: Json, uploads: Uploads) -> Message:
        """Change the fields that `payload` names; an answer that was awaited is now there.

        Raises:
            ApiError: the payload breaks a rule, or nothing would be left.
        """
        was_loading = message.is_loading
        await self._fill(message, payload, uploads, may_be_empty=False)
        if was_loading:
            message.flags &= ~MessageFlag.LOADING
        else:
            message.edited_timestamp = iso(datetime.fromtimestamp(self._ids.now_s(), tz=UTC))
        self._publish("MESSAGE_UPDATE", message)
        return message

    async def forward(self, original: Message, channel: Channel, origin: Origin) -> Message:
        """Post a copy of a message that says where it is from."""
        message_id = self._ids.new(origin.at_s)
        message = Message(
            id=message_id,
            channel_id=channel.id,
            author_id=origin.author_id,
            content="",
            timestamp=iso(created_at(message_id)),
            flags=MessageFlag.HAS_SNAPSHOT,
            reference=Reference(original.id, original.channel_id, FORWARD),
            snapshots=[copy.deepcopy(original.snapshots[0] if original.snapshots else original)],
        )
        self.world.insert(message)
        channel.last_message_id = message.id
        self._publish("MESSAGE_CREATE", message)
        return message

    async def drop_passing(self) -> None:
        """Delete what does not outlive a run: ephemeral and unfinished answers."""
        passing = [
            message
            for timeline in self.world.messages.values()
            for message in timeline
            if message.is_ephemeral or message.is_loading
        ]
        for message in passing:
            await self.delete(message)

    async def delete(self, *messages: Message) -> None:
        """Take messages of one channel away, with their files."""
        for message in messages:
            self.world.remove(message)
            await self._attachments.drop(message)
        channel = self.world.channels[messages[0].channel_id]
        data: Json = {"channel_id": channel.id}
        if channel.type is not ChannelType.DM:
            data["guild_id"] = self.world.guild.id
        only_for = messages[0].only_for
        if len(messages) == 1:
            name, data["id"] = "MESSAGE_DELETE", messages[0].id
        else:
            name, data["ids"] = "MESSAGE_DELETE_BULK", [one.id for one in messages]
        self._hub.publish(Event(name, data, channel.id, only_for=only_for))

    def type_in(self, channel: Channel, user_id: str) -> None:
        """Show that somebody is writing."""
        data: Json = {
            "channel_id": channel.id,
            "user_id": user_id,
            "timestamp": int(self._ids.now_s()),
        }
        member = self.world.members.get(user_id)
        if channel.type is not ChannelType.DM and member is not None:
            data["guild_id"] = self.world.guild.id
            data["member"] = payloads.member(self.world, member)
        self._hub.publish(Event("TYPING_START", data, channel.id))

    async def _fill(
        self, message: Message, payload: Json, uploads: Uploads, *, may_be_empty: bool
    ) -> None:
        """Apply a payload: checked first, files stored next, fields set at once after that."""
        flags = message.flags | (payload.get("flags") or 0) & _SETTABLE_FLAGS
        becomes_v2 = bool(flags & MessageFlag.COMPONENTS_V2)
        kept = kept_attachments(message, payload, uploads)
        names = {one.filename for one in kept}
        names |= {safe_filename(upload.filename) for upload in uploads.values()}
        becoming = {"content": message.content, "embeds": message.embeds} | payload
        rules.check_message(becoming, list(uploads.values()), names, v2=becomes_v2)
        if not may_be_empty and not (kept or uploads or _says_something(message, payload)):
            # https://discord.com/developers/docs/resources/message#create-message
            raise ApiError(400, 50006, "Cannot send an empty message")
        added = await self._attachments.store_for(message, payload, uploads)
        message.flags = flags
        message.attachments = kept + added
        if "content" in payload:
            message.content = payload["content"] or ""
        if "embeds" in payload:
            message.embeds = [_without_nulls(one) for one in payload["embeds"] or []]
        if "components" in payload:
            message.components = components.normalised(payload["components"] or [])
        mentions.apply(message, payload.get("allowed_mentions"), self._replied_author(message))

    def _replied_author(self, message: Message) -> str | None:
        reference = message.reference
        if reference is None or reference.type == FORWARD:
            return None
        replied = self.world.find_message(reference.channel_id, reference.message_id)
        if replied is None or replied.author_id == message.author_id:
            return None
        return replied.author_id

    def _publish(self, name: str, message: Message) -> None:
        self._hub.publish(
            Event(name, channel_id=message.channel_id, message=message, only_for=message.only_for)
        )


def _without_nulls(embed: Json) -> Json:
    return {key: value for key, value in embed.items() if value is not None}


def _says_something(message: Message, payload: Json) -> bool:
    fields = ("content", "embeds", "components")
    return any(payload.get(name, getattr(message, name)) for name in fields)
