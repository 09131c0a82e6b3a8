"""What can be done in the chat: post, edit, delete, react, open threads.

The one place that changes messages; the REST routes, the interactions and the people all come
here. Every change is published as an event.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.standin import components, mentions, payloads, rules
from bot.standin.errors import ApiError
from bot.standin.events import Event, EventHub
from bot.standin.files import FileStore, Upload, safe_filename
from bot.standin.snowflakes import SnowflakeFactory, created_at, iso
from bot.standin.world import (
    Attachment,
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

Uploads = Mapping[str, Upload]
"""Files of a request by the id under which the payload's `attachments` speak of them."""


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
    """The operations on messages and threads."""

    def __init__(
        self,
        world: World,
        files: FileStore,
        hub: EventHub,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.world = world
        self._files = files
        self._hub = hub
        self._clock = clock
        self._snowflakes = SnowflakeFactory(world.last_snowflake)

    def new_id(self, at_s: float | None = None) -> str:
        """A fresh snowflake, of now unless told."""
        snowflake = self._snowflakes.new(self._clock() if at_s is None else at_s)
        self.world.last_snowflake = self._snowflakes.last
        return snowflake

    async def post(
        self, channel: Channel, payload: Json, uploads: Uploads, origin: Origin
    ) -> Message:
        """Add a message to a channel.

        Raises:
            ApiError: the payload breaks a rule, or says nothing.
        """
        message_id = self.new_id(origin.at_s)
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
            self.join_thread(channel, origin.author_id)
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
            message.edited_timestamp = iso(datetime.fromtimestamp(self._clock(), tz=UTC))
        self._publish("MESSAGE_UPDATE", message)
        return message

    async def forward(self, original: Message, channel: Channel, origin: Origin) -> Message:
        """Post a copy of a message that says where it is from."""
        message_id = self.new_id(origin.at_s)
        message = Message(
            id=message_id,
            channel_id=channel.id,
            author_id=origin.author_id,
            content="",
            timestamp=iso(created_at(message_id)),
            flags=MessageFlag.HAS_SNAPSHOT,
            reference=Reference(original.id, original.channel_id, FORWARD),
            snapshots=[original.snapshots[0] if original.snapshots else original],
        )
        self.world.insert(message)
        channel.last_message_id = message.id
        self._publish("MESSAGE_CREATE", message)
        return message

    async def delete(self, *messages: Message) -> None:
        """Take messages of one channel away, with their files."""
        for message in messages:
            self.world.remove(message)
            for attachment in message.attachments:
                await self._files.drop(attachment.path)
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

    def react(self, message: Message, user_id: str, emoji: str) -> None:
        """Add a reaction; a second time changes nothing."""
        users = message.reactions.setdefault(emoji, [])
        if user_id in users:
            return
        users.append(user_id)
        data = self._reaction(message, user_id, emoji)
        data["message_author_id"] = message.author_id
        member = self.world.members.get(user_id)
        if member is not None and "guild_id" in data:
            data["member"] = payloads.member(self.world, member)
        self._hub.publish(Event("MESSAGE_REACTION_ADD", data, message.channel_id))

    def unreact(self, message: Message, user_id: str, emoji: str) -> None:
        """Take a reaction back; without one nothing changes."""
        users = message.reactions.get(emoji, [])
        if user_id not in users:
            return
        users.remove(user_id)
        if not users:
            del message.reactions[emoji]
        data = self._reaction(message, user_id, emoji)
        self._hub.publish(Event("MESSAGE_REACTION_REMOVE", data, message.channel_id))

    def clear_reactions(self, message: Message) -> None:
        """Take every reaction away."""
        message.reactions.clear()
        data = self._place(message)
        self._hub.publish(Event("MESSAGE_REACTION_REMOVE_ALL", data, message.channel_id))

    def type_in(self, channel: Channel, user_id: str) -> None:
        """Show that somebody is writing."""
        data: Json = {
            "channel_id": channel.id,
            "user_id": user_id,
            "timestamp": int(self._clock()),
        }
        member = self.world.members.get(user_id)
        if channel.type is not ChannelType.DM and member is not None:
            data["guild_id"] = self.world.guild.id
            data["member"] = payloads.member(self.world, member)
        self._hub.publish(Event("TYPING_START", data, channel.id))

    def open_thread(
        self, parent: Channel, name: str, owner_id: str, *, message: Message | None, private: bool
    ) -> Channel:
        """Start a thread, from a message (whose id it takes) or on its own."""
        thread = Channel(
            id=self.new_id() if message is None else message.id,
            type=ChannelType.PRIVATE_THREAD if private else ChannelType.PUBLIC_THREAD,
            name=name,
            parent_id=parent.id,
            nsfw=parent.nsfw,
            owner_id=owner_id,
            thread_members=[owner_id],
        )
        self.world.channels[thread.id] = thread
        data = payloads.channel(self.world, thread) | {"newly_created": True}
        self._hub.publish(Event("THREAD_CREATE", data, thread.id))
        if message is not None:
            self._publish("MESSAGE_UPDATE", message)
        return thread

    def join_thread(self, thread: Channel, user_id: str) -> None:
        """Make somebody a member of a thread; who posts in one joins it."""
        if user_id in thread.thread_members:
            return
        thread.thread_members.append(user_id)
        data: Json = {
            "id": thread.id,
            "guild_id": self.world.guild.id,
            "member_count": len(thread.thread_members),
            "added_members": [payloads.thread_member(thread, user_id)],
            "removed_member_ids": [],
        }
        if user_id == self.world.bot_id:
            created = payloads.channel(self.world, thread)
            self._hub.publish(Event("THREAD_CREATE", created, thread.id))
        self._hub.publish(Event("THREAD_MEMBERS_UPDATE", data, thread.id))

    def direct_channel(self, user_id: str) -> Channel:
        """The conversation between a person and the bot, opened when there is none yet."""
        for channel in self.world.channels.values():
            if channel.type is ChannelType.DM and user_id in channel.recipients:
                return channel
        channel = Channel(
            id=self.new_id(),
            type=ChannelType.DM,
            name="",
            recipients=[user_id, self.world.bot_id],
        )
        self.world.channels[channel.id] = channel
        return channel

    async def store(self, upload: Upload, folder: str, *, ephemeral: bool) -> Attachment:
        """Keep a file under a CDN folder and describe it."""
        attachment_id = self.new_id()
        filename = safe_filename(upload.filename)
        size = upload.picture_size()
        attachment = Attachment(
            id=attachment_id,
            filename=filename,
            size=len(upload.data),
            path=f"/{folder}/{attachment_id}/{filename}",
            content_type=upload.content_type,
            description=upload.description,
            width=size[0] if size else None,
            height=size[1] if size else None,
            ephemeral=ephemeral,
        )
        await self._files.put(attachment.path, upload.data)
        return attachment

    async def _fill(
        self, message: Message, payload: Json, uploads: Uploads, *, may_be_empty: bool
    ) -> None:
        """Apply a payload: checked first, files stored next, fields set at once after that."""
        flags = message.flags | (payload.get("flags") or 0) & _SETTABLE_FLAGS
        becomes_v2 = bool(flags & MessageFlag.COMPONENTS_V2)
        kept = _kept_attachments(message, payload, uploads)
        names = {one.filename for one in kept}
        names |= {
            name for u in uploads.values() for name in (u.filename, safe_filename(u.filename))
        }
        rules.check_message(payload, list(uploads.values()), names, v2=becomes_v2)
        if not may_be_empty and not (kept or uploads or _says_something(message, payload)):
            # https://discord.com/developers/docs/resources/message#create-message
            raise ApiError(400, 50006, "Cannot send an empty message")
        added = await self._store_all(message, payload, uploads)
        message.flags = flags
        message.attachments = kept + added
        if "content" in payload:
            message.content = payload["content"] or ""
        if "embeds" in payload:
            message.embeds = list(payload["embeds"] or [])
        if "components" in payload:
            message.components = components.normalised(payload["components"] or [])
        mentions.apply(message, payload.get("allowed_mentions"), self._replied_author(message))

    async def _store_all(
        self, message: Message, payload: Json, uploads: Uploads
    ) -> list[Attachment]:
        described = {str(a.get("id")): a for a in payload.get("attachments") or []}
        folder = (
            f"ephemeral-attachments/{self.world.application_id}"
            if message.is_ephemeral
            else f"attachments/{message.channel_id}"
        )
        stored = []
        for key, upload in uploads.items():
            told = described.get(key, {})
            named = Upload(
                told.get("filename") or upload.filename,
                upload.data,
                told.get("description") or upload.description,
            )
            stored.append(await self.store(named, folder, ephemeral=message.is_ephemeral))
        return stored

    def _replied_author(self, message: Message) -> str | None:
        reference = message.reference
        if reference is None or reference.type == FORWARD:
            return None
        replied = self.world.find_message(reference.channel_id, reference.message_id)
        if replied is None or replied.author_id == message.author_id:
            return None
        return replied.author_id

    def _place(self, message: Message) -> Json:
        data: Json = {"channel_id": message.channel_id, "message_id": message.id}
        if self.world.channels[message.channel_id].type is not ChannelType.DM:
            data["guild_id"] = self.world.guild.id
        return data

    def _reaction(self, message: Message, user_id: str, emoji: str) -> Json:
        return self._place(message) | {
            "user_id": user_id,
            "emoji": {"id": None, "name": emoji},
            "burst": False,
            "type": 0,
        }

    def _publish(self, name: str, message: Message) -> None:
        self._hub.publish(
            Event(name, channel_id=message.channel_id, message=message, only_for=message.only_for)
        )


def _kept_attachments(message: Message, payload: Json, uploads: Uploads) -> list[Attachment]:
    """What stays of a message's files: everything, or what the payload's `attachments` list.

    https://discord.com/developers/docs/reference#editing-message-attachments
    """
    if payload.get("attachments") is None:
        return list(message.attachments)
    listed = {str(one.get("id")) for one in payload["attachments"]} - set(uploads)
    return [one for one in message.attachments if one.id in listed]


def _says_something(message: Message, payload: Json) -> bool:
    fields = ("content", "embeds", "components")
    return any(payload.get(name, getattr(message, name)) for name in fields)
