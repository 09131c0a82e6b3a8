"""Who may do what where: Discord's permission bits and how overwrites combine.

Algorithm: https://discord.com/developers/docs/topics/permissions#permission-overwrites
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntFlag

from bot.standin.world import Channel, ChannelType, Overwrite, World


class Permission(IntFlag):
    """The bits the stand-in enforces or shows."""

    CREATE_INSTANT_INVITE = 1 << 0
    KICK_MEMBERS = 1 << 1
    BAN_MEMBERS = 1 << 2
    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    ADD_REACTIONS = 1 << 6
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    USE_EXTERNAL_EMOJIS = 1 << 18
    MANAGE_ROLES = 1 << 28
    USE_APPLICATION_COMMANDS = 1 << 31
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    CREATE_PRIVATE_THREADS = 1 << 36
    SEND_MESSAGES_IN_THREADS = 1 << 38


ALL = Permission((1 << 53) - 1)
NONE = Permission(0)
EVERYONE = (
    Permission.ADD_REACTIONS
    | Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.USE_EXTERNAL_EMOJIS
    | Permission.USE_APPLICATION_COMMANDS
    | Permission.CREATE_PUBLIC_THREADS
    | Permission.CREATE_PRIVATE_THREADS
    | Permission.SEND_MESSAGES_IN_THREADS
)
"""What a new server grants to @everyone, as far as the stand-in knows the bits."""

_ROLE, _MEMBER = 0, 1


def guild_permissions(world: World, user_id: str) -> Permission:
    """What a member may do in the server before any channel has a say."""
    member = world.members.get(user_id)
    if member is None:
        return NONE
    if user_id == world.guild.owner_id:
        return ALL
    granted = world.roles[world.guild.id].permissions
    for role_id in member.roles:
        granted |= world.roles[role_id].permissions
    permissions = Permission(granted)
    return ALL if permissions & Permission.ADMINISTRATOR else permissions


def channel_permissions(world: World, user_id: str, channel: Channel) -> Permission:
    """What a user may do in a channel, a thread or a direct conversation."""
    if channel.type is ChannelType.DM:
        return EVERYONE if user_id in channel.recipients else NONE
    parent = world.parent_of(channel)
    permissions = _with_overwrites(world, user_id, parent)
    if not permissions & Permission.VIEW_CHANNEL:
        return NONE
    hidden_thread = (
        channel.type is ChannelType.PRIVATE_THREAD
        and user_id not in channel.thread_members
        and not permissions & Permission.MANAGE_THREADS
    )
    return NONE if hidden_thread else permissions


def can_see(world: World, user_id: str, channel: Channel) -> bool:
    """Whether the channel exists at all for this user."""
    return bool(channel_permissions(world, user_id, channel) & Permission.VIEW_CHANNEL)


def sending_permission(channel: Channel) -> Permission:
    """The bit that allows to post here; threads have their own."""
    return Permission.SEND_MESSAGES_IN_THREADS if channel.is_thread else Permission.SEND_MESSAGES


def _with_overwrites(world: World, user_id: str, channel: Channel) -> Permission:
    permissions = guild_permissions(world, user_id)
    member = world.members.get(user_id)
    if member is None or permissions & Permission.ADMINISTRATOR:
        return permissions
    overwrites = channel.overwrites
    everyone = [o for o in overwrites if o.type == _ROLE and o.id == world.guild.id]
    roles = [o for o in overwrites if o.type == _ROLE and o.id in member.roles]
    own = [o for o in overwrites if o.type == _MEMBER and o.id == user_id]
    for layer in (everyone, roles, own):
        permissions = _apply(permissions, layer)
    return permissions


def _apply(permissions: Permission, layer: Iterable[Overwrite]) -> Permission:
    allow = deny = 0
    for overwrite in layer:
        allow |= overwrite.allow
        deny |= overwrite.deny
    return Permission((int(permissions) & ~deny) | allow)
