"""The commands that search, the menus, and replies that mention the bot."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Literal

import discord
from discord import app_commands
from discord.ext import commands

from bot.features.labels import HitLabels
from bot.features.search._answering import Answering
from bot.features.search._dates import read_span
from bot.features.search._mention import MentionAnswers
from bot.features.search._pictures import note_on_others, picture_in
from bot.features.search._question import Question
from bot.features.search._related import related_to
from bot.messages import PictureSource
from bot.resources import Resources
from engine.schemas import ItemKind

KINDS = {"pictures": ItemKind.IMAGE, "messages": ItemKind.TEXT}
DATES = ("today", "yesterday", "3d", "2w", "last week", "last month", "last year")

InChannel = (
    discord.TextChannel
    | discord.VoiceChannel
    | discord.StageChannel
    | discord.ForumChannel
    | discord.Thread
)


class SearchCog(commands.Cog):
    """Finding pictures, messages and documents by meaning."""

    def __init__(self, bot: commands.Bot, resources: Resources, labels: HitLabels) -> None:
        self._bot = bot
        self._resources = resources
        self._answering = Answering(resources, labels)
        self._mentions = MentionAnswers(self._answering, resources)
        self._menus = (
            app_commands.ContextMenu(name="Find similar", callback=self.find_similar),
            app_commands.ContextMenu(name="Related messages", callback=self.related_messages),
        )

    async def cog_load(self) -> None:
        """Registers the message menus, which a cog cannot declare."""
        for menu in self._menus:
            menu.guild_only = True
            self._bot.tree.add_command(menu)

    async def cog_unload(self) -> None:
        """Takes the message menus away again."""
        for menu in self._menus:
            self._bot.tree.remove_command(menu.name, type=menu.type)

    @app_commands.command(description="Find pictures, messages and documents by what they mean")
    @app_commands.guild_only()
    @app_commands.rename(unwanted="not", channel="in", member="from")
    @app_commands.describe(
        text="What to look for, in your own words: red bike on grass",
        image="A picture to find similar ones of; text refines it",
        unwanted="What the hits should not be about",
        channel="Only from this channel and its threads",
        member="Only what this person posted",
        after="Only since then: 2026-03-01, yesterday, 3d, last month",
        before="Only until then: 2026-03-01, yesterday, 3d, last month",
        kind="Only pictures, or only messages and documents",
    )
    async def search(  # noqa: PLR0917  discord.py reads the options from here
        self,
        interaction: discord.Interaction,
        text: app_commands.Range[str, 1, 2000] | None = None,
        image: discord.Attachment | None = None,
        unwanted: app_commands.Range[str, 1, 500] | None = None,
        channel: InChannel | None = None,
        member: discord.User | None = None,
        after: app_commands.Range[str, 1, 40] | None = None,
        before: app_commands.Range[str, 1, 40] | None = None,
        kind: Literal["pictures", "messages"] | None = None,
    ) -> None:
        """Searches by words, a picture, or both."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        question = Question(
            text=text or "",
            unwanted=unwanted or "",
            kind=KINDS[kind] if kind else None,
            author_id=member.id if member else None,
            span=read_span(after, before, datetime.now(UTC)),
            channel_id=channel.id if channel else None,
        )
        if image is not None:
            source = PictureSource(image.url, image.size)
            question = replace(question, picture=await source.read(self._resources.files))
        await self._answering.privately(interaction, question)

    @search.autocomplete("after")
    @search.autocomplete("before")
    async def _suggest_dates(
        self, _interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        """Shows how dates can be written; anything else may be typed."""
        wanted = typed.strip().lower()
        choices = [date for date in DATES if date.startswith(wanted)]
        if wanted and not choices:
            choices.insert(0, typed.strip()[:40])
        return [app_commands.Choice(name=choice, value=choice) for choice in choices]

    @app_commands.command(
        name="ask-before", description="Has this been said, asked or reported before?"
    )
    @app_commands.guild_only()
    @app_commands.describe(text="What you are about to write, in your own words")
    async def ask_before(
        self, interaction: discord.Interaction, text: app_commands.Range[str, 1, 2000]
    ) -> None:
        """Looks for messages and documents that say the same."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        question = Question(text=text, kind=ItemKind.TEXT, asks_before=True)
        await self._answering.privately(interaction, question)

    async def related_messages(
        self, interaction: discord.Interaction, message: discord.Message
    ) -> None:
        """Looks for messages and documents that say what this message says."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        question = await related_to(message, self._resources.engine)
        await self._answering.privately(interaction, question)

    async def find_similar(
        self, interaction: discord.Interaction, message: discord.Message
    ) -> None:
        """Searches by the picture of the message the menu was opened on."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        # A menu delivers the message whole, with the Message Content intent or without.
        picture = await picture_in(message, self._resources.files, sees_content=True)
        await self._answering.privately(
            interaction,
            Question(picture=picture, asked_about=message.id, remark=note_on_others(message)),
        )

    @commands.Cog.listener("on_message")
    async def answer_mention(self, message: discord.Message) -> None:
        """Answers replies that mention the bot."""
        if self._bot.user is not None:
            await self._mentions.answer(message, self._bot.user)
