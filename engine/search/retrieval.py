"""Retrieval: from query vectors to matches whose scores can be compared across kinds."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from qdrant_client import models

from engine.encoders.ports import Features
from engine.ingest.collections import (
    BM25,
    CLIP,
    SENTENCE,
    item_id_of_point,
    passage_of_point,
)
from engine.schemas import Band, ItemKind, SearchRequest
from engine.search.background import Background, dense_vector, sparse_vector
from engine.search.calibration import THRESHOLDS, Pair, score_scale
from engine.search.filters import build_filter
from engine.search.words import WORDS_WEIGHT
from engine.vectors.port import VectorIndex

RRF_K = 60
"""Cormack, Clarke & Büttcher 2009; the client's default of 2 favours the first few ranks."""

SparseQuery = Callable[[str], models.SparseVector]


@dataclass(frozen=True)
class Match:
    """An item whose vector lies near the query.

    Attributes:
        score: cosine with the query; higher is better, comparable within one kind.
        nearness: the same against the background, and for a text what its words add; see
            `engine.search.calibration` and `engine.search.words`.
        passage: which of the item's passages matched; None when the picture itself did.
        region: which of a picture's regions matched; None when the whole did, or a passage.
        features: of a picture that matched by itself, the whole of it: float32 (D,), L2-normalised.
    """

    item_id: str
    score: float
    nearness: float
    pair: Pair
    passage: int | None = None
    region: int | None = None
    features: Features | None = field(default=None, compare=False)

    @property
    def band(self) -> Band | None:
        """How much the match can be trusted; None for the irrelevant tail."""
        return THRESHOLDS[self.pair].band(self.nearness)


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
                with_vector=[CLIP],
            ),
        )
        features = {str(point.id): dense_vector(point.vector, CLIP) for point in points}
        return await self._matches(request.library_id, query, pair, features)

    async def judge(
        self, library_id: str, query: Features, pair: Pair, item_ids: Sequence[str]
    ) -> dict[str, Match]:
        """What certain pictures of a library are worth for `query`, as `find` says, by item id."""
        features = await self._stored_features(item_ids)
        matches = await self._matches(library_id, query, pair, features)
        return {match.item_id: match for match in matches}

    async def stored_features(self, item_id: str) -> Features | None:
        """The vector of a stored picture, float32 (D,), or None when it is not in the index."""
        return (await self._stored_features([item_id])).get(item_id)

    async def _stored_features(self, item_ids: Sequence[str]) -> dict[str, Features]:
        records = await self._index.retrieve(item_ids, with_vectors=True)
        return {str(record.id): dense_vector(record.vector, CLIP) for record in records}

    async def _matches(
        self, library_id: str, query: Features, pair: Pair, features: Mapping[str, Features]
    ) -> list[Match]:
        background = await self._background.of(library_id)
        scale = score_scale(query, background.features)
        scores = {item_id: float(row @ query) for item_id, row in features.items()}
        return [
            Match(item_id, score, scale.nearness(score), pair, features=features[item_id])
            for item_id, score in scores.items()
        ]


class PassageRetriever:
    """Finds texts by meaning and by words.

    Dense and BM25 legs propose candidates, fused in Qdrant; what each candidate is worth comes
    from its own vectors, so that it can be compared with other searches.

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
        terms = self._sparse_query(words)
        points = await self._index.search(
            request.library_id, self._hybrid(query, terms, build_filter(request, kinds), limit)
        )
        background = await self._background.of(request.library_id)
        scale = score_scale(query, background.features)

        def match(point: models.ScoredPoint) -> Match:
            score = float(dense_vector(point.vector, SENTENCE) @ query)
            coverage = background.rarity.coverage(terms, sparse_vector(point.vector, BM25))
            return Match(
                item_id_of_point(point),
                score,
                scale.nearness(score) + WORDS_WEIGHT * coverage,
                Pair.TEXT_TO_TEXT,
                passage_of_point(point),
            )

        return [match(point) for point in points]

    def _hybrid(
        self,
        query: Features,
        terms: models.SparseVector,
        conditions: models.Filter,
        limit: int,
    ) -> models.QueryRequest:
        def leg(vector: list[float] | models.SparseVector, using: str) -> models.Prefetch:
            return models.Prefetch(query=vector, using=using, filter=conditions, limit=limit)

        legs = [leg(query.tolist(), SENTENCE)]
        if terms.indices:
            legs.append(leg(terms, BM25))
        return models.QueryRequest(
            prefetch=legs,
            query=models.RrfQuery(rrf=models.Rrf(k=RRF_K)),
            limit=limit,
            with_payload=True,
            with_vector=[SENTENCE, BM25],
        )
