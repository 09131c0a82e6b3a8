"""Pictures are grouped by their first one, where hash and vector agree."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from uuid import UUID

import pytest
from qdrant_client import models

from engine.catalogue.duplicates import PostedContent
from engine.ingest.collections import CLIP
from engine.search.duplicates import MAX_DISTANCE_BITS
from engine.search.look_alikes import look_alikes
from engine.vectors.memory import MemoryVectorStore
from engine.vectors.port import VectorIndex
from engine.vectors.spec import CollectionSpec

POSTED_AT = datetime(2026, 3, 1, tzinfo=UTC)
EAST, NORTH = [1.0, 0.0], [0.0, 1.0]
NEAR_EAST = [0.95, 0.3122]


def flipped(bits: int) -> bytes:
    """A hash that differs in so many bits from one of zeros."""
    return ((1 << bits) - 1).to_bytes(32)


def picture(number: int, perceptual_hash: bytes) -> PostedContent:
    """A picture posted once."""
    item_id = str(UUID(int=number))
    return PostedContent(f"sha {number}", item_id, perceptual_hash, 1, POSTED_AT)


@pytest.fixture
async def index() -> AsyncIterator[VectorIndex]:
    """An empty collection of pictures with two dimensions."""
    store = MemoryVectorStore()
    yield await store.open(CollectionSpec("images", "fingerprint", {CLIP: 2}))
    await store.close()


async def grouped(
    index: VectorIndex, *pictures: tuple[bytes, Sequence[float] | None]
) -> list[list[int]]:
    """Which of the pictures, given by hash and vector, are together."""
    points = [
        models.PointStruct(
            id=str(UUID(int=n)), vector={CLIP: list(vector)}, payload={"library_id": "lib"}
        )
        for n, (_, vector) in enumerate(pictures)
        if vector is not None
    ]
    await index.upsert(points)
    contents = [picture(n, perceptual_hash) for n, (perceptual_hash, _) in enumerate(pictures)]
    groups = await look_alikes(contents, index)
    return [[UUID(content.item_id).int for content in group] for group in groups]


async def test_hash_and_vector_have_to_agree(index: VectorIndex) -> None:
    """Two charts of one layout, or a picture that waits to be embedded, would count as reposts."""
    near = flipped(MAX_DISTANCE_BITS)
    groups = await grouped(
        index,
        (bytes(32), EAST),
        (near, NEAR_EAST),
        (bytes(32), NORTH),
        (bytes(32), None),
        (flipped(255), EAST),
        (b"", EAST),
    )
    assert groups == [[0, 1], [2], [3], [4], [5]]


async def test_no_chain_leads_to_another_picture(index: VectorIndex) -> None:
    """A slow film would be one group from its first frame to its last."""
    step = MAX_DISTANCE_BITS - 1
    chain = [(flipped(n * step), EAST) for n in range(4)]
    assert await grouped(index, *chain) == [[0, 1], [2, 3]]


async def test_what_is_no_copy_of_the_first_may_be_one_of_a_later(index: VectorIndex) -> None:
    """Of two charts of one layout, only the one posted first would have its reposts found."""
    charts = [(bytes(32), vector) for vector in (EAST, NORTH, NORTH, EAST)]
    assert await grouped(index, *charts) == [[0, 3], [1, 2]]


async def test_nothing_makes_no_groups(index: VectorIndex) -> None:
    """A library of texts would get an error."""
    assert await grouped(index) == []
