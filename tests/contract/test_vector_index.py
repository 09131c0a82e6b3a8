"""What every vector index promises, checked on the embedded one, the oracle, and a server."""

from __future__ import annotations

from uuid import UUID

import numpy as np
import pytest
from qdrant_client import models

from engine.errors import NotFound
from engine.vectors import (
    VectorIndex,
)
from tests.contract.points import direction, ids_of, keyword, near, point, point_id

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_the_nearest_point_comes_first(index: VectorIndex) -> None:
    """A search by picture would not find that very picture."""
    await index.upsert([point(number) for number in range(20)])
    hits = await index.search("home", near(7, limit=3, with_payload=True))
    assert str(hits[0].id) == point_id(7)
    assert hits[0].score == pytest.approx(1.0, abs=1e-6)
    assert hits[0].payload == {"library_id": "home", "item_id": "item-7"}
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


async def test_a_library_sees_only_its_own(index: VectorIndex) -> None:
    """Members of one Discord server would find the pictures of another."""
    await index.upsert([point(number, "home" if number % 2 else "away") for number in range(20)])
    fused = models.QueryRequest(
        prefetch=[
            models.Prefetch(query=direction(4), using="sentence", limit=5),
            models.Prefetch(
                query=models.SparseVector(indices=[104], values=[1.0]), using="bm25", limit=5
            ),
        ],
        query=models.RrfQuery(rrf=models.Rrf(k=60)),
        limit=20,
    )
    anything_goes = models.Filter(should=[keyword("library_id", "away"), models.Filter()])
    for request in (near(4, limit=20), fused, near(4, limit=20, filter=anything_goes)):
        hits = await index.search("home", request)
        assert hits
        assert {UUID(str(hit.id)).int % 2 for hit in hits} == {1}
    assert await index.count("home") == 10
    assert await index.count("nowhere") == 0
    assert await index.search("nowhere", near(4)) == []


async def test_an_example_of_another_library_is_not_found(index: VectorIndex) -> None:
    """Asking for more like this would reveal what another server has stored."""
    await index.upsert([point(1, "home"), point(2, "away")])
    with pytest.raises(NotFound, match="no indexed item"):
        await index.search("home", models.QueryRequest(query=point_id(2), using="sentence"))


async def test_more_like_a_point_leaves_the_point_out(index: VectorIndex) -> None:
    """Asking for more like this would answer with the very same picture."""
    await index.upsert([point(number) for number in range(20)])
    by_id = await index.search(
        "home", models.QueryRequest(query=point_id(7), using="sentence", limit=5)
    )
    by_vector = await index.search("home", near(7, limit=6))
    assert ids_of(by_id) == ids_of(by_vector)[1:]


@pytest.mark.parametrize("strategy", list(models.RecommendStrategy))
async def test_recommendations_move_away_from_negative_examples(
    index: VectorIndex, strategy: models.RecommendStrategy
) -> None:
    """Pressing *Not it* would have no effect on what is found next."""
    liked, disliked = np.array(direction(1)), np.array(direction(2))
    vectors = {3: liked + disliked, 4: liked - disliked}
    await index.upsert(
        [
            models.PointStruct(
                id=point_id(number),
                vector={"sentence": vector.tolist()},
                payload={"library_id": "home"},
            )
            for number, vector in {1: liked, 2: disliked, **vectors}.items()
        ]
    )
    recommend = models.RecommendInput(
        positive=[point_id(1)], negative=[point_id(2)], strategy=strategy
    )
    hits = await index.search(
        "home",
        models.QueryRequest(query=models.RecommendQuery(recommend=recommend), using="sentence"),
    )
    assert ids_of(hits) == [point_id(4), point_id(3)]


