"""`/classify` and **What is this?**: the command and the message menu that say what it is."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import discord
from discord import app_commands
from discord.ext import commands

from bot.errors import NotUnderstood
from bot.features.classify._answer import Answer
from bot.features.classify._classifying import classify
from bot.features.classify._sets import set_named, sets_for
from bot.features.classify._subject import Subject, subjects_in
from bot.features.classify._which_set import WhichSet
from bot.features.labels import Labelling
from bot.messages import PictureSource
from bot.viewers import OneViewer
from engine.schemas import ItemKind, LabelSet

MOST_SUGGESTIONS = 25
MOST_NAMES = 100
MOST_NAME_CHARS = 100


class ClassifyCog(commands.Cog):
    """Saying what something is."""

    def __init__(self, bot: commands.Bot, labelling: Labelling) -> None:
        self._bot = bot
        self._labelling = labelling
        self._resources = labelling.resources
        self._menu = app_commands.ContextMenu(name="What is this?", callback=self.what_is_this)

    async def cog_load(self) -> None:
        """Registers the message menu, which a cog cannot declare."""
        self._menu.guild_only = True
        self._bot.tree.add_command(self._menu)

    async def cog_unload(self) -> None:
        """Takes the message menu away again."""
        self._bot.tree.remove_command(self._menu.name, type=self._menu.type)

    @app_commands.command(
        name="classify", description="What is this picture or text? By a label set, or by names"
    )
    @app_commands.guild_only()
    @app_commands.rename(wanted="set")
    @app_commands.describe(
        image="A picture",
        text="A text",
        wanted="The label set whose classes to choose from; left out, I ask which",
        classes="Instead of a set: names to choose from, with commas: cat, dog, bird",
    )
    async def classify(
        self,
        interaction: discord.Interaction,
        image: discord.Attachment | None = None,
        text: app_commands.Range[str, 1, 2000] | None = None,
        wanted: app_commands.Range[str, 1, 100] | None = None,
        classes: app_commands.Range[str, 1, 2000] | None = None,
    ) -> None:
        """Classifies what is given here."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        if wanted is not None and classes is not None:
            raise NotUnderstood("Give me either a `set:` or `classes:`, and I choose from it.")
        names = read_names(classes) if classes is not None else None
        subject = await self._given(image, text)
        if names is not None:
            await self._answer([subject], interaction, None, names)
        elif wanted is not None:
            member = OneViewer.of(interaction, self._resources.directory).member
            engine = self._resources.engine
            labelset = await set_named(member, engine, wanted, [subject.kind])
            await self._answer([subject], interaction, labelset)
        else:
            await self._ask_which(interaction, [subject])

    @classify.autocomplete("wanted")
    async def _suggest_sets(
        self, interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        """The label sets whose names contain what was typed."""
        member = OneViewer.of(interaction, self._resources.directory).member
        found = await sets_for(member, self._resources.engine)
        named = [each for each in found if typed.strip().casefold() in each.name.casefold()]
        return [
            app_commands.Choice(name=each.name, value=each.labelset_id)
            for each in named[:MOST_SUGGESTIONS]
        ]

    async def what_is_this(
        self, interaction: discord.Interaction, message: discord.Message
    ) -> None:
        """Classifies the picture, or else the words, of the message the menu was opened on."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        subjects = await subjects_in(message, self._resources.engine, self._resources.files)
        await self._ask_which(interaction, subjects)

    async def _given(self, image: discord.Attachment | None, text: str | None) -> Subject:
        if (image is None) is (text is None):
            raise NotUnderstood("Give me either an `image:` or a `text:`, and I say what it is.")
        if image is None:
            return Subject(ItemKind.TEXT, text=text)
        source = PictureSource(image.url, image.size)
        return Subject(ItemKind.IMAGE, picture=await source.read(self._resources.files))

    async def _ask_which(self, interaction: discord.Interaction, subjects: list[Subject]) -> None:
        """Answers by the one set there is for what is given, or asks by which."""
        viewer = OneViewer.of(interaction, self._resources.directory)
        kinds = [each.kind for each in subjects]
        sets = await sets_for(viewer.member, self._resources.engine, kinds)
        sets.sort(key=lambda each: kinds.index(each.kind))
        if not sets:
            raise NotUnderstood(
                "There is no label set for this yet. Tell me what to choose from, as in "
                "`/classify classes: cat, dog, bird`, or make a set with "
                f"{self._resources.mentions.of('labels create')}."
            )
        answer = partial(self._answer, subjects)
        if len(sets) == 1:
            await answer(interaction, sets[0])
            return
        view = WhichSet(sets, answer, self._resources, owner_id=viewer.member.id)
        view.redraw = lambda shown: interaction.edit_original_response(view=shown)
        await interaction.edit_original_response(view=view)

    async def _answer(
        self,
        subjects: Sequence[Subject],
        interaction: discord.Interaction,
        labelset: LabelSet | None,
        names: Sequence[str] | None = None,
    ) -> None:
        """Answers a deferred interaction about the subject that the set is about."""
        viewer = OneViewer.of(interaction, self._resources.directory)
        subject = next(each for each in subjects if labelset is None or each.kind is labelset.kind)
        classified = await classify(
            subject, viewer, self._resources.engine, labelset=labelset, class_names=names
        )
        await Answer(classified, viewer, self._labelling).show(interaction)


def read_names(typed: str) -> list[str]:
    """The names between commas, each once.

    Raises:
        NotUnderstood: there are too few, too many, or one is too long.
    """
    names = list(dict.fromkeys(each.strip() for each in typed.split(",") if each.strip()))
    if not 2 <= len(names) <= MOST_NAMES or any(len(each) > MOST_NAME_CHARS for each in names):
        raise NotUnderstood(
            f"For `classes:` I need 2 to {MOST_NAMES} names with commas between them, such as "
            f"`cat, dog, bird`; a name has at most {MOST_NAME_CHARS} characters."
        )
    return names
