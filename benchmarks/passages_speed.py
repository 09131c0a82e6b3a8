"""Text search at 100,000 passages: ``python -m benchmarks.passages_speed``.

Passages are random strings of real words with clustered synthetic vectors; queries are encoded for
real, one after another. The bare forward of the encoder is timed in turn with the searches.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from collections.abc import Awaitable

import numpy as np

from benchmarks.quality.rig import filled_index, passage_points, request_for, sentence_encoder
from benchmarks.report import write_section
from engine.encoders.ports import Features
from engine.ingest.collections import BM25, SENTENCE
from engine.schemas import ItemKind
from engine.search.background import Background
from engine.search.reference import reference_sentences, reference_texts
from engine.search.retrieval import PassageRetriever
from engine.search.service import OVERFETCH
from engine.vectors.sparse import Bm25Encoder

TOP = 10
CLUSTERS = 500
NOISE = 0.7
WORDS_A_PASSAGE = 60
QUERIES = 100


def words() -> list[str]:
    """The words of the shipped reference sentences."""
    return sorted({word for line in reference_texts() for word in line.lower().split()})


def passages(count: int, state: np.random.Generator) -> list[str]:
    """Random texts; some words are common and most are rare, as in any language."""
    known = words()
    shares = 1 / np.arange(1, len(known) + 1)
    drawn = state.choice(known, size=(count, WORDS_A_PASSAGE), p=shares / shares.sum())
    return [" ".join(row) for row in drawn]


def clustered(count: int, dimensions: int, state: np.random.Generator) -> Features:
    """Vectors around random centres: float32 (count, dimensions), L2-normalised."""
    centres = state.normal(size=(CLUSTERS, dimensions)).astype(np.float32)
    rows = centres[state.integers(CLUSTERS, size=count)]
    rows = rows + NOISE * state.normal(size=rows.shape).astype(np.float32)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


async def timed_ms(work: Awaitable[object]) -> float:
    """Milliseconds until the work is done."""
    started_s = time.perf_counter()
    await work
    return (time.perf_counter() - started_s) * 1_000


async def measure(count: int) -> dict[str, list[float]]:
    """Milliseconds of each query's bare forward, of its retrieval, and of both together."""
    state = np.random.default_rng(5)
    terms = Bm25Encoder()
    took: dict[str, list[float]] = {
        "bare encoder": [],
        "retrieval": [],
        "encoder and retrieval": [],
    }
    async with sentence_encoder() as encoder:
        reference = await reference_sentences(encoder)
        vectors = clustered(count, encoder.card.embed_dim, state)
        points = passage_points(passages(count, state), vectors, terms)
        async with filled_index(points, dense=SENTENCE, sparse=[BM25]) as index:
            background = Background(
                index, SENTENCE, reference, terms.document_vectors(reference_texts())
            )
            retriever = PassageRetriever(index, background, terms.query_vector)

            async def retrieve(text: str, query: Features) -> None:
                kinds = [ItemKind.TEXT]
                await retriever.find(request_for(TOP), kinds, query, text, TOP * OVERFETCH)

            async def search(text: str) -> None:
                await retrieve(text, (await encoder.encode_texts([text]))[0])

            for n in range(QUERIES):
                text = " ".join(state.choice(words(), 6))
                query = (await encoder.encode_texts([text]))[0]
                readings = (
                    await timed_ms(encoder.encode_texts([text])),
                    await timed_ms(retrieve(text, query)),
                    await timed_ms(search(text)),
                )
                if n:  # the first search takes the background's sample
                    for name, reading_ms in zip(took, readings, strict=True):
                        took[name].append(reading_ms)
    return took


def section(count: int, took: dict[str, list[float]]) -> str:
    """The results as markdown."""
    rows = "\n".join(
        f"| {name} | {np.median(times_ms):.1f} | {np.percentile(times_ms, 95):.1f} |"
        for name, times_ms in took.items()
    )
    return f"""## Text search over {count:,} passages

The engine's retriever (meaning and words, filtered by library, {TOP} hits from {TOP * OVERFETCH}
candidates) on the embedded index, not optimized; one library holds everything. Passages are
{WORDS_A_PASSAGE} random real words with synthetic vectors; {QUERIES} queries of 6 words, encoded
for real, in turn with the bare forward.

| work | p50 ms | p95 ms |
|---|---|---|
{rows}

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
