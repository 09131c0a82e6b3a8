"""Messages as Discord's JSON, for one reader at a time.

The reader decides three things: whose reactions are "mine", under which address pictures are
fetched, and whether the content may be read at all (the message content intent).
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.standin import payloads
from bot.standin.files import UrlSigner
from bot.standin.media_rendering import MediaRenderer, Reader, inline_files
from bot.standin.world import (
    ChannelType,
    Json,
    Message,
    MessageType,
    User,
    World,
)

_FORWARD = 1


class Renderer:
    """Turns kept messages into the JSON that a reader gets."""

    def __init__(self, world: World, signer: UrlSigner) -> None:
        self._world = world
        self._media = MediaRenderer(signer)
        self.attachment = self._media.attachment

    def message(self, message: Message, reader: Reader) -> Json:
        """A message object, with the message it replies to."""
        result = self._basic(message, reader)
        reference = message.reference
        if reference is not None and message.type is MessageType.REPLY:
            replied = self._world.find_message(reference.channel_id, reference.message_id)
            result["referenced_message"] = None if replied is None else self._basic(replied, reader)
        return result

    def gateway_message(self, message: Message, reader: Reader) -> Json:
        """A message as the gateway sends it: with the author as member, unless ephemeral.

        An ephemeral message carries neither `guild_id` nor `member` [memory: seen, not documented].
        """
        result = self.message(message, reader)
        channel = self._world.channels[message.channel_id]
        if channel.type is not ChannelType.DM and not message.is_ephemeral:
            result["guild_id"] = self._world.guild.id
            author = self._world.members.get(message.author_id)
            if author is not None:
                result["member"] = payloads.member(self._world, author, with_user=False)
        return result

    def _basic(self, message: Message, reader: Reader) -> Json:
        world = self._world
        result: Json = {
            "id": message.id,
            "type": int(message.type),
            "channel_id": message.channel_id,
            "author": payloads.user(world.users[message.author_id]),
            "timestamp": message.timestamp,
            "edited_timestamp": message.edited_timestamp,
            "flags": message.flags,
            "mentions": [payloads.user(one) for one in _known(world, message.mentions)],
            "mention_roles": list(message.mention_roles),
            "mention_everyone": False,
            "pinned": False,
            "tts": False,
        }
        result |= self._readable(message, reader, hidden=self._is_hidden(message, reader))
        result |= self._optional(message, reader)
        return result

    def _readable(self, message: Message, reader: Reader, *, hidden: bool) -> Json:
        """The fields that the message content intent gates."""
        if hidden:
            return {"content": "", "attachments": [], "embeds": [], "components": []}
        inline = set(inline_files(message))
        return {
            "content": message.content,
            # Files shown by components or embeds are not listed a second time:
            # https://github.com/discord/discord-api-docs/issues/8277
            "attachments": [
                self.attachment(one, reader)
                for one in message.attachments
                if one.filename not in inline
            ],
            "embeds": [self._media.embed(one, message, reader) for one in message.embeds],
            "components": self._media.components(message, reader),
        }

    def _optional(self, message: Message, reader: Reader) -> Json:
        result: Json = {}
        if message.reactions:
            result["reactions"] = [
                _reaction(emoji, users, reader.user_id)
                for emoji, users in message.reactions.items()
            ]
        if message.nonce is not None:
            result["nonce"] = message.nonce
        if message.reference is not None:
            result["message_reference"] = self._reference(message)
        if message.snapshots:
            result["message_snapshots"] = [
                {"message": self._snapshot(message, one, reader)} for one in message.snapshots
            ]
        if message.interaction is not None:
            result |= self._interaction(message.interaction)
        thread = self._world.thread_of(message)
        if thread is not None:
            result["thread"] = payloads.channel(self._world, thread)
        return result

    def _reference(self, message: Message) -> Json:
        reference = message.reference
        if reference is None:
            return {}
        result: Json = {
            "type": reference.type,
            "message_id": reference.message_id,
            "channel_id": reference.channel_id,
        }
        channel = self._world.channels.get(reference.channel_id)
        if channel is not None and channel.type is not ChannelType.DM:
            result["guild_id"] = self._world.guild.id
        return result

    def _snapshot(self, forward: Message, original: Message, reader: Reader) -> Json:
        """What a forward carries: https://discord.com/developers/docs/resources/message#message-snapshot-object."""
        hidden = self._is_hidden(forward, reader)
        return self._readable(original, reader, hidden=hidden) | {
            "type": int(original.type),
            "timestamp": original.timestamp,
            "edited_timestamp": original.edited_timestamp,
            "flags": original.flags,
            "mentions": [payloads.user(one) for one in _known(self._world, original.mentions)],
            "mention_roles": list(original.mention_roles),
        }

    def _interaction(self, kept: Json) -> Json:
        """`interaction_metadata` for every answer, and the older `interaction` for commands."""
        owners = {"0": self._world.guild.id}
        metadata = self._metadata(kept, owners)
        result: Json = {
            "application_id": self._world.application_id,
            "webhook_id": self._world.application_id,
            "interaction_metadata": metadata,
        }
        if kept["type"] == 2 and "original_response_message_id" not in kept:
            result["interaction"] = {
                "id": kept["id"],
                "type": kept["type"],
                "name": kept["name"],
                "user": metadata["user"],
            }
        return result

    def _metadata(self, kept: Json, owners: Json) -> Json:
        metadata = {key: value for key, value in kept.items() if key not in ("user_id", "name")}
        metadata["user"] = payloads.user(self._world.users[kept["user_id"]])
        metadata["authorizing_integration_owners"] = owners
        if "triggering_interaction_metadata" in kept:
            metadata["triggering_interaction_metadata"] = self._metadata(
                kept["triggering_interaction_metadata"], owners
            )
        return metadata

    def _is_hidden(self, message: Message, reader: Reader) -> bool:
        """Whether the intent hides the content from this reader.

        Exempt: own messages, direct conversations, messages that mention the reader:
        https://discord.com/developers/docs/events/gateway#message-content-intent
        A pinged reply counts as a mention, except to an interaction's answer
        [memory: measured, not documented].
        """
        if reader.reads_content or message.author_id == reader.user_id:
            return False
        if self._world.channels[message.channel_id].type is ChannelType.DM:
            return False
        if reader.user_id not in message.mentions:
            return True
        if f"<@{reader.user_id}>" in message.content.replace("<@!", "<@"):
            return False
        return self._replies_to_interaction(message)

    def _replies_to_interaction(self, message: Message) -> bool:
        reference = message.reference
        if reference is None or reference.type == _FORWARD:
            return False
        replied = self._world.find_message(reference.channel_id, reference.message_id)
        return replied is not None and replied.interaction is not None


def _known(world: World, user_ids: list[str]) -> Iterator[User]:
    return (world.users[one] for one in user_ids if one in world.users)


def _reaction(emoji: str, users: list[str], viewer_id: str) -> Json:
    return {
        "emoji": {"id": None, "name": emoji},
        "count": len(users),
        "count_details": {"burst": 0, "normal": len(users)},
        "burst_colors": [],
        "me": viewer_id in users,
        "me_burst": False,
    }
