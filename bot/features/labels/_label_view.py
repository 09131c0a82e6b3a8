"""Choosing what something is: its label set, its class or classes, with a way back."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Iterator, Sequence
from functools import partial

import discord
from discord import ui

from bot.errors import NotUnderstood
from bot.features.labels._choosing import Choosing
from bot.features.labels._labelling import Labelling
from bot.features.labels._receipt import Receipt, said_of
from bot.features.labels._targets import Target
from bot.features.labels._typed_filter import FilterForm
from bot.quote import shortened
from bot.ui import ActionButton, ActionSelect, OwnedView, Tone
from bot.viewers import OneViewer
from engine.client import EngineCallFailed
from engine.schemas import ItemKind, LabelMethod

ALL = "all"
PICTURE = "target.webp"
MOST_OPTIONS = 25
OPTION_CHARS = 100


class LabelView(OwnedView):
    """Labels what it is about, one by one or all at once; ephemeral, so its owner's alone.

    It takes at most 22 of the 40 components Discord allows.

    Args:
        choosing: what is to be labelled.
        viewer: the person.
        method: how the labels are given, for their record.
    """

    def __init__(
        self, choosing: Choosing, viewer: OneViewer, labelling: Labelling, *, method: LabelMethod
    ) -> None:
        super().__init__(viewer.member.id, labelling.resources.live_views)
        self._choosing = choosing
        self._viewer = viewer
        self._labelling = labelling
        self._method = method
        self._giving = asyncio.Lock()

    async def show(self, interaction: discord.Interaction) -> None:
        """Draws it as the answer to a deferred interaction, with the classifier's guess."""
        target, labelset = self._choosing.target, self._choosing.labelset
        if target is not None:
            labeller = await self._labelling.labeller(self._viewer, labelset.labelset_id)
            self._choosing.guess(
                await self._labelling.guesses(labelset, target, labeller.channel_ids)
            )
        await self._redraw(interaction)

    async def _redraw(self, interaction: discord.Interaction) -> None:
        picture = await self._picture()
        self.clear_items()
        self.add_item(self._frame(with_picture=picture is not None))
        self.redraw = lambda view: interaction.edit_original_response(view=view)
        files = [discord.File(io.BytesIO(picture), filename=PICTURE)] if picture else []
        await interaction.edit_original_response(view=self, attachments=files)

    async def _picture(self) -> bytes | None:
        """What a single picture looks like, where it may be seen and can be had."""
        target = self._choosing.target
        if target is None or target.kind is not ItemKind.IMAGE:
            return None
        if not await self._viewer.readable([int(target.channel_id)], for_show=True):
            return None
        try:
            return await self._labelling.resources.engine.thumbnail(target.item_id)
        except EngineCallFailed:
            return None

    def _frame(self, *, with_picture: bool) -> ui.Container[OwnedView]:
        frame: ui.Container[OwnedView] = ui.Container(accent_colour=int(Tone.PLAIN))
        head = self._choosing.head()
        if with_picture:
            picture: ui.Thumbnail[OwnedView] = ui.Thumbnail(f"attachment://{PICTURE}")
            frame.add_item(ui.Section(head, accessory=picture))
        else:
            frame.add_item(ui.TextDisplay(head))
        for select in (*self._target_select(), *self._set_select(), *self._class_selects()):
            frame.add_item(ui.ActionRow(select))
        if buttons := list(self._buttons()):
            frame.add_item(ui.ActionRow(*buttons))
        return frame

    def _target_select(self) -> Iterator[ActionSelect]:
        targets, now = self._choosing.targets, self._choosing.target
        if len(targets) == 1:
            return
        options = [
            discord.SelectOption(label=f"All {len(targets)}", value=ALL, default=now is None),
            *(
                discord.SelectOption(
                    label=shortened(f"{number}. {each.title}", OPTION_CHARS),
                    value=each.item_id,
                    default=each is now,
                )
                for number, each in enumerate(targets[: MOST_OPTIONS - 1], start=1)
            ),
        ]
        yield ActionSelect(
            self._choose_target, options, custom_id=self.custom_id("target"), placeholder="Which?"
        )

    def _set_select(self) -> Iterator[ActionSelect]:
        sets = self._choosing.sets_now
        if len(sets) == 1:
            return
        options = [
            discord.SelectOption(
                label=each.name,
                value=each.labelset_id,
                description=shortened(each.description, OPTION_CHARS) or None,
                default=each.labelset_id == self._choosing.labelset.labelset_id,
            )
            for each in sets[:MOST_OPTIONS]
        ]
        yield ActionSelect(
            self._choose_set, options, custom_id=self.custom_id("set"), placeholder="Label set"
        )

    def _class_selects(self) -> Iterator[ActionSelect]:
        menu, target = self._choosing.menu, self._choosing.target
        several = self._choosing.labelset.multi_label
        for number, classes in enumerate(menu.lists):
            listed = [each.class_id for each in classes]
            yield ActionSelect(
                partial(self._choose_classes, target, listed),
                menu.options(classes, self._choosing.classes),
                custom_id=self.custom_id(f"class:{number}"),
                placeholder=menu.title(classes, "Class"),
                min_values=0 if several else 1,
                max_values=len(classes) if several else 1,
            )

    def _buttons(self) -> Iterator[ActionButton]:
        menu, chosen = self._choosing.menu, self._choosing.classes
        if self._choosing.labelset.multi_label:
            yield ActionButton(
                partial(self._save, self._choosing.target),
                custom_id=self.custom_id("save"),
                label=f"Save {len(chosen)}" if chosen else "Save",
                emoji="✅",
                style=discord.ButtonStyle.primary,
                disabled=not chosen,
            )
        for wanted, action, name, label, emoji in (
            (menu.pages > 1, self._turn_page, "page", "More classes", "▶️"),
            (menu.is_long, self._ask_for_filter, "filter", "Find a class", "🔎"),
            (self._choosing.receipt is not None, self._undo, "undo", "Undo", "↩️"),
        ):
            if wanted:
                yield ActionButton(action, custom_id=self.custom_id(name), label=label, emoji=emoji)

    async def _choose_target(self, interaction: discord.Interaction, values: list[str]) -> None:
        await interaction.response.defer()
        self._choosing.turn_to(values[0])
        await self.show(interaction)

    async def _choose_set(self, interaction: discord.Interaction, values: list[str]) -> None:
        await interaction.response.defer()
        self._choosing.use_set(values[0])
        await self.show(interaction)

    async def _choose_classes(
        self,
        target: Target | None,
        listed: Sequence[str],
        interaction: discord.Interaction,
        values: list[str],
    ) -> None:
        await interaction.response.defer()
        if self._choosing.labelset.multi_label:
            self._choosing.choose(listed, values)
            await self._redraw(interaction)
        else:
            await self._give(target, values, interaction)

    async def _save(self, target: Target | None, interaction: discord.Interaction) -> None:
        await interaction.response.defer()
        await self._give(target, self._choosing.classes, interaction)

    async def _give(
        self, target: Target | None, class_ids: list[str], interaction: discord.Interaction
    ) -> None:
        """Labels with the roles of this moment, and goes on to what follows.

        The second click of a double click is about a target that has been left by then.
        """
        self._viewer = self._viewer.as_of(interaction)
        async with self._giving:
            if target is not self._choosing.target:
                return
            labelset_id = self._choosing.labelset.labelset_id
            labeller = await self._labelling.labeller(self._viewer, labelset_id)
            targets = self._choosing.targets_now
            given = await self._labelling.give(labeller, targets, class_ids, self._method)
            self._choosing.note = given.refused[0].reason if given.refused else ""
            if given.labelled:
                said = said_of(targets, given, labeller.labelset, class_ids)
                self._choosing.receipt = Receipt(labelset_id, given.batch_id, said)
            if self._choosing.turn_to_next():
                await self.show(interaction)
            else:
                await self._redraw(interaction)

    async def _turn_page(self, interaction: discord.Interaction) -> None:
        await interaction.response.defer()
        self._choosing.turn_page()
        await self._redraw(interaction)

    async def _ask_for_filter(self, interaction: discord.Interaction) -> None:
        form = FilterForm(self._find, self._choosing.menu.wanted)
        await interaction.response.send_modal(form)

    async def _find(self, interaction: discord.Interaction, wanted: str) -> None:
        await interaction.response.defer()
        self._choosing.find(wanted)
        await self._redraw(interaction)

    async def _undo(self, interaction: discord.Interaction) -> None:
        await interaction.response.defer()
        if receipt := self._choosing.receipt:
            self._choosing.receipt = None
            count = await self._labelling.undo(
                receipt.labelset_id, interaction.user.id, receipt.batch_id
            )
            self._choosing.note = f"Taken back: {count} label{'s' if count != 1 else ''}."
        await self._redraw(interaction)


async def choose(
    interaction: discord.Interaction,
    targets: Sequence[Target],
    labelling: Labelling,
    *,
    method: LabelMethod,
    together: bool = False,
) -> None:
    """Answers a deferred interaction with the way to label some items.

    Args:
        interaction: of the person who labels.
        targets: what can be labelled.
        labelling: stores what is chosen.
        method: how the labels are given, for their record.
        together: whether they get one class all at once, unless a single one is chosen.

    Raises:
        NotUnderstood: there is no set to label them for.
    """
    viewer = OneViewer.of(interaction, labelling.resources.directory)
    sets = await labelling.sets.to_label_for(viewer.member, {each.kind for each in targets})
    taken = {each.kind for each in sets}
    targets = [each for each in targets if each.kind in taken]
    if not targets:
        create = labelling.resources.mentions.of("labels create")
        raise NotUnderstood(
            "There is no label set for this that you may label for. Whoever may manage messages "
            f"makes one with {create}."
        )
    target = None if together and len(targets) > 1 else targets[0]
    view = LabelView(Choosing(targets, sets, target), viewer, labelling, method=method)
    await view.show(interaction)
