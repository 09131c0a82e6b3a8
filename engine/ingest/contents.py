"""What is embedded of an item: its pixels and their regions, and its texts in context."""

from __future__ import annotations

from collections.abc import Sequence

from engine.blobs import BlobStore
from engine.catalogue import Catalogue, StoredItem
from engine.encoders.ports import Pixels
from engine.ingest.ports import PictureReader
from engine.schemas import Box, ItemKind


class ContentReader:
    """Reads the contents of stored items.

    Args:
        catalogue: texts, passages and regions.
        blobs: originals of pictures.
        pictures: decodes them.
    """

    def __init__(self, catalogue: Catalogue, blobs: BlobStore, pictures: PictureReader) -> None:
        self._passages = catalogue.passages
        self._regions = catalogue.regions
        self._runs = catalogue.runs
        self._blobs = blobs
        self._pictures = pictures

    async def texts(self, items: Sequence[StoredItem]) -> dict[str, list[str]]:
        """What of items is embedded as text: passages under their headings, messages in runs."""
        passages = await self._passages.of_items([s.item_id for s in items if s.passage_count])
        texts = {
            item_id: [passage.in_context for passage in of_item]
            for item_id, of_item in passages.items()
        }
        whole = [s for s in items if s.item.text is not None and not s.passage_count]
        said_before = await self._runs.before(whole)
        for stored in whole:
            run = [*said_before.get(stored.item_id, []), stored.item.text or ""]
            texts[stored.item_id] = ["\n".join(run)]
        return texts

    async def regions(self, items: Sequence[StoredItem]) -> dict[str, list[Box]]:
        """The parts of pictures that have vectors of their own, of those that have any."""
        return await self._regions.of_items([s.item_id for s in items if s.region_count])

    async def pixels(self, stored: StoredItem) -> Pixels | None:
        """A picture's pixels; None for a text.

        Raises:
            EngineError: the original is gone or cannot be decoded now.
        """
        if stored.item.kind is not ItemKind.IMAGE:
            return None
        return (await self._pictures.decode(await self._blobs.get(stored.item.sha256))).rgb
