"""What was posted more than once among 100,000 pictures: ``python -m benchmarks.duplicates_speed``.

A real catalogue and a real index hold random hashes and vectors, with copies among them: some of
the same bytes, some that only look the same. While a page is worked out, a ticker notes for how
long the event loop, and so every other request, has to wait.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import hashlib
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import insert

from benchmarks.quality.rig import LIBRARY, filled_index, picture_points
from benchmarks.report import write_section
from engine.catalogue import Catalogue, EmbedState
from engine.catalogue.database import Database
from engine.catalogue.models import ItemRow, TextState
from engine.encoders.ports import Features
from engine.ingest.collections import CLIP
from engine.schemas import DuplicatesRequest, ItemKind
from engine.search.duplicate_finder import DuplicateFinder
from engine.vectors import VectorIndex

SEED = 11
DIMENSIONS = 512
CHANNELS = [f"c{n}" for n in range(20)]
SAME_BYTES = 0.05
SAME_LOOK = 0.02
FLIPPED_BITS = 12
WRITE_BATCH = 1_000
FIRST_PAGES = 5
NEXT_PAGES = 20
TICK_S = 0.001
MINUTE = timedelta(minutes=1)


class Library:
    """Random pictures, of which the last are copies of the first.

    Attributes:
        hashes: uint8 (N, 32).
        features: float32 (N, 512), L2-normalised.
        content: which picture's bytes each has.
    """

    def __init__(self, size: int) -> None:
        state = np.random.default_rng(SEED)
        same, alike = int(SAME_BYTES * size), int(SAME_LOOK * size)
        self.hashes = state.integers(0, 256, (size, 32), np.uint8)
        self.features = _normalised(state.normal(size=(size, DIMENSIONS)).astype(np.float32))
        self.content = np.arange(size)
        originals, copies = np.arange(same + alike), size - 1 - np.arange(same + alike)
        self.hashes[copies] = self.hashes[originals]
        self.features[copies] = self.features[originals]
        self.content[copies[:same]] = originals[:same]
        for copy in copies[same:]:
            self._flip(copy, state)

    def rows(self) -> Iterator[dict[str, Any]]:
        """Rows of the catalogue, a minute after each other."""
        start = datetime(2026, 1, 1, tzinfo=UTC)
        for n, content in enumerate(self.content):
            posted_at = start + n * MINUTE
            yield {
                "item_id": str(UUID(int=n)),
                "library_id": LIBRARY,
                "channel_id": CHANNELS[n % len(CHANNELS)],
                "message_id": str(n),
                "attachment_id": "a",
                "kind": ItemKind.IMAGE,
                "author_id": "ann",
                "author_name": "Ann",
                "posted_at": posted_at,
                "filename": "picture.png",
                "path": "",
                "sha256": hashlib.sha256(str(content).encode()).hexdigest(),
                "size_bytes": 1,
                "has_blob": True,
                "stored_at": posted_at,
                "revision": 1,
                "embed_state": EmbedState.EMBEDDED,
                "embed_attempts": 0,
                "perceptual_hash": self.hashes[n].tobytes(),
                "passage_count": 0,
                "text_state": TextState.READ,
            }

    def _flip(self, copy: int, state: np.random.Generator) -> None:
        bits = np.unpackbits(self.hashes[copy])
        bits[state.choice(len(bits), FLIPPED_BITS, replace=False)] ^= 1
        self.hashes[copy] = np.packbits(bits)


def _normalised(rows: NDArray[np.float32]) -> Features:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


@asynccontextmanager
async def stores(size: int) -> AsyncIterator[tuple[Catalogue, VectorIndex]]:
    """A catalogue and an index of so many pictures."""
    library = Library(size)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "catalogue.sqlite"
        catalogue = await Catalogue.open(file)
        database = Database.on_sqlite(file)
        rows = list(library.rows())
        for start in range(0, size, WRITE_BATCH):
            async with database.writing() as session:
                await session.execute(insert(ItemRow), rows[start : start + WRITE_BATCH])
        await database.close()
        async with filled_index(picture_points(library.features), dense=CLIP) as index:
            gc.freeze()  # What filled them is no garbage of the engine's.
            yield catalogue, index
        await catalogue.close()


class Ticker:
    """Notes for how long an event loop did not run what was due.

    Attributes:
        longest_s: the longest of these times.
    """

    def __init__(self) -> None:
        self.longest_s = 0.0

    @asynccontextmanager
    async def ticking(self) -> AsyncIterator[None]:
        """Ticks within the block."""
        task = asyncio.create_task(self._tick())
        yield
        task.cancel()

    async def _tick(self) -> None:
        while True:
            due_s = time.perf_counter() + TICK_S
            await asyncio.sleep(TICK_S)
            self.longest_s = max(self.longest_s, time.perf_counter() - due_s)


async def measure(size: int) -> str:
    """A row of the table."""
    first_s, cpu_s, next_s = [], [], []
    ticker = Ticker()
    async with stores(size) as (catalogue, index), ticker.ticking():
        for _ in range(FIRST_PAGES):
            found = DuplicateFinder(catalogue.duplicates, index)  # has kept nothing yet
            started_s, started_cpu_s = time.perf_counter(), time.process_time()
            page = await found.page(LIBRARY, DuplicatesRequest(channel_ids=CHANNELS))
            first_s.append(time.perf_counter() - started_s)
            cpu_s.append(time.process_time() - started_cpu_s)
        for _ in range(NEXT_PAGES):
            request = DuplicatesRequest(channel_ids=CHANNELS, cursor=page.next_cursor)
            started_s = time.perf_counter()
            page = await found.page(LIBRARY, request)
            next_s.append(time.perf_counter() - started_s)
    return (
        f"| {size:,} | {np.median(first_s):.2f} | {np.median(cpu_s):.2f} | "
        f"{1000 * np.median(next_s):.0f} | {1000 * ticker.longest_s:.0f} |"
    )


async def main() -> None:
    """Measures, prints and stores the section."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=int, nargs="+", default=[10_000, 100_000])
    rows = [await measure(size) for size in parser.parse_args().pictures]
    markdown = (
        f"""## Duplicates

Everything posted more than once in a library, from {len(CHANNELS)} channels named:
{SAME_BYTES:.0%} of the pictures have the bytes of another, {SAME_LOOK:.0%} only look the same
({FLIPPED_BITS} bits of the hash differ), the rest are random. The first page is worked out anew
(median of {FIRST_PAGES}), the pages behind it come from the same list (median of {NEXT_PAGES});
while the event loop pauses, every other request waits.

| pictures | first page, s | of it CPU, s | next page, ms | longest pause of the loop, ms |
|---|---|---|---|---|
"""
        + "\n".join(rows)
        + "\n\nRepeat: `uv run --group dev python -m benchmarks.duplicates_speed`\n"
    )
    write_section("duplicates_speed", markdown)
    print(markdown)


if __name__ == "__main__":
    asyncio.run(main())
