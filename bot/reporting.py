"""Where a long piece of work is reported on: the channel in which somebody asked for it."""

from __future__ import annotations

import discord

from bot.errors import NotForYou, PermissionsMissing, names
from bot.visibility import Readable


def reporting_channel(
    interaction: discord.Interaction, to: str, left: str
) -> discord.abc.Messageable:
    """The channel of a command, where the bot can post a message, edit it and find it again.

    Args:
        interaction: the use of the command.
        to: what it is to do, such as "start training".
        left: how things are where it cannot, such as "started no training".

    Raises:
        PermissionsMissing: it lacks a permission there.
        NotForYou: not in a server's channel.
    """
    channel = interaction.channel
    if not isinstance(channel, Readable) or isinstance(channel, discord.ForumChannel):
        raise NotForYou(f"I report in a channel of a server; please {to} in one.")
    in_thread = isinstance(channel, discord.Thread)
    needed = discord.Permissions(
        view_channel=True,
        read_message_history=True,
        send_messages=not in_thread,
        send_messages_in_threads=in_thread,
    )
    has = interaction.app_permissions
    missing = [name for name, wanted in needed if wanted and not getattr(has, name)]
    if missing:
        raise PermissionsMissing(
            f"To report in {channel.mention} I need the permission {names(missing)} there, so I "
            f"{left}. Grant it to my role, or {to} in another channel."
        )
    return channel
