"""Document matching on the Cranfield collection: ``python -m benchmarks.quality.documents``.

Everything goes through the engine's own encoders, index and retriever. Needs MAGPIE_BENCH_DATA
(see `benchmarks.quality.sets`). Encoding 1,400 abstracts takes minutes on one core; set
MAGPIE_BENCH_CACHE to a folder to do it once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from unittest.mock import patch

import numpy as np
from qdrant_client import models

from benchmarks.quality.measures import Interval, mean_of, ndcg_at_k, recall_at_k
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
from benchmarks.report import write_section
from engine.encoders.ports import Features
from engine.ingest.collections import BM25, SENTENCE
from engine.schemas import ItemKind
from engine.search.background import Background
from engine.search.query import compose
from engine.search.reference import reference_sentences, reference_texts
from engine.search.retrieval import PassageRetriever
from engine.search.service import OVERFETCH
from engine.vectors import VectorIndex, sparse
from engine.vectors.sparse import Bm25Encoder

TOP = 10
QDRANTS_LENGTH = 256.0
FEEDBACK_WEIGHT = 0.5
"""Of each hit that was judged helpful, beside the query's 1."""

Ranking = Sequence[int]
Search = Callable[[int, Features], Awaitable[Ranking]]
"""Answers the query of a number, given its features (perhaps changed by feedback)."""


@dataclass(frozen=True)
class Row:
    """What one way of searching reached."""

    name: str
    ndcg: Interval
    recall: Interval


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
        matches = await self._retriever.find(
            request_for(TOP), [ItemKind.TEXT], query, self._queries[number], TOP * OVERFETCH
        )
        best_first = sorted(matches, key=lambda match: -match.nearness)
        return [number_of(match.item_id) for match in best_first]

    async def _leg(self, query: list[float] | models.SparseVector, using: str) -> Ranking:
        points = await self._index.search(
            LIBRARY_ID, models.QueryRequest(query=query, using=using, limit=TOP)
        )
        return [number_of(str(point.id)) for point in points]


async def measure(name: str, cranfield: Cranfield, queries: Features, search: Search) -> Row:
    """Runs all queries one way."""
    ndcg, recall = [], []
    for number, gains in enumerate(cranfield.gains):
        ranking = await search(number, queries[number])
        ndcg.append(ndcg_at_k(ranking, gains, len(cranfield.documents), TOP))
        recall.append(recall_at_k(ranking, gains, TOP))
    return Row(name, mean_of(ndcg), mean_of(recall))


async def measure_feedback(
    cranfield: Cranfield, queries: Features, corpus: Features, search: Search, judged: int
) -> tuple[Row, Row]:
    """Searches again after the first `judged` relevant hits of the first page were marked.

    What was marked is taken out of both rankings and of what is relevant (residual collection
    evaluation: Salton & Buckley 1990), so that only what is newly found counts. Queries whose
    first page has no relevant hit, or where nothing relevant is left, are left out of both.
    """
    scores: list[list[tuple[float, float]]] = [[], []]
    for number, gains in enumerate(cranfield.gains):
        first = await search(number, queries[number])
        marked = [document for document in first[:TOP] if document in gains][:judged]
        left = {document: gain for document, gain in gains.items() if document not in marked}
        if not marked or not left:
            continue
        moved = compose(
            np.vstack([queries[number], corpus[marked]]), [1.0, *[FEEDBACK_WEIGHT] * len(marked)]
        )
        for kept, ranking in zip(scores, (first, await search(number, moved)), strict=True):
            rest = [document for document in ranking if document not in marked]
            kept.append(
                (
                    ndcg_at_k(rest, left, len(cranfield.documents), TOP),
                    recall_at_k(rest, left, TOP),
                )
            )
    names = (f"without feedback, up to {judged} marked left out", f"with up to {judged} marked")
    before, after = (
        Row(name, *(mean_of(values) for values in zip(*kept, strict=True)))
        for name, kept in zip(names, scores, strict=True)
    )
    return before, after


async def run() -> tuple[list[Row], list[Row]]:
    """All ways of searching, and all amounts of feedback."""
    cranfield = read_cranfield()
    async with sentence_encoder() as encoder:
        corpus = await encoded(encoder, cranfield.documents)
        queries = await encoded(encoder, cranfield.queries)
        reference = await reference_sentences(encoder)
    with patch.object(sparse, "AVG_LENGTH", QDRANTS_LENGTH):
        points = passage_points(cranfield.documents, corpus, Bm25Encoder())
    ways = []
    async with filled_index(points, dense=SENTENCE, sparse=[BM25]) as index:
        searches = Searches(cranfield, index, Background(index, SENTENCE, reference))
        name = f"BM25, assumed mean length {QDRANTS_LENGTH:.0f}"
        ways.append(await measure(name, cranfield, queries, searches.bm25))
    terms = Bm25Encoder()
    points = passage_points(cranfield.documents, corpus, terms)
    reference_terms = terms.document_vectors(reference_texts())
    async with filled_index(points, dense=SENTENCE, sparse=[BM25]) as index:
        background = Background(index, SENTENCE, reference, reference_terms)
        searches = Searches(cranfield, index, background)
        name = f"BM25 as served, mean length {sparse.AVG_LENGTH:.0f}"
        ways.append(await measure(name, cranfield, queries, searches.bm25))
        ways.append(await measure("dense", cranfield, queries, searches.dense))
        ways.append(await measure("**hybrid as served**", cranfield, queries, searches.served))
        feedback = [
            row
            for judged in (1, 2, 3)
            for row in await measure_feedback(cranfield, queries, corpus, searches.served, judged)
        ]
    return ways, feedback


def table(rows: Sequence[Row]) -> str:
    """Rows as markdown."""
    head = f"| search | nDCG@{TOP} | recall@{TOP} |\n|---|---|---|\n"
    return head + "\n".join(f"| {row.name} | {row.ndcg} | {row.recall} |" for row in rows)


def section(ways: Sequence[Row], feedback: Sequence[Row]) -> str:
    """The results as markdown."""
    return f"""## Document matching on Cranfield

1,400 abstracts, 225 queries, judgements from 4 (complete answer) to 1 (minimum interest) as linear
gains, code -1 as not relevant; all-MiniLM-L6-v2 and the engine's BM25, the embedded index and the
engine's retriever. nDCG by scikit-learn, equal to trec_eval's; 95 % bootstrap intervals over
queries.

{table(ways)}

The only public figure found for BM25's nDCG@10 on this set is a floor: narsil's relevance test
(github.com/assetcorp/narsil, `cranfield.test.ts`; title and body, English analysis, default
parameters) asks for 0.32 or more. Others use other depths, binary judgements or a numbering of the
queries that does not fit the judgements.

Relevance feedback (Rocchio: the query plus {FEEDBACK_WEIGHT} of each hit marked helpful on the
first page), on the residual collection:

{table(feedback)}

Repeat: `MAGPIE_BENCH_DATA=… uv run --group dev python -m benchmarks.quality.documents`
"""


async def main() -> None:
    """Measures, prints and stores the section."""
    markdown = section(*await run())
    write_section("documents", markdown)
    print(markdown)


if __name__ == "__main__":
    asyncio.run(main())
