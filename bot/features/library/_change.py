"""What is known to have happened to a message, a channel or a server."""

from __future__ import annotations

from dataclasses import dataclass, replace

import discord


@dataclass(frozen=True)
class Change:
    """A difference between Discord and the library, to be worked off.

    Of changes to the same message only the latest matters; `then` puts two together. With neither
    message nor channel id the whole server is meant, and that is always a deletion.

    Attributes:
        message: the message as far as it is known; None means that it has to be fetched.
        deleted: it no longer exists.
        start_over: files may have been taken off it, so what is stored goes first.
    """

    guild_id: int
    channel_id: int | None = None
    message_id: int | None = None
    message: discord.Message | None = None
    deleted: bool = False
    start_over: bool = False

    @property
    def key(self) -> int:
        """The snowflake of what has changed; unique across all kinds."""
        return self.message_id or self.channel_id or self.guild_id

    def then(self, newer: Change) -> Change:
        """This change followed by a newer one about the same thing."""
        if self.deleted:
            return self
        return replace(newer, start_over=self.start_over or newer.start_over)


def posted(message: discord.Message) -> Change:
    """A message that is new to the library, or was read from the history."""
    guild_id, channel_id = _place(message)
    return Change(guild_id, channel_id, message.id, message)


def edited(message: discord.Message, before: discord.Message | None) -> Change:
    """A message that was edited; `before` is what it was, where that is known."""
    guild_id, channel_id = _place(message)
    kept = {attachment.id for attachment in message.attachments}
    lost = before is None or any(each.id not in kept for each in before.attachments)
    # Text that was taken away is an item to be forgotten as well.
    lost = lost or (not message.content and not (before and not before.content))
    return Change(guild_id, channel_id, message.id, message, start_over=lost)


def _place(message: discord.Message) -> tuple[int, int]:
    if message.guild is None:
        raise ValueError("only messages of a server are remembered")
    return message.guild.id, message.channel.id
