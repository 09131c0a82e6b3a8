"""The message that shows one job, with the button that stops it."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import Any, Protocol, Self, cast

import discord
from discord import ui
from discord.ext import commands

from bot.features.training._words import describe
from bot.ui import Tone
from engine.client.jobs_client import ENDS
from engine.schemas import Job, JobState

REPORTS = "TrainingReports"  # the cog's name
CUSTOM_ID = re.compile(r"train:cancel:(?P<job>[^:]+)")
CURVE = "curve.png"

TONES = {JobState.SUCCEEDED: Tone.GOOD, JobState.CANCELLED: Tone.SORRY, JobState.FAILED: Tone.SORRY}


class Reports(Protocol):
    """What the button belongs to: the cog of that name."""

    async def cancel(self, interaction: discord.Interaction, job_id: str) -> None:
        """Answers a press of the button; every failure is told to the person."""


class CancelButton(ui.DynamicItem[ui.Button[ui.LayoutView]], template=CUSTOM_ID):
    """Stops a job; answers to whatever bot runs when it is pressed."""

    def __init__(self, job_id: str) -> None:
        super().__init__(
            ui.Button(
                custom_id=f"train:cancel:{job_id}",
                label="Cancel",
                style=discord.ButtonStyle.danger,
            )
        )
        self._job_id = job_id

    @classmethod
    async def from_custom_id(
        cls,
        interaction: discord.Interaction,  # noqa: ARG003
        item: ui.Item[Any],  # noqa: ARG003
        match: re.Match[str],
        /,
    ) -> Self:
        """The button that was pressed, of a message of whatever age."""
        return cls(match["job"])

    async def callback(self, interaction: discord.Interaction, /) -> None:
        """Hands the press on."""
        assert isinstance(interaction.client, commands.Bot)
        reports: Any = interaction.client.get_cog(REPORTS)
        await cast("Reports", reports).cancel(interaction, self._job_id)


class ProgressView(ui.LayoutView):
    """A job as it is now; with the button as long as there is something to stop.

    Args:
        job: to show.
        curve: how the present method learns, a PNG, where that is known.
        examples: lines on items that were validated.

    Attributes:
        files: the curve as an attachment.
    """

    def __init__(self, job: Job, curve: bytes | None = None, examples: Sequence[str] = ()) -> None:
        super().__init__(timeout=None)
        self.files = [] if curve is None else [discord.File(io.BytesIO(curve), filename=CURVE)]
        tone = TONES.get(job.state, Tone.PLAIN)
        frame: ui.Container[ui.LayoutView] = ui.Container(accent_colour=int(tone))
        frame.add_item(ui.TextDisplay(describe(job, examples)))
        if curve is not None:
            gallery: ui.MediaGallery[ui.LayoutView] = ui.MediaGallery()
            gallery.add_item(
                media=f"attachment://{CURVE}",
                description="Loss and validation accuracy by epoch, as told above",
            )
            frame.add_item(gallery)
        if job.state not in ENDS:
            frame.add_item(ui.ActionRow(CancelButton(job.job_id)))
        self.add_item(frame)


def job_shown_in(message: discord.Message) -> str | None:
    """The id of the job that a message offers to stop."""
    view = ui.LayoutView.from_message(message)
    for part in view.walk_children():
        if isinstance(part, ui.Button) and (found := CUSTOM_ID.fullmatch(part.custom_id or "")):
            return found["job"]
    return None
