"""Asking people, once, whether models may learn from what they posted: when it is labelled."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol, Self

import discord
from discord import ui
from discord.ext import commands

from bot.errors import NotForYou
from bot.features.privacy._consent import QUESTION
from bot.quote import escape
from bot.resources import Resources
from bot.ui import Notice, Tone, show_error
from engine.client import EngineCallFailed
from engine.schemas import Person, PersonUpdate

log = logging.getLogger(__name__)

ASK_AGAIN_AFTER = timedelta(days=30)
COG = "ConsentQuestions"
CUSTOM_ID = re.compile(r"consent:(?P<answer>yes|no):(?P<guild>\d+):(?P<person>\d+)")
LABELS = {"yes": "Yes, they may", "no": "No"}


class ConsentRequests(commands.Cog, name=COG):
    """Asks who posted something that somebody else has just labelled.

    Whether somebody was asked is kept by the engine, so that they are not asked twice, by whatever
    bot. Nobody is asked while training is switched off.
    """

    def __init__(self, bot: commands.Bot, resources: Resources) -> None:
        self._bot = bot
        self._resources = resources
        self._asking = asyncio.Lock()

    async def cog_load(self) -> None:
        """Listens to the answers to every question there is, old ones too."""
        self._bot.add_dynamic_items(ConsentButton)

    async def cog_unload(self) -> None:
        """Listens no more."""
        self._bot.remove_dynamic_items(ConsentButton)

    def labelled(self, labeller: discord.Member, posted_in: Mapping[str, str]) -> None:
        """Takes note that somebody labelled what these people posted.

        Args:
            labeller: who needs no consent for their own posts.
            posted_in: by the id of who posted it, the channel in which: there they are asked when
                they take no direct messages. Ids that are nobody's in Discord are passed over.
        """
        others = {
            int(author_id): int(channel_id)
            for author_id, channel_id in posted_in.items()
            if author_id.isdigit() and author_id != str(labeller.id)
        }
        if others:
            self._resources.tasks.start(
                self._ask_all(labeller.guild, others), name="asking for consent"
            )

    async def answered(self, interaction: discord.Interaction, answer: re.Match[str]) -> None:
        """Stores an answer; every failure is told to the person."""
        try:
            await interaction.response.defer()
            await self._store(interaction, answer)
        except Exception as error:  # noqa: BLE001  edge of the event: the person must hear of it
            await show_error(interaction, error)

    async def _store(self, interaction: discord.Interaction, answer: re.Match[str]) -> None:
        if str(interaction.user.id) != answer["person"]:
            raise NotForYou(
                "Only the person I asked can answer this. Your own answer: "
                f"{self._resources.mentions.of('privacy consent')}."
            )
        consent = answer["answer"] == "yes"
        await self._resources.engine.update_person(
            answer["guild"], answer["person"], PersonUpdate(training_consent=consent)
        )
        await interaction.edit_original_response(view=Notice(_thanks(consent), Tone.GOOD))

    async def _ask_all(self, guild: discord.Guild, posted_in: Mapping[int, int]) -> None:
        async with self._asking:  # two labellers at once would have the same person asked twice
            try:
                if (await self._resources.engine.training(str(guild.id))).enabled:
                    for author_id, channel_id in posted_in.items():
                        await self._ask(guild, author_id, channel_id)
            except EngineCallFailed as failure:
                log.warning("Nobody is asked for consent now: %s", failure)

    async def _ask(self, guild: discord.Guild, author_id: int, channel_id: int) -> None:
        engine, library_id = self._resources.engine, str(guild.id)
        if not _to_be_asked(await engine.person(library_id, str(author_id))):
            return
        try:
            author = guild.get_member(author_id) or await guild.fetch_member(author_id)
        except discord.NotFound:
            return
        # First: whoever is not asked loses less than whoever is asked with every label.
        await engine.update_person(library_id, str(author_id), PersonUpdate(consent_asked=True))
        try:
            await author.send(view=ConsentQuestion(author))
        except discord.Forbidden:
            await self._ask_in_place(author, channel_id)

    async def _ask_in_place(self, author: discord.Member, channel_id: int) -> None:
        """Asks in a channel, where others read the question but cannot answer it."""
        channel = await self._resources.directory.find(author.guild, channel_id)
        if not isinstance(channel, discord.abc.Messageable):
            return
        try:
            await channel.send(view=ConsentQuestion(author, aloud=True))
        except discord.Forbidden:
            log.info("%s can be asked nowhere", author.id)


class ConsentQuestion(ui.LayoutView):
    """The question, with a button for each answer; it works as long as the message is there.

    Args:
        author: who is asked.
        aloud: others see the question as well.
    """

    def __init__(self, author: discord.Member, *, aloud: bool = False) -> None:
        super().__init__(timeout=None)
        to = f"{author.mention}, somebody" if aloud else "Somebody"
        text = (
            f"{to} has labelled something that you posted in **{escape(author.guild.name)}**.\n"
            f"{QUESTION}"
        )
        frame: ui.Container[ui.LayoutView] = ui.Container(accent_colour=int(Tone.PLAIN))
        frame.add_item(ui.TextDisplay(text))
        frame.add_item(
            ui.ActionRow(
                *(
                    ConsentButton(
                        ui.Button(
                            custom_id=f"consent:{answer}:{author.guild.id}:{author.id}",
                            label=label,
                        )
                    )
                    for answer, label in LABELS.items()
                )
            )
        )
        self.add_item(frame)


class Answers(Protocol):
    """What takes answers: the cog."""

    async def answered(self, interaction: discord.Interaction, answer: re.Match[str]) -> None:
        """Stores one."""


class ConsentButton(ui.DynamicItem[ui.Button[ui.LayoutView]], template=CUSTOM_ID):
    """A button of a question, which answers to whatever bot runs when it is pressed."""

    def __init__(self, button: ui.Button[ui.LayoutView]) -> None:
        super().__init__(button)

    @classmethod
    async def from_custom_id(
        cls,
        interaction: discord.Interaction,  # noqa: ARG003
        item: ui.Item[Any],
        match: re.Match[str],  # noqa: ARG003
        /,
    ) -> Self:
        """The button of a message of whatever age."""
        assert isinstance(item, ui.Button)
        return cls(item)

    async def callback(self, interaction: discord.Interaction, /) -> None:
        """Hands the answer on."""
        assert isinstance(interaction.client, commands.Bot)
        requests: Any = interaction.client.get_cog(COG)
        answers: Answers = requests
        answer = CUSTOM_ID.fullmatch(self.custom_id)
        assert answer is not None
        await answers.answered(interaction, answer)


def _to_be_asked(person: Person) -> bool:
    if person.training_consent is not None or person.opted_out:
        return False
    asked_at = person.consent_asked_at
    return asked_at is None or asked_at < datetime.now(UTC) - ASK_AGAIN_AFTER


def _thanks(consent: bool) -> str:
    if consent:
        return "Thank you: models may learn from what you posted. `/privacy consent` changes it."
    return "Nothing that you posted is learnt from. `/privacy consent` changes it."
