"""Places in Discord: the link to one, and which of a library's channels somebody may read."""

from __future__ import annotations

import discord

from bot.viewers import Viewers
from engine.client import EngineClient
from engine.schemas import Place

MESSAGE_LINK = "https://discord.com/channels/{library_id}/{channel_id}/{message_id}"


def jump_url(place: Place) -> str:
    """The link that opens the message in Discord."""
    return MESSAGE_LINK.format(
        library_id=place.library_id, channel_id=place.channel_id, message_id=place.message_id
    )


async def remembered_in(guild: discord.Guild, engine: EngineClient) -> set[int]:
    """The channels a library knows of, with the threads under them."""
    known = {int(each.channel_id) for each in await engine.channels(str(guild.id))}
    return known | {thread.id for thread in guild.threads if thread.parent_id in known}


async def readable_ids(viewers: Viewers, engine: EngineClient) -> list[str]:
    """The remembered channels that the viewers may read, as the engine names them."""
    known = await remembered_in(viewers.guild, engine)
    return [str(channel.id) for channel in await viewers.readable(known)]