async def test_fusion_prefers_what_both_legs_find(index: VectorIndex) -> None:
    """A message that matches by words and by meaning would rank below one that matches by one."""
    await index.upsert([point(number) for number in range(20)])
    request = models.QueryRequest(
        prefetch=[
            models.Prefetch(query=direction(7), using="sentence", limit=5),
            models.Prefetch(
                query=models.SparseVector(indices=[107], values=[1.0]), using="bm25", limit=5
            ),
        ],
        query=models.RrfQuery(rrf=models.Rrf(k=60, weights=[2.0, 1.0])),
        limit=5,
    )
    hits = await index.search("home", request)
    assert str(hits[0].id) == point_id(7)
    assert hits[0].score == pytest.approx(1 / (1 / 2 + 59) + 1 / (1 + 59), rel=1e-4)


async def test_rare_words_weigh_more_than_common_ones(index: VectorIndex) -> None:
    """A query would be answered by whoever says "the" most often."""
    common, rare = 9_001, 9_002  # terms of no other test: statistics forget deletions late

    def said(number: int, *indices: int) -> models.PointStruct:
        vector = models.SparseVector(indices=list(indices), values=[1.0] * len(indices))
        return models.PointStruct(
            id=point_id(number), vector={"bm25": vector}, payload={"library_id": "home"}
        )

    await index.upsert([said(number, common) for number in range(9)] + [said(9, rare)])
    query = models.SparseVector(indices=[common, rare], values=[1.0, 1.0])
    hits = await index.search("home", models.QueryRequest(query=query, using="bm25", limit=2))
    assert str(hits[0].id) == point_id(9)
    assert hits[0].score > 1.5 * hits[1].score


async def test_an_empty_word_query_finds_nothing(index: VectorIndex) -> None:
    """A query of stop words would fail instead of finding nothing."""
    await index.upsert([point(1)])
    empty = models.SparseVector(indices=[], values=[])
    assert await index.search("home", models.QueryRequest(query=empty, using="bm25")) == []


async def test_a_score_threshold_cuts_the_tail(index: VectorIndex) -> None:
    """Irrelevant hits would fill the gallery."""
    await index.upsert([point(number) for number in range(20)])
    hits = await index.search("home", near(7, limit=20, score_threshold=0.999))
    assert ids_of(hits) == [point_id(7)]


async def test_a_batch_answers_in_order(index: VectorIndex) -> None:
    """Hits would be shown under another query."""
    await index.upsert([point(number) for number in range(20)])
    requests = [near(number, limit=1) for number in (3, 11, 5)]
    answers = await index.search_batch("home", requests)
    assert [ids_of(hits) for hits in answers] == [[point_id(number)] for number in (3, 11, 5)]
    assert await index.search_batch("home", []) == []


@pytest.mark.parametrize(
    "vectors",
    [
        pytest.param({"sentence": [float("nan")] * 8}, id="nan"),
        pytest.param({"sentence": [1e39] + [0.0] * 7}, id="overflow"),
        pytest.param({"sentence": [1.0] * 7}, id="size"),
        pytest.param({"image": [1.0] * 8}, id="name"),
        pytest.param({"sentence": models.SparseVector(indices=[1], values=[1.0])}, id="kind"),
        pytest.param({"bm25": models.SparseVector(indices=[1, 1], values=[1.0, 1.0])}, id="twice"),
        pytest.param({"bm25": models.SparseVector(indices=[1], values=[float("inf")])}, id="inf"),
        pytest.param({}, id="none"),
    ],
)
async def test_a_bad_vector_is_refused_and_nothing_is_written(
    index: VectorIndex, vectors: dict[str, list[float] | models.SparseVector]
) -> None:
    """One broken picture would make scores meaningless, or be replayed from the log for ever."""
    bad = models.PointStruct(id=point_id(2), vector=vectors, payload={"library_id": "home"})
    with pytest.raises(ValueError, match="vector"):
        await index.upsert([point(1), bad])
    assert await index.count("home") == 0


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"id": "message-1"}, "UUID"),
        ({"payload": {"item_id": "item-1"}}, "library_id"),
        ({"payload": {"library_id": 5}}, "library_id"),
    ],
)
async def test_a_point_without_id_or_library_is_refused(
    index: VectorIndex, changes: dict[str, object], sentence: str
) -> None:
    """A point that no library owns could never be found or deleted."""
    with pytest.raises(ValueError, match=sentence):
        await index.upsert([point(1).model_copy(update=changes)])


