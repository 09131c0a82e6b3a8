"""`/labels suggest`: what the classifier is sure of, to be accepted all at once."""

from __future__ import annotations

import io
from collections import defaultdict

import discord
from discord import ui

from bot.features.labels._dealer import Labeller
from bot.features.labels._labelling import Labelling
from bot.features.labels._suggested import SURE, Suggested, Suggestions, suggestions_for
from bot.features.labels._targets import Target, many
from bot.places import jump_url
from bot.quote import escape, quote, shortened
from bot.ui import ActionButton, ActionSelect, OwnedView, Tone
from bot.viewers import OneViewer
from engine.schemas import LabelMethod

QUOTED_CHARS = 160
OPTION_CHARS = 100


class SuggestionsView(OwnedView):
    """Shows sure guesses; those that somebody leaves chosen become their labels.

    It takes at most 34 of the 40 components Discord allows.

    Args:
        labeller: who accepts; asked about anew at each click.
        suggestions: what can be accepted.
    """

    def __init__(self, labeller: Labeller, suggestions: Suggestions, labelling: Labelling) -> None:
        super().__init__(labeller.member.id, labelling.resources.live_views)
        self._labeller = labeller
        self._labelling = labelling
        self._suggestions = suggestions
        self._chosen = self._all()
        self._batch_ids: list[str] = []
        self._note = ""

    async def show(self, interaction: discord.Interaction) -> None:
        """Draws it as the answer to a deferred interaction."""
        self.clear_items()
        self.add_item(self._frame())
        self.redraw = lambda view: interaction.edit_original_response(view=view)
        await interaction.edit_original_response(view=self, attachments=self._files())

    def _all(self) -> list[str]:
        return [each.item.item_id for each in self._suggestions.found]

    def _frame(self) -> ui.Container[OwnedView]:
        frame: ui.Container[OwnedView] = ui.Container(accent_colour=int(Tone.PLAIN))
        frame.add_item(ui.TextDisplay(self._head()))
        for number, each in enumerate(self._suggestions.found, start=1):
            frame.add_item(_draw(number, each))
        buttons = []
        if self._suggestions.found:
            frame.add_item(ui.ActionRow(self._select()))
            buttons.append(self._accept_button())
        if self._batch_ids:
            buttons.append(
                ActionButton(self._undo, custom_id=self.custom_id("undo"), label="Undo", emoji="↩️")
            )
        if buttons:
            frame.add_item(ui.ActionRow(*buttons))
        return frame

    def _head(self) -> str:
        lines = [f"### {escape(self._labeller.labelset.name)}: what I am sure of"]
        if self._note:
            lines.insert(0, self._note)
        if self._suggestions.found:
            lines.append("These are guesses. They count only once you accept them.")
        else:
            lines.append(
                f"Nothing without a label that I am at least {SURE:.0%} sure of. Some more labels "
                f"help: {self._labelling.resources.mentions.of('labels session')}."
            )
        if self._suggestions.report:
            lines.append(f"-# {self._suggestions.report}")
        return "\n".join(lines)

    def _select(self) -> ActionSelect:
        options = [
            discord.SelectOption(
                label=shortened(f"{number}. {_names(each)}", OPTION_CHARS),
                value=each.item.item_id,
                default=each.item.item_id in self._chosen,
            )
            for number, each in enumerate(self._suggestions.found, start=1)
        ]
        return ActionSelect(
            self._choose,
            options,
            custom_id=self.custom_id("chosen"),
            placeholder="None; choose what is right",
            min_values=0,
            max_values=len(options),
        )

    def _accept_button(self) -> ActionButton:
        return ActionButton(
            self._accept,
            custom_id=self.custom_id("accept"),
            label=f"Accept {len(self._chosen)}",
            emoji="✅",
            style=discord.ButtonStyle.success,
            disabled=not self._chosen,
        )

    def _files(self) -> list[discord.File]:
        return [
            discord.File(io.BytesIO(each.picture), filename=_filename(number))
            for number, each in enumerate(self._suggestions.found, start=1)
            if each.picture is not None
        ]

    async def _choose(self, interaction: discord.Interaction, values: list[str]) -> None:
        await interaction.response.defer()
        self._chosen = values
        await self.show(interaction)

    async def _accept(self, interaction: discord.Interaction) -> None:
        """Makes labels of what is chosen, with the roles of now, and suggests more."""
        await interaction.response.defer()
        viewer = OneViewer.of(interaction, self._labelling.resources.directory)
        labelset_id = self._labeller.labelset.labelset_id
        self._labeller = await self._labelling.labeller(viewer, labelset_id)
        self._batch_ids, labelled = [], 0
        for class_ids, targets in self._chosen_by_classes().items():
            given = await self._labelling.give(
                self._labeller, targets, class_ids, LabelMethod.SUGGESTION
            )
            self._batch_ids.append(given.batch_id)
            labelled += given.labelled
        self._note = f"✅ Labelled {many(labelled, self._labeller.labelset.kind)} as suggested."
        await self._suggest_anew(interaction)

    async def _undo(self, interaction: discord.Interaction) -> None:
        await interaction.response.defer()
        labelset_id, taken = self._labeller.labelset.labelset_id, 0
        for batch_id in self._batch_ids:
            taken += await self._labelling.undo(labelset_id, interaction.user.id, batch_id)
        self._batch_ids = []
        self._note = f"Took back the labels of {many(taken, self._labeller.labelset.kind)}."
        await self._suggest_anew(interaction)

    async def _suggest_anew(self, interaction: discord.Interaction) -> None:
        engine = self._labelling.resources.engine
        self._suggestions = await suggestions_for(self._labeller, engine)
        self._chosen = self._all()
        await self.show(interaction)

    def _chosen_by_classes(self) -> dict[tuple[str, ...], list[Target]]:
        targets = defaultdict(list)
        for each in self._suggestions.found:
            if each.item.item_id in self._chosen:
                targets[each.class_ids].append(Target.of_item(each.item))
        return targets


def _draw(number: int, suggested: Suggested) -> ui.Item[ui.LayoutView]:
    item = suggested.item
    sure = f"{suggested.guesses[0].probability:.0%}"
    lines = [
        f"{number}. **{escape(_names(suggested))}** · {sure} sure",
        f"-# <#{item.place.channel_id}> · [jump]({jump_url(item.place)})",
    ]
    if item.text:
        lines.insert(1, quote(item.text, most_chars=QUOTED_CHARS))
    if suggested.picture is None:
        return ui.TextDisplay("\n".join(lines))
    accessory = ui.Thumbnail[ui.LayoutView](f"attachment://{_filename(number)}")
    return ui.Section("\n".join(lines), accessory=accessory)


def _names(suggested: Suggested) -> str:
    return " and ".join(guess.name for guess in suggested.guesses)


def _filename(number: int) -> str:
    return f"suggested-{number}.webp"
