"""The answer to what something is, and one click that says: that is right."""

from __future__ import annotations

from functools import partial

import discord
from discord import ui

from bot.errors import NotUnderstood
from bot.features.classify._card import choices, draw_example, files, title
from bot.features.classify._classifying import Classified
from bot.features.labels import Labelling, Target, may_label
from bot.quote import escape, shortened
from bot.ui import ActionButton, OwnedView, Tone
from bot.viewers import OneViewer
from engine.schemas import LabelMethod, LabelsAck, Suggestion

MOST_OFFERED = 4
BUTTON_CHARS = 80


class Answer(OwnedView):
    """Shows the choices, what explains them and how good the method is; ephemeral.

    Whoever may label for the set can say what a remembered item is. Until then the answer is a
    guess, and counts as no label.

    Args:
        classified: the answer.
        viewer: the asker, for whom it was made.
        labelling: takes the label.
    """

    def __init__(self, classified: Classified, viewer: OneViewer, labelling: Labelling) -> None:
        super().__init__(viewer.member.id, labelling.resources.live_views)
        self._classified = classified
        self._viewer = viewer
        self._labelling = labelling
        self._given: tuple[Suggestion, LabelsAck] | None = None
        self._draw()

    async def show(self, interaction: discord.Interaction) -> None:
        """Shows it as the answer to a deferred interaction."""
        self.redraw = lambda view: interaction.edit_original_response(view=view)
        await interaction.edit_original_response(
            view=self, attachments=files(self._classified.examples)
        )

    def _draw(self) -> None:
        classified = self._classified
        frame: ui.Container[OwnedView] = ui.Container(accent_colour=int(self._tone))
        frame.add_item(ui.TextDisplay(f"{title(classified)}\n{choices(classified.answer)}"))
        if classified.examples:
            frame.add_item(ui.Separator())
            frame.add_item(ui.TextDisplay("**What people have labelled that is most like it**"))
        for number, example in enumerate(classified.examples, start=1):
            frame.add_item(draw_example(number, example))
        frame.add_item(ui.TextDisplay(f"-# {classified.answer.report.sentence}"))
        self._draw_labelling(frame)
        self.clear_items()
        self.add_item(frame)

    @property
    def _tone(self) -> Tone:
        return Tone.SORRY if self._classified.answer.none_of_these else Tone.PLAIN

    def _draw_labelling(self, frame: ui.Container[OwnedView]) -> None:
        if self._given is not None:
            choice, _ = self._given
            frame.add_item(ui.TextDisplay(f"✅ You said that it is **{escape(choice.name)}**."))
            undo = ActionButton(
                self._undo, custom_id=self.custom_id("undo"), label="Undo", emoji="↩️"
            )
            frame.add_item(ui.ActionRow(undo))
        elif buttons := self._label_buttons():
            frame.add_item(ui.TextDisplay("**What is it really?** One click labels it."))
            frame.add_item(ui.ActionRow(*buttons))

    def _label_buttons(self) -> list[ActionButton]:
        classified = self._classified
        labelset, item = classified.labelset, classified.subject.item
        if labelset is None or item is None or not may_label(self._viewer.member, labelset):
            return []
        return [
            ActionButton(
                partial(self._label, choice),
                custom_id=self.custom_id(f"label:{number}"),
                label=shortened(choice.name, BUTTON_CHARS),
                emoji="🏷️" if number == 0 else None,
            )
            for number, choice in enumerate(classified.answer.choices[:MOST_OFFERED])
        ]

    async def _label(self, choice: Suggestion, interaction: discord.Interaction) -> None:
        await interaction.response.defer()
        labelset, item = self._classified.labelset, self._classified.subject.item
        assert labelset is not None
        assert item is not None
        labeller = await self._labelling.labeller(
            self._viewer.as_of(interaction), labelset.labelset_id
        )
        given = await self._labelling.give(
            labeller, [Target.of_item(item)], [choice.class_id], LabelMethod.SUGGESTION
        )
        if given.refused:
            raise NotUnderstood(given.refused[0].reason)
        self._given = (choice, given)
        await self._redraw(interaction)

    async def _undo(self, interaction: discord.Interaction) -> None:
        await interaction.response.defer()
        labelset = self._classified.labelset
        assert labelset is not None
        assert self._given is not None
        batch_id = self._given[1].batch_id
        await self._labelling.undo(labelset.labelset_id, interaction.user.id, batch_id)
        self._given = None
        await self._redraw(interaction)

    async def _redraw(self, interaction: discord.Interaction) -> None:
        self._draw()
        await interaction.edit_original_response(view=self)
