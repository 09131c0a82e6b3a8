"""Commands, menus and autocomplete, through discord.py's own command tree."""

from __future__ import annotations

import asyncio
import io
from typing import Any, cast

import discord
import pytest
from discord import app_commands
from discord.ext import commands

from bot.standin import NoAnswer, Refused, StandIn
from bot.standin.world import MessageType
from tests.bot.standin.bots import connected_bot, hearing
from tests.bot.standin.conftest import ConnectBot
from tests.bot.standin.pictures import png

Interaction = discord.Interaction[commands.Bot]


def with_ping(bot: commands.Bot) -> None:
    """A command that answers at once."""

    @bot.tree.command(description="Answer")
    async def ping(interaction: Interaction) -> None:
        await interaction.response.send_message("pong")


async def test_attachment_deferred_followed_up_edited(
    standin: StandIn, connect: ConnectBot
) -> None:
    """A search by picture could not be tried: file in, deferral, files out, edit."""

    def prepare(bot: commands.Bot) -> None:
        @bot.tree.command(description="Echo a picture")
        async def echo(interaction: Interaction, image: discord.Attachment, text: str) -> None:
            await interaction.response.defer(ephemeral=True, thinking=True)
            data = await image.read()
            first = discord.File(io.BytesIO(data), "copy.png")
            sent = await interaction.followup.send(f"{text} {image.width}", file=first, wait=True)
            second = discord.File(io.BytesIO(data), "second.png")
            await sent.edit(content="edited", attachments=[*sent.attachments, second])

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
    assert message in alice.messages("general")
    with pytest.raises(Refused):
        standin.human("Bob").message("general", message.id)


async def test_ephemeral_messages_reach_the_bot_without_guild(
    standin: StandIn, connect: ConnectBot
) -> None:
    """The bot would take its own private answers for messages to index."""

    def prepare(bot: commands.Bot) -> None:
        @bot.tree.command(description="Answer")
        async def whisper(interaction: Interaction) -> None:
            await interaction.response.send_message("psst", ephemeral=True)

    bot = await connect(prepare)

    async with hearing(bot, "message") as heard:
        await (await standin.human("Bob").slash("general", "whisper")).answer()

    assert heard.value.content == "psst"
    assert heard.value.guild is None


async def test_every_option_type_arrives(standin: StandIn, connect: ConnectBot) -> None:
    """A filter of the search would arrive empty or as the wrong thing."""
    got: dict[str, Any] = {}

    def prepare(bot: commands.Bot) -> None:
        @bot.tree.command(description="Take everything")
        @app_commands.choices(kind=[app_commands.Choice(name="Picture", value="image")])
        async def take(
            interaction: Interaction,
            text: str,
            place: discord.TextChannel,
            who: discord.Member,
            role: discord.Role,
            number: app_commands.Range[int, 1, 10],
            sure: bool,
            kind: str,
        ) -> None:
            got.update(text=text, place=place, who=who, role=role)
            got.update(number=number, sure=sure, kind=kind)
            await interaction.response.send_message("thanks", ephemeral=True)

    await connect(prepare)
    alice, bob = standin.human("Alice"), standin.human("Bob")
    options = {
        "text": "red bike",
        "place": standin.admin.channel("design").id,
        "who": bob.id,
        "role": standin.admin.role("Leads").id,
        "number": 7,
        "sure": True,
        "kind": "image",
    }

    await (await alice.slash("general", "take", options)).answer()

    assert (got["text"], got["number"], got["sure"]) == ("red bike", 7, True)
    assert got["kind"] == "image"
    assert got["place"].name == "design"
    assert (got["who"].name, got["role"].name) == ("bob", "Leads")
    with pytest.raises(Refused, match="between 1 and 10"):
        await alice.slash("general", "take", options | {"number": 11})
    with pytest.raises(Refused, match="choices"):
        await alice.slash("general", "take", options | {"kind": "sound"})
    with pytest.raises(Refused, match="required"):
        await alice.slash("general", "take", {"text": "alone"})
    with pytest.raises(Refused, match="no option"):
        await alice.slash("general", "take", options | {"colour": "red"})


