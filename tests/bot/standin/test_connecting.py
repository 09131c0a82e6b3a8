"""An unmodified discord.py client connects, and finds the world as it is."""

from __future__ import annotations

import discord

from bot.standin import StandIn
from tests.bot.standin.bots import connected_bot


async def test_connects_both_ways(standin: StandIn, redirect: str) -> None:
    """The bot could not be tried without a Discord token."""
    async with connected_bot(standin, redirect=redirect) as bot:
        guild = bot.guilds[0]
        assert bot.user is not None
        assert bot.user.name == "Magpie"
        names = {channel.name for channel in guild.channels}
        assert {"general", "design", "incidents", "leads", "after-dark"} <= names
        assert {member.name for member in guild.members} >= {"alice", "bob", "carol", "dave"}
        assert isinstance(guild.channels[0], discord.TextChannel)
