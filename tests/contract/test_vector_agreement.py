"""The embedded index agrees with Qdrant's semantics on random payloads, filters and queries."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import numpy as np
import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from qdrant_client import models

from engine.vectors import CollectionSpec, EdgeVectorStore, MemoryVectorStore, VectorIndex

pytestmark = pytest.mark.asyncio(loop_scope="module")

SPEC = CollectionSpec("passages", "a" * 64, {"sentence": 8}, ("bm25",))
POINTS = 150
LIBRARIES = ("home", "away")
CHANNELS = ("general", "cats", "dogs", "night")
KINDS = ("image", "text")
TERMS = 30
START_S = 1_700_000_000
DAYS = 20
DAY_S = 86_400

examples = settings(
    max_examples=80,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)


@dataclass(frozen=True)
class Pair:
    """The embedded index and the oracle, with the same points."""

    edge: VectorIndex
    oracle: VectorIndex


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pair(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Pair]:
    """Both indexes, filled once."""
    edge, memory = EdgeVectorStore(tmp_path_factory.mktemp("vectors")), MemoryVectorStore()
    opened = Pair(await edge.open(SPEC), await memory.open(SPEC))
    points = _random_points(np.random.default_rng(7))
    for index in (opened.edge, opened.oracle):
        await index.upsert(points)
    yield opened
    await edge.close()
    await memory.close()


def _random_points(rng: np.random.Generator) -> list[models.PointStruct]:
    return [
        models.PointStruct(
            id=str(UUID(int=number)),
            vector={
                "sentence": rng.normal(size=8).tolist(),
                "bm25": models.SparseVector(
                    indices=rng.choice(TERMS, size=4, replace=False).tolist(),
                    values=rng.uniform(0.5, 2.0, size=4).tolist(),
                ),
            },
            payload=_random_payload(rng),
        )
        for number in range(POINTS)
    ]


def _random_payload(rng: np.random.Generator) -> dict[str, object]:
    """Every key but the tenant's is now and then absent, null or a list."""
    day = int(rng.integers(DAYS))
    payload: dict[str, object] = {"library_id": str(rng.choice(LIBRARIES))}
    several = rng.choice(CHANNELS, size=int(rng.integers(3)), replace=False).tolist()
    channel = [str(rng.choice(CHANNELS)), None, several][rng.choice(3, p=[0.7, 0.1, 0.2])]
    optional = {
        "channel_id": channel,
        "kind": str(rng.choice(KINDS)),
        "posted_at_s": START_S + day * DAY_S,
        "posted_at": datetime.fromtimestamp(START_S + day * DAY_S, UTC).isoformat(),
        "places": [
            {"channel_id": str(rng.choice(CHANNELS)), "reactions": int(rng.integers(5))}
            for _ in range(int(rng.integers(4)))
        ],
    }
    return payload | {key: value for key, value in optional.items() if rng.random() > 0.15}


days = st.integers(-1, DAYS)
bounds = st.dictionaries(st.sampled_from(["gt", "gte", "lt", "lte"]), days, min_size=1, max_size=2)


def _seconds(of_days: dict[str, int]) -> models.Range:
    return models.Range(**{bound: START_S + day * DAY_S for bound, day in of_days.items()})


def _dates(of_days: dict[str, int]) -> models.DatetimeRange:
    return models.DatetimeRange(
        **{
            bound: datetime.fromtimestamp(START_S + day * DAY_S, UTC)
            for bound, day in of_days.items()
        }
    )


channels = st.sampled_from((*CHANNELS, "nowhere"))
several_channels = st.lists(channels, max_size=3)
keys = st.sampled_from(["channel_id", "kind", "posted_at_s", "places", "places[].channel_id"])
matches = st.one_of(
    channels.map(lambda value: models.MatchValue(value=value)),
    several_channels.map(lambda values: models.MatchAny(any=values)),
    several_channels.map(lambda values: models.MatchExcept(**{"except": values})),
)


def _on(key: str, match: models.Match) -> models.FieldCondition:
    return models.FieldCondition(key=key, match=match)


nested = st.builds(
    lambda match, least: models.NestedCondition(
        nested=models.Nested(
            key="places",
            filter=models.Filter(
                must=[
                    _on("channel_id", match),
                    models.FieldCondition(key="reactions", range=models.Range(gte=least)),
                ]
            ),
        )
    ),
    matches,
    st.integers(0, 5),
)
conditions = st.one_of(
    matches.map(lambda match: _on("channel_id", match)),
    matches.map(lambda match: _on("places[].channel_id", match)),
    st.sampled_from(KINDS).map(lambda kind: _on("kind", models.MatchValue(value=kind))),
    days.map(lambda day: _on("posted_at_s", models.MatchValue(value=START_S + day * DAY_S))),
    bounds.map(lambda b: models.FieldCondition(key="posted_at_s", range=_seconds(b))),
    bounds.map(lambda b: models.FieldCondition(key="posted_at", range=_dates(b))),
    keys.map(lambda key: models.IsEmptyCondition(is_empty=models.PayloadField(key=key))),
    keys.map(lambda key: models.IsNullCondition(is_null=models.PayloadField(key=key))),
    st.builds(
        lambda key, empty: models.FieldCondition(key=key, is_empty=empty), keys, st.booleans()
    ),
    st.builds(lambda key, null: models.FieldCondition(key=key, is_null=null), keys, st.booleans()),
    st.lists(st.integers(0, POINTS + 5), max_size=40).map(
        lambda numbers: models.HasIdCondition(has_id=[str(UUID(int=each)) for each in numbers])
    ),
    nested,
)


