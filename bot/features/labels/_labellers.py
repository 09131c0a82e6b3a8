"""Who may label: the only place that decides."""

from __future__ import annotations

import discord

from bot.errors import NotForYou
from bot.quote import escape
from engine.schemas import LabelSet


def labeller_ids(member: discord.Member) -> list[str]:
    """What a set can name somebody by: their roles, @everyone's included, and their own id."""
    return [*(str(role.id) for role in member.roles), str(member.id)]


def may_label(member: discord.Member, labelset: LabelSet) -> bool:
    """Whether somebody may label for a set: whoever it names, else who may manage messages."""
    if labelset.labeller_ids:
        return not set(labelset.labeller_ids).isdisjoint(labeller_ids(member))
    permissions = member.guild_permissions
    return permissions.manage_messages or permissions.manage_guild


def require_labeller(who: discord.abc.User, labelset: LabelSet) -> discord.Member:
    """The member, if they may label for a set now.

    Args:
        who: as they came with what they did just now, with up-to-date roles.
        labelset: the set.

    Raises:
        NotForYou: they may not, or are in no server.
    """
    if not isinstance(who, discord.Member):
        raise NotForYou("Labels belong to a server; please label in one of its channels.")
    if not may_label(who, labelset):
        needed = (
            "one of the roles that may label for it"
            if labelset.labeller_ids
            else "the permission Manage Messages"
        )
        raise NotForYou(
            f"To label for **{escape(labelset.name)}** you need {needed}, so I stored nothing. "
            "Ask an admin of this server; what you labelled before is kept."
        )
    return who
