"""How a label set stands, in words; the engine draws the picture."""

from __future__ import annotations

import io

import discord
from discord import ui

from bot.quote import escape
from bot.ui import MAX_TEXT_CHARS, Tone
from engine.schemas import LabelProgress, LabelSet

PICTURE = "progress.png"
MOST_REASONS = 5
MOST_CLASSES = 25


class ProgressView(ui.LayoutView):
    """The progress of a set: a picture, and what it says.

    Attributes:
        files: the picture as an attachment.
    """

    def __init__(self, labelset: LabelSet, progress: LabelProgress, picture: bytes) -> None:
        super().__init__(timeout=None)
        self.files = [discord.File(io.BytesIO(picture), filename=PICTURE)]
        frame: ui.Container[ui.LayoutView] = ui.Container(accent_colour=int(Tone.PLAIN))
        text = describe_progress(labelset, progress)
        frame.add_item(ui.TextDisplay(text[:MAX_TEXT_CHARS]))
        gallery: ui.MediaGallery[ui.LayoutView] = ui.MediaGallery()
        gallery.add_item(
            media=f"attachment://{PICTURE}",
            description="Labels by class, by labeller, and the learning curve",
        )
        frame.add_item(gallery)
        self.add_item(frame)


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
