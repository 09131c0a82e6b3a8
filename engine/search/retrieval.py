"""Retrieval: from query vectors to matches whose scores can be compared across kinds."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from qdrant_client import models

from engine.encoders.ports import Features
from engine.ingest.collections import (
    BM25,
    CLIP,
    SENTENCE,
    item_id_of_point,
    passage_of_point,
)
from engine.schemas import ItemKind, SearchRequest
from engine.search.background import Background, dense_vector
from engine.search.calibration import Pair, score_scale
from engine.search.filters import build_filter
from engine.vectors.port import VectorIndex

RRF_K = 60
"""Cormack, Clarke & Büttcher 2009; the client's default of 2 favours the first few ranks."""

SparseQuery = Callable[[str], models.SparseVector]


@dataclass(frozen=True)
class Match:
    """An item whose vector lies near the query.

    Attributes:
        score: cosine with the query; higher is better, comparable within one kind.
        z: the same against the background; comparable across kinds.
        passage: which of the item's passages matched; None when the picture itself did.
    """

    item_id: str
    score: float
    z: float
    pair: Pair
    passage: int | None = None


class ImageRetriever:
    """Finds pictures by a vector in the joint space."""

    def __init__(self, index: VectorIndex, background: Background) -> None:
        self._index = index
        self._background = background

    async def find(
        self, request: SearchRequest, query: Features, pair: Pair, limit: int
    ) -> list[Match]:
        """The `limit` pictures of a library nearest to `query`, float32 (D,)."""
        points = await self._index.search(
            request.library_id,
            models.QueryRequest(
                query=query.tolist(),
                using=CLIP,
                filter=build_filter(request),
                limit=limit,
            ),
        )
        scale = score_scale(query, await self._background.features(request.library_id))
        return [Match(str(point.id), point.score, scale.z(point.score), pair) for point in points]

    async def stored_features(self, item_id: str) -> Features | None:
        """The vector of a stored picture, float32 (D,), or None when it is not in the index."""
        records = await self._index.retrieve([item_id], with_vectors=True)
        return dense_vector(records[0].vector, CLIP) if records else None


class PassageRetriever:
    """Finds texts by meaning and by words: dense and BM25 legs, fused in Qdrant.

    Args:
        index: the collection of passages.
        background: what scores are measured against.
        sparse_query: turns words into the query vector of the BM25 leg.
    """

    def __init__(
        self, index: VectorIndex, background: Background, sparse_query: SparseQuery
    ) -> None:
        self._index = index
        self._background = background
        self._sparse_query = sparse_query

    async def find(
        self,
        request: SearchRequest,
        kinds: Collection[ItemKind],
        query: Features,
        words: str,
        limit: int,
    ) -> list[Match]:
        """The `limit` best passages for `query`, float32 (D,), and its words.

        Args:
            request: names the library and what else limits the search.
            kinds: of the items that passages may belong to; a picture's were read in it.
            query: the query in the sentence space.
            words: the wanted words.
            limit: most passages.
        """
        points = await self._index.search(
            request.library_id, self._hybrid(query, words, build_filter(request, kinds), limit)
        )
        scale = score_scale(query, await self._background.features(request.library_id))
        scores = [float(dense_vector(point.vector, SENTENCE) @ query) for point in points]
        return [
            Match(
                item_id_of_point(point),
                score,
                scale.z(score),
                Pair.TEXT_TO_TEXT,
                passage_of_point(point),
            )
            for point, score in zip(points, scores, strict=True)
        ]

    def _hybrid(
        self, query: Features, words: str, conditions: models.Filter, limit: int
    ) -> models.QueryRequest:
        def leg(vector: list[float] | models.SparseVector, using: str) -> models.Prefetch:
            return models.Prefetch(query=vector, using=using, filter=conditions, limit=limit)

        legs = [leg(query.tolist(), SENTENCE)]
        sparse = self._sparse_query(words)
        if sparse.indices:
            legs.append(leg(sparse, BM25))
        return models.QueryRequest(
            prefetch=legs,
            query=models.RrfQuery(rrf=models.Rrf(k=RRF_K)),
            limit=limit,
            with_payload=True,
            with_vector=[SENTENCE],
        )
