"""Document matching on the Cranfield collection: ``python -m benchmarks.quality.documents``.

Everything goes through the engine's own encoders, index and retriever. Needs MAGPIE_BENCH_DATA
(see `benchmarks.quality.sets`). Encoding 1,400 abstracts takes minutes on one core; set
MAGPIE_BENCH_CACHE to a folder to do it once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.quality.document_search import (
    TOP,
    Collection,
    Outcome,
    Search,
    measure,
    read_collection,
    searches_of,
)
from benchmarks.quality.document_tuning import LENGTHS, WEIGHTS, Tuned, tuned
from benchmarks.quality.measures import as_values, mean_of, ndcg_at_k, recall_at_k
from benchmarks.report import write_section
from engine.search.query import compose
from engine.search.retrieval import RRF_K
from engine.search.words import WORDS_WEIGHT
from engine.vectors.sparse import AVG_LENGTH

QDRANTS_LENGTH = 256.0
FEEDBACK_WEIGHT = 0.5
"""Of each hit that was judged helpful, beside the query's 1."""

MOST_MARKED = 3


@dataclass(frozen=True)
class Results:
    """Everything that is measured.

    Attributes:
        feedback: pairs of outcomes, without and with it.
    """

    bm25_of_qdrant: Outcome
    bm25: Outcome
    dense: Outcome
    by_ranks: Outcome
    hybrid: Outcome
    tuned: Tuned
    feedback: list[tuple[Outcome, Outcome]]


async def measure_feedback(
    collection: Collection, search: Search, judged: int
) -> tuple[Outcome, Outcome]:
    """Searches again after the first `judged` relevant hits of the first page were marked.

    What was marked is taken out of both rankings and of what is relevant (residual collection
    evaluation: Salton & Buckley 1990), so that only what is newly found counts. Queries whose
    first page has no relevant hit, or where nothing relevant is left, are left out of both.
    """
    corpus_size = len(collection.cranfield.documents)
    scores: list[list[tuple[float, float]]] = [[], []]
    for number, gains in enumerate(collection.cranfield.gains):
        query = collection.queries[number]
        first = await search(number, query)
        marked = [document for document in first[:TOP] if document in gains][:judged]
        left = {document: gain for document, gain in gains.items() if document not in marked}
        if not marked or not left:
            continue
        moved = compose(
            np.vstack([query, collection.corpus[marked]]), [1.0, *[FEEDBACK_WEIGHT] * len(marked)]
        )
        for kept, ranking in zip(scores, (first, await search(number, moved)), strict=True):
            rest = [document for document in ranking if document not in marked]
            kept.append((ndcg_at_k(rest, left, corpus_size, TOP), recall_at_k(rest, left, TOP)))
    names = (f"without feedback, up to {judged} marked left out", f"with up to {judged} marked")
    before, after = (
        Outcome(name, *(as_values(values) for values in zip(*kept, strict=True)))
        for name, kept in zip(names, scores, strict=True)
    )
    return before, after


async def run() -> Results:
    """All ways of searching, and all amounts of feedback."""
    collection = await read_collection()
    async with searches_of(collection, QDRANTS_LENGTH) as searches:
        name = f"BM25, assumed mean length {QDRANTS_LENGTH:.0f}"
        bm25_of_qdrant = await measure(name, collection, searches.bm25)
    async with searches_of(collection, AVG_LENGTH) as searches:
        name = f"BM25 as served, mean length {AVG_LENGTH:.0f}"
        return Results(
            bm25_of_qdrant=bm25_of_qdrant,
            bm25=await measure(name, collection, searches.bm25),
            dense=await measure("dense", collection, searches.dense),
            by_ranks=await measure(f"both by ranks, RRF, k {RRF_K}", collection, searches.by_ranks),
            hybrid=await measure("**hybrid as served**", collection, searches.served),
            tuned=await tuned(collection),
            feedback=[
                await measure_feedback(collection, searches.served, judged)
                for judged in range(1, MOST_MARKED + 1)
            ],
        )


def table(outcomes: Sequence[Outcome]) -> str:
    """What ways of searching reached, as markdown."""
    head = f"| search | nDCG@{TOP} | recall@{TOP} |\n|---|---|---|\n"
    return head + "\n".join(
        f"| {each.name} | {mean_of(each.ndcg)} | {mean_of(each.recall)} |" for each in outcomes
    )


def comparison(pairs: Sequence[tuple[str, Outcome, Outcome]]) -> str:
    """How much better the first of each pair is than the second, query by query."""
    head = f"| difference | nDCG@{TOP} | recall@{TOP} |\n|---|---|---|\n"
    return head + "\n".join(
        f"| {name} | {mean_of(one.ndcg - other.ndcg)} | {mean_of(one.recall - other.recall)} |"
        for name, one, other in pairs
    )


def section(results: Results) -> str:
    """The results as markdown."""
    served, tuning = results.hybrid, results.tuned
    ways = [
        results.bm25_of_qdrant,
        results.bm25,
        results.dense,
        results.by_ranks,
        served,
        tuning.bm25.outcome,
        tuning.hybrid.outcome,
    ]
    hybrids = [
        ("hybrid as served over dense", served, results.dense),
        ("hybrid as served over BM25 as served", served, results.bm25),
        ("hybrid as served over RRF", served, results.by_ranks),
        ("hybrid, tuned, over dense", tuning.hybrid.outcome, results.dense),
        ("hybrid, tuned, over BM25, tuned", tuning.hybrid.outcome, tuning.bm25.outcome),
    ]
    gains = [
        (f"feedback on up to {judged}", after, before)
        for judged, (before, after) in enumerate(results.feedback, start=1)
    ]
    feedback = [outcome for pair in results.feedback for outcome in pair]
    return f"""## Document matching on Cranfield

1,400 abstracts, 225 queries, judgements from 4 (complete answer) to 1 (minimum interest) as linear
gains, code -1 as not relevant; all-MiniLM-L6-v2 and the engine's BM25, the embedded index and the
engine's retriever. nDCG by scikit-learn, equal to trec_eval's; 95 % bootstrap intervals over
queries.

{table(ways)}

The constants as served (length {AVG_LENGTH:.0f}, weight of the words {WORDS_WEIGHT}) were chosen on
all of these queries. "Tuned" lets each half choose for the other, by nDCG, among lengths
{listed(LENGTHS)} and weights {listed(WEIGHTS)}: BM25 took lengths
{listed(tuning.bm25.chosen)}; hybrid took (length, weight) {listed(tuning.hybrid.chosen)}.
Paired differences, query by query, with their 95 % bootstrap intervals:

{comparison(hybrids)}

Fusing ranks orders as well, but a rank does not tell whether anything was found
(`docs/adr/0011-nearness.md`).

The only public figure found for BM25's nDCG@10 on this set is a floor: narsil's relevance test
(github.com/assetcorp/narsil, `cranfield.test.ts`; title and body, English analysis, default
parameters) asks for 0.32 or more. Others use other depths, binary judgements or a numbering of the
queries that does not fit the judgements.

Relevance feedback (Rocchio: the query plus {FEEDBACK_WEIGHT} of each hit marked helpful on the
first page), on the residual collection:

{table(feedback)}

{comparison(gains)}

Repeat: `MAGPIE_BENCH_DATA=… uv run --group dev python -m benchmarks.quality.documents`
"""


def listed(values: Sequence[object]) -> str:
    """Values in a sentence."""
    return ", ".join(map(str, values))


async def main() -> None:
    """Measures, prints and stores the section."""
    markdown = section(await run())
    write_section("documents", markdown)
    print(markdown)


if __name__ == "__main__":
    asyncio.run(main())