@pytest.mark.parametrize(
    "request_",
    [
        models.QueryRequest(query=[float("nan")] * 8, using="sentence"),
        models.QueryRequest(query=[1.0] * 7, using="sentence"),
        models.QueryRequest(query=[1.0] * 8, using="image"),
        models.QueryRequest(
            prefetch=models.Prefetch(query=[1.0] * 8, using="sentence"),
            query=models.FusionQuery(fusion=models.Fusion.RRF),
        ),
        models.QueryRequest(
            prefetch=models.Prefetch(query=[1.0] * 8, using="sentence"),
            query=models.RrfQuery(rrf=models.Rrf()),
        ),
    ],
)
async def test_a_query_that_makes_no_sense_is_refused(
    index: VectorIndex, request_: models.QueryRequest
) -> None:
    """A bug in a query would show as an empty gallery instead of an error."""
    with pytest.raises(ValueError, match=r"vector|explicit k"):
        await index.search("home", request_)


async def test_an_upsert_replaces_the_point(index: VectorIndex) -> None:
    """An edited message would be found by its old text too."""
    await index.upsert([point(1, channel_id="old")])
    moved = point(2, channel_id="new").model_copy(update={"id": point_id(1)})
    await index.upsert([moved], durable=True)
    (record,) = await index.retrieve([point_id(1)], with_vectors=True)
    assert record.payload == {"library_id": "home", "item_id": "item-2", "channel_id": "new"}
    assert isinstance(record.vector, dict)
    assert record.vector["sentence"] == pytest.approx(direction(2), abs=1e-6)
    assert record.vector["bm25"] == models.SparseVector(indices=[2, 102], values=[1.0, 2.0])
    assert await index.count("home") == 1


async def test_payload_is_merged_by_ids_and_by_filter(index: VectorIndex) -> None:
    """Moving a message to another channel would lose what else is known of it."""
    await index.upsert([point(number, channel_id="general") for number in range(4)])
    await index.set_payload([point_id(0)], {"channel_id": "cats"})
    await index.set_payload(keyword("item_id", "item-1"), {"channel_id": "dogs"})
    assert await index.count("home", keyword("channel_id", "general")) == 2
    (record,) = await index.retrieve([point_id(1)])
    assert record.payload == {"library_id": "home", "item_id": "item-1", "channel_id": "dogs"}


async def test_deleted_points_are_gone_at_once(index: VectorIndex) -> None:
    """A deleted message would still be found."""
    await index.upsert([point(number, channel_id=f"c{number % 2}") for number in range(10)])
    await index.delete([point_id(1), point_id(999)])
    await index.delete(keyword("channel_id", "c0"))
    hits = await index.search("home", near(0, limit=10))
    assert sorted(ids_of(hits)) == [point_id(number) for number in (3, 5, 7, 9)]
    assert await index.retrieve([point_id(0), point_id(1)]) == []


async def test_scrolling_visits_every_point_once(index: VectorIndex) -> None:
    """Verify and repair would miss points, or count some twice."""
    await index.upsert([point(number, kind="text") for number in range(150)])
    visited: list[str] = []
    cursor = None
    while True:
        page, cursor = await index.scroll(keyword("kind", "text"), cursor, 37)
        visited += ids_of(page)
        if cursor is None:
            break
    assert visited == [point_id(number) for number in range(150)]


async def test_maintenance_changes_no_answer(index: VectorIndex) -> None:
    """Searches would find other things after an idle night."""
    await index.upsert([point(number) for number in range(40)])
    await index.delete([point_id(number) for number in range(20)])
    before = await index.search("home", near(30))
    assert await index.maintain(budget_s=60)
    after = await index.search("home", near(30))
    assert ids_of(after) == ids_of(before)
    assert await index.count("home") == 20


async def test_an_empty_collection_answers(index: VectorIndex) -> None:
    """The first search on a fresh installation would fail."""
    await index.upsert([])
    await index.flush()
    assert await index.search("home", near(1)) == []
    assert await index.scroll(None, None, 10) == ([], None)
    assert await index.retrieve([]) == []
