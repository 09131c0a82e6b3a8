"""Whole searches of 100,000 passages, against the encoder: ``python -m benchmarks.passages_speed``.

The engine's search service answers over a real catalogue and a real index. Passages are random
strings of real words with clustered synthetic vectors; queries are words of a passage, encoded for
real, one after another. The bare forward of the encoder is timed in turn with the searches.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager

import numpy as np

from benchmarks.filled_catalogue import catalogue_of
from benchmarks.quality.rig import (
    CHANNELS,
    LIBRARY,
    clip_encoder,
    filled_index,
    passage_points,
    picture_points,
    sample_pictures,
    sentence_encoder,
    shipped_reference,
)
from benchmarks.report import write_section
from engine.encoders.ports import Features, ImageTextEncoder, TextEncoder
from engine.ingest.collections import BM25, CLIP, SENTENCE
from engine.ingest.pictures import PictureDecoder
from engine.ingest.workers import WorkerPool
from engine.schemas import ItemKind, QueryPart, SearchRequest
from engine.search.background import Background
from engine.search.query import QueryLimits
from engine.search.reference import reference_sentences, reference_texts
from engine.search.retrieval import ImageRetriever, PassageRetriever
from engine.search.service import OVERFETCH, SearchService
from engine.vectors import VectorIndex
from engine.vectors.sparse import Bm25Encoder

TOP = 10
CLUSTERS = 500
NOISE = 0.7
WORDS_A_PASSAGE = 60
WORDS_A_QUERY = 6
QUERIES = 100
SEEN = CHANNELS[: len(CHANNELS) * 3 // 4]
"""The channels that the asker may see: the bot always names them."""

BARE = "bare encoder"
KINDS = {
    "text search, as `/search` asks": None,
    "document search, as `/ask-before` asks": [ItemKind.TEXT],
}
UNINDEXED, INDEXED = "as served", "after `maintain`"
Times = dict[tuple[str, str], list[float]]
"""Milliseconds by state of the index and kind of search."""


def passages(count: int, state: np.random.Generator) -> list[str]:
    """Random texts; some words are common and most are rare, as in any language."""
    known = sorted({word for line in reference_texts() for word in line.lower().split()})
    shares = 1 / np.arange(1, len(known) + 1)
    drawn = state.choice(known, size=(count, WORDS_A_PASSAGE), p=shares / shares.sum())
    return [" ".join(row) for row in drawn]


def clustered(count: int, dimensions: int, state: np.random.Generator) -> Features:
    """Vectors around random centres: float32 (count, dimensions), L2-normalised."""
    centres = state.normal(size=(CLUSTERS, dimensions)).astype(np.float32)
    rows = centres[state.integers(CLUSTERS, size=count)]
    rows = rows + NOISE * state.normal(size=rows.shape).astype(np.float32)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


@asynccontextmanager
async def service_over(
    texts: Sequence[str], vectors: Features, clip: ImageTextEncoder, sentence: TextEncoder
) -> AsyncIterator[tuple[SearchService, VectorIndex]]:
    """The engine's search over the texts and the sample pictures, and the index of the texts."""
    terms = Bm25Encoder()
    pool = WorkerPool(workers=1)
    drawn = await clip.encode_images(list(sample_pictures().values()))
    pictures = filled_index(picture_points(drawn), dense=CLIP)
    indexed = filled_index(passage_points(texts, vectors, terms), dense=SENTENCE, sparse=[BM25])
    reference_terms = terms.document_vectors(reference_texts())
    async with catalogue_of(texts) as catalogue, pictures as images, indexed as index:
        yield (
            SearchService(
                items=catalogue.items,
                passages=catalogue.passages,
                regions=catalogue.regions,
                pictures=PictureDecoder(pool, timeout_s=20, max_pixels=50_000_000),
                clip=clip,
                sentence=sentence,
                image_retriever=ImageRetriever(
                    images,
                    Background(images, CLIP, await clip.encode_images(shipped_reference())),
                ),
                passage_retriever=PassageRetriever(
                    index,
                    Background(
                        index, SENTENCE, await reference_sentences(sentence), reference_terms
                    ),
                    terms.query_vector,
                ),
                sparse_query=terms.query_vector,
                limits=QueryLimits(max_parts=8, max_chars=2_000),
            ),
            index,
        )
    await pool.close()


