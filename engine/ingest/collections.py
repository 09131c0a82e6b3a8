"""The two collections of vectors, and how an item becomes points in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

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
        images = CollectionSpec("images", clip.fingerprint, {CLIP: clip.embed_dim})
        passages = CollectionSpec(
            "passages", sentence.fingerprint, {SENTENCE: sentence.embed_dim}, (BM25,)
        )
        return cls(await store.open(images), await store.open(passages))

    def of(self, kind: ItemKind) -> VectorIndex:
        """The collection that holds the items of a kind."""
        return self.images if kind is ItemKind.IMAGE else self.passages

    def __iter__(self) -> Iterator[VectorIndex]:
        return iter((self.images, self.passages))


def points_of(stored: StoredItem, vectors: PointVectors) -> list[models.PointStruct]:
    """The points that make an item findable: one, under the item's own id."""
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
    return [models.PointStruct(id=item.item_id, vector=dict(vectors), payload=payload)]


def is_current(point: models.Record, stored: StoredItem) -> bool:
    """Whether a point shows the present content of its item."""
    payload = point.payload or {}
    version = (payload.get("kind"), payload.get("revision"), payload.get("sha256"))
    return version == (stored.item.kind.value, stored.revision, stored.item.sha256)
