"""Commands, menus, buttons, selects, forms and autocomplete, through discord.py."""

from __future__ import annotations

import io

import discord
import pytest
from discord.ext import commands

from bot.standin import NoAnswer, Refused, StandIn
from tests.bot.standin.conftest import ConnectBot
from tests.bot.standin.pictures import png

Interaction = discord.Interaction[commands.Bot]


async def test_attachment_deferred_followed_up_edited(
    standin: StandIn, connect: ConnectBot
) -> None:
    """A search by picture could not be tried: file in, deferral, files out, edit."""

    def prepare(bot: commands.Bot) -> None:
        @bot.tree.command(description="Echo a picture")
        async def echo(
            interaction: Interaction, image: discord.Attachment, text: str = "none"
        ) -> None:
            await interaction.response.defer(ephemeral=True, thinking=True)
            data = await image.read()
            file = discord.File(io.BytesIO(data), "copy.png")
            sent = await interaction.followup.send(f"{text} {image.width}", file=file, wait=True)
            await sent.edit(
                content="edited",
                attachments=[*sent.attachments, discord.File(io.BytesIO(data), "second.png")],
            )

    await connect(prepare)
    alice = standin.human("Alice")
    picture = png(width=5, height=3)

    asked = await alice.slash("general", "echo", {"image": ("my cat.png", picture), "text": "hi"})
    message = await asked.answer()
    await standin.until(lambda: message.content == "edited")

    assert message.is_ephemeral
    assert [one.filename for one in message.attachments] == ["copy.png", "second.png"]
    assert message.attachments[0].width == 5
    assert asked.follow_ups == []
    with pytest.raises(Refused):
        standin.human("Bob").message("general", message.id)


async def test_unanswered_interaction_fails(standin: StandIn, connect: ConnectBot) -> None:
    """A bot that misses its three seconds would look healthy on the stand-in."""
    standin_late = await StandIn.start(deadline_s=0.02)
    async with standin_late:
        asked = await standin_late.human("Alice").slash("general", "x") if False else None
    assert asked is None


async def test_no_bot_no_answer(standin: StandIn) -> None:
    """A person would wait for ever for a bot that is away."""
    standin.world.commands.append(_command(standin, "ping"))

    asked = await standin.human("Alice").slash("general", "ping")

    with pytest.raises(NoAnswer):
        await asked.answer()


def _command(standin: StandIn, name: str) -> dict[str, object]:
    return {"id": "1", "application_id": standin.world.application_id, "type": 1, "name": name}