async def timed_ms(work: Awaitable[object]) -> float:
    """Milliseconds until the work is done."""
    started_s = time.perf_counter()
    await work
    return (time.perf_counter() - started_s) * 1_000


async def measure(count: int) -> Times:
    """Times the bare forward and both kinds of search, before and after the index is optimized."""
    state = np.random.default_rng(5)
    took: Times = defaultdict(list)
    texts = passages(count, state)
    queries = [
        " ".join(state.choice(texts[n].split(), WORDS_A_QUERY))
        for n in state.integers(count, size=QUERIES)
    ]
    async with sentence_encoder() as sentence, clip_encoder() as clip:
        vectors = clustered(count, sentence.card.embed_dim, state)
        async with service_over(texts, vectors, clip, sentence) as (service, index):
            for index_state in (UNINDEXED, INDEXED):
                if index_state is INDEXED:
                    await index.maintain(budget_s=3_600)
                for kinds in KINDS.values():  # the first search takes the background's sample
                    await service.search(request_for(queries[0], kinds), [])
                for text in queries:
                    bare_ms = await timed_ms(sentence.encode_texts([text]))
                    took[index_state, BARE].append(bare_ms)
                    for name, kinds in KINDS.items():
                        answer = service.search(request_for(text, kinds), [])
                        took[index_state, name].append(await timed_ms(answer))
    return took


def request_for(text: str, kinds: list[ItemKind] | None) -> SearchRequest:
    """A search by words, in the channels that the asker may see."""
    return SearchRequest(
        library_id=LIBRARY,
        channel_ids=SEEN,
        parts=[QueryPart(text=text)],
        kinds=kinds,
        top_k=TOP,
    )


def row(index_state: str, name: str, took: Times) -> str:
    """One line of the table."""
    times_ms = took[index_state, name]
    p95_ms = np.percentile(times_ms, 95)
    ratio = p95_ms / np.percentile(took[index_state, BARE], 95)
    return f"| {index_state} | {name} | {np.median(times_ms):.1f} | {p95_ms:.1f} | {ratio:.1f} |"


def section(count: int, took: Times) -> str:
    """The results as markdown."""
    rows = "\n".join(row(index_state, name, took) for index_state, name in took)
    return f"""## Text and document search over {count:,} passages

The engine's search service, from request to hits: encoders, retrieval by meaning and words
({TOP} hits from {TOP * OVERFETCH} candidates), catalogue, quotations. One library holds everything
in {len(CHANNELS)} channels, {len(SEEN)} of which the asker may see. Passages are {WORDS_A_PASSAGE}
random real words with synthetic vectors; {QUERIES} queries of {WORDS_A_QUERY} words of a passage,
encoded for real, in turn with the bare forward of the sentence encoder. `/search` also encodes the
words for pictures and searches {len(sample_pictures())} of them.

| index | work | p50 ms | p95 ms | p95 / bare p95 |
|---|---|---|---|---|
{rows}

As served, the vectors of so many passages are compared one by one: nothing in the engine calls the
index's `maintain` yet, which builds a graph of them and lets searches wait while it does, here for
more than a minute.

Repeat: `uv run --group dev python -m benchmarks.passages_speed`
"""


async def main() -> None:
    """Measures, prints and stores the section."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--passages", type=int, default=100_000)
    count = parser.parse_args().passages
    markdown = section(count, await measure(count))
    write_section("passages_speed", markdown)
    print(markdown)


if __name__ == "__main__":
    asyncio.run(main())
