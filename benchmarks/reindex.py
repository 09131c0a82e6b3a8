"""A new model takes over while people search: ``python -m benchmarks.reindex --items 10000``.

The real engine process with real pictures. The new model is the starter with its image tower's
weights disturbed, as a folder of open_clip that is loaded like any other. Searches are asked at a
fixed rate whether or not the ones before are answered. Each answer is compared with what the old
model answers when nothing else happens, and with what the new one does.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import tempfile
import time
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from benchmarks.labelling_speed import fill
from benchmarks.report import write_section
from engine.catalogue.database import Database
from engine.catalogue.registry_models import ModelRow
from engine.client import EngineCallFailed, EngineClient
from engine.encoders.clip import load_clip
from engine.encoders.device import Placement
from engine.encoders.profiles import starter_folder
from engine.jobs.folders import JobFolders
from engine.schemas import ItemKind, QueryPart, Reindex, ReindexState, SearchRequest
from engine.training.encoder_folder import write_clip_folder
from tests.e2e.conftest import PICTURES
from tests.engine.catalogue.test_registry import card
from tests.engine_process import EngineProcess

LIBRARY, CHANNEL, MODEL_ID = "bench", "c", "disturbed"
DISTURBANCE = 0.05
"""Standard deviation of the noise, in those of each tensor of weights."""

SEARCHES_PER_S = 5
COMPARED = 5
"""Hits of an answer that are compared; how many follow depends on a background that is drawn."""

CALM_S = 30.0
"""How long searches go on before, after the switch, and after going back."""

QUERIES = sorted(file.stem.replace("-", " ") for file in PICTURES.glob("*.webp"))
"""What the demo's pictures are called; those that the old model finds nothing for are not asked."""

Answers = Mapping[str, tuple[str, ...]]
"""Ids of the first hits of each query."""


@dataclass(frozen=True)
class Asked:
    """One search and what came of it.

    Attributes:
        at_s: when it was sent.
        found: ids of its first hits; empty when it failed.
    """

    query: str
    at_s: float
    took_ms: float
    found: tuple[str, ...]
    failed: bool


async def search(engine: EngineClient, query: str) -> tuple[str, ...]:
    """Ids of the first hits."""
    request = SearchRequest(
        library_id=LIBRARY,
        channel_ids=None,
        parts=[QueryPart(text=query)],
        kinds=[ItemKind.IMAGE],
    )
    return tuple(hit.item_id for hit in (await engine.search(request)).hits[:COMPARED])


async def answers(engine: EngineClient, queries: Iterable[str]) -> Answers:
    """What is found now, by query."""
    return {query: await search(engine, query) for query in queries}


class Searching:
    """Asks at a fixed rate.

    Attributes:
        asked: the searches that have ended.
    """

    def __init__(self, engine: EngineClient, queries: Sequence[str]) -> None:
        self._engine = engine
        self._queries = queries
        self.asked: list[Asked] = []

    @asynccontextmanager
    async def going_on(self) -> AsyncIterator[None]:
        """Asks within the block, and waits for the last answers after it."""
        async with asyncio.TaskGroup() as group:
            ticking = group.create_task(self._tick(group))
            yield
            ticking.cancel()

    async def _tick(self, group: asyncio.TaskGroup) -> None:
        started_s = time.perf_counter()
        for number in range(10**9):
            due_s = started_s + number / SEARCHES_PER_S
            await asyncio.sleep(max(0.0, due_s - time.perf_counter()))
            group.create_task(self._ask(self._queries[number % len(self._queries)]))

    async def _ask(self, query: str) -> None:
        at_s = time.perf_counter()
        found: tuple[str, ...] = ()
        failed = False
        try:
            found = await search(self._engine, query)
        except EngineCallFailed as error:
            print(f"failed: {error}")
            failed = True
        took_ms = (time.perf_counter() - at_s) * 1_000
        self.asked.append(Asked(query, at_s, took_ms, found, failed))


@dataclass(frozen=True)
class Course:
    """What happened when, by the clock of the searches.

    Attributes:
        first_s: of building.
        last_s: of building; the new model serves.
        back_s: when going back was asked for.
        back_took_ms: until that was answered.
        end_s: of all.
        alike: queries that both models answer alike.
    """

    asked: Sequence[Asked]
    old: Answers
    new: Answers
    first_s: float
    last_s: float
    back_s: float
    back_took_ms: float
    end_s: float

    @property
    def alike(self) -> int:
        """Queries that both models answer alike, so that they tell nothing."""
        return sum(found == self.new[query] for query, found in self.old.items())

    def rows(self) -> list[str]:
        """The table, by what went on when a search was asked."""
        spans = {
            "before": (0.0, self.first_s),
            "while the new collection was built": (self.first_s, self.last_s),
            "with the new model": (self.last_s, self.back_s),
            "after going back": (self.back_s, self.end_s),
        }
        return [self._row(name, *span) for name, span in spans.items()]

    def _row(self, name: str, from_s: float, to_s: float) -> str:
        asked = [each for each in self.asked if from_s <= each.at_s < to_s]
        times_ms = [each.took_ms for each in asked]
        failed = sum(each.failed for each in asked)
        known = [
            (each.found == self.old[each.query], each.found == self.new[each.query])
            for each in asked
            if not each.failed
        ]
        empty = sum(
            not each.found and not each.failed and bool(self.new[each.query]) for each in asked
        )
        old, new = sum(old for old, _ in known), sum(new and not old for old, new in known)
        return (
            f"| {name} | {len(asked)} | {failed} | {empty} | {old} | {new} "
            f"| {len(known) - old - new} | {np.median(times_ms):.0f} "
            f"| {np.percentile(times_ms, 95):.0f} |"
        )


