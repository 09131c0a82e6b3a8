"""One label set: its classes with their counts, and everything that changes it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

import discord
from discord import ui

from bot.features.labels._class_lines import read_classes
from bot.features.labels._class_view import ClassView
from bot.features.labels._labellers import may_curate, require_curator
from bot.features.labels._labellers_select import LabellersSelect
from bot.features.labels._labelling import Labelling
from bot.features.labels._set_forms import ClassesForm, DescriptionForm
from bot.features.labels._set_words import describe_class, describe_labellers, describe_set
from bot.features.labels._sets import in_server
from bot.quote import escape, shortened
from bot.ui import MAX_TEXT_CHARS, Action, ActionButton, ActionSelect, OwnedView, Tone
from engine.schemas import LabelClass, LabelSet, LabelSetUpdate

CLASSES_A_PAGE = 25
OPTION_CHARS = 100


class SetView(OwnedView):
    """A set as its labellers read it, with controls for those who may change it; ephemeral.

    Args:
        labelset_id: the set.
        back: shows the list of sets again.
    """

    def __init__(
        self, labelset_id: str, owner_id: int, labelling: Labelling, *, back: Action
    ) -> None:
        super().__init__(owner_id, labelling.resources.live_views)
        self._labelset_id = labelset_id
        self._labelling = labelling
        self._labels = labelling.resources.engine.labels
        self._back = back
        self._page = 0

    async def show(self, interaction: discord.Interaction) -> None:
        """Draws the set as it is now as the answer to a deferred interaction."""
        await self._draw(interaction, await self._labels.labelset(self._labelset_id))

    async def _draw(self, interaction: discord.Interaction, labelset: LabelSet) -> None:
        member = in_server(interaction.user)
        self.clear_items()
        frame: ui.Container[OwnedView] = ui.Container(accent_colour=int(Tone.PLAIN))
        frame.add_item(ui.TextDisplay(self._text(labelset, member.guild)))
        if may_curate(member):
            for row in self._changes(labelset, member.guild):
                frame.add_item(row)
        frame.add_item(ui.ActionRow(*self._ways(labelset)))
        self.add_item(frame)
        self.redraw = lambda view: interaction.edit_original_response(view=view)
        await self.redraw(self)

    def _shown(self, labelset: LabelSet) -> Sequence[LabelClass]:
        return labelset.classes[self._page * CLASSES_A_PAGE : (self._page + 1) * CLASSES_A_PAGE]

    def _text(self, labelset: LabelSet, guild: discord.Guild) -> str:
        lines = [describe_set(labelset), describe_labellers(labelset, guild)]
        if labelset.description:
            lines.insert(1, escape(labelset.description))
        lines += [f"- {describe_class(each, labelset)}" for each in self._shown(labelset)]
        if not labelset.classes:
            lines.append("It has no classes yet, so nothing can be labelled.")
        text = "\n".join(lines)
        return text if len(text) <= MAX_TEXT_CHARS else f"{text[: MAX_TEXT_CHARS - 1]}…"

    def _changes(
        self, labelset: LabelSet, guild: discord.Guild
    ) -> Iterator[ui.ActionRow[OwnedView]]:
        options = [
            discord.SelectOption(
                label=each.name,
                value=each.class_id,
                description=shortened(each.description, OPTION_CHARS) or None,
            )
            for each in self._shown(labelset)
        ]
        if options:
            yield ui.ActionRow(
                ActionSelect(
                    self._open_class,
                    options,
                    custom_id=self.custom_id("class"),
                    placeholder="Change a class",
                )
            )
        yield ui.ActionRow(
            LabellersSelect(
                self._set_labellers, labelset, guild, custom_id=self.custom_id("labellers")
            )
        )
        archive = "Restore" if labelset.archived else "Archive"
        yield ui.ActionRow(
            *(
                ActionButton(action, custom_id=self.custom_id(name), label=label, emoji=emoji)
                for name, label, emoji, action in (
                    ("describe", "Rename or describe", "✏️", partial(self._describe, labelset)),
                    ("add", "Add classes", "➕", self._ask_for_classes),
                    ("archive", archive, "📦", partial(self._archive, not labelset.archived)),
                )
            )
        )

    def _ways(self, labelset: LabelSet) -> Iterator[ActionButton]:
        """Back to the other sets, and to the classes that found no room."""
        yield ActionButton(
            self._go_back, custom_id=self.custom_id("back"), label="All label sets", emoji="⬅️"
        )
        pages = -(-len(labelset.classes) // CLASSES_A_PAGE)
        if pages > 1:
            following = (self._page + 1) % pages
            yield ActionButton(
                partial(self._turn_to, following),
                custom_id=self.custom_id("page"),
                label=f"Classes, page {following + 1} of {pages}",
                emoji="▶️",
            )

    async def _go_back(self, interaction: discord.Interaction) -> None:
        await interaction.response.defer()
        self.finish()
        await self._back(interaction)

    async def _turn_to(self, page: int, interaction: discord.Interaction) -> None:
        await interaction.response.defer()
        self._page = page
        await self.show(interaction)

    async def _open_class(self, interaction: discord.Interaction, values: list[str]) -> None:
        await interaction.response.defer()
        require_curator(interaction.user)
        view = ClassView(
            self._labelset_id, values[0], self.owner_id, self._labelling, back=self.show
        )
        await view.show(interaction)

    async def _set_labellers(self, interaction: discord.Interaction, ids: list[str]) -> None:
        await interaction.response.defer()
        await self._update(interaction, LabelSetUpdate(labeller_ids=ids))

    async def _archive(self, archived: bool, interaction: discord.Interaction) -> None:
        await interaction.response.defer()
        await self._update(interaction, LabelSetUpdate(archived=archived))

    async def _describe(self, labelset: LabelSet, interaction: discord.Interaction) -> None:
        require_curator(interaction.user)
        form = DescriptionForm(
            self._described, name=labelset.name, description=labelset.description
        )
        await interaction.response.send_modal(form)

    async def _described(
        self, interaction: discord.Interaction, name: str, description: str
    ) -> None:
        await self._update(interaction, LabelSetUpdate(name=name, description=description))

    async def _update(self, interaction: discord.Interaction, update: LabelSetUpdate) -> None:
        curator = require_curator(interaction.user)
        signed = update.model_copy(update={"asked_by": str(curator.id)})
        await self._draw(interaction, await self._labels.update(self._labelset_id, signed))

    async def _ask_for_classes(self, interaction: discord.Interaction) -> None:
        require_curator(interaction.user)
        await interaction.response.send_modal(ClassesForm(self._add_classes))

    async def _add_classes(self, interaction: discord.Interaction, lines: str) -> None:
        curator = require_curator(interaction.user)
        try:
            for new in read_classes(lines):
                await self._labels.add_class(self._labelset_id, new, asked_by=str(curator.id))
        finally:  # those before one that was refused are there
            await self.show(interaction)
