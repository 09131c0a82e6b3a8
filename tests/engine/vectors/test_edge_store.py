"""The embedded index when processes die and folders are shared."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import psutil
import pytest
from qdrant_client import models

from engine.errors import Conflict, EncoderMismatch, NotReady, StorageFailed
from engine.vectors import CollectionSpec, EdgeVectorStore
from engine.vectors.edge.blueprint import Make
from engine.vectors.edge.commands import Retrieve, Write
from engine.vectors.edge.folder import CollectionsFolder
from engine.vectors.edge.shards import OpenShards

SPEC = CollectionSpec("images", "a" * 64, {"image": 4})
DEADLINE_S = 30.0


def points(first: int, count: int) -> list[models.PointStruct]:
    """Numbered points of one library."""
    return [
        models.PointStruct(
            id=str(UUID(int=number)),
            vector={"image": [1.0, float(number % 7), float(number % 11), 0.5]},
            payload={"library_id": "home", "item_id": str(number)},
        )
        for number in range(first, first + count)
    ]


async def until_alive(store: EdgeVectorStore) -> None:
    """Waits until the process has been started again."""
    async with asyncio.timeout(DEADLINE_S):
        while not store.alive:
            await asyncio.sleep(0.01)


def kill_process(store: EdgeVectorStore) -> None:
    """Kills it with signal 9, as the kernel does when memory runs out."""
    assert store.worker_pid is not None
    os.kill(store.worker_pid, signal.SIGKILL)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[EdgeVectorStore]:
    """A store in a folder of its own."""
    opened = EdgeVectorStore(tmp_path / "vectors", lock_timeout_s=0.1)
    yield opened
    await opened.close()


async def test_points_are_there_after_a_restart(store: EdgeVectorStore) -> None:
    """Every restart of the engine would index everything again."""
    await (await store.open(SPEC)).upsert(points(0, 100))
    await store.close()
    assert not store.alive
    assert await (await store.open(SPEC)).count("home") == 100


async def test_nothing_acknowledged_is_lost_when_the_process_is_killed(
    store: EdgeVectorStore,
) -> None:
    """A crash would silently drop pictures from search."""
    index = await store.open(SPEC)
    acknowledged: list[str] = []

    async def write_until_killed() -> None:
        for first in range(0, 100_000, 10):
            batch = points(first, 10)
            await index.upsert(batch)
            acknowledged.extend(str(each.id) for each in batch)
            if len(acknowledged) == 300:
                kill_process(store)

    with pytest.raises(NotReady, match="started again"):
        await write_until_killed()
    await until_alive(store)
    kept = {str(record.id) for record in await index.retrieve(acknowledged)}
    assert kept == set(acknowledged)
    assert await index.count("home") - len(acknowledged) in (0, 10)  # the batch under way
    (best,) = await index.search(
        "home", models.QueryRequest(query=[1.0, 1.0, 1.0, 0.5], using="image", limit=1)
    )
    assert best.score == pytest.approx(1.0, abs=1e-6)


async def test_everyone_waiting_is_told_when_the_process_dies(store: EdgeVectorStore) -> None:
    """Searches would hang for ever, and the chat with them."""
    index = await store.open(SPEC)
    await index.upsert(points(0, 10))
    psutil.Process(store.worker_pid).suspend()
    waiting = [asyncio.create_task(index.count("home")) for _ in range(20)]
    await asyncio.sleep(0)
    kill_process(store)
    async with asyncio.timeout(DEADLINE_S):
        answers = await asyncio.gather(*waiting, return_exceptions=True)
    assert {type(answer) for answer in answers} == {NotReady}
    await until_alive(store)
    assert await index.count("home") == 10


async def test_repeated_deaths_are_followed_by_longer_waits(
    store: EdgeVectorStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that dies at once would be started without end, and burn the machine."""
    monkeypatch.setattr("engine.vectors.edge.store.RESTART_DELAYS_S", (0.0, 3_600.0))
    index = await store.open(SPEC)
    kill_process(store)
    while store.alive:
        await asyncio.sleep(0.01)
    await until_alive(store)
    kill_process(store)
    while store.alive:
        await asyncio.sleep(0.01)
    with pytest.raises(NotReady, match="not running"):
        await index.count("home")


