"""What a server's administrator does: channels, roles, people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from bot.standin import payloads
from bot.standin.errors import Refused
from bot.standin.events import Event
from bot.standin.permissions import NONE, Permission
from bot.standin.person import ChannelRef
from bot.standin.services import Services
from bot.standin.snowflakes import iso
from bot.standin.world import Channel, ChannelType, Json, Member, Overwrite, Role, User


class Admin:
    """Changes to the server's structure, announced to the bot and the page."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._world = services.world

    def add_person(self, name: str, roles: Sequence[str] = ()) -> User:
        """Let somebody join."""
        user = User(self._services.ids.new(), name.lower(), name)
        self._world.users[user.id] = user
        role_ids = [self.role(one).id for one in roles]
        member = Member(user.id, role_ids, iso(datetime.now(UTC)))
        self._world.members[user.id] = member
        self._announce("GUILD_MEMBER_ADD", payloads.member(self._world, member))
        return user

    def remove_person(self, user_id: str) -> None:
        """Let somebody leave."""
        del self._world.members[user_id]
        self._announce("GUILD_MEMBER_REMOVE", {"user": payloads.user(self._world.users[user_id])})

    def set_roles(self, user_id: str, roles: Sequence[str]) -> None:
        """Give a member exactly these roles, by name."""
        member = self._world.members[user_id]
        member.roles = [self.role(one).id for one in roles]
        self._announce("GUILD_MEMBER_UPDATE", payloads.member(self._world, member))

    def add_role(self, name: str, permissions: Permission = NONE) -> Role:
        """Make a role."""
        role = Role(self._services.ids.new(), name, int(permissions), len(self._world.roles))
        self._world.roles[role.id] = role
        self._announce("GUILD_ROLE_CREATE", {"role": payloads.role(role)})
        return role

    def role(self, name: str) -> Role:
        """A role by its name.

        Raises:
            Refused: there is none.
        """
        found = next((one for one in self._world.roles.values() if one.name == name), None)
        if found is None:
            raise Refused(f"There is no role “{name}”.", status=404)
        return found

    def channel(self, wanted: ChannelRef) -> Channel:
        """A channel by name or id, also one that nobody else sees.

        Raises:
            Refused: there is none.
        """
        if isinstance(wanted, Channel):
            return wanted
        name = wanted.removeprefix("#")
        found = next((c for c in self._world.channels.values() if name in (c.id, c.name)), None)
        if found is None:
            raise Refused(f"There is no channel “{wanted}”.", status=404)
        return found

    def add_channel(
        self, name: str, *, nsfw: bool = False, only_for: Sequence[str] = ()
    ) -> Channel:
        """Make a text channel, for everybody or for some roles."""
        channel = Channel(
            self._services.ids.new(),
            ChannelType.TEXT,
            name,
            position=len(self._world.channels),
            nsfw=nsfw,
        )
        if only_for:
            view = int(Permission.VIEW_CHANNEL)
            channel.overwrites = [Overwrite(self._world.guild.id, 0, 0, view)]
            channel.overwrites += [Overwrite(self.role(one).id, 0, view, 0) for one in only_for]
        self._world.channels[channel.id] = channel
        self._announce("CHANNEL_CREATE", payloads.channel(self._world, channel))
        return channel

    def remove_channel(self, wanted: ChannelRef) -> None:
        """Delete a channel with everything in it."""
        channel = self.channel(wanted)
        gone = payloads.channel(self._world, channel)
        for thread in [c for c in self._world.channels.values() if c.parent_id == channel.id]:
            del self._world.channels[thread.id]
            self._world.messages.pop(thread.id, None)
        del self._world.channels[channel.id]
        self._world.messages.pop(channel.id, None)
        self._announce("THREAD_DELETE" if channel.is_thread else "CHANNEL_DELETE", gone)

    def set_overwrite(
        self,
        wanted: ChannelRef,
        target_id: str,
        *,
        allow: Permission = NONE,
        deny: Permission = NONE,
    ) -> None:
        """Set what a role or member may do differently in a channel."""
        channel = self.channel(wanted)
        kind = 0 if target_id in self._world.roles else 1
        channel.overwrites = [one for one in channel.overwrites if one.id != target_id]
        channel.overwrites.append(Overwrite(target_id, kind, int(allow), int(deny)))
        self._announce("CHANNEL_UPDATE", payloads.channel(self._world, channel))

    def archive_thread(self, wanted: ChannelRef, *, archived: bool = True) -> None:
        """Put a thread into the archive, or take it out."""
        thread = self.channel(wanted)
        thread.archived = archived
        self._announce("THREAD_UPDATE", payloads.channel(self._world, thread))

    def _announce(self, name: str, data: Json) -> None:
        self._services.hub.publish(Event(name, {"guild_id": self._world.guild.id} | data))
