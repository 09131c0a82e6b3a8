"""Who may start and stop training: the only place that decides."""

from __future__ import annotations

import discord

from bot.errors import NotForYou


def may_train(who: discord.abc.User) -> bool:
    """Whether somebody may have models trained: whoever may manage the server.

    A run takes the machine for minutes, and what it learns answers everybody.
    """
    return isinstance(who, discord.Member) and who.guild_permissions.manage_guild


def require_trainer(who: discord.abc.User) -> discord.Member:
    """The member, if they may train now.

    Args:
        who: as they came with what they did just now, with up-to-date roles.

    Raises:
        NotForYou: they may not, or are in no server.
    """
    if not isinstance(who, discord.Member) or not may_train(who):
        raise NotForYou(
            "To start or stop training you need the permission Manage Server, so I changed "
            "nothing. Ask an admin of this server."
        )
    return who
