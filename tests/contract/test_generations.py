"""Generations of a collection side by side: one serves, another is filled, an old one is kept."""

from __future__ import annotations

import pytest
from qdrant_client import models

from engine.errors import Conflict, EncoderMismatch
from engine.vectors import (
    CollectionSpec,
    VectorStore,
)
from tests.contract.points import AT_HOME, SPEC, ids_of, near, point, point_id

pytestmark = pytest.mark.asyncio(loop_scope="module")

NEXT = CollectionSpec("passages", "c" * 64, {"sentence": 4}, ("bm25",))


async def test_another_encoder_is_refused(store: VectorStore) -> None:
    """A changed model would search among vectors that mean something else."""
    await store.open(SPEC)
    other = CollectionSpec(SPEC.name, "b" * 64, SPEC.dense, SPEC.sparse)
    with pytest.raises(EncoderMismatch, match="encoder"):
        await store.open(other)
    assert (await store.open(SPEC)).spec == SPEC


async def test_a_generation_is_filled_beside_the_one_in_use(store: VectorStore) -> None:
    """A new model's vectors would be found among the old one's, or a switch would lose them."""
    old = await store.open(SPEC)
    await old.upsert([point(1)])

    new = await store.begin_generation(NEXT)
    await new.upsert(
        [models.PointStruct(id=point_id(2), vector={"sentence": [1, 0, 0, 0]}, payload=AT_HOME)]
    )
    await store.activate(NEXT)

    assert ids_of(await old.search("home", near(1))) == [point_id(1)]
    of_new = models.QueryRequest(query=[1, 0, 0, 0], using="sentence", limit=5)
    assert ids_of(await (await store.open(NEXT)).search("home", of_new)) == [point_id(2)]


async def test_a_generation_goes_on_where_it_was(store: VectorStore) -> None:
    """A re-index that was interrupted would begin from nothing, or fill a second one."""
    await store.open(SPEC)
    await (await store.begin_generation(NEXT)).upsert(
        [models.PointStruct(id=point_id(2), vector={"sentence": [1, 0, 0, 0]}, payload=AT_HOME)]
    )
    assert await (await store.begin_generation(NEXT)).count("home") == 1


async def test_going_back_is_opening_the_old_generation(store: VectorStore) -> None:
    """A rollback would find its vectors gone."""
    await (await store.open(SPEC)).upsert([point(1)])
    await store.begin_generation(NEXT)
    await store.activate(NEXT)
    assert await (await store.open(SPEC)).count("home") == 1


async def test_only_what_is_not_in_use_is_dropped(store: VectorStore) -> None:
    """A slip would delete the vectors that serve, or what was dropped would still be there."""
    await store.open(SPEC)
    await (await store.begin_generation(NEXT)).upsert(
        [models.PointStruct(id=point_id(2), vector={"sentence": [1, 0, 0, 0]}, payload=AT_HOME)]
    )
    with pytest.raises(Conflict, match="in use"):
        await store.drop(SPEC)
    await store.drop(NEXT)
    await store.drop(NEXT)
    assert await (await store.begin_generation(NEXT)).count("home") == 0


async def test_opening_twice_gives_the_same_collection(store: VectorStore) -> None:
    """Two parts of the engine would each have their own, half-filled index."""
    first = await store.open(SPEC)
    await first.upsert([point(1)])
    assert await (await store.open(SPEC)).count("home") == 1
