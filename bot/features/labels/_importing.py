"""`/labels add file:`: a file of labels; the good rows go in, the bad ones come back."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Sequence

import discord

from bot.errors import NotUnderstood
from bot.features.labels._dealer import Labeller
from bot.features.labels._labellers import may_curate
from bot.quote import escape
from bot.resources import Resources
from bot.ui import FileNotice, Notice, Tone
from engine.client.label_files import (
    LabelFile,
    UnreadableLabelFile,
    read_label_file,
    refused_file,
)
from engine.schemas import MAX_ROWS_A_REQUEST, ImportRequest, ImportRow, RefusedRow

REFUSED_NAME = "refused.csv"


class Importing:
    """Imports a file for one person.

    Args:
        labeller: who imports. Only a curator's file may tell of other people's labels.
        resources: the engine, and what downloads the file.
        create_classes: whether names that the set lacks become classes of it; for curators.
    """

    def __init__(self, labeller: Labeller, resources: Resources, *, create_classes: bool) -> None:
        self._labeller = labeller
        self._resources = resources
        self._is_curator = may_curate(labeller.member)
        self._create_classes = create_classes and self._is_curator
        self._imported = 0
        self._unchanged = 0

    async def run(self, interaction: discord.Interaction, file: discord.Attachment) -> None:
        """Answers a deferred command with what became of every row.

        Raises:
            NotUnderstood: no row of the file can be read.
        """
        self._resources.files.refuse_if_too_large(file.size)
        data = await self._resources.files.read(file.url)
        try:
            read = await asyncio.to_thread(read_label_file, data, file.filename)
        except UnreadableLabelFile as failure:
            raise NotUnderstood(f"{failure.detail} I imported nothing.") from failure
        refused = [*read.refused]
        rows = self._own(read.rows)
        for start in range(0, len(rows), MAX_ROWS_A_REQUEST):
            refused += await self._send(rows[start : start + MAX_ROWS_A_REQUEST])
            if start + MAX_ROWS_A_REQUEST < len(rows):
                so_far = f"Importing: {start + MAX_ROWS_A_REQUEST} of {len(rows)} rows."
                await interaction.edit_original_response(view=Notice(so_far))
        await self._answer(interaction, read, refused)

    def _own(self, rows: Sequence[ImportRow]) -> Sequence[ImportRow]:
        """The rows as the person may import them: as words of their own, unless a curator."""
        if self._is_curator:
            return rows
        return [row.model_copy(update={"labelled_by": None}) for row in rows]

    async def _send(self, rows: Sequence[ImportRow]) -> list[RefusedRow]:
        report = await self._resources.engine.labels.import_rows(
            self._labeller.labelset.labelset_id,
            ImportRequest(
                person_id=str(self._labeller.member.id),
                channel_ids=self._labeller.channel_ids,
                create_classes=self._create_classes,
                rows=list(rows),
            ),
        )
        self._imported += report.imported
        self._unchanged += report.unchanged
        return report.refused

    async def _answer(
        self, interaction: discord.Interaction, read: LabelFile, refused: Sequence[RefusedRow]
    ) -> None:
        name = escape(self._labeller.labelset.name)
        text = f"**{self._imported}** labels are new in **{name}**."
        if self._unchanged:
            text += f" **{self._unchanged}** rows say what was said already."
        if not refused:
            await interaction.edit_original_response(view=Notice(text, Tone.GOOD))
            return
        content = await asyncio.to_thread(refused_file, read, refused)
        file = discord.File(io.BytesIO(content), filename=REFUSED_NAME)
        text += (
            f" **{len(refused)}** rows could not be imported; here they are, each with its reason. "
            "Mended, the file can be given to me again."
        )
        view = FileNotice(text, file, Tone.SORRY)
        await interaction.edit_original_response(view=view, attachments=[file])
