"""Who may have models trained and switched: the only place that decides."""

from __future__ import annotations

import discord

from bot.errors import NotForYou


def may_train(who: discord.abc.User) -> bool:
    """Whether somebody may train and switch models: whoever may manage the server.

    A run takes the machine for minutes, and what it learns answers everybody.
    """
    return isinstance(who, discord.Member) and who.guild_permissions.manage_guild


def require_trainer(who: discord.abc.User, to: str = "start or stop training") -> discord.Member:
    """The member, if they may train now.

    Args:
        who: as they came with what they did just now, with up-to-date roles.
        to: what they want to do.

    Raises:
        NotForYou: they may not, or are in no server.
    """
    if not isinstance(who, discord.Member) or not may_train(who):
        raise NotForYou(
            f"To {to} you need the permission Manage Server, so I changed nothing. Ask an admin of "
            "this server."
        )
    return who
