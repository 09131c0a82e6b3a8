"""`/labels`."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Literal

import discord
from discord import app_commands
from discord.ext import commands

from bot.errors import NotUnderstood
from bot.features.labels._adding import MOST_TEXT_CHARS, Adding, read_example
from bot.features.labels._binding_reactions import Binding, describe_bindings, remembered_channel
from bot.features.labels._bindings import Bindings, read_emoji
from bot.features.labels._creating import create_set
from bot.features.labels._exporting import export
from bot.features.labels._importing import Importing
from bot.features.labels._labellers import require_curator
from bot.features.labels._labelling import Labelling
from bot.features.labels._progress import ProgressView
from bot.features.labels._session import start_session
from bot.features.labels._set_forms import NewSetForm
from bot.features.labels._sets import class_named
from bot.features.labels._sets_view import SetsView
from bot.features.labels._suggested import suggestions_for
from bot.features.labels._suggestions_view import SuggestionsView
from bot.ui import Notice, Tone
from bot.viewers import OneViewer
from engine.schemas import ExportFormat, ItemKind

SetName = app_commands.Range[str, 1, 100]
ClassName = app_commands.Range[str, 1, 100]
KINDS = {"pictures": ItemKind.IMAGE, "texts": ItemKind.TEXT}
FORMATS = {
    "jsonl": ExportFormat.JSONL,
    "csv": ExportFormat.CSV,
    "folders": ExportFormat.FOLDER,
    "coco": ExportFormat.COCO,
    "hugging-face": ExportFormat.HUGGING_FACE,
}

Suggestions = list[app_commands.Choice[str]]


@app_commands.guild_only()
class LabelsCog(
    commands.GroupCog, group_name="labels", group_description="What things are, for me to learn"
):
    """The commands of `/labels`."""

    def __init__(self, labelling: Labelling, bindings: Bindings) -> None:
        self._labelling = labelling
        self._resources = labelling.resources
        self._engine = labelling.resources.engine
        self._bindings = bindings

    @app_commands.command(description="Make a label set: a question with classes to choose from")
    @app_commands.describe(
        about="Whether pictures or texts are labelled",
        several="Whether one of them may have several classes",
    )
    async def create(
        self,
        interaction: discord.Interaction,
        about: Literal["pictures", "texts"],
        several: bool = False,
    ) -> None:
        """Asks for name, description, classes and labellers in a form."""
        require_curator(interaction.user)
        form = NewSetForm(partial(create_set, self._labelling, KINDS[about], several))
        await interaction.response.send_modal(form)

    @app_commands.command(name="list", description="The label sets and their classes, to change")
    async def list_sets(self, interaction: discord.Interaction) -> None:
        """Shows the sets that the person may label for or change."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        await SetsView(interaction.user.id, self._labelling).show(interaction)

    @app_commands.command(description="One picture or text after the other, the most useful next")
    @app_commands.rename(labelset="set")
    @app_commands.describe(labelset="The label set")
    async def session(self, interaction: discord.Interaction, labelset: SetName) -> None:
        """Starts a session, or goes on with one."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        chosen = await self._labelling.sets.named(interaction.user, labelset)
        await start_session(interaction, chosen)

    @app_commands.command(description="What I am sure of, for you to accept all at once")
    @app_commands.rename(labelset="set")
    @app_commands.describe(labelset="The label set")
    async def suggest(self, interaction: discord.Interaction, labelset: SetName) -> None:
        """Shows guesses about what nobody has labelled yet."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        named = await self._labelling.sets.named(interaction.user, labelset)
        viewer = OneViewer.of(interaction, self._resources.directory)
        labeller = await self._labelling.labeller(viewer, named.labelset_id)
        suggestions = await suggestions_for(labeller, self._engine)
        await SuggestionsView(labeller, suggestions, self._labelling).show(interaction)

    @app_commands.command(description="Add an example of your own, or a file of labels")
    @app_commands.rename(labelset="set", chosen="class", new_classes="new-classes")
    @app_commands.describe(
        labelset="The label set",
        chosen="What the picture or text is",
        image="A picture of yours; I post it here",
        text="A text of yours; I post it here",
        file="A CSV or JSON Lines file of labels, one a row",
        new_classes="Whether what the set has no class for becomes one of it",
    )
    async def add(
        self,
        interaction: discord.Interaction,
        labelset: SetName,
        chosen: ClassName | None = None,
        image: discord.Attachment | None = None,
        text: app_commands.Range[str, 1, MOST_TEXT_CHARS] | None = None,
        file: discord.Attachment | None = None,
        new_classes: bool = False,
    ) -> None:
        """Labels what somebody gives here."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        named = await self._labelling.sets.named(interaction.user, labelset)
        viewer = OneViewer.of(interaction, self._resources.directory)
        labeller = await self._labelling.labeller(viewer, named.labelset_id)
        if file is not None:
            importing = Importing(labeller, self._resources, create_classes=new_classes)
            await importing.run(interaction, file)
            return
        if chosen is None or (image is None) is (text is None):
            raise NotUnderstood(
                "Give me a `class:` and either an `image:` or a `text:`; or a `file:` of labels. "
                "I added nothing."
            )
        example = await read_example(image, text or "", self._resources.files)
        said = await Adding(labeller, self._labelling).add(
            example, class_named(labeller.labelset, chosen), interaction.channel
        )
        await interaction.edit_original_response(view=Notice(said, Tone.GOOD))

    @app_commands.command(description="How far a label set is, how well people agree, what is next")
    @app_commands.rename(labelset="set")
    @app_commands.describe(labelset="The label set")
    async def progress(self, interaction: discord.Interaction, labelset: SetName) -> None:
        """Draws what is labelled, by whom, and what more labels would bring."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        chosen = await self._labelling.sets.named(interaction.user, labelset)
        progress, picture = await asyncio.gather(
            self._engine.labels.progress(chosen.labelset_id),
            self._engine.labels.progress_picture(chosen.labelset_id),
        )
        view = ProgressView(chosen, progress, picture, interaction.user.id, self._labelling)
        await view.show(interaction)

    @app_commands.command(description="The labels of a set as a file")
    @app_commands.rename(labelset="set", chosen="format")
    @app_commands.describe(
        labelset="The label set",
        chosen="jsonl and csv name what is labelled; the others bring the originals along",
    )
    async def export(
        self,
        interaction: discord.Interaction,
        labelset: SetName,
        chosen: Literal["jsonl", "csv", "folders", "coco", "hugging-face"] = "jsonl",
    ) -> None:
        """Gives the labels of what the person may see."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        named = await self._labelling.sets.named(interaction.user, labelset)
        await export(interaction, named, FORMATS[chosen], self._resources)

    @app_commands.command(description="Have a reaction in this channel give a class")
    @app_commands.rename(labelset="set", chosen="class")
    @app_commands.describe(
        emoji="The reaction",
        labelset="The label set; left out, the reaction means nothing any more",
        chosen="The class it gives",
    )
    async def react(
        self,
        interaction: discord.Interaction,
        emoji: app_commands.Range[str, 1, 100],
        labelset: SetName | None = None,
        chosen: ClassName | None = None,
    ) -> None:
        """Binds a reaction to a class, or takes that back; says what all reactions here mean."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        require_curator(interaction.user)
        binding = Binding(await remembered_channel(interaction, self._resources), read_emoji(emoji))
        if labelset is None or chosen is None:
            await binding.end(self._bindings)
        else:
            named = await self._labelling.sets.named(interaction.user, labelset)
            await binding.give(class_named(named, chosen), named, self._bindings)
        known = await self._labelling.sets.known_to(interaction.user)
        text = await describe_bindings(binding.channel, known, self._bindings)
        await interaction.edit_original_response(view=Notice(text, Tone.GOOD))

    @session.autocomplete("labelset")
    @suggest.autocomplete("labelset")
    @add.autocomplete("labelset")
    @progress.autocomplete("labelset")
    @export.autocomplete("labelset")
    @react.autocomplete("labelset")
    async def _suggest_sets(self, interaction: discord.Interaction, typed: str) -> Suggestions:
        """The sets the person may know of."""
        return await self._labelling.sets.suggest(interaction.user, typed)

    @add.autocomplete("chosen")
    @react.autocomplete("chosen")
    async def _suggest_classes(self, interaction: discord.Interaction, typed: str) -> Suggestions:
        """The classes of the set chosen so far."""
        labelset = str(getattr(interaction.namespace, "set", "") or "")
        return await self._labelling.sets.suggest_classes(interaction.user, labelset, typed)
