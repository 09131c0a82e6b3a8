"""What a map is made of: the items an asker may see, their vectors, pictures, texts and labels."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from engine.catalogue import Catalogue
from engine.catalogue.samples import Sample
from engine.encoders.ports import Features
from engine.errors import BadRequest, NotReady
from engine.ingest import Collections, Thumbnails
from engine.ingest.collections import CLIP, SENTENCE
from engine.labels.examples import consensus_of
from engine.maps.nouns import NOUNS
from engine.maps.small_files import small_files
from engine.schemas import Item, ItemKind, MapRequest
from engine.search.background import dense_vector

LEAST_ITEMS = 3
ITEMS_AT_ONCE = 500
MOST_CHARS = 2_000
"""Of a text; how it goes on changes its place on a map by little."""


@dataclass(frozen=True)
class Material:
    """Items that can be mapped, in the order of their ids.

    Attributes:
        features: by the model that serves: float32 (N, D), L2-normalised.
        waiting: how many more are still being read.
        contents: how many there are in all, drawn or not.
    """

    items: Sequence[Item]
    features: Features
    waiting: int
    contents: int


@dataclass(frozen=True)
class Labels:
    """What a team says of items.

    Attributes:
        by_item: names of classes, by item id.
        names: of all classes.
    """

    by_item: Mapping[str, str]
    names: Sequence[str]


class Gathering:
    """Reads from every store what maps need.

    Args:
        catalogue: what is stored.
        collections: of the vectors that serve.
        thumbnails: of pictures.
    """

    def __init__(
        self, catalogue: Catalogue, collections: Collections, thumbnails: Thumbnails
    ) -> None:
        self._catalogue = catalogue
        self._collections = collections
        self._thumbnails = thumbnails

    async def material(self, asked: MapRequest) -> Material:
        """Draws from what the asker may see, and reads the vectors.

        Raises:
            BadRequest: there are fewer than three items.
            NotReady: there will be enough once they are read.
        """
        sample = await self._catalogue.samples.draw(
            asked.library_id,
            asked.channel_ids,
            asked.kind,
            at_most=asked.max_items,
            seed=asked.seed,
        )
        items, rows = await self._with_vectors(asked.kind, sample)
        waiting = sample.waiting + len(sample.item_ids) - len(items)
        if len(items) < LEAST_ITEMS:
            _refuse(NOUNS[asked.kind], len(items), waiting)
        return Material(items, np.stack(rows), waiting, sample.contents)

    async def _with_vectors(
        self, kind: ItemKind, sample: Sample
    ) -> tuple[list[Item], list[Features]]:
        index = self._collections.of(kind)
        vector = CLIP if kind is ItemKind.IMAGE else SENTENCE
        items: list[Item] = []
        rows: list[Features] = []
        for start in range(0, len(sample.item_ids), ITEMS_AT_ONCE):
            some = sample.item_ids[start : start + ITEMS_AT_ONCE]
            stored = await self._catalogue.items.get_many(some)
            points = {
                str(point.id): point for point in await index.retrieve(some, with_vectors=True)
            }
            for item_id in some:
                item, point = stored.get(item_id), points.get(item_id)
                if item and point and (point.payload or {}).get("sha256") == item.sha256:
                    items.append(item)
                    rows.append(dense_vector(point.vector, vector))
        return items, rows

    async def pictures(self, items: Sequence[Item]) -> list[bytes]:
        """The thumbnail of each, an encoded picture file."""
        return await small_files(self._thumbnails, [each.sha256 for each in items])

    async def texts(self, items: Sequence[Item]) -> list[str]:
        """What each says; a document, how it begins."""
        documents = [(each.item_id, 0) for each in items if not each.text]
        opened = await self._catalogue.passages.get_many(documents)
        beginnings = {item_id: passage.in_context for (item_id, _), passage in opened.items()}
        return [(each.text or beginnings.get(each.item_id, ""))[:MOST_CHARS] for each in items]

    async def labels(self, asked: MapRequest) -> Labels:
        """What the team says of items in the set that the request names; nothing without one.

        Raises:
            NotFound: there is no such set.
            BadRequest: it is of another library, or about items of another kind.
        """
        if asked.labelset_id is None:
            return Labels({}, [])
        voted = await self._catalogue.votes.of(asked.labelset_id)
        if voted.library_id != asked.library_id:
            raise BadRequest("This label set belongs to another library.")
        if voted.kind is not asked.kind:
            raise BadRequest(
                f"“{voted.name}” is about {NOUNS[voted.kind]}, and this is to be a map of "
                f"{NOUNS[asked.kind]}."
            )
        names = {each.class_id: each.name for each in voted.classes}
        settled = await asyncio.to_thread(consensus_of, voted)
        by_item = {
            item_id: ", ".join(names[each] for each in class_ids if each in names)
            for item_id, class_ids in settled.classes.items()
        }
        return Labels(by_item, list(names.values()))


def _refuse(noun: str, found: int, waiting: int) -> None:
    """Says that there is too little for a map, and whether waiting helps."""
    if found + waiting >= LEAST_ITEMS:
        raise NotReady(
            f"The {noun} are still being read: {found} of {found + waiting} can be found so far, "
            f"and a map needs {LEAST_ITEMS}. Try again in a moment.",
            retry_after_s=5.0,
        )
    there_are = f"There are only {found} different {noun}" if found else f"There are no {noun}"
    raise BadRequest(f"{there_are} that you may see here; a map needs at least {LEAST_ITEMS}.")
