"""The collections of vectors, and how an item becomes points in them.

A picture is one point among the images, and each part of it in which a detector found something is
one among the regions, with a vector of the same encoder. A message, a document, and the text read
in a picture are points among the passages, one a passage. The first point of an item in each has
the item's own id.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from qdrant_client import models

from engine.catalogue import StoredItem
from engine.encoders.ports import EncoderCard
from engine.schemas import ItemKind
from engine.vectors.port import CollectionSpec, VectorIndex, VectorStore

PointVectors = dict[str, list[float] | models.SparseVector]
"""The named vectors of one point."""

CLIP = "clip"
SENTENCE = "sentence"
BM25 = "bm25"


class CollectionName(StrEnum):
    """What the points of a collection stand for."""

    IMAGES = "images"
    PASSAGES = "passages"
    REGIONS = "regions"


@dataclass(frozen=True)
class Collections:
    """The open collections of the encoders that serve."""

    images: VectorIndex
    passages: VectorIndex
    regions: VectorIndex

    @classmethod
    async def open(
        cls, store: VectorStore, *, clip: EncoderCard, sentence: EncoderCard
    ) -> Collections:
        """Opens all, creating them at first start.

        Raises:
            EncoderMismatch: the stored vectors belong to another encoder.
        """
        return cls(*[await store.open(spec) for spec in _specs(clip, sentence)])

    @classmethod
    async def begin(
        cls, store: VectorStore, *, clip: EncoderCard, sentence: EncoderCard
    ) -> Collections:
        """Opens the generations of these encoders, whether or not they are the ones in use.

        Raises:
            StorageFailed: there is no room for a new one.
        """
        specs = _specs(clip, sentence)
        return cls(*[await store.begin_generation(spec) for spec in specs])

    def named(self, name: CollectionName) -> VectorIndex:
        """The collection of a name."""
        return {
            CollectionName.IMAGES: self.images,
            CollectionName.PASSAGES: self.passages,
            CollectionName.REGIONS: self.regions,
        }[name]

    def of(self, kind: ItemKind) -> VectorIndex:
        """The collection in which items of a kind stand as a whole."""
        return self.images if kind is ItemKind.IMAGE else self.passages

    def __iter__(self) -> Iterator[VectorIndex]:
        return iter(self.named(name) for name in CollectionName)


def _specs(clip: EncoderCard, sentence: EncoderCard) -> list[CollectionSpec]:
    """In the order of the fields of `Collections`."""
    images, regions = (
        CollectionSpec(name, clip.fingerprint, {CLIP: clip.embed_dim})
        for name in (CollectionName.IMAGES, CollectionName.REGIONS)
    )
    passages = CollectionSpec(
        CollectionName.PASSAGES, sentence.fingerprint, {SENTENCE: sentence.embed_dim}, (BM25,)
    )
    return [images, passages, regions]


@dataclass(frozen=True)
class ItemVectors:
    """The vectors that make one item findable.

    Attributes:
        picture: of the picture itself; None for a text.
        passages: of each passage, in order.
        regions: of each region of the picture, in order.
    """

    picture: PointVectors | None
    passages: Sequence[PointVectors]
    regions: Sequence[PointVectors] = ()

    def of(self, name: CollectionName) -> Sequence[PointVectors]:
        """The vectors that go into one collection."""
        return {
            CollectionName.IMAGES: [] if self.picture is None else [self.picture],
            CollectionName.PASSAGES: self.passages,
            CollectionName.REGIONS: self.regions,
        }[name]


def points_of(
    name: CollectionName, stored: StoredItem, vectors: Sequence[PointVectors]
) -> list[models.PointStruct]:
    """An item's points in one collection, one for each of its vectors there."""
    item, place = stored.item, stored.item.place
    payload = {
        "library_id": place.library_id,
        "channel_id": place.channel_id,
        "message_id": place.message_id,
        "attachment_id": place.attachment_id,
        "author_id": item.author_id,
        "item_id": item.item_id,
        "kind": item.kind.value,
        "sha256": item.sha256,
        "posted_at_s": int(item.posted_at.timestamp()),
        "revision": stored.revision,
        "detector": _detector_of(name, stored),
    }
    return [
        models.PointStruct(
            id=point_id(item.item_id, n), vector=dict(named), payload={**payload, "passage": n}
        )
        for n, named in enumerate(vectors)
    ]


def point_id(item_id: str, passage: int) -> str:
    """The id of an item's point in a collection."""
    return item_id if passage == 0 else str(uuid.uuid5(uuid.UUID(item_id), str(passage)))


def expected_points(name: CollectionName, stored: StoredItem) -> int:
    """How many points an item should have in a collection."""
    return {
        CollectionName.IMAGES: int(stored.item.kind is ItemKind.IMAGE),
        CollectionName.PASSAGES: stored.points_by_words,
        CollectionName.REGIONS: stored.region_count,
    }[name]


def is_expected(name: CollectionName, point: models.Record, stored: StoredItem) -> bool:
    """Whether a point is one of those that its item should have in a collection."""
    passage = passage_of_point(point)
    return passage < expected_points(name, stored) and point.id == point_id(stored.item_id, passage)


def is_current(name: CollectionName, point: models.Record, stored: StoredItem) -> bool:
    """Whether a point shows the present content of its item, a region as it is bounded now."""
    payload = point.payload or {}
    version = (payload.get("kind"), payload.get("revision"), payload.get("sha256"))
    return (*version, detector_of_point(point)) == (
        stored.item.kind.value,
        stored.revision,
        stored.item.sha256,
        _detector_of(name, stored),
    )


def item_id_of_point(point: models.Record | models.ScoredPoint) -> str:
    """The item that a point stands for."""
    return str((point.payload or {})["item_id"])


def detector_of_point(point: models.Record | models.ScoredPoint) -> str | None:
    """Fingerprint of the detector whose region a point stands for."""
    return (point.payload or {}).get("detector")


def passage_of_point(point: models.Record | models.ScoredPoint) -> int:
    """Which of its item's passages or regions a point stands for."""
    return int((point.payload or {}).get("passage", 0))


def about_items(item_ids: Sequence[str]) -> models.Filter:
    """The points of some items."""
    match = models.MatchAny(any=list(item_ids))
    return models.Filter(must=[models.FieldCondition(key="item_id", match=match)])


def _detector_of(name: CollectionName, stored: StoredItem) -> str | None:
    return stored.detector if name is CollectionName.REGIONS else None
