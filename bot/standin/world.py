"""The server's state: people, roles, channels, messages. Data and look-ups, no behaviour.

Ids are Discord's: strings of digits. The whole of it can be written to JSON and read back
(`persistence.py`), so every field is plain data.
"""

from __future__ import annotations

import secrets
from bisect import bisect_left
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

Json = dict[str, Any]
"""A JSON object in Discord's own shape."""


class ChannelType(IntEnum):
    """https://discord.com/developers/docs/resources/channel#channel-object-channel-types."""

    TEXT = 0
    DM = 1
    CATEGORY = 4
    PUBLIC_THREAD = 11
    PRIVATE_THREAD = 12


class MessageType(IntEnum):
    """https://discord.com/developers/docs/resources/message#message-object-message-types."""

    DEFAULT = 0
    REPLY = 19
    CHAT_INPUT_COMMAND = 20
    CONTEXT_MENU_COMMAND = 23


class MessageFlag(IntEnum):
    """https://discord.com/developers/docs/resources/message#message-object-message-flags."""

    SUPPRESS_EMBEDS = 1 << 2
    EPHEMERAL = 1 << 6
    LOADING = 1 << 7
    HAS_SNAPSHOT = 1 << 14
    COMPONENTS_V2 = 1 << 15


@dataclass(slots=True)
class User:
    """A person or the bot."""

    id: str
    username: str
    global_name: str | None
    bot: bool = False
    accent_color: int | None = None


@dataclass(slots=True)
class Role:
    """A role; the one with the guild's id is @everyone."""

    id: str
    name: str
    permissions: int
    position: int = 1
    color: int = 0
    hoist: bool = False
    bot_id: str | None = None


@dataclass(slots=True)
class Member:
    """A user in the guild."""

    user_id: str
    roles: list[str]
    joined_at: str
    nick: str | None = None


@dataclass(slots=True)
class Overwrite:
    """What one role (type 0) or member (type 1) may do differently in a channel."""

    id: str
    type: int
    allow: int
    deny: int


@dataclass(slots=True)
class Channel:
    """A channel, a thread or a direct conversation."""

    id: str
    type: ChannelType
    name: str
    position: int = 0
    topic: str | None = None
    parent_id: str | None = None
    nsfw: bool = False
    overwrites: list[Overwrite] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    owner_id: str = ""
    thread_members: list[str] = field(default_factory=list)
    archived: bool = False
    last_message_id: str | None = None

    @property
    def is_thread(self) -> bool:
        """Whether access comes from the parent channel."""
        return self.type in (ChannelType.PUBLIC_THREAD, ChannelType.PRIVATE_THREAD)


@dataclass(slots=True)
class Attachment:
    """A file of a message; its URL is made, signed, whenever somebody looks."""

    id: str
    filename: str
    size: int
    path: str
    content_type: str | None = None
    description: str | None = None
    width: int | None = None
    height: int | None = None
    ephemeral: bool = False


@dataclass(slots=True)
class Reference:
    """What a message replies to (type 0) or forwards (type 1)."""

    message_id: str
    channel_id: str
    type: int = 0


@dataclass(slots=True)
class Message:
    """A message as it was sent; `rendering.py` turns it into Discord's JSON."""

    id: str
    channel_id: str
    author_id: str
    content: str
    timestamp: str
    type: MessageType = MessageType.DEFAULT
    flags: int = 0
    edited_timestamp: str | None = None
    attachments: list[Attachment] = field(default_factory=list)
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    mentions: list[str] = field(default_factory=list)
    mention_roles: list[str] = field(default_factory=list)
    reference: Reference | None = None
    snapshots: list[Message] = field(default_factory=list)
    reactions: dict[str, list[str]] = field(default_factory=dict)
    interaction: Json | None = None
    only_for: str | None = None
    nonce: str | None = None

    @property
    def is_ephemeral(self) -> bool:
        """Whether one person alone sees it (`only_for`)."""
        return bool(self.flags & MessageFlag.EPHEMERAL)

    @property
    def is_loading(self) -> bool:
        """Whether the bot has deferred and not answered yet."""
        return bool(self.flags & MessageFlag.LOADING)

    @property
    def is_v2(self) -> bool:
        """Whether components carry everything there is to show."""
        return bool(self.flags & MessageFlag.COMPONENTS_V2)


@dataclass(slots=True)
class Guild:
    """The one server of this world."""

    id: str
    name: str
    owner_id: str


@dataclass(slots=True)
class World:
    """Everything that survives a restart."""

    guild: Guild
    bot_id: str
    application_id: str
    token: str
    users: dict[str, User] = field(default_factory=dict)
    roles: dict[str, Role] = field(default_factory=dict)
    members: dict[str, Member] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    messages: dict[str, list[Message]] = field(default_factory=dict)
    commands: list[Json] = field(default_factory=list)
    cdn_secret: str = field(default_factory=lambda: secrets.token_hex(16))
    last_snowflake: int = 0

    @property
    def bot(self) -> User:
        """The bot's user."""
        return self.users[self.bot_id]

    def parent_of(self, channel: Channel) -> Channel:
        """The channel whose overwrites count: a thread's parent, else the channel itself."""
        if channel.is_thread and channel.parent_id is not None:
            return self.channels[channel.parent_id]
        return channel

    def timeline(self, channel_id: str) -> list[Message]:
        """A channel's messages, oldest first, ephemeral ones among them."""
        return self.messages.setdefault(channel_id, [])

    def insert(self, message: Message) -> None:
        """Put a message where its id says."""
        timeline = self.timeline(message.channel_id)
        timeline.insert(_position(timeline, message.id), message)

    def find_message(self, channel_id: str, message_id: str) -> Message | None:
        """A message by its place."""
        timeline = self.timeline(channel_id)
        index = _position(timeline, message_id)
        if index < len(timeline) and timeline[index].id == message_id:
            return timeline[index]
        return None

    def remove(self, message: Message) -> None:
        """Take a message out of its channel."""
        self.timeline(message.channel_id).remove(message)

    def thread_of(self, message: Message) -> Channel | None:
        """The thread started from a message; Discord gives it the message's id."""
        thread = self.channels.get(message.id)
        return thread if thread is not None and thread.is_thread else None


def _position(timeline: list[Message], message_id: str) -> int:
    return bisect_left(timeline, int(message_id), key=lambda message: int(message.id))