def disturbed_model(folder: Path) -> None:
    """Writes a folder of open_clip whose image tower differs a little from the starter's."""
    source = str(starter_folder())
    model = load_clip(source, Placement("cpu", "float32"))
    tower = deepcopy(model.network.visual)
    torch.manual_seed(1)
    with torch.no_grad():
        for weights in tower.parameters():
            if weights.numel() > 1:
                weights.add_(DISTURBANCE * weights.std() * torch.randn_like(weights))
    write_clip_folder(model, source, tower, folder)


async def register(folders: JobFolders) -> None:
    """Puts the disturbed model into the registry of a data folder."""
    await asyncio.to_thread(disturbed_model, folders.model(MODEL_ID) / "encoder")
    described = card(MODEL_ID, library_id=LIBRARY).model_copy(update={"kind": ItemKind.IMAGE})
    database = Database.on_sqlite(folders.catalogue)
    async with database.writing() as session:
        session.add(
            ModelRow(
                model_id=MODEL_ID,
                library_id=LIBRARY,
                labelset_id=described.labelset_id,
                created_at=described.created_at,
                card=described.model_dump_json(),
            )
        )
    await database.close()


async def taken_over(engine: EngineClient) -> Reindex:
    """Has the new model take over, and waits until it has."""
    reindex = await engine.models.activate(MODEL_ID)
    while reindex.under_way:
        await asyncio.sleep(0.5)
        reindex = await engine.models.reindex()
    assert reindex.state is ReindexState.ACTIVE, reindex
    return reindex


async def measure(folder: Path, items: int) -> Course:
    """All of it on an empty data folder."""
    with EngineProcess(folder, ocr="false") as process:
        await asyncio.to_thread(process.start().ready)
        await register(JobFolders(folder))
        async with process.client() as engine:
            await fill(engine, LIBRARY, CHANNEL, items)
            old = {q: found for q, found in (await answers(engine, QUERIES)).items() if found}
            searching = Searching(engine, list(old))
            async with searching.going_on():
                await asyncio.sleep(CALM_S)
                first_s = time.perf_counter()
                await taken_over(engine)
                last_s = time.perf_counter()
                new = await answers(engine, old)
                await asyncio.sleep(CALM_S)
                back_s = time.perf_counter()
                await engine.models.rollback(ItemKind.IMAGE)
                back_took_ms = (time.perf_counter() - back_s) * 1_000
                await asyncio.sleep(CALM_S)
                end_s = time.perf_counter()
    return Course(searching.asked, old, new, first_s, last_s, back_s, back_took_ms, end_s)


def section(items: int, course: Course) -> str:
    """The results as markdown."""
    took_s = course.last_s - course.first_s
    return f"""## A new model takes over

{items:,} pictures are embedded anew by a model whose image tower differs, while {SEARCHES_PER_S}
searches a second go on, {len(course.old)} sentences in turn; {course.alike} of them both models
answer alike. An answer is the old model's or the new one's when its first {COMPARED} hits are, in
their order; one of neither would be a mixture. Empty is what neither model would leave empty. A
search counts where it was asked.

| searches | asked | failed | empty | old | new | neither | p50 ms | p95 ms |
|---|---|---|---|---|---|---|---|---|
{chr(10).join(course.rows())}

Building took {took_s:.0f} s ({items / took_s:.0f} pictures a second, loading and verifying
included); going back took {course.back_took_ms:.0f} ms. The machine's load average was
{os.getloadavg()[1]:.0f} on {os.cpu_count()} cores: what is above {os.cpu_count()} is the work of
others.

Repeat: `uv run --group dev python -m benchmarks.reindex`
"""


async def main() -> None:
    """Measures, prints and stores the section."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=10_000)
    items = parser.parse_args().items
    with tempfile.TemporaryDirectory() as folder:
        course = await measure(Path(folder), items)
    markdown = section(items, course)
    if items >= 10_000:
        write_section("reindex", markdown)
    print(markdown)


if __name__ == "__main__":
    asyncio.run(main())
