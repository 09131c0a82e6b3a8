"""One class of a label set, and everything that changes it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import discord
from discord import ui

from bot.features.labels._class_menu import ClassMenu
from bot.features.labels._labellers import require_curator
from bot.features.labels._labelling import Labelling
from bot.features.labels._set_forms import DescriptionForm
from bot.features.labels._set_words import describe_class
from bot.quote import escape
from bot.ui import Action, ActionButton, ActionSelect, OwnedView, Tone
from engine.schemas import LabelClass, LabelClassUpdate, LabelSet, MergeRequest


class ClassView(OwnedView):
    """A class with the controls that change it; ephemeral, and for curators only.

    Args:
        labelset_id: the set it is of.
        class_id: the class.
        back: shows the set again.
    """

    def __init__(
        self,
        labelset_id: str,
        class_id: str,
        owner_id: int,
        labelling: Labelling,
        *,
        back: Action,
    ) -> None:
        super().__init__(owner_id, labelling.resources.live_views)
        self._labelset_id = labelset_id
        self._class_id = class_id
        self._labels = labelling.resources.engine.labels
        self._back = back
        self._page = 0

    async def show(self, interaction: discord.Interaction) -> None:
        """Draws the class as it is now as the answer to a deferred interaction."""
        await self._draw(interaction, await self._labels.labelset(self._labelset_id))

    async def _draw(self, interaction: discord.Interaction, labelset: LabelSet) -> None:
        chosen = next(each for each in labelset.classes if each.class_id == self._class_id)
        self.clear_items()
        frame: ui.Container[OwnedView] = ui.Container(accent_colour=int(Tone.PLAIN))
        text = f"### {escape(labelset.name)}\n{describe_class(chosen, labelset)}"
        frame.add_item(ui.TextDisplay(text))
        menu = self._merge_menu(labelset, chosen)
        for number, classes in enumerate(menu.lists):
            select = ActionSelect(
                self._merge,
                menu.options(classes),
                custom_id=self.custom_id(f"merge:{number}"),
                placeholder=f"Merge into: {menu.title(classes, 'another class')}",
            )
            frame.add_item(ui.ActionRow(select))
        frame.add_item(ui.ActionRow(*self._buttons(chosen, menu.pages)))
        self.add_item(frame)
        self.redraw = lambda view: interaction.edit_original_response(view=view)
        await self.redraw(self)

    def _merge_menu(self, labelset: LabelSet, chosen: LabelClass) -> ClassMenu:
        """The classes it can be merged into: none once it is not in use itself."""
        in_use = labelset.offered
        others = [each for each in in_use if each is not chosen] if chosen in in_use else []
        return ClassMenu(others, page=self._page)

    def _buttons(self, chosen: LabelClass, pages: int) -> Iterator[ActionButton]:
        yield ActionButton(
            self._go_back, custom_id=self.custom_id("back"), label="The label set", emoji="⬅️"
        )
        yield ActionButton(
            partial(self._describe, chosen),
            custom_id=self.custom_id("describe"),
            label="Rename or describe",
            emoji="✏️",
        )
        if chosen.merged_into is None:
            yield ActionButton(
                partial(self._archive, not chosen.archived),
                custom_id=self.custom_id("archive"),
                label="Restore" if chosen.archived else "Archive",
                emoji="📦",
            )
        if pages > 1:
            yield ActionButton(
                partial(self._turn_to, (self._page + 1) % pages),
                custom_id=self.custom_id("page"),
                label="More classes to merge into",
                emoji="▶️",
            )

    async def _turn_to(self, page: int, interaction: discord.Interaction) -> None:
        await interaction.response.defer()
        self._page = page
        await self.show(interaction)

    async def _go_back(self, interaction: discord.Interaction) -> None:
        await interaction.response.defer()
        self.finish()
        await self._back(interaction)

    async def _merge(self, interaction: discord.Interaction, values: list[str]) -> None:
        await interaction.response.defer()
        curator = require_curator(interaction.user)
        merge = MergeRequest(into=values[0], asked_by=str(curator.id))
        merged = await self._labels.merge_class(self._labelset_id, self._class_id, merge)
        await self._draw(interaction, merged)

    async def _describe(self, chosen: LabelClass, interaction: discord.Interaction) -> None:
        require_curator(interaction.user)
        form = DescriptionForm(self._described, name=chosen.name, description=chosen.description)
        await interaction.response.send_modal(form)

    async def _described(
        self, interaction: discord.Interaction, name: str, description: str
    ) -> None:
        await self._update(interaction, LabelClassUpdate(name=name, description=description))

    async def _archive(self, archived: bool, interaction: discord.Interaction) -> None:
        await interaction.response.defer()
        await self._update(interaction, LabelClassUpdate(archived=archived))

    async def _update(self, interaction: discord.Interaction, update: LabelClassUpdate) -> None:
        curator = require_curator(interaction.user)
        signed = update.model_copy(update={"asked_by": str(curator.id)})
        changed = await self._labels.update_class(self._labelset_id, self._class_id, signed)
        await self._draw(interaction, changed)
