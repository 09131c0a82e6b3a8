"""A chat kept in a folder is there again after a restart."""

from __future__ import annotations

import asyncio
from pathlib import Path

import discord
import pytest
from discord.ext import commands

from bot.standin import StandIn, StandInError
from tests.bot.standin.bots import connected_bot
from tests.bot.standin.pictures import png


def with_ping(bot: commands.Bot) -> None:
    """A bot with one command."""

    @bot.tree.command(description="Answer")
    async def ping(interaction: discord.Interaction[commands.Bot]) -> None:
        await interaction.response.send_message("pong", ephemeral=True)


async def test_everything_is_there_again(tmp_path: Path) -> None:
    """A restart would lose the chat, or the pictures in it."""
    async with await StandIn.start(state=tmp_path) as standin:
        alice = standin.human("Alice")
        said = await alice.say("general", "my cat", files=[("cat.png", png())])
        await alice.react(said, "🐦")
        thread = await alice.open_thread("design", "just us", private=True)
        async with connected_bot(standin, with_ping):
            await (await alice.slash("general", "ping")).answer()
        token, commands_before = standin.token, standin.world.commands

    async with await StandIn.start(state=tmp_path) as again:
        alice = again.human("Alice")
        kept = alice.message("general", said.id)
        async with connected_bot(again) as bot:
            channel = bot.guilds[0].text_channels[0]
            message = await channel.fetch_message(int(said.id))
            assert await message.attachments[0].read() == png()
        later = await alice.say("general", "back again")

        assert (again.token, again.world.commands) == (token, commands_before)
        assert (kept.content, kept.reactions) == ("my cat", {"🐦": [alice.id]})
        assert alice.sees(thread.id)
        assert [one.content for one in alice.messages("general")] == ["back again", "my cat"]
        assert int(later.id) > int(said.id)


async def test_saved_soon_after_a_change(tmp_path: Path) -> None:
    """Only an orderly end would keep the chat."""
    async with await StandIn.start(state=tmp_path) as standin:
        await standin.human("Alice").say("general", "hello")
        file = tmp_path / "world.json"
        async with asyncio.timeout(5):
            while not file.is_file():
                await asyncio.sleep(0.05)

        assert b"hello" in file.read_bytes()


async def test_damage_is_reported(tmp_path: Path) -> None:
    """A damaged file would be overwritten with an empty chat."""
    (tmp_path / "world.json").write_text("{")

    with pytest.raises(StandInError, match="cannot be read"):
        await StandIn.start(state=tmp_path)

    assert (tmp_path / "world.json").read_text() == "{"
