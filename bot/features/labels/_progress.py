"""How a label set stands, in words; the engine draws the picture."""

from __future__ import annotations

import io
from collections.abc import Awaitable, Callable
from functools import partial

import discord
from discord import ui

from bot.features.labels._labelling import Labelling
from bot.features.labels._review import Review, ReviewView, disputes, mistakes
from bot.quote import escape
from bot.ui import MAX_TEXT_CHARS, ActionButton, OwnedView, Tone
from bot.viewers import OneViewer
from engine.schemas import LabelProgress, LabelSet

AskReview = Callable[[OneViewer, LabelSet, Labelling], Awaitable[Review]]

PICTURE = "progress.png"
MOST_REASONS = 5
MOST_CLASSES = 25


class ProgressView(OwnedView):
    """The progress of a set: a picture, what it says, and the ways to what is in doubt; ephemeral.

    Args:
        labelset: the set.
        progress: how it stands.
        picture: the same as a PNG.
        owner_id: who asked.
        labelling: has doubts settled.
    """

    def __init__(
        self,
        labelset: LabelSet,
        progress: LabelProgress,
        picture: bytes,
        owner_id: int,
        labelling: Labelling,
    ) -> None:
        super().__init__(owner_id, labelling.resources.live_views)
        self._labelset = labelset
        self._labelling = labelling
        self._picture = picture
        frame: ui.Container[OwnedView] = ui.Container(accent_colour=int(Tone.PLAIN))
        frame.add_item(ui.TextDisplay(describe_progress(labelset, progress)[:MAX_TEXT_CHARS]))
        gallery: ui.MediaGallery[OwnedView] = ui.MediaGallery()
        gallery.add_item(
            media=f"attachment://{PICTURE}",
            description="Labels by class, by labeller, and the learning curve",
        )
        frame.add_item(gallery)
        frame.add_item(
            ui.ActionRow(
                *(
                    ActionButton(
                        partial(self._review, review), custom_id=self.custom_id(name), label=label
                    )
                    for name, label, review in (
                        ("disputes", "What is disputed?", disputes),
                        ("mistakes", "What is probably wrong?", mistakes),
                    )
                )
            )
        )
        self.add_item(frame)

    async def show(self, interaction: discord.Interaction) -> None:
        """Draws it as the answer to a deferred interaction."""
        self.redraw = lambda view: interaction.edit_original_response(view=view)
        file = discord.File(io.BytesIO(self._picture), filename=PICTURE)
        await interaction.edit_original_response(view=self, attachments=[file])

    async def _review(self, review: AskReview, interaction: discord.Interaction) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        viewer = OneViewer.of(interaction, self._labelling.resources.directory)
        labelset = await self._labelling.sets.named(viewer.member, self._labelset.labelset_id)
        found = await review(viewer, labelset, self._labelling)
        await ReviewView(found, self.owner_id, self._labelling).show(interaction)


def describe_progress(labelset: LabelSet, progress: LabelProgress) -> str:
    """What the picture shows, for those who cannot see it and those in a hurry."""
    lines = [f"### {escape(labelset.name)}", _totals(progress)]
    classes = sorted(progress.classes, key=lambda each: -each.items)
    if counts := ", ".join(f"{escape(c.name)} {c.items}" for c in classes[:MOST_CLASSES]):
        lines.append(f"**Classes:** {counts}")
    lines += [progress.agreement.meaning, progress.curve.sentence]
    reasons = sorted(progress.unusable.items(), key=lambda each: -each[1])[:MOST_REASONS]
    lines += [f"-# {count} may not be learnt from: {reason}" for reason, count in reasons]
    return "\n".join(line for line in lines if line)


def _totals(progress: LabelProgress) -> str:
    people = len(progress.labellers)
    labelled = (
        f"**{progress.labelled}** labelled by {people} {'person' if people == 1 else 'people'}"
    )
    if progress.disputed:
        labelled += f", **{progress.disputed}** of them disputed"
    return f"{labelled}."
