"""Who may label, and who may change what is labelled for: the only place that decides."""

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
    return may_curate(member)


def may_ask(member: discord.Member, labelset: LabelSet) -> bool:
    """Whether somebody may know of a set, and have things classified by it.

    A set that names its labellers is theirs: its name and its classes may say what they deal with.
    """
    return not labelset.labeller_ids or may_label(member, labelset) or may_curate(member)


def may_curate(member: discord.Member) -> bool:
    """Whether somebody may create and change label sets, and bind reactions to their classes."""
    permissions = member.guild_permissions
    return permissions.manage_messages or permissions.manage_guild


def require_curator(who: discord.abc.User) -> discord.Member:
    """The member, if they may create and change label sets now.

    Raises:
        NotForYou: they may not, or are in no server.
    """
    if not isinstance(who, discord.Member) or not may_curate(who):
        raise NotForYou(
            "To create or change label sets you need the permission Manage Messages in this "
            "server, so I changed nothing. Ask an admin of it."
        )
    return who


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