def _filters(inner: st.SearchStrategy[models.Condition]) -> st.SearchStrategy[models.Filter]:
    clause = st.none() | st.lists(inner, min_size=1, max_size=3)
    least = st.builds(
        lambda among, count: models.MinShould(conditions=among, min_count=count),
        st.lists(inner, min_size=2, max_size=4),
        st.integers(1, 2),
    )
    return st.builds(
        models.Filter, must=clause, should=clause, must_not=clause, min_should=st.none() | least
    )


filters = _filters(st.recursive(conditions, _filters, max_leaves=4))


def _direction(seed: int) -> list[float]:
    return [float(each) for each in np.random.default_rng(seed).normal(size=8)]


dense = st.integers(0, 9_999).map(_direction)
others = st.integers(10_000, 19_999).map(_direction)  # liked and disliked alike is a coin toss
sparse = st.integers(0, 10_000).map(
    lambda seed: models.SparseVector(
        indices=np.random.default_rng(seed).choice(TERMS, size=3, replace=False).tolist(),
        values=np.random.default_rng(seed).uniform(0.5, 2.0, size=3).tolist(),
    )
)
point_ids = st.integers(0, POINTS - 1).map(lambda number: str(UUID(int=number)))
dense_examples = st.lists(dense, min_size=1, max_size=3)
recommendations = st.builds(
    lambda positive, negative, strategy: models.RecommendQuery(
        recommend=models.RecommendInput(positive=positive, negative=negative, strategy=strategy)
    ),
    dense_examples,
    st.lists(others, max_size=2),
    st.sampled_from(models.RecommendStrategy),
)
by_meaning = st.one_of(dense, recommendations).map(lambda q: {"query": q, "using": "sentence"})
by_words = st.builds(
    lambda q, corpus: {
        "query": q,
        "using": "bm25",
        "params": corpus and models.SearchParams(idf=models.IdfCorpusParams(corpus=corpus)),
    },
    sparse,
    st.none() | filters,
)
maybe_filter = st.none() | filters
legs = st.builds(
    lambda query, limit, leg_filter: models.Prefetch(**query, limit=limit, filter=leg_filter),
    by_meaning | by_words,
    st.integers(1, 40),
    maybe_filter,
)
fused = st.builds(
    lambda prefetch, k, weights: {
        "prefetch": prefetch,
        "query": models.RrfQuery(rrf=models.Rrf(k=k, weights=weights[: len(prefetch)])),
    },
    st.lists(legs, min_size=2, max_size=3),
    st.sampled_from([2, 60]),
    st.lists(st.sampled_from([0.5, 1.0, 2.0]), min_size=3, max_size=3),
)
rescored = st.builds(
    lambda prefetch, query: {"prefetch": prefetch, **query}, st.lists(legs, min_size=1), by_meaning
)
requests = st.builds(
    lambda query, fields: models.QueryRequest(**query, **fields),
    by_meaning | by_words | fused | rescored,
    st.fixed_dictionaries(
        {"limit": st.integers(1, 30), "filter": maybe_filter},
        optional={
            "offset": st.integers(0, 10),
            "score_threshold": st.sampled_from([0.01, 0.2, 0.5]),
            "with_payload": st.sampled_from([True, ["kind"], False]),
        },
    ),
)


@examples
@given(scroll_filter=filters, library_id=st.sampled_from(LIBRARIES))
async def test_filters_pass_the_same_points(
    pair: Pair, scroll_filter: models.Filter, library_id: str
) -> None:
    """`in:`, `from:`, `before:` or the visibility filter would let the wrong messages through."""
    passed, _ = await pair.edge.scroll(scroll_filter, None, POINTS)
    expected, _ = await pair.oracle.scroll(scroll_filter, None, POINTS)
    assert [each.id for each in passed] == [each.id for each in expected]
    assert [each.payload for each in passed] == [each.payload for each in expected]
    assert await pair.edge.count(library_id, scroll_filter) == await pair.oracle.count(
        library_id, scroll_filter
    )


@examples
@given(request=requests, library_id=st.sampled_from(LIBRARIES))
async def test_queries_find_the_same_points(
    pair: Pair, request: models.QueryRequest, library_id: str
) -> None:
    """The same search would find other things once a library outgrows the embedded index."""
    hits = await pair.edge.search(library_id, request)
    everything = request.model_copy(update={"limit": POINTS, "offset": 0})
    expected = await pair.oracle.search(library_id, everything)
    start = request.offset or 0
    best = expected[start : start + (request.limit or 0)]
    assert [hit.score for hit in hits] == pytest.approx([hit.score for hit in best], abs=1e-5)
    by_id = {hit.id: hit for hit in expected}  # points of one score may come in any order
    assert len({hit.id for hit in hits}) == len(hits)
    for hit in hits:
        assert hit.score == pytest.approx(by_id[hit.id].score, abs=1e-5)
        assert (hit.payload or None) == (by_id[hit.id].payload or None)