async def test_sub_commands(standin: StandIn, connect: ConnectBot) -> None:
    """`/library watch` could not be used."""

    def prepare(bot: commands.Bot) -> None:
        group = app_commands.Group(name="library", description="The library")

        @group.command(description="Watch a channel")
        async def watch(interaction: Interaction, channel: discord.TextChannel) -> None:
            await interaction.response.send_message(f"watching {channel.name}")

        bot.tree.add_command(group)

    await connect(prepare)
    channel = standin.admin.channel("design").id

    asked = await standin.human("Erin").slash("general", "library watch", {"channel": channel})

    answer = await asked.answer()
    assert answer.content == "watching design"
    assert answer.type is MessageType.CHAT_INPUT_COMMAND
    with pytest.raises(Refused, match="sub-command"):
        await standin.human("Erin").slash("general", "library")


async def test_autocomplete(standin: StandIn, connect: ConnectBot) -> None:
    """Suggestions while typing could not be tried."""

    def prepare(bot: commands.Bot) -> None:
        @bot.tree.command(description="Pick a label")
        async def pick(interaction: Interaction, label: str) -> None:
            await interaction.response.send_message(label)

        @pick.autocomplete("label")
        async def suggest(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
            labels = ["bird", "bike", "car"]
            return [
                app_commands.Choice(name=one.title(), value=one)
                for one in labels
                if one.startswith(current)
            ]

    await connect(prepare)

    choices = await standin.human("Bob").autocomplete("general", "pick", "label", {"label": "bi"})

    assert [(one["name"], one["value"]) for one in choices] == [("Bird", "bird"), ("Bike", "bike")]


async def test_message_menu_delivers_the_target_without_the_intent(standin: StandIn) -> None:
    """Find similar, the main way to search by picture, would see nothing."""
    got: list[discord.Message] = []

    def prepare(bot: commands.Bot) -> None:
        @bot.tree.context_menu(name="Find similar")
        async def find_similar(interaction: Interaction, message: discord.Message) -> None:
            got.append(message)
            await interaction.response.send_message("found", ephemeral=True)

    picture = await standin.human("Alice").say("general", "my cat", files=[("cat.png", png())])
    async with connected_bot(standin, prepare, intents=discord.Intents.default()):
        answer = await (await standin.human("Bob").menu(picture, "Find similar")).answer()
        data = await got[0].attachments[0].read()

    assert (got[0].content, data) == ("my cat", png())
    assert answer.type is MessageType.CONTEXT_MENU_COMMAND
    shown = standin.human("Bob").reads(answer)["interaction_metadata"]
    assert shown["target_message_id"] == picture.id


async def test_user_menu(standin: StandIn, connect: ConnectBot) -> None:
    """A command on a person would not find the person."""

    def prepare(bot: commands.Bot) -> None:
        @bot.tree.context_menu(name="Who is this")
        async def who(interaction: Interaction, member: discord.Member) -> None:
            await interaction.response.send_message(member.display_name)

    await connect(prepare)
    bob = standin.human("Bob")

    asked = await standin.human("Alice").user_menu("general", bob.id, "Who is this")

    assert (await asked.answer()).content == "Bob"


async def test_commands_for_admins_only(standin: StandIn, connect: ConnectBot) -> None:
    """Everybody could use the administrators' commands."""

    def prepare(bot: commands.Bot) -> None:
        @bot.tree.command(description="Settings")
        @app_commands.default_permissions(manage_guild=True)
        async def settings(interaction: Interaction) -> None:
            await interaction.response.send_message("done")

    await connect(prepare)

    assert (await (await standin.human("Erin").slash("general", "settings")).answer()).content
    with pytest.raises(Refused, match="no command"):
        await standin.human("Dave").slash("general", "settings")


async def test_commands_in_direct_messages(standin: StandIn, connect: ConnectBot) -> None:
    """A command in a private conversation would crash the bot."""
    await connect(with_ping)
    bob = standin.human("Bob")

    answer = await (await bob.slash(bob.direct(), "ping")).answer()

    assert answer.content == "pong"


async def test_late_answers_are_refused(openapi: object) -> None:
    """A bot that misses its three seconds would look healthy here."""
    release, outcome = asyncio.Event(), asyncio.get_running_loop().create_future()

    def prepare(bot: commands.Bot) -> None:
        @bot.tree.command(description="Too slow")
        async def slow(interaction: Interaction) -> None:
            await release.wait()
            try:
                await interaction.response.send_message("late")
            except discord.NotFound as error:
                outcome.set_result(error.code)

    async with (
        await StandIn.start(deadline_s=0.05) as standin,
        connected_bot(standin, prepare),
    ):
        asked = await standin.human("Alice").slash("general", "slow")
        with pytest.raises(NoAnswer, match="did not respond"):
            await asked.answer()
        release.set()
        assert await asyncio.wait_for(outcome, 5) == 10062


async def test_refused_answers_may_be_repaired(standin: StandIn, connect: ConnectBot) -> None:
    """A bot that falls back to a shorter answer could not be tried."""

    def prepare(bot: commands.Bot) -> None:
        @bot.tree.command(description="Talk too much")
        async def talk(interaction: Interaction) -> None:
            with pytest.raises(discord.HTTPException) as error:
                await interaction.response.send_message("x" * 2001)
            await interaction.response.send_message(f"too long: {error.value.code}")

    await connect(prepare)

    answer = await (await standin.human("Bob").slash("general", "talk")).answer()

    assert answer.content == "too long: 50035"


async def test_second_answers_are_refused(standin: StandIn, connect: ConnectBot) -> None:
    """A double answer would go unnoticed."""
    bot = await connect(with_ping)
    async with hearing(bot, "interaction") as heard:
        await (await standin.human("Alice").slash("general", "ping")).answer()

    heard.value.response._response_type = None
    with pytest.raises(discord.HTTPException) as error:
        await heard.value.response.send_message("again")

    assert error.value.code == 40060


async def test_expired_tokens_are_refused() -> None:
    """A long job would try to report through a token that is over."""
    now = 1_800_000_000.0

    async with (
        await StandIn.start(clock=lambda: now) as standin,
        connected_bot(standin, with_ping) as bot,
    ):
        async with hearing(bot, "interaction") as heard:
            await (await standin.human("Alice").slash("general", "ping")).answer()
        now += 15 * 60 + 1
        with pytest.raises(discord.HTTPException) as error:
            await heard.value.followup.send("done at last")

    assert error.value.code == 50027


async def test_original_response_is_read_edited_deleted(
    standin: StandIn, connect: ConnectBot
) -> None:
    """Answers could not be changed afterwards."""
    bot = await connect(with_ping)
    async with hearing(bot, "interaction") as heard:
        asked = await standin.human("Alice").slash("general", "ping")
    answer = await asked.answer()
    interaction = cast("Interaction", heard.value)

    original = await interaction.original_response()
    await interaction.edit_original_response(content="edited")
    follow_up = await interaction.followup.send("more", ephemeral=True, wait=True)
    await follow_up.edit(content="even more")

    assert (original.content, answer.content) == ("pong", "edited")
    assert [one.content for one in asked.follow_ups] == ["even more"]
    assert asked.follow_ups[0].is_ephemeral
    await interaction.delete_original_response()
    assert [one.content for one in standin.messages("general")] == ["even more"]


async def test_without_a_bot_there_is_no_answer(standin: StandIn) -> None:
    """A person would wait for ever for a bot that is away."""
    async with connected_bot(standin, with_ping):
        pass
    await standin.until(lambda: not standin.bot_is_connected)

    asked = await standin.human("Alice").slash("general", "ping")

    with pytest.raises(NoAnswer):
        await asked.answer()
