"""`/train compare`: a comparison in words, as a picture, and as files."""

from __future__ import annotations

import io
from functools import partial

import discord
from discord import ui

from bot.features.training._training import Training
from bot.features.training._words import describe_comparison
from bot.quote import escape
from bot.ui import ActionButton, FileNotice, OwnedView, Tone
from engine.schemas import Comparison, Job, ReportFormat

PICTURE = "comparison.png"
FILES = {ReportFormat.MARKDOWN: "comparison.md", ReportFormat.CSV: "comparison.csv"}


class ComparisonView(OwnedView):
    """What came of comparing methods, for the person who asked.

    Args:
        job: that compared them.
        comparison: what came of it.
        picture: the same as a PNG.
        training: says afresh at each click whether the person may have it.
    """

    def __init__(
        self, job: Job, comparison: Comparison, picture: bytes, owner_id: int, training: Training
    ) -> None:
        super().__init__(owner_id, training.resources.live_views)
        self._job = job
        self._picture = picture
        self._training = training
        frame: ui.Container[OwnedView] = ui.Container(accent_colour=int(Tone.PLAIN))
        frame.add_item(ui.TextDisplay(describe_comparison(job.labelset_name, comparison)))
        gallery: ui.MediaGallery[OwnedView] = ui.MediaGallery()
        gallery.add_item(
            media=f"attachment://{PICTURE}",
            description="Test accuracy by method with 95 % intervals; what the best one confuses",
        )
        frame.add_item(gallery)
        frame.add_item(
            ui.ActionRow(
                *(
                    ActionButton(
                        partial(self._give, form), custom_id=self.custom_id(form), label=label
                    )
                    for form, label in (
                        (ReportFormat.MARKDOWN, "As Markdown"),
                        (ReportFormat.CSV, "As CSV"),
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

    async def _give(self, form: ReportFormat, interaction: discord.Interaction) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        await self._training.sets.named(interaction.user, self._job.labelset_id)
        content = await self._training.resources.engine.jobs.report(self._job.job_id, form)
        file = discord.File(io.BytesIO(content), filename=FILES[form])
        text = f"The comparison on **{escape(self._job.labelset_name)}**."
        await interaction.edit_original_response(view=FileNotice(text, file), attachments=[file])
