"""An unmodified discord.py client connects, and finds the world as it is."""

from __future__ import annotations

import asyncio
import functools
import operator

import aiohttp
import discord
import pytest

from bot.standin import LoopbackConnector, PortTaken, StandIn
from bot.standin.permissions import Permission, channel_permissions
from tests.bot.standin.bots import connected_bot
from tests.bot.standin.conftest import ConnectBot


async def test_connects_and_converses_both_ways(standin: StandIn, redirect: str) -> None:
    """The bot could not be tried without a Discord token."""
    async with connected_bot(standin, redirect=redirect) as bot:
        guild = bot.guilds[0]
        heard = asyncio.ensure_future(bot.wait_for("message", timeout=5))
        await asyncio.sleep(0)
        await standin.human("Alice").say("general", "hello", files=[("a.txt", b"words")])

        message = await heard

        assert message.content == "hello"
        assert message.author == guild.get_member_named("alice")
        assert await message.attachments[0].read() == b"words"
        await message.reply("hello back")
        assert standin.messages("general")[-1].content == "hello back"


async def test_guild_cache_holds_the_world(standin: StandIn, connect: ConnectBot) -> None:
    """Visibility decisions would rest on channels and members that are not there."""
    guild = (await connect()).guilds[0]

    channels = {channel.name for channel in guild.text_channels}
    people = {member.name for member in guild.members}

    assert {"general", "design", "incidents", "leads", "after-dark"} == channels
    assert {"alice", "bob", "carol", "dave", "erin", "Magpie"} == people
    assert [thread.name for thread in guild.threads] == ["logo-ideas"]
    assert discord.utils.get(guild.text_channels, name="after-dark", nsfw=True)


async def test_permissions_agree_with_discord_py(standin: StandIn, connect: ConnectBot) -> None:
    """The stand-in would enforce other permissions than the bot computes."""
    guild = (await connect()).guilds[0]
    known = int(functools.reduce(operator.or_, Permission))

    for member in guild.members:
        places: list[discord.TextChannel | discord.Thread] = [*guild.text_channels]
        for place in places + list(guild.threads):
            channel = standin.world.channels[str(place.id)]
            ours = int(channel_permissions(standin.world, str(member.id), channel))
            theirs = place.permissions_for(member)
            assert bool(ours & Permission.VIEW_CHANNEL) == theirs.view_channel, (member, place)
            if theirs.view_channel:
                assert ours & known == theirs.value & known, (member, place)


async def test_private_channel_is_for_its_people(standin: StandIn) -> None:
    """An outsider would see the private channel on the page."""
    assert standin.human("Alice").sees("leads")
    assert standin.human("Erin").sees("leads")
    assert not standin.human("Dave").sees("leads")
    assert not standin.human("Dave").sees("logo-ideas")


async def test_wrong_token_is_refused(standin: StandIn) -> None:
    """A wrong token would go unnoticed until the day of the real one."""
    client = discord.Client(intents=discord.Intents.none(), connector=standin.connector())
    async with client:
        with pytest.raises(discord.LoginFailure):
            await client.login("wrong")


async def test_intents_that_are_off_in_the_portal_are_refused() -> None:
    """The bot's answer to missing intents could not be tried."""
    async with await StandIn.start(allowed_intents=0) as standin:
        with pytest.raises(discord.PrivilegedIntentsRequired):
            async with connected_bot(standin):
                pass


async def test_resumes_after_a_dropped_socket(standin: StandIn, connect: ConnectBot) -> None:
    """Messages said while the connection was down would be lost."""
    bot = await connect()
    heard: list[str] = []
    resumed = asyncio.Event()

    @bot.listen()
    async def on_message(message: discord.Message) -> None:
        heard.append(message.content)

    @bot.listen()
    async def on_resumed() -> None:
        resumed.set()

    await standin.drop_gateway()
    await standin.until(lambda: not standin.bot_is_connected)
    await standin.human("Bob").say("general", "said meanwhile")
    await asyncio.wait_for(resumed.wait(), 10)

    assert heard == ["said meanwhile"]


async def test_port_taken(standin: StandIn) -> None:
    """Two programs on one port would end in a stack trace."""
    with pytest.raises(PortTaken, match=str(standin.port)):
        await StandIn.start(port=standin.port)


async def test_connector_reaches_no_other_host(standin: StandIn) -> None:
    """A test, or a demo without a token, could call out to the internet."""
    async with aiohttp.ClientSession(connector=LoopbackConnector(standin.port)) as session:
        for url in ("https://example.com/", "https://discord.com.example.com/", "http://10.0.0.1/"):
            with pytest.raises(aiohttp.InvalidURL):
                await session.get(url)
