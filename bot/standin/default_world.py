"""The server a newcomer finds: a small product team, its channels, and one outsider."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.standin.permissions import EVERYONE, NONE, Permission
from bot.standin.snowflakes import SnowflakeFactory, iso
from bot.standin.world import (
    Channel,
    ChannelType,
    Guild,
    Member,
    Overwrite,
    Role,
    User,
    World,
)

_AGE = timedelta(days=120)
"""How long the server has been there, so that a made-up history fits in."""

_BOT_PERMISSIONS = (
    EVERYONE | Permission.MANAGE_MESSAGES | Permission.MANAGE_THREADS | Permission.MENTION_EVERYONE
)


@dataclass(frozen=True, slots=True)
class _PersonPlan:
    name: str
    accent_color: int
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _ChannelPlan:
    name: str
    topic: str
    only_for: tuple[str, ...] = ()
    nsfw: bool = False


_ROLES = {"Admin": 0xE74C3C, "Leads": 0x9B59B6, "Design": 0xE91E63, "Engineering": 0x3498DB}
_PEOPLE = (
    _PersonPlan("Alice", 0xEB459E, ("Design", "Leads")),
    _PersonPlan("Bob", 0x5865F2, ("Engineering",)),
    _PersonPlan("Carol", 0x57F287, ("Design",)),
    _PersonPlan("Dave", 0xFEE75C),
    _PersonPlan("Erin", 0xED4245, ("Admin",)),
)
_OWNER = "Erin"
_CHANNELS = (
    _ChannelPlan("general", "Everything and everybody"),
    _ChannelPlan("design", "Sketches, screenshots, references", ("Design", "Engineering")),
    _ChannelPlan("incidents", "What broke, and what it looked like"),
    _ChannelPlan("leads", "Private: leads only", ("Leads",)),
    _ChannelPlan("after-dark", "Marked NSFW", nsfw=True),
)
_THREAD = ("logo-ideas", "design", "Alice")


def build_default_world(bot_name: str, now: datetime | None = None) -> World:
    """Build the default server with a bot called `bot_name` in it."""
    born = (now or datetime.now(UTC)) - _AGE
    builder = _Builder(born)
    return builder.build(bot_name)


class _Builder:
    def __init__(self, born: datetime) -> None:
        self._born = born
        self._snowflakes = SnowflakeFactory()

    def build(self, bot_name: str) -> World:
        guild_id, bot_id = self._id(), self._id()
        world = World(
            guild=Guild(guild_id, "Nestbox", owner_id=""),
            bot_id=bot_id,
            application_id=bot_id,
            token=f"standin.{secrets.token_urlsafe(24)}",
        )
        self._add_roles(world, bot_name)
        for plan in _PEOPLE:
            self._add_person(world, plan)
        self._add_bot(world, bot_name)
        world.guild.owner_id = _user_named(world, _OWNER)
        for position, channel in enumerate(_CHANNELS):
            self._add_channel(world, channel, position)
        self._add_thread(world)
        world.last_snowflake = self._snowflakes.last
        return world

    def _id(self) -> str:
        return self._snowflakes.new(self._born.timestamp())

    def _add_roles(self, world: World, bot_name: str) -> None:
        everyone = Role(world.guild.id, "@everyone", EVERYONE, position=0)
        world.roles[everyone.id] = everyone
        for name, color in _ROLES.items():
            granted = Permission.ADMINISTRATOR if name == "Admin" else NONE
            role = Role(self._id(), name, granted, len(world.roles), color, hoist=True)
            world.roles[role.id] = role
        managed = Role(
            self._id(), bot_name, _BOT_PERMISSIONS, len(world.roles), bot_id=world.bot_id
        )
        world.roles[managed.id] = managed

    def _add_person(self, world: World, plan: _PersonPlan) -> None:
        user = User(self._id(), plan.name.lower(), plan.name, accent_color=plan.accent_color)
        world.users[user.id] = user
        roles = [_role_named(world, name) for name in plan.roles]
        world.members[user.id] = Member(user.id, roles, iso(self._born))

    def _add_bot(self, world: World, bot_name: str) -> None:
        world.users[world.bot_id] = User(world.bot_id, bot_name, None, bot=True)
        role = _role_named(world, bot_name)
        world.members[world.bot_id] = Member(world.bot_id, [role], iso(self._born))

    def _add_channel(self, world: World, plan: _ChannelPlan, position: int) -> None:
        channel = Channel(
            self._id(), ChannelType.TEXT, plan.name, position, plan.topic, nsfw=plan.nsfw
        )
        if plan.only_for:
            bot_role = next(one.id for one in world.roles.values() if one.bot_id is not None)
            allowed = [*(_role_named(world, name) for name in plan.only_for), bot_role]
            view = int(Permission.VIEW_CHANNEL)
            channel.overwrites = [Overwrite(world.guild.id, 0, 0, view)]
            channel.overwrites += [Overwrite(role_id, 0, view, 0) for role_id in allowed]
        world.channels[channel.id] = channel

    def _add_thread(self, world: World) -> None:
        name, parent_name, owner_name = _THREAD
        parent = next(one for one in world.channels.values() if one.name == parent_name)
        owner_id = _user_named(world, owner_name)
        thread = Channel(
            self._id(),
            ChannelType.PUBLIC_THREAD,
            name,
            parent_id=parent.id,
            owner_id=owner_id,
            thread_members=[owner_id],
        )
        world.channels[thread.id] = thread


def _role_named(world: World, name: str) -> str:
    return next(one.id for one in world.roles.values() if one.name == name)


def _user_named(world: World, name: str) -> str:
    return next(one.id for one in world.users.values() if one.global_name == name)
