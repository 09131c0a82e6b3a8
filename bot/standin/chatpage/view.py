"""What the page shows to one person: the snapshot, messages, and events as they may see them."""

from __future__ import annotations

from bot.standin import payloads
from bot.standin.events import Event
from bot.standin.human import Human
from bot.standin.media_rendering import Reader
from bot.standin.permissions import channel_permissions
from bot.standin.services import Services
from bot.standin.world import Channel, Json, Message


class View:
    """One person's view of the chat."""

    def __init__(self, services: Services, viewer: Human, hint: str) -> None:
        self._services = services
        self._viewer = viewer
        self._hint = hint
        self._reader = Reader(viewer.id, cdn_base="")

    def snapshot(self) -> Json:
        """Everything but the messages."""
        world = self._services.world
        seen = [one for one in payloads.guild_channels(world) if self._viewer.sees(one)]
        threads = payloads.threads_seen_by(world, self._viewer.id)
        return {
            "hint": self._hint,
            "me": payloads.user(self._viewer.user),
            "bot": payloads.user(world.bot),
            "bot_connected": self._services.gateway.is_connected,
            "application_id": world.application_id,
            "guild": {
                "id": world.guild.id,
                "name": world.guild.name,
                "owner_id": world.guild.owner_id,
                "roles": [payloads.role(one) for one in world.roles.values()],
                "members": [payloads.member(world, one) for one in world.members.values()],
                "channels": [self.channel(one) for one in seen],
                "threads": [self.channel(one) for one in threads],
            },
            "dms": [self._direct()],
            "commands": self.commands(),
        }

    def commands(self) -> list[Json]:
        """The commands this person may use."""
        return self._services.commands.usable_by(self._viewer.id)

    def channel(self, channel: Channel) -> Json:
        """A channel with this person's permissions."""
        world = self._services.world
        permissions = channel_permissions(world, self._viewer.id, channel)
        return payloads.channel(world, channel) | {"permissions": str(int(permissions))}

    def message(self, message: Message) -> Json:
        """A message with same-origin addresses, the author as member, the command's name."""
        result = self._services.renderer.gateway_message(message, self._reader)
        if message.interaction is not None:
            result["interaction_metadata"]["name"] = message.interaction["name"]
        return result

    def event(self, event: Event) -> Json | None:
        """An event as the page receives it; None when it is not for this person."""
        if event.only_for is not None and event.only_for != self._viewer.id:
            return None
        if event.name == "COMMANDS":
            return {"t": "COMMANDS", "d": {"commands": self.commands()}}
        if event.name.startswith(("THREAD_", "GUILD_", "CHANNEL_")):
            return {"t": "STATE", "d": self.snapshot()} if self._concerns(event) else None
        if not self._concerns(event):
            return None
        data = event.data if event.message is None else self.message(event.message)
        return {"t": event.name, "d": data}

    def _concerns(self, event: Event) -> bool:
        return event.channel_id is None or self._viewer.sees(event.channel_id)

    def _direct(self) -> Json:
        """From the person's side the other one of the conversation is the bot."""
        shown = self.channel(self._viewer.direct())
        return shown | {"recipients": [payloads.user(self._services.world.bot)]}
