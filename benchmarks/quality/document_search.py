"""Ways to search the Cranfield collection through the engine's own parts, and what each reaches."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from unittest.mock import patch

from qdrant_client import models

from benchmarks.quality.measures import Values, as_values, ndcg_at_k, recall_at_k
from benchmarks.quality.rig import LIBRARY as LIBRARY_ID
from benchmarks.quality.rig import (
    encoded,
    filled_index,
    number_of,
    passage_points,
    request_for,
    sentence_encoder,
)
from benchmarks.quality.sets import Cranfield, read_cranfield
from engine.encoders.ports import Features
from engine.ingest.collections import BM25, SENTENCE
from engine.schemas import ItemKind
from engine.search.background import Background
from engine.search.reference import reference_sentences, reference_texts
from engine.search.retrieval import Match, PassageRetriever
from engine.search.service import OVERFETCH
from engine.vectors import VectorIndex, sparse
from engine.vectors.sparse import Bm25Encoder

TOP = 10

Ranking = Sequence[int]
Search = Callable[[int, Features], Awaitable[Ranking]]
"""Answers the query of a number, given its features (perhaps changed by feedback)."""


@dataclass(frozen=True)
class Collection:
    """Cranfield with its features: float32 (N, D), L2-normalised.

    Attributes:
        reference: of the sentences that scores are measured against.
    """

    cranfield: Cranfield
    corpus: Features
    queries: Features
    reference: Features


@dataclass(frozen=True)
class Outcome:
    """What one way of searching reached, query by query."""

    name: str
    ndcg: Values
    recall: Values


class Searches:
    """The ways to search one index.

    Args:
        cranfield: the collection.
        index: its abstracts.
        background: what the retriever measures scores against.
    """

    def __init__(self, cranfield: Cranfield, index: VectorIndex, background: Background) -> None:
        self._queries = cranfield.queries
        self._index = index
        self._terms = Bm25Encoder().query_vector
        self._retriever = PassageRetriever(index, background, self._terms)

    async def dense(self, _number: int, query: Features) -> Ranking:
        """By meaning alone."""
        return await self._leg(query.tolist(), SENTENCE)

    async def bm25(self, number: int, _query: Features) -> Ranking:
        """By words alone."""
        return await self._leg(self._terms(self._queries[number]), BM25)

    async def served(self, number: int, query: Features) -> Ranking:
        """By both, as the engine answers."""
        matches = await self._matches(number, query)
        best_first = sorted(matches, key=lambda match: -match.nearness)
        return [number_of(match.item_id) for match in best_first]

    async def by_ranks(self, number: int, query: Features) -> Ranking:
        """By both, in the order in which Qdrant fuses the candidates (RRF)."""
        return [number_of(match.item_id) for match in await self._matches(number, query)]

    async def _matches(self, number: int, query: Features) -> list[Match]:
        return await self._retriever.find(
            request_for(TOP), [ItemKind.TEXT], query, self._queries[number], TOP * OVERFETCH
        )

    async def _leg(self, query: list[float] | models.SparseVector, using: str) -> Ranking:
        points = await self._index.search(
            LIBRARY_ID, models.QueryRequest(query=query, using=using, limit=TOP)
        )
        return [number_of(str(point.id)) for point in points]


async def read_collection() -> Collection:
    """Reads and encodes Cranfield."""
    cranfield = read_cranfield()
    async with sentence_encoder() as encoder:
        return Collection(
            cranfield,
            corpus=await encoded(encoder, cranfield.documents),
            queries=await encoded(encoder, cranfield.queries),
            reference=await reference_sentences(encoder),
        )


@asynccontextmanager
async def searches_of(collection: Collection, avg_length: float) -> AsyncIterator[Searches]:
    """The ways to search the collection, when BM25 assumes a mean length of so many terms."""
    with patch.object(sparse, "AVG_LENGTH", avg_length):
        terms = Bm25Encoder()
    points = passage_points(collection.cranfield.documents, collection.corpus, terms)
    reference_terms = terms.document_vectors(reference_texts())
    async with filled_index(points, dense=SENTENCE, sparse=[BM25]) as index:
        background = Background(index, SENTENCE, collection.reference, reference_terms)
        yield Searches(collection.cranfield, index, background)


async def measure(name: str, collection: Collection, search: Search) -> Outcome:
    """Runs all queries one way."""
    ndcg, recall = [], []
    for number, gains in enumerate(collection.cranfield.gains):
        ranking = await search(number, collection.queries[number])
        ndcg.append(ndcg_at_k(ranking, gains, len(collection.cranfield.documents), TOP))
        recall.append(recall_at_k(ranking, gains, TOP))
    return Outcome(name, as_values(ndcg), as_values(recall))