async def test_a_machine_without_memory_for_the_process_is_reported(
    store: EdgeVectorStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A failed start would end the attempts to restart, or the engine with a stack trace."""
    monkeypatch.setattr("engine.vectors.edge.process.sys.executable", "no-such-python")
    with pytest.raises(NotReady, match="cannot be started"):
        await store.open(SPEC)


async def test_a_full_disk_refuses_points_but_not_deletions(tmp_path: Path) -> None:
    """The index's process would be killed by the kernel in the middle of a write."""
    folder = CollectionsFolder(tmp_path)
    folder.acquire(timeout_s=0)
    shards = OpenShards(folder)
    shards.open(SPEC)
    ids = [str(each.id) for each in points(0, 1)]
    blueprint = Make("Point", {"id": ids[0], "vector": {"image": [1.0] * 4}, "payload": {}})
    upsert = Make("UpdateOperation.upsert_points", {"points": [blueprint]})
    delete = Make("UpdateOperation.delete_points", {"point_ids": ids})
    Write(SPEC.key, upsert, adds_data=True).run(shards)
    with pytest.MonkeyPatch.context() as disk:
        disk.setattr("engine.vectors.edge.folder.MIN_FREE_BYTES", 2**63)
        with pytest.raises(StorageFailed, match="free some space"):
            Write(SPEC.key, upsert, adds_data=True).run(shards)
        Write(SPEC.key, delete).run(shards)
    assert Retrieve(SPEC.key, ids, with_vectors=False).run(shards) == []
    shards.close()
    folder.release()


async def test_a_failed_restart_is_tried_again(
    store: EdgeVectorStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One hiccup of the disk during a restart would leave search down until someone notices."""
    monkeypatch.setattr("engine.vectors.edge.store.RESTART_DELAYS_S", (0.0, 0.0, 0.0))
    index = await store.open(SPEC)
    await index.upsert(points(0, 5))
    settings = tmp_path / "vectors" / "images" / "1" / "collection.json"
    hidden = settings.rename(settings.with_suffix(".hidden"))
    failed = asyncio.Event()
    original = store._start_with_collections

    async def watched() -> object:
        try:
            return await original()
        except StorageFailed:
            hidden.rename(settings)
            failed.set()
            raise

    monkeypatch.setattr(store, "_start_with_collections", watched)
    kill_process(store)
    async with asyncio.timeout(DEADLINE_S):
        await failed.wait()
    await until_alive(store)
    assert await index.count("home") == 5


async def test_a_folder_belongs_to_one_engine(store: EdgeVectorStore, tmp_path: Path) -> None:
    """Two engines on one data folder would ruin each other's vectors."""
    index = await store.open(SPEC)
    second = EdgeVectorStore(tmp_path / "vectors", lock_timeout_s=0.1)
    with pytest.raises(Conflict, match="already open in another engine"):
        await second.open(SPEC)
    assert not second.alive
    await second.close()
    assert await index.count("home") == 0


async def test_a_changed_encoder_is_refused_after_a_restart(
    store: EdgeVectorStore, tmp_path: Path
) -> None:
    """A changed model would search among vectors that mean something else."""
    await (await store.open(SPEC)).upsert(points(0, 3))
    await store.close()
    other = CollectionSpec(SPEC.name, "b" * 64, {"image": 8})
    with pytest.raises(EncoderMismatch, match=r"aaaaaaaaaaaa \(image 4-d\).*bbbbbbbbbbbb"):
        await store.open(other)
    assert await (await store.open(SPEC)).count("home") == 3


async def test_a_crash_while_a_collection_is_created_is_mended(
    store: EdgeVectorStore, tmp_path: Path
) -> None:
    """A crash in the first second of the first start would need a person to delete files."""
    half_made = tmp_path / "vectors" / "images" / "1" / "shard"
    half_made.mkdir(parents=True)
    (half_made / "edge_config.json").write_text("{")
    assert await (await store.open(SPEC)).count("home") == 0


async def test_a_lost_pointer_does_not_lose_the_vectors(
    store: EdgeVectorStore, tmp_path: Path
) -> None:
    """A power cut right after the first start would throw the collection away."""
    await (await store.open(SPEC)).upsert(points(0, 3))
    await store.close()
    (tmp_path / "vectors" / "images" / "active").unlink()
    assert await (await store.open(SPEC)).count("home") == 3


async def test_unreadable_vectors_are_reported_with_the_way_out(
    store: EdgeVectorStore, tmp_path: Path
) -> None:
    """A damaged disk would leave the operator with a stack trace."""
    await store.open(SPEC)
    await store.close()
    (tmp_path / "vectors" / "images" / "1" / "shard" / "edge_config.json").write_text("{")
    with pytest.raises(StorageFailed, match="made again from the catalogue"):
        await store.open(SPEC)


async def test_a_payload_that_json_cannot_hold_is_refused(store: EdgeVectorStore) -> None:
    """A bug in what is stored would kill the index instead of failing one upload."""
    index = await store.open(SPEC)
    (bad,) = points(0, 1)
    bad.payload = {"library_id": "home", "when": object()}
    with pytest.raises(ValueError, match="cannot"):
        await index.upsert([bad])
    assert await index.count("home") == 0


async def test_maintenance_keeps_to_its_budget(store: EdgeVectorStore) -> None:
    """Searches would stall for minutes in the middle of the day."""
    index = await store.open(SPEC)
    await index.upsert(points(0, 200))
    assert not await index.maintain(budget_s=0.0)
    assert await index.maintain(budget_s=60.0)


async def test_an_unknown_condition_is_refused(store: EdgeVectorStore) -> None:
    """A filter would be dropped silently, and private channels found by everyone."""
    index = await store.open(SPEC)
    near_home = models.FieldCondition(
        key="place",
        geo_radius=models.GeoRadius(center=models.GeoPoint(lon=0, lat=0), radius=1),
    )
    words = models.FieldCondition(key="text", match=models.MatchText(text="cat"))
    for condition in (near_home, words, models.HasVectorCondition(has_vector="image")):
        with pytest.raises(ValueError, match="does not know"):
            await index.count("home", models.Filter(must=[condition]))
    for query in (
        models.SampleQuery(sample=models.Sample.RANDOM),
        models.NearestQuery(nearest=[1.0] * 4, mmr=models.Mmr(diversity=0.5)),
    ):
        with pytest.raises(ValueError, match="does not know"):
            await index.search("home", models.QueryRequest(query=query, using="image"))


async def test_searches_get_in_between_the_chunks_of_a_large_write(store: EdgeVectorStore) -> None:
    """Indexing a large folder would stall every search until it is done."""
    index = await store.open(SPEC)
    finished: list[str] = []

    async def note(name: str, work: asyncio.Future[None] | asyncio.Task[int]) -> None:
        await work
        finished.append(name)

    write = asyncio.create_task(index.upsert(points(0, 6_400)))
    while await index.count("home") == 0:
        assert not write.done()
    search = asyncio.create_task(index.count("home"))
    await asyncio.gather(note("write", write), note("search", search))
    assert finished == ["search", "write"]


ENGINE = """
import asyncio, sys
from pathlib import Path
from engine.vectors.edge.commands import Open
from engine.vectors.edge.process import WorkerProcess
from engine.vectors.spec import CollectionSpec

async def main():
    worker = await WorkerProcess.start(
        Path(sys.argv[1]), flush_every_s=1, lock_timeout_s=1, on_death=lambda: None
    )
    await worker.call(Open("images", CollectionSpec("images", "a" * 64, {"image": 4})))
    print(worker.pid, flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


def _engine_in_another_process(folder: Path) -> tuple[subprocess.Popen[str], psutil.Process]:
    engine = subprocess.Popen(
        [sys.executable, "-c", ENGINE, str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    assert engine.stdout is not None
    return engine, psutil.Process(int(engine.stdout.readline()))


async def test_the_process_ends_with_a_killed_engine(
    store: EdgeVectorStore, tmp_path: Path
) -> None:
    """Each crash of the engine would leave a process behind that keeps the folder locked."""
    engine, worker = await asyncio.to_thread(_engine_in_another_process, tmp_path / "vectors")
    engine.kill()
    await asyncio.to_thread(engine.communicate)
    await asyncio.to_thread(worker.wait, DEADLINE_S)
    assert await (await store.open(SPEC)).count("home") == 0


async def test_ctrl_c_is_left_to_the_engine(tmp_path: Path) -> None:
    """Ctrl-C would kill the index before the engine could flush and close it."""
    engine, worker = await asyncio.to_thread(_engine_in_another_process, tmp_path / "vectors")
    try:
        for signal_ in (signal.SIGINT, signal.SIGTERM):
            worker.send_signal(signal_)
        with pytest.raises(psutil.TimeoutExpired):
            await asyncio.to_thread(worker.wait, 0.5)
    finally:
        engine.kill()
        await asyncio.to_thread(engine.communicate)
    await asyncio.to_thread(worker.wait, DEADLINE_S)


async def test_the_process_stays_small(store: EdgeVectorStore) -> None:
    """A restart of the index would take seconds if it imported what only the engine needs."""
    await store.open(SPEC)
    loaded = {Path(each.path).name for each in psutil.Process(store.worker_pid).memory_maps()}
    assert any("qdrant_edge" in name for name in loaded)
    assert not [name for name in loaded if name.startswith(("libtorch", "_imaging", "cygrpc"))]
