"""`/labels list`: the sets there are, and the way to change one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import discord
from discord import ui

from bot.features.labels._labellers import may_curate
from bot.features.labels._labelling import Labelling
from bot.features.labels._set_view import SetView
from bot.features.labels._set_words import describe_set
from bot.features.labels._sets import in_server
from bot.quote import shortened
from bot.ui import ActionButton, ActionSelect, OwnedView, Tone
from engine.schemas import LabelSet

SETS_A_PAGE = 15
OPTION_CHARS = 100


class SetsView(OwnedView):
    """The sets that somebody may label for or change, a page at a time; ephemeral."""

    def __init__(self, owner_id: int, labelling: Labelling) -> None:
        super().__init__(owner_id, labelling.resources.live_views)
        self._labelling = labelling
        self._sets: Sequence[LabelSet] = ()
        self._page = 0
        self._archived = False

    async def show(self, interaction: discord.Interaction) -> None:
        """Draws the sets there are now as the answer to a deferred interaction."""
        member = in_server(interaction.user)
        archived = self._archived and may_curate(member)
        known = await self._labelling.sets.known_to(member, include_archived=archived)
        self._sets = [each for each in known if each.archived is archived]
        self._draw(may_change=may_curate(member))
        self.redraw = lambda view: interaction.edit_original_response(view=view)
        await interaction.edit_original_response(view=self, attachments=[])

    @property
    def _shown(self) -> Sequence[LabelSet]:
        return self._sets[self._page * SETS_A_PAGE : (self._page + 1) * SETS_A_PAGE]

    def _draw(self, *, may_change: bool) -> None:
        self.clear_items()
        frame: ui.Container[OwnedView] = ui.Container(accent_colour=int(Tone.PLAIN))
        frame.add_item(ui.TextDisplay(self._text()))
        if self._shown:
            options = [
                discord.SelectOption(
                    label=each.name,
                    value=each.labelset_id,
                    description=shortened(each.description, OPTION_CHARS) or None,
                )
                for each in self._shown
            ]
            custom_id = self.custom_id("open")
            select = ActionSelect(
                self._open, options, custom_id=custom_id, placeholder="Open a label set"
            )
            frame.add_item(ui.ActionRow(select))
        if buttons := self._buttons(may_change=may_change):
            frame.add_item(ui.ActionRow(*buttons))
        self.add_item(frame)

    def _text(self) -> str:
        if not self._sets and self._archived:
            return "### Label sets\nNone is archived."
        if not self._sets:
            create = self._labelling.resources.mentions.of("labels create")
            return (
                "### Label sets\nThere is none that you may label for. Whoever may manage "
                f"messages makes one with {create}."
            )
        head = "### Archived label sets" if self._archived else "### Label sets"
        return "\n".join([head, *(f"- {describe_set(each)}" for each in self._shown)])

    def _buttons(self, *, may_change: bool) -> list[ActionButton]:
        pages = -(-len(self._sets) // SETS_A_PAGE)
        buttons = [
            ActionButton(
                partial(self._turn_to, page),
                custom_id=self.custom_id(label.lower()),
                label=label,
                emoji=emoji,
                disabled=not 0 <= page < pages,
            )
            for label, emoji, page in (
                ("Previous", "◀️", self._page - 1),
                ("Next", "▶️", self._page + 1),
            )
            if pages > 1
        ]
        if may_change:
            label = "Those in use" if self._archived else "Archived sets"
            buttons.append(
                ActionButton(self._switch, custom_id=self.custom_id("archived"), label=label)
            )
        return buttons

    async def _turn_to(self, page: int, interaction: discord.Interaction) -> None:
        await interaction.response.defer()
        self._page = page
        await self.show(interaction)

    async def _switch(self, interaction: discord.Interaction) -> None:
        await interaction.response.defer()
        self._archived, self._page = not self._archived, 0
        await self.show(interaction)

    async def _open(self, interaction: discord.Interaction, values: list[str]) -> None:
        await interaction.response.defer()
        view = SetView(values[0], self.owner_id, self._labelling, back=self.show)
        await view.show(interaction)
