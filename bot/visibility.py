"""Who may see what was posted in a channel: the only place that decides.

Two questions are answered, both from what Discord sends without the members intent:

* May this *member* read that channel? (`may_read`)
* May *everybody* who can see channel A read channel B? (`audience_may_read`)

Reading needs View Channel and Read Message History, in voice channels Connect as well. A channel's
own overwrites decide; a category only hands its overwrites down when a channel is created or
synchronised. Threads inherit from their parent, private threads need membership or Manage Threads
besides. What was posted in an age-restricted channel is shown in age-restricted channels only.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import combinations_with_replacement

import discord
from discord.abc import _Overwrites

Parent = discord.TextChannel | discord.VoiceChannel | discord.StageChannel | discord.ForumChannel
Readable = Parent | discord.Thread

NO_BITS = (0, 0)


def is_nsfw(channel: object) -> bool:
    """Whether age-restricted content may be shown in this channel."""
    return isinstance(channel, Readable) and channel.is_nsfw()


def may_read(
    channel: Readable, member: discord.Member, *, joined: Collection[int], nsfw: bool
) -> bool:
    """Whether a member may be shown what was posted in a channel.

    Args:
        channel: where it was posted.
        member: who would see it, with up-to-date roles.
        joined: ids of the private threads the member belongs to.
        nsfw: whether it would be shown in an age-restricted channel.
    """
    if is_nsfw(channel) and not nsfw:
        return False
    if _parent(channel) is None:
        return False
    permissions = channel.permissions_for(member)
    if not permissions.is_superset(discord.Permissions(_reading_bits(channel))):
        return False
    if isinstance(channel, discord.Thread) and channel.is_private():
        return permissions.manage_threads or channel.id in joined
    return True


def audience_may_read(channel: Readable, *, seen_in: Readable) -> bool:
    """Whether everybody who can see `seen_in` may be shown what was posted in `channel`.

    Decided for every set of roles a person could hold, so that nobody has to be listed, and for
    everyone a channel names in person. Age-restricted content needs an age-restricted `seen_in`.
    A person is given the benefit of no doubt: when some set of roles could see one channel but not
    the other, the answer is no, whether or not anybody holds that set today.
    """
    if is_nsfw(channel) and not is_nsfw(seen_in):
        return False
    source, target = _parent(channel), _parent(seen_in)
    if source is None or target is None:
        return False
    if isinstance(channel, discord.Thread) and channel.is_private() and channel.id != seen_in.id:
        return False
    need, sight = _reading_bits(channel), discord.Permissions.view_channel.flag
    everyone = source.guild.default_role
    return all(
        not target_rules.allow(roles, sight) or source_rules.allow(roles, need)
        for target_rules, source_rules in _rules_by_person(target, source)
        for roles in _role_sets(everyone, target, source)
    )


@dataclass(frozen=True)
class _Rules:
    """One channel's overwrites as bits ``(allow, deny)``, for one person.

    Attributes:
        roles: overwrites by role id.
        person: the overwrite that names the person.
    """

    roles: dict[int, tuple[int, int]]
    person: tuple[int, int]

    def allow(self, roles: Collection[discord.Role], need: int) -> bool:
        """Whether holding exactly `roles` gives all bits of `need` here.

        Follows "Permission Overwrites" in Discord's documentation (topics/permissions):
        @everyone, then all roles' denials, then all roles' allowances, then the person's.
        """
        granted = 0
        for role in roles:
            granted |= role.permissions.value
        if granted & discord.Permissions.administrator.flag:
            return True
        allow_everyone, deny_everyone = NO_BITS
        allow_roles, deny_roles = NO_BITS
        for role in roles:
            allow, deny = self.roles.get(role.id, NO_BITS)
            if role.is_default():
                allow_everyone, deny_everyone = allow, deny
            else:
                allow_roles, deny_roles = allow_roles | allow, deny_roles | deny
        granted = (granted & ~deny_everyone) | allow_everyone
        granted = (granted & ~deny_roles) | allow_roles
        granted = (granted & ~self.person[1]) | self.person[0]
        return granted & need == need


def _rules_by_person(target: Parent, source: Parent) -> Iterator[tuple[_Rules, _Rules]]:
    """The rules for somebody unnamed, and for each person either channel names.

    The bot itself and the server's owner are left out: the one is no audience, the other sees all.
    """
    guild = source.guild
    named = {
        entry.id for each in (target, source) for entry in _overwrites(each) if entry.is_member()
    }
    for person_id in {0, *named} - {guild.me.id, guild.owner_id}:
        yield _rules(target, person_id), _rules(source, person_id)


def _rules(channel: Parent, person_id: int) -> _Rules:
    roles: dict[int, tuple[int, int]] = {}
    person = NO_BITS
    for entry in _overwrites(channel):
        if entry.is_role():
            roles[entry.id] = (entry.allow, entry.deny)
        elif entry.id == person_id:
            person = (entry.allow, entry.deny)
    return _Rules(roles, person)


def _role_sets(
    everyone: discord.Role, target: Parent, source: Parent
) -> Iterator[set[discord.Role]]:
    """The sets of roles that have to be tried: @everyone with at most two others.

    Take any set that sees the target and lacks one bit in the source. One role of it suffices to
    be let into the target (a base permission or an allowance), one to be denied in the source;
    dropping all others neither adds a denial in the target nor an allowance in the source. So a
    counterexample with @everyone and at most two roles exists if there is one at all.
    """
    others = [
        role
        for role in everyone.guild.roles
        if not role.is_default() and not role.permissions.administrator
    ]
    rules = (_rules(target, 0).roles, _rules(source, 0).roles)
    relevant = _reading_bits(source) | discord.Permissions.view_channel.flag
    # Roles that change the same about the two channels stand for each other.
    distinct = {
        tuple(
            bits & relevant
            for bits in (
                role.permissions.value,
                *(side for each in rules for side in each.get(role.id, NO_BITS)),
            )
        ): role
        for role in others
    }
    yield {everyone}
    for pair in combinations_with_replacement(distinct.values(), 2):
        yield {everyone, *pair}


def _overwrites(channel: Parent) -> list[_Overwrites]:
    """A channel's overwrites as Discord sent them.

    The public `overwrites` turns a bit that is both allowed and denied into a denial, while
    `permissions_for`, and so Discord's documentation, lets the allowance win.
    """
    return channel._overwrites  # noqa: SLF001


def _reading_bits(channel: Readable) -> int:
    bits = discord.Permissions.view_channel.flag | discord.Permissions.read_message_history.flag
    if isinstance(channel, discord.VoiceChannel | discord.StageChannel):
        bits |= discord.Permissions.connect.flag
    return bits


def _parent(channel: Readable) -> Parent | None:
    """The channel whose overwrites count; None for a thread whose parent is gone."""
    return channel.parent if isinstance(channel, discord.Thread) else channel
