"""Label sets on their way out: item by item into a file, so that memory does not grow with them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from tempfile import TemporaryFile
from typing import IO

from engine.blobs import BlobStore
from engine.catalogue import Catalogue
from engine.catalogue.label_votes import VotedItem
from engine.errors import BadRequest, NotFound, StorageFailed
from engine.labels.export_archives import CocoWriter, FolderWriter, HuggingFaceWriter
from engine.labels.export_items import ExportedItem, ExportedLabel, LabelWriter
from engine.labels.export_tables import CsvWriter, JsonlWriter
from engine.labels.quality import QualityService
from engine.labels.standing import Standing
from engine.schemas import ExportFormat, ExportRequest, Item, ItemKind, LabelOutcome

READ_AT_ONCE = 100

TABLES = {ExportFormat.JSONL, ExportFormat.CSV}


class LabelExporter:
    """Writes the labels of a set to a temporary file."""

    def __init__(self, catalogue: Catalogue, blobs: BlobStore, quality: QualityService) -> None:
        self._catalogue = catalogue
        self._blobs = blobs
        self._quality = quality

    async def export(self, labelset_id: str, request: ExportRequest) -> IO[bytes]:
        """Writes what the asker may see of a set, in the order of item ids.

        Returns:
            A nameless file at its beginning, which is gone when it is closed.

        Raises:
            NotFound: there is no such set.
            BadRequest: the format is for pictures only.
            StorageFailed: there is no room.
        """
        standing = await self._quality.standing(labelset_id)
        if request.format is ExportFormat.COCO and standing.voted.kind is not ItemKind.IMAGE:
            raise BadRequest("COCO describes pictures. Export texts as jsonl, csv or huggingface.")
        file = TemporaryFile()  # noqa: SIM115 - the caller closes it
        try:
            writer = _writer(file, standing, request.format)
            async for item in self._items(standing, request):
                await asyncio.to_thread(writer.add, item)
            await asyncio.to_thread(writer.finish)
            file.seek(0)
        except OSError as error:
            file.close()
            raise StorageFailed(
                f"There is no room for the export ({error.strerror}); nothing was changed."
            ) from error
        except BaseException:
            file.close()
            raise
        return file

    async def _items(
        self, standing: Standing, request: ExportRequest
    ) -> AsyncIterator[ExportedItem]:
        visible = sorted(
            (
                item
                for item in standing.labelled
                if request.channel_ids is None or item.channel_id in request.channel_ids
            ),
            key=lambda item: item.item_id,
        )
        for start in range(0, len(visible), READ_AT_ONCE):
            part = visible[start : start + READ_AT_ONCE]
            items = await self._catalogue.items.get_many([voted.item_id for voted in part])
            for voted in part:
                item = items.get(voted.item_id)
                if item is None or item.sha256 != voted.sha256:
                    continue
                exported = await self._exported(voted, item, standing, request.format)
                if exported is not None:
                    yield exported

    async def _exported(
        self, voted: VotedItem, item: Item, standing: Standing, export_format: ExportFormat
    ) -> ExportedItem | None:
        """An item with its content, where the format has use for it; None when it just went."""
        text, original = "", b""
        if export_format not in TABLES:
            try:
                if item.kind is ItemKind.IMAGE:
                    original = await self._blobs.get(item.sha256)
                else:
                    text = await self._text(item)
            except NotFound:
                return None
        consensus = standing.settled.classes.get(item.item_id, ())
        return ExportedItem(
            item, _labels(voted, standing), _named(consensus, standing), text, original
        )

    async def _text(self, item: Item) -> str:
        if item.text is not None:
            return item.text
        passages = (await self._catalogue.passages.of_items([item.item_id])).get(item.item_id, [])
        return "\n\n".join(passage.text for passage in passages)


def _writer(file: IO[bytes], standing: Standing, export_format: ExportFormat) -> LabelWriter:
    voted = standing.voted
    names = list(standing.names.values())
    match export_format:
        case ExportFormat.JSONL:
            return JsonlWriter(file)
        case ExportFormat.CSV:
            return CsvWriter(file)
        case ExportFormat.FOLDER:
            return FolderWriter(file, names)
        case ExportFormat.COCO:
            return CocoWriter(file, voted.name, names)
        case ExportFormat.HUGGING_FACE:
            return HuggingFaceWriter(file, voted.name, voted.kind, multi_label=voted.multi_label)


def _labels(voted: VotedItem, standing: Standing) -> list[ExportedLabel]:
    """What people said, by person."""
    said = (vote for vote in voted.votes if vote.outcome is LabelOutcome.LABELLED)
    return [
        ExportedLabel(
            _named(vote.class_ids, standing),
            vote.person_id,
            vote.method,
            vote.drawn,
            vote.given_at,
        )
        for vote in sorted(said, key=lambda vote: vote.person_id)
    ]


def _named(class_ids: Sequence[str], standing: Standing) -> list[str]:
    return sorted(standing.names[class_id] for class_id in class_ids)
