"""Who may see what was posted in a channel: the only place that decides.

Two questions are answered, both from what Discord sends without the members intent:

* May this *member* read that channel? (`may_read`)
* May *everybody* who can see channel A read channel B? (`audience_may_read`)

Reading needs View Channel and Read Message History, in voice channels Connect as well. A channel's
own overwrites decide; a category only hands its overwrites down when a channel is created or
synchronised. Threads inherit from their parent, private threads need membership or Manage Threads
besides. What was posted in an age-restricted channel is shown in age-restricted channels only.
Timed-out people keep View Channel and Read Message History, and lose everything else.
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
VIEW = discord.Permissions.view_channel.flag
HISTORY = discord.Permissions.read_message_history.flag
CONNECT = discord.Permissions.connect.flag


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
    parent = _parent(channel)
    if parent is None or (is_nsfw(parent) and not nsfw):
        return False
    permissions = parent.permissions_for(member)
    if not permissions.is_superset(discord.Permissions(_seeing_bits(parent) | HISTORY)):
        return False
    if isinstance(channel, discord.Thread) and channel.is_private():
        return permissions.manage_threads or channel.id in joined
    return True


def audience_may_read(channel: Readable, *, seen_in: Readable) -> bool:
    """Whether everybody who can see `seen_in` may be shown what was posted in `channel`.

    Decided for every set of roles a person could hold, so that nobody has to be listed, and for
    everyone a channel names in person. Age-restricted content needs an age-restricted `seen_in`.
    A person is given the benefit of no doubt: when some set of roles could see one channel but not
    the other, the answer is no, whether or not anybody holds that set today. Nor does it matter
    whether anybody is timed out today: what was posted in a voice channel, which they cannot open,
    is shown in voice channels only.
    """
    source, target = _parent(channel), _parent(seen_in)
    if source is None or target is None or (is_nsfw(source) and not is_nsfw(target)):
        return False
    if isinstance(channel, discord.Thread) and channel.is_private() and channel.id != seen_in.id:
        return False
    sight, need = _seeing_bits(target), _seeing_bits(source) | HISTORY
    return all(
        not target_rules.allow(roles, sight, lost=lost)
        or source_rules.allow(roles, need, lost=lost)
        for target_rules, source_rules in _rules_by_person(target, source)
        for roles in _role_sets(target, source)
        for lost in {0, CONNECT & need}  # nothing, and what a timeout takes of it
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

    def allow(self, roles: Collection[discord.Role], need: int, *, lost: int) -> bool:
        """Whether holding exactly `roles` gives all bits of `need` here.

        Follows "Permission Overwrites" in Discord's documentation (topics/permissions):
        @everyone, then all roles' denials, then all roles' allowances, then the person's.

        Args:
            roles: what the person holds, @everyone included.
            need: the bits asked for.
            lost: bits that a timeout has taken; administrators are exempt.
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
        return granted & ~lost & need == need


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


def _role_sets(target: Parent, source: Parent) -> Iterator[set[discord.Role]]:
    """The sets of roles that have to be tried: @everyone with at most two others.

    Take any set that sees the target and lacks one bit in the source. One role of it suffices to
    be let into the target (a base permission or an allowance), one to be denied in the source;
    dropping all others neither adds a denial in the target nor an allowance in the source. So a
    counterexample with @everyone and at most two roles exists if there is one at all. To see a
    voice channel takes two bits, which two roles may give: there it is three.

    Administrators see everything, and nobody but the bot holds its own role.
    """
    guild = source.guild
    everyone, own = guild.default_role, guild.self_role
    others = [
        role
        for role in guild.roles
        if role not in {everyone, own} and not role.permissions.administrator
    ]
    rules = (_rules(target, 0).roles, _rules(source, 0).roles)
    relevant = _seeing_bits(target) | _seeing_bits(source) | HISTORY
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
    most = _seeing_bits(target).bit_count() + 1
    yield {everyone}
    for held in combinations_with_replacement(distinct.values(), most):
        yield {everyone, *held}


def _overwrites(channel: Parent) -> list[_Overwrites]:
    """A channel's overwrites as Discord sent them.

    The public `overwrites` turns a bit that is both allowed and denied into a denial, while
    `permissions_for`, and so Discord's documentation, lets the allowance win.
    """
    return channel._overwrites  # noqa: SLF001


def _seeing_bits(parent: Parent) -> int:
    """What it takes to see new messages; to read older ones takes `HISTORY` besides.

    "Get Channel Messages" in Discord's documentation (resources/message).
    """
    return (
        VIEW | CONNECT if isinstance(parent, discord.VoiceChannel | discord.StageChannel) else VIEW
    )


def _parent(channel: Readable) -> Parent | None:
    """The channel whose overwrites count, as it is now; None when it is gone.

    Looked up by id: the channel of an interaction that discord.py does not know by itself comes
    without overwrites, and one that was deleted keeps its last ones.
    """
    parent_id = channel.parent_id if isinstance(channel, discord.Thread) else channel.id
    parent = channel.guild.get_channel(parent_id)
    return parent if isinstance(parent, Parent) else None
