"""Threads, and direct conversations with the bot."""

from __future__ import annotations

from bot.standin import payloads
from bot.standin.events import Event, EventHub
from bot.standin.ids import Ids
from bot.standin.permissions import can_see
from bot.standin.world import Channel, ChannelType, Json, Message, World


class Threads:
    """Opening and joining."""

    def __init__(self, world: World, hub: EventHub, ids: Ids) -> None:
        self._world = world
        self._hub = hub
        self._ids = ids

    def open(
        self, parent: Channel, name: str, owner_id: str, *, message: Message | None, private: bool
    ) -> Channel:
        """Start a thread, from a message (whose id it takes) or on its own."""
        thread = Channel(
            id=self._ids.new() if message is None else message.id,
            type=ChannelType.PRIVATE_THREAD if private else ChannelType.PUBLIC_THREAD,
            name=name,
            parent_id=parent.id,
            nsfw=parent.nsfw,
            owner_id=owner_id,
            thread_members=[owner_id],
        )
        self._world.channels[thread.id] = thread
        data = payloads.channel(self._world, thread) | {"newly_created": True}
        self._hub.publish(Event("THREAD_CREATE", data, thread.id))
        if message is not None:
            self._hub.publish(
                Event("MESSAGE_UPDATE", channel_id=message.channel_id, message=message)
            )
        return thread

    def join(self, thread: Channel, user_id: str) -> None:
        """Make somebody a member who can see the channel; posting and being mentioned does it."""
        parent = self._world.parent_of(thread)
        if user_id in thread.thread_members or not can_see(self._world, user_id, parent):
            return
        thread.thread_members.append(user_id)
        data: Json = {
            "id": thread.id,
            "guild_id": self._world.guild.id,
            "member_count": len(thread.thread_members),
            "added_members": [payloads.thread_member(thread, user_id)],
            "removed_member_ids": [],
        }
        if user_id == self._world.bot_id:
            created = payloads.channel(self._world, thread)
            self._hub.publish(Event("THREAD_CREATE", created, thread.id))
        self._hub.publish(Event("THREAD_MEMBERS_UPDATE", data, thread.id))

    def direct(self, user_id: str) -> Channel:
        """The conversation between a person and the bot, opened when there is none yet."""
        for channel in self._world.channels.values():
            if channel.type is ChannelType.DM and user_id in channel.recipients:
                return channel
        channel = Channel(
            id=self._ids.new(),
            type=ChannelType.DM,
            name="",
            recipients=[user_id, self._world.bot_id],
        )
        self._world.channels[channel.id] = channel
        return channel
