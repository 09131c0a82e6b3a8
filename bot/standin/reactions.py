"""Reactions to messages: https://discord.com/developers/docs/resources/message#reaction-object."""

from __future__ import annotations

from bot.standin import payloads
from bot.standin.events import Event, EventHub
from bot.standin.world import ChannelType, Json, Message, World


class Reactions:
    """Adding and taking back, each told to everybody who sees the message."""

    def __init__(self, world: World, hub: EventHub) -> None:
        self._world = world
        self._hub = hub

    def add(self, message: Message, user_id: str, emoji: str) -> None:
        """Add a reaction; a second time changes nothing."""
        users = message.reactions.setdefault(emoji, [])
        if user_id in users:
            return
        users.append(user_id)
        data = self._described(message, user_id, emoji)
        data["message_author_id"] = message.author_id
        member = self._world.members.get(user_id)
        if member is not None and "guild_id" in data:
            data["member"] = payloads.member(self._world, member)
        self._hub.publish(Event("MESSAGE_REACTION_ADD", data, message.channel_id))

    def remove(self, message: Message, user_id: str, emoji: str) -> None:
        """Take a reaction back; without one nothing changes."""
        users = message.reactions.get(emoji, [])
        if user_id not in users:
            return
        users.remove(user_id)
        if not users:
            del message.reactions[emoji]
        data = self._described(message, user_id, emoji)
        self._hub.publish(Event("MESSAGE_REACTION_REMOVE", data, message.channel_id))

    def clear(self, message: Message) -> None:
        """Take every reaction away."""
        message.reactions.clear()
        data = self._place(message)
        self._hub.publish(Event("MESSAGE_REACTION_REMOVE_ALL", data, message.channel_id))

    def _place(self, message: Message) -> Json:
        data: Json = {"channel_id": message.channel_id, "message_id": message.id}
        if self._world.channels[message.channel_id].type is not ChannelType.DM:
            data["guild_id"] = self._world.guild.id
        return data

    def _described(self, message: Message, user_id: str, emoji: str) -> Json:
        return self._place(message) | {
            "user_id": user_id,
            "emoji": {"id": None, "name": emoji},
            "burst": False,
            "type": 0,
        }
