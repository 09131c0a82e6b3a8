"""The two collections of vectors, and how an item becomes points in them.

A picture is one point among the images. A message, a document, and the text read in a picture are
points among the passages, one a passage. The first point of an item has the item's own id.
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


@dataclass(frozen=True)
class Collections:
    """The open collections of the encoders that serve."""

    images: VectorIndex
    passages: VectorIndex

    @classmethod
    async def open(
        cls, store: VectorStore, *, clip: EncoderCard, sentence: EncoderCard
    ) -> Collections:
        """Opens both, creating them at first start.

        Raises:
            EncoderMismatch: the stored vectors belong to another encoder.
        """
        images = CollectionSpec(CollectionName.IMAGES, clip.fingerprint, {CLIP: clip.embed_dim})
        passages = CollectionSpec(
            CollectionName.PASSAGES,
            sentence.fingerprint,
            {SENTENCE: sentence.embed_dim},
            (BM25,),
        )
        return cls(await store.open(images), await store.open(passages))

    def named(self, name: CollectionName) -> VectorIndex:
        """The collection of a name."""
        return self.images if name is CollectionName.IMAGES else self.passages

    def of(self, kind: ItemKind) -> VectorIndex:
        """The collection whose encoder reads items of a kind."""
        return self.images if kind is ItemKind.IMAGE else self.passages

    def __iter__(self) -> Iterator[VectorIndex]:
        return iter((self.images, self.passages))


@dataclass(frozen=True)
class ItemVectors:
    """The vectors that make one item findable.

    Attributes:
        picture: of the picture itself; None for a text.
        passages: of each passage, in order.
    """

    picture: PointVectors | None
    passages: Sequence[PointVectors]

    def of(self, name: CollectionName) -> Sequence[PointVectors]:
        """The vectors that go into one collection."""
        if name is CollectionName.PASSAGES:
            return self.passages
        return [] if self.picture is None else [self.picture]


def points_of(stored: StoredItem, vectors: Sequence[PointVectors]) -> list[models.PointStruct]:
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
    if name is CollectionName.PASSAGES:
        return stored.points_by_words
    return int(stored.item.kind is ItemKind.IMAGE)


def is_expected(name: CollectionName, point: models.Record, stored: StoredItem) -> bool:
    """Whether a point is one of those that its item should have in a collection."""
    passage = passage_of_point(point)
    return passage < expected_points(name, stored) and point.id == point_id(stored.item_id, passage)


def is_current(point: models.Record, stored: StoredItem) -> bool:
    """Whether a point shows the present content of its item."""
    payload = point.payload or {}
    version = (payload.get("kind"), payload.get("revision"), payload.get("sha256"))
    return version == (stored.item.kind.value, stored.revision, stored.item.sha256)


def item_id_of_point(point: models.Record | models.ScoredPoint) -> str:
    """The item that a point stands for."""
    return str((point.payload or {})["item_id"])


def passage_of_point(point: models.Record | models.ScoredPoint) -> int:
    """Which of its item's passages a point stands for."""
    return int((point.payload or {}).get("passage", 0))


def about_items(item_ids: Sequence[str]) -> models.Filter:
    """The points of some items."""
    match = models.MatchAny(any=list(item_ids))
    return models.Filter(must=[models.FieldCondition(key="item_id", match=match)])
