"""Vector search through the port: the embedded index against qdrant-client's local mode.

Both hold the same clustered 512-d vectors and answer the same queries in turn, so that they share
the machine's mood. Local mode is exact; the share of its ten best that the embedded index finds
is given as recall.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
import time
from collections.abc import Awaitable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from qdrant_client import models

from benchmarks.report import FOLDER, write_section
from engine.vectors import CollectionSpec, EdgeVectorStore, MemoryVectorStore, VectorIndex

DIMENSIONS = 512
CLUSTERS = 500
NOISE = 0.7
DAY_S = 86_400
DAYS = 100
SPEC = CollectionSpec("images", "benchmark", {"clip": DIMENSIONS})
SHARES = {"small": 0.05, "medium": 0.2, "large": 0.75}
CHANNELS = 5
WRITE_BATCH = 512
EDGE_REPEATS = 10


@dataclass(frozen=True)
class Scenario:
    """A kind of search: one library, and a filter that passes a share of all points."""

    name: str
    library_id: str
    inner: models.Filter | None


SCENARIOS = (
    Scenario("whole library, 75 % of all points", "large", None),
    Scenario("whole library, 5 %", "small", None),
    Scenario(
        "library and one channel, 1 %",
        "small",
        models.Filter(
            must=[models.FieldCondition(key="channel_id", match=models.MatchValue(value="c3"))]
        ),
    ),
    Scenario(
        "library and all but one of its channels, 4 %",
        "small",
        models.Filter(
            must=[
                models.FieldCondition(
                    key="channel_id", match=models.MatchAny(any=["c0", "c1", "c2", "c4"])
                )
            ]
        ),
    ),
    Scenario(
        "library and ten days, 0.5 %",
        "small",
        models.Filter(
            must=[
                models.FieldCondition(
                    key="posted_at_s", range=models.Range(gte=20 * DAY_S, lt=30 * DAY_S)
                )
            ]
        ),
    ),
)


@dataclass(frozen=True)
class Row:
    """One scenario at one size; times in milliseconds."""

    points: int
    scenario: str
    edge_p50_ms: float
    edge_p95_ms: float
    local_p50_ms: float
    ratio: float
    recall_at_10: float


@dataclass(frozen=True)
class Totals:
    """What filling and opening cost at one size."""

    points: int
    edge_points_per_s: float
    local_points_per_s: float
    edge_open_s: float
    round_trip_p50_ms: float
    edge_p95_while_writing_ms: float


class Corpus:
    """Clustered vectors with payloads like the engine's; everything follows from the seed."""

    def __init__(self, seed: int) -> None:
        self._rng = np.random.default_rng(seed)
        self._centres = self._rng.normal(size=(CLUSTERS, DIMENSIONS))

    def vectors(self, count: int) -> NDArray[np.float32]:
        """float32 (count, 512), L2-normalised."""
        chosen = self._centres[self._rng.integers(CLUSTERS, size=count)]
        noisy = chosen + NOISE * self._rng.normal(size=(count, DIMENSIONS))
        noisy /= np.linalg.norm(noisy, axis=1, keepdims=True)
        return np.asarray(noisy, dtype=np.float32)

    def batches(self, first: int, count: int) -> Iterator[list[models.PointStruct]]:
        """Points numbered from `first`, a write at a time."""
        for start in range(first, first + count, WRITE_BATCH):
            size = min(WRITE_BATCH, first + count - start)
            libraries = self._rng.choice(list(SHARES), p=list(SHARES.values()), size=size)
            vectors = self.vectors(size)
            yield [
                self._point(start + row, str(libraries[row]), vectors[row]) for row in range(size)
            ]

    def _point(
        self, number: int, library_id: str, vector: NDArray[np.float32]
    ) -> models.PointStruct:
        payload = {
            "library_id": library_id,
            "channel_id": f"c{self._rng.integers(CHANNELS)}",
            "message_id": str(number // 2),
            "attachment_id": str(number),
            "author_id": str(self._rng.integers(200)),
            "item_id": str(number),
            "kind": "image",
            "sha256": f"{number:064x}",
            "posted_at_s": int(self._rng.integers(DAYS)) * DAY_S,
        }
        return models.PointStruct(
            id=str(UUID(int=number)), vector={"clip": vector.tolist()}, payload=payload
        )


def request_for(vector: NDArray[np.float32], scenario: Scenario) -> models.QueryRequest:
    """Ten nearest points of a scenario, with payload."""
    return models.QueryRequest(
        query=vector.tolist(), using="clip", filter=scenario.inner, limit=10, with_payload=True
    )


async def timed_ms(work: Awaitable[object]) -> float:
    """Milliseconds until the work is done."""
    started_s = time.perf_counter()
    await work
    return (time.perf_counter() - started_s) * 1_000


async def fill(
    edge: VectorIndex, local: VectorIndex, corpus: Corpus, first: int, count: int
) -> tuple[float, float]:
    """Writes the same points to both; answers points per second of each."""
    spent_ms = [0.0, 0.0]
    for batch in corpus.batches(first, count):
        for which, index in enumerate((edge, local)):
            spent_ms[which] += await timed_ms(index.upsert(batch))
    await edge.flush()
    return count / spent_ms[0] * 1_000, count / spent_ms[1] * 1_000


async def compare(
    edge: VectorIndex, local: VectorIndex, corpus: Corpus, scenario: Scenario, queries: int
) -> Row:
    """Runs one scenario on both, query by query in turn."""
    edge_ms: list[float] = []
    local_ms: list[float] = []
    found = wanted = 0
    for vector in corpus.vectors(queries):
        request = request_for(vector, scenario)
        edge_ms += [
            await timed_ms(edge.search(scenario.library_id, request)) for _ in range(EDGE_REPEATS)
        ]
        started_s = time.perf_counter()
        expected = await local.search(scenario.library_id, request)
        local_ms.append((time.perf_counter() - started_s) * 1_000)
        hits = await edge.search(scenario.library_id, request)
        found += len({hit.id for hit in hits} & {hit.id for hit in expected})
        wanted += len(expected)
    edge_p50_ms, local_p50_ms = float(np.median(edge_ms)), float(np.median(local_ms))
    return Row(
        points=await edge.count("small") + await edge.count("medium") + await edge.count("large"),
        scenario=scenario.name,
        edge_p50_ms=edge_p50_ms,
        edge_p95_ms=float(np.percentile(edge_ms, 95)),
        local_p50_ms=local_p50_ms,
        ratio=local_p50_ms / edge_p50_ms,
        recall_at_10=found / wanted,
    )


async def p95_while_writing_ms(edge: VectorIndex, corpus: Corpus, first: int) -> float:
    """95th percentile of searches in a small library while other points are written."""
    batches = list(corpus.batches(first, 4 * WRITE_BATCH))
    requests = [request_for(vector, SCENARIOS[1]) for vector in corpus.vectors(100)]

    async def write() -> None:
        for batch in batches:
            await edge.upsert(batch)

    writing = asyncio.create_task(write())
    times_ms: list[float] = []
    while not writing.done():
        request = requests[len(times_ms) % len(requests)]
        times_ms.append(await timed_ms(edge.search("small", request)))
    await writing
    return float(np.percentile(times_ms, 95))


async def measure(sizes: list[int], queries: int, folder: Path) -> tuple[list[Row], list[Totals]]:
    """Grows both indexes from size to size and measures at each."""
    corpus = Corpus(seed=1)
    edge_store, local_store = EdgeVectorStore(folder), MemoryVectorStore()
    edge, local = await edge_store.open(SPEC), await local_store.open(SPEC)
    rows: list[Row] = []
    totals: list[Totals] = []
    held = 0
    for size in sizes:
        edge_rate, local_rate = await fill(edge, local, corpus, held, size - held)
        held = size
        rows += [await compare(edge, local, corpus, each, queries) for each in SCENARIOS]
        await edge_store.close()
        started_s = time.perf_counter()
        edge = await edge_store.open(SPEC)
        open_s = time.perf_counter() - started_s
        trips_ms = [await timed_ms(edge.retrieve([])) for _ in range(200)]
        totals.append(
            Totals(
                points=size,
                edge_points_per_s=edge_rate,
                local_points_per_s=local_rate,
                edge_open_s=open_s,
                round_trip_p50_ms=float(np.median(trips_ms)),
                edge_p95_while_writing_ms=await p95_while_writing_ms(edge, corpus, 10**9),
            )
        )
        await edge.delete([str(UUID(int=10**9 + each)) for each in range(4 * WRITE_BATCH)])
    await edge_store.close()
    await local_store.close()
    return rows, totals


def section(rows: list[Row], totals: list[Totals], queries: int) -> str:
    """The results as markdown."""
    searches = "\n".join(
        f"| {row.points:,} | {row.scenario} | {row.edge_p50_ms:.2f} / {row.edge_p95_ms:.2f} "
        f"| {row.local_p50_ms:,.1f} | {row.ratio:,.0f} | {row.recall_at_10:.3f} |"
        for row in rows
    )
    others = "\n".join(
        f"| {each.points:,} | {each.edge_points_per_s:,.0f} | {each.local_points_per_s:,.0f} "
        f"| {each.edge_open_s:.2f} | {each.round_trip_p50_ms:.2f} "
        f"| {each.edge_p95_while_writing_ms:.1f} |"
        for each in totals
    )
    return f"""## Vector search

The embedded index (Qdrant Edge in its own process, through the port, not optimized) against
qdrant-client's local mode, in turn within one run. {DIMENSIONS}-d clustered synthetic vectors, nine
payload fields, ten hits with payload. Percentages are shares of all points; {queries} queries a
row, each asked {EDGE_REPEATS} times of the embedded index and once of local mode. Recall is against
local mode, which is exact.

| points | search within | embedded p50 / p95 ms | local mode p50 ms | times faster | recall@10 |
|---|---|---|---|---|---|
{searches}

Writes go in batches of {WRITE_BATCH} to both; local mode keeps everything in memory only.

| points | embedded writes, points/s | local mode, points/s | embedded opens in, s \
| bare round trip to the process, ms | p95 in the 5 % library while writing, ms |
|---|---|---|---|---|---|
{others}

Repeat: `uv run --group dev python -m benchmarks.vector_search`
"""


async def main() -> None:
    """Runs the benchmark, prints its section and its JSON, and stores both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--queries", type=int, default=8, help="queries a scenario and size")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rows, totals = await measure(arguments.sizes, arguments.queries, Path(folder))
    markdown = section(rows, totals, arguments.queries)
    write_section("vector_search", markdown)
    results = {"rows": [asdict(row) for row in rows], "totals": [asdict(each) for each in totals]}
    as_json = json.dumps(results, indent=2)
    (FOLDER / "results" / "vector_search.json").write_text(as_json + "\n", encoding="utf-8")
    print(markdown)
    print(as_json)


if __name__ == "__main__":
    asyncio.run(main())
