"""Changes to the server's structure reach the bot."""

from __future__ import annotations

import discord

from bot.standin import StandIn
from bot.standin.permissions import Permission
from tests.bot.standin.bots import hearing
from tests.bot.standin.conftest import ConnectBot


async def test_people_come_and_go(standin: StandIn, connect: ConnectBot) -> None:
    """Somebody who left would still count among those who may see a channel."""
    bot = await connect()
    guild = bot.guilds[0]

    async with hearing(bot, "guild_role_create"):
        standin.admin.add_role("Labellers", Permission.MANAGE_MESSAGES)
    async with hearing(bot, "member_join") as joined:
        frank = standin.admin.add_person("Frank", ["Labellers"])
    said = await standin.human("Frank").say("general", "hello, I am new")
    async with hearing(bot, "raw_member_remove") as left:
        standin.admin.remove_person(frank.id)

    assert [role.name for role in joined.value.roles] == ["@everyone", "Labellers"]
    assert left.value.user.id == int(frank.id)
    assert guild.get_member(int(frank.id)) is None
    assert not standin.human("Frank").sees("general")
    assert standin.human("Alice").reads(said)["author"]["username"] == "frank"


async def test_channels_come_and_go(standin: StandIn, connect: ConnectBot) -> None:
    """The bot would search channels that are gone, or miss new ones."""
    bot = await connect()

    async with hearing(bot, "guild_channel_create") as created:
        standin.admin.add_channel("secret-plans", only_for=["Leads"])
    channel = created.value
    hidden = not channel.permissions_for(channel.guild.me).view_channel
    async with hearing(bot, "guild_channel_delete") as deleted:
        standin.admin.remove_channel("secret-plans")

    assert (channel.name, hidden) == ("secret-plans", True)
    assert deleted.value.id == channel.id
    assert not standin.human("Alice").sees("secret-plans")


async def test_archived_threads_are_found_by_a_backfill(
    standin: StandIn, connect: ConnectBot
) -> None:
    """Old threads would be left out of the library."""
    bot = await connect()
    design = discord.utils.get(bot.guilds[0].text_channels, name="design")
    assert design is not None
    before = [thread.name async for thread in design.archived_threads()]

    async with hearing(bot, "thread_update", lambda thread: thread.archived):
        standin.admin.archive_thread("logo-ideas")
    after = [thread.name async for thread in design.archived_threads()]

    assert (before, after) == ([], ["logo-ideas"])
