"""`/labels export`: a label set as a file."""

from __future__ import annotations

import io
import re

import discord

from bot.places import readable_ids
from bot.quote import escape
from bot.resources import Resources
from bot.ui import FileNotice, Notice, Tone
from bot.viewers import OneViewer
from engine.schemas import ExportFormat, ExportRequest, LabelSet

MIB = 1024 * 1024
SUFFIXES = {ExportFormat.JSONL: "jsonl", ExportFormat.CSV: "csv"}  # all others are archives


async def export(
    interaction: discord.Interaction,
    labelset: LabelSet,
    chosen: ExportFormat,
    resources: Resources,
) -> None:
    """Answers a deferred command with the labels of what the person may see."""
    engine, viewer = resources.engine, OneViewer.of(interaction, resources.directory)
    request = ExportRequest(format=chosen, channel_ids=await readable_ids(viewer, engine))
    content = await engine.labels.export(labelset.labelset_id, request)
    if len(content) > interaction.filesize_limit:
        text = (
            f"The export has {len(content) / MIB:.1f} MiB, and Discord takes "
            f"{interaction.filesize_limit / MIB:.0f} MiB here. Choose `jsonl` or `csv`, which come "
            "without the originals, or use `magpie label export` at the shell."
        )
        await interaction.edit_original_response(view=Notice(text, Tone.SORRY))
        return
    file = discord.File(io.BytesIO(content), filename=file_name(labelset, chosen))
    text = (
        f"The labels of **{escape(labelset.name)}**, of what you may read here. They hold who "
        "labelled what; share them with care."
    )
    await interaction.edit_original_response(view=FileNotice(text, file), attachments=[file])


def file_name(labelset: LabelSet, chosen: ExportFormat) -> str:
    """The set's name as that of a file."""
    stem = re.sub(r"\W+", "-", labelset.name).strip("-").lower() or "labels"
    suffix = SUFFIXES.get(chosen)
    return f"{stem[:60]}.{suffix}" if suffix else f"{stem[:60]}-{chosen}.zip"
