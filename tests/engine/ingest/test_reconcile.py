"""The reconciler: whatever was lost or left over is put right, and nothing else is touched."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from engine.blobs import sha256_of
from engine.errors import NotReady
from engine.ingest import item_index, reconcile
from engine.ingest.collections import CollectionName, points_of
from engine.ingest.reconcile import Repairs
from engine.vectors.memory import MemoryVectorStore
from tests.engine.ingest.fakes import EMBED_DIM, picture_file
from tests.engine.ingest.rig import Rig, open_rig

NO_GRACE = timedelta(0)


async def test_nothing_is_repaired_when_nothing_is_wrong(rig: Rig) -> None:
    """Broken: every round deletes or embeds what was in order."""
    await rig.post_picture("cat", "m1")
    await rig.post_text("hello", "m2")
    await rig.embed()
    before = await rig.points()
    assert await rig.reconciler.reconcile(grace=NO_GRACE) == Repairs()
    assert await rig.points() == before
    assert (await rig.catalogue.items.status("lib")).pending == 0


async def test_a_lost_index_is_built_again(rig: Rig) -> None:
    """Broken: after losing the vectors nothing stored is ever found again."""
    for n in range(5):
        await rig.post_picture(f"cat {n}", f"m{n}")
    await rig.embed()
    ids = list(await rig.points())
    await rig.collections.images.delete(ids)
    assert len((await rig.verifier.verify()).missing_points) == 5
    assert (await rig.reconciler.reconcile()).requeued_items == 5
    await rig.embed()
    assert set(await rig.points()) == set(ids)


async def test_another_encoder_embeds_everything_again(rig: Rig, tmp_path: Path) -> None:
    """Broken: after changing the encoder, queries meet vectors of the old one."""
    await rig.post_picture("cat")
    await rig.embed()
    new_store = MemoryVectorStore()
    async with open_rig(tmp_path, new_store, fingerprint="fingerprint 2") as renewed:
        await renewed.recover()
        assert renewed.clip.batches == [1]
        assert (await renewed.verifier.verify()).clean
    await new_store.close()


async def test_points_without_items_are_removed(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """Broken: what was deleted during a crash is found for ever."""
    monkeypatch.setattr(item_index, "PAGE", 2)
    kept = await rig.post_picture("kept")
    await rig.embed()
    (stored,) = await rig.catalogue.items.scan(after=None, limit=1)
    (point,) = points_of(CollectionName.IMAGES, stored, [{"clip": [1.0] * EMBED_DIM}])
    orphans = [
        point.model_copy(update={"id": f"00000000-0000-0000-0000-{n:012}"}) for n in range(5)
    ]
    await rig.collections.images.upsert(orphans)
    assert len((await rig.verifier.verify()).orphan_points) == 5
    assert (await rig.reconciler.reconcile()).removed_points == 5
    assert set(await rig.points()) == {kept.item_id}


async def test_a_point_of_old_content_is_replaced(rig: Rig) -> None:
    """Broken: an edit whose vector was lost in a power cut is found by its old words for ever."""
    ack = await rig.post_picture("cat")
    await rig.embed()
    (stored,) = await rig.catalogue.items.scan(after=None, limit=1)
    (point,) = points_of(CollectionName.IMAGES, stored, [{"clip": [1.0] * EMBED_DIM}])
    assert point.payload is not None
    point.payload["revision"] = 0
    await rig.collections.images.upsert([point])
    report = await rig.verifier.verify()
    assert (report.stale_points, report.missing_points) == ([ack.item_id], [])
    await rig.recover()
    assert (await rig.verifier.verify()).clean


async def test_an_upload_in_flight_is_not_an_orphan(rig: Rig) -> None:
    """Broken: the sweep deletes the picture that another engine is just about to acknowledge."""
    sha256 = await sha256_of(picture_file("in flight"))
    await rig.blobs.put(sha256, picture_file("in flight"))
    assert (await rig.reconciler.reconcile()).removed_blobs == 0
    assert await rig.blobs.exists(sha256)
    assert (await rig.reconciler.reconcile(grace=NO_GRACE)).removed_blobs == 1
    assert not await rig.blobs.exists(sha256)


async def test_what_dies_in_the_middle_of_a_write_is_removed(rig: Rig, tmp_path: Path) -> None:
    """Broken: half-written files pile up with every kill."""
    import os

    leftover = tmp_path / "blobs" / "sha256" / "ab" / "cd" / "abcd#1"
    leftover.parent.mkdir(parents=True)
    leftover.write_bytes(b"half")
    os.utime(leftover, (0, 0))
    await rig.reconciler.reconcile()
    assert not leftover.exists()


async def test_rounds_get_everywhere_in_the_end(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """Broken: a large library is only ever repaired at its beginning, or again from the start."""
    monkeypatch.setattr(reconcile, "PAGES_PER_ROUND", 2)
    monkeypatch.setattr(item_index, "PAGE", 2)
    for n in range(7):
        await rig.post_text(f"message {n}", f"m{n}")
    await rig.embed()
    await rig.collections.passages.delete(list(await rig.points()))
    for _ in range(5):
        await rig.reconciler.round()
    await rig.embed()
    assert len(await rig.points()) == 7


async def test_the_task_repairs_at_start_and_outlives_failures(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Broken: one failed comparison ends all repairing, or nothing is repaired at start."""
    await rig.post_text("hello")
    await rig.embed()
    failed = asyncio.Event()
    compare_points = rig.index.compare_points

    async def fail_once(name: CollectionName, cursor: str | None, *, repair: bool) -> object:
        if not failed.is_set():
            failed.set()
            raise NotReady("the index is restarting")
        return await compare_points(name, cursor, repair=repair)

    monkeypatch.setattr(rig.index, "compare_points", fail_once)
    monkeypatch.setattr(rig.reconciler, "_every_s", 0.001)
    await rig.collections.passages.delete(list(await rig.points()))
    requeued = asyncio.Event()
    monkeypatch.setattr(rig.reconciler, "_on_change", requeued.set)
    task = asyncio.create_task(rig.reconciler.run())
    async with asyncio.timeout(20):
        await requeued.wait()
    task.cancel()
    await asyncio.wait([task])
    assert failed.is_set()
    assert (await rig.catalogue.items.status("lib")).pending == 1
