"""The embedder: everything acknowledged becomes findable, whatever happens around it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import pytest
from qdrant_client import models as qdrant

from engine.catalogue import EmbedState, StoredItem
from engine.errors import Busy, NotReady, StorageFailed
from engine.ingest import embedder as embedder_module
from engine.schemas import ForgetRequest, ItemKind
from tests.engine.ingest.fakes import features_of, nothing
from tests.engine.ingest.rig import POSTED_AT, Rig


async def stored(rig: Rig, item_id: str) -> StoredItem:
    """The item with its state."""
    return (await rig.catalogue.items.stored([item_id]))[item_id]


async def test_items_become_points_that_can_be_filtered(rig: Rig) -> None:
    """Broken: a hit has the wrong vector, or `in:`, `from:` and dates find nothing."""
    picture = await rig.post_picture("cat", "m1")
    text = await rig.post_text("a cat sleeps", "m2")
    status = await rig.embed()
    assert (status.pending, status.failed) == (0, 0)
    points = await rig.points()
    assert set(points) == {picture.item_id, text.item_id}
    item = await rig.catalogue.items.get(picture.item_id)
    assert item.embedded
    assert points[picture.item_id].payload == {
        "library_id": "lib",
        "channel_id": "c",
        "message_id": "m1",
        "attachment_id": "",
        "author_id": "ann",
        "item_id": picture.item_id,
        "kind": "image",
        "sha256": item.sha256,
        "posted_at_s": int(POSTED_AT.timestamp()),
        "revision": 1,
        "detector": None,
        "passage": 0,
    }


async def test_a_text_has_a_dense_and_a_sparse_vector(rig: Rig) -> None:
    """Broken: texts are found by meaning only, or by words only."""
    words = await rig.post_text("a cat sleeps", "m1")
    stop_words = await rig.post_text("the of and", "m2")
    await rig.embed()
    (record,) = await rig.collections.passages.retrieve([words.item_id], with_vectors=True)
    assert isinstance(record.vector, dict)
    assert record.vector["sentence"] == pytest.approx(features_of(b"a cat sleeps"), abs=1e-6)
    assert record.vector["bm25"]
    (record,) = await rig.collections.passages.retrieve([stop_words.item_id], with_vectors=True)
    assert isinstance(record.vector, dict)
    assert set(record.vector) == {"sentence"}


async def test_the_queue_is_embedded_in_batches(rig: Rig) -> None:
    """Broken: each picture takes a forward of its own and indexing crawls."""
    for n in range(10):
        await rig.post_picture(f"cat {n}", f"m{n}")
    await rig.embed()
    assert rig.clip.batches == [4, 4, 2]


async def test_large_pictures_share_no_batch(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """Broken: a batch of huge pictures runs the machine out of memory."""
    monkeypatch.setattr(embedder_module, "MAX_BATCH_PIXELS", 2 * 8)
    for n in range(5):
        await rig.post_picture(f"cat {n}", f"m{n}")
    await rig.embed()
    assert rig.clip.batches == [2, 2, 1]


async def test_the_next_batch_is_decoded_during_a_forward(rig: Rig) -> None:
    """Broken: encoder and decoder wait for each other and indexing takes twice as long."""
    for n in range(8):
        await rig.post_picture(f"cat {n}", f"m{n}")
    rig.pictures.decoded = 0
    all_decoded = asyncio.Event()

    async def note_decoding() -> None:
        if rig.pictures.decoded == 7:
            all_decoded.set()

    rig.pictures.hook = note_decoding
    rig.clip.hook = waiting_for(all_decoded)
    assert (await rig.embed()).pending == 0


async def test_new_uploads_are_embedded_without_being_asked(rig: Rig) -> None:
    """Broken: what is posted while the embedder is idle is not found until a restart."""
    async with rig.embedding():
        for n in range(3):
            await rig.post_text(f"message {n}", f"m{n}")
            assert (await rig.embedder.wait_until_embedded("lib", 20)).pending == 0


async def test_waiting_ends_in_time(rig: Rig) -> None:
    """Broken: `magpie index` hangs when the encoder is down."""
    await rig.post_text("hello")
    assert (await rig.embedder.wait_until_embedded("lib", 0.01)).pending == 1
    assert (await rig.embedder.wait_until_embedded("another library", 20)).pending == 0


@pytest.mark.parametrize(
    "error",
    [
        Busy("full", retry_after_s=0.001),
        NotReady("loading", retry_after_s=0.001),
        StorageFailed("disk full"),
    ],
)
async def test_a_part_that_is_away_is_waited_for(rig: Rig, error: Exception) -> None:
    """Broken: a busy encoder or a full disk makes pictures unfindable for good."""
    ack = await rig.post_picture("cat")
    answers = iter([error] * 5)

    async def be_away() -> None:
        for answer in answers:
            raise answer

    rig.clip.hook = be_away
    assert (await rig.embed()).failed == 0
    assert (await stored(rig, ack.item_id)).embed_state is EmbedState.EMBEDDED


async def test_one_poisonous_item_fails_alone(rig: Rig) -> None:
    """Broken: one strange message keeps its neighbours from being found, or is tried for ever."""
    rig.sentence.poison = "poison"
    for n, words in enumerate(["a", "poison", "b", "c"]):
        await rig.post_text(words, f"m{n}")
    status = await rig.embed()
    assert (status.pending, status.failed) == (0, 1)
    assert len(await rig.points()) == 3
    rig.sentence.poison = None
    await rig.post_text("poison", "m1")
    assert (await rig.embed()).failed == 0


async def test_a_picture_whose_original_is_gone_fails_alone(rig: Rig) -> None:
    """Broken: one lost file stops all indexing."""
    lost = await rig.post_picture("lost", "m1")
    await rig.post_picture("cat", "m2")
    await rig.blobs.delete((await stored(rig, lost.item_id)).item.sha256)
    status = await rig.embed()
    assert (status.pending, status.failed) == (0, 1)


async def test_the_embedder_outlives_a_broken_catalogue(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Broken: one failed read ends all indexing until somebody restarts the engine."""
    await rig.post_text("hello")
    broken = asyncio.Event()

    async def fail(**_: object) -> list[StoredItem]:
        monkeypatch.undo()
        broken.set()
        raise StorageFailed("disk I/O error")

    monkeypatch.setattr(rig.catalogue.embed_queue, "pending", fail)
    assert (await rig.embed()).pending == 0
    assert broken.is_set()


@pytest.mark.parametrize("at", ["decode", "encode"])
@pytest.mark.parametrize("happens", ["forget", "replace", "repost"])
async def test_changes_during_embedding_leave_no_old_vector(
    rig: Rig, at: str, happens: str
) -> None:
    """Broken: deleted or edited content is found again because it was being embedded."""
    ack = await rig.post_picture("old")
    reached, go_on = asyncio.Event(), asyncio.Event()

    async def stop_there() -> None:
        reached.set()
        await go_on.wait()

    part = rig.pictures if at == "decode" else rig.clip
    part.hook = stop_there
    async with rig.embedding():
        await reached.wait()
        rig.pictures.hook = nothing
        if happens in ("forget", "repost"):
            await rig.forgetter.forget(ForgetRequest(library_id="lib", message_id="m"))
        if happens in ("replace", "repost"):
            await rig.post_picture("new")
        go_on.set()
        await rig.embedder.wait_until_embedded("lib", 20)
    current = await rig.catalogue.items.stored([ack.item_id])
    expected = {item_id: item.item.sha256 for item_id, item in current.items()}
    points = await rig.points()
    assert {item_id: (p.payload or {})["sha256"] for item_id, p in points.items()} == expected
    assert (await rig.verifier.verify(rehash=True)).clean


async def test_a_row_deleted_during_the_write_leaves_no_point(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Broken: two engines on one database leave vectors of what was deleted."""
    gone = await rig.post_text("gone", "m1")
    kept = await rig.post_text("kept", "m2")
    upsert = rig.collections.passages.upsert

    async def upsert_too_late(points: Sequence[qdrant.PointStruct]) -> None:
        await rig.catalogue.items.forget(ForgetRequest(library_id="lib", message_id="m1"), limit=9)
        await upsert(points)
        assert gone.item_id in await rig.points()

    monkeypatch.setattr(rig.collections.passages, "upsert", upsert_too_late)
    await rig.embed()
    assert set(await rig.points()) == {kept.item_id}


async def test_replacing_a_picture_by_words_moves_its_point(rig: Rig) -> None:
    """Broken: the old picture stays among the pictures after its place became a text."""
    ack = await rig.post_picture("cat")
    await rig.embed()
    await rig.post_text("words now")
    await rig.recover()
    assert await rig.collections.images.retrieve([ack.item_id]) == []
    assert len(await rig.collections.of(ItemKind.TEXT).retrieve([ack.item_id])) == 1
    assert (await rig.verifier.verify()).clean


def waiting_for(event: asyncio.Event) -> Callable[[], Awaitable[None]]:
    """A hook that waits for an event."""

    async def wait() -> None:
        async with asyncio.timeout(20):
            await event.wait()

    return wait


async def test_everything_is_embedded_again_and_found_meanwhile(rig: Rig) -> None:
    """Making vectors anew would empty the searches until it is done, or leave the old ones."""
    picture = await rig.post_picture("cat", "m1")
    await rig.embed()
    encoded = len(rig.clip.batches)
    assert await rig.embedder.embed_again() == 1
    assert set(await rig.points()) == {picture.item_id}
    assert (await rig.embed()).pending == 0
    assert len(rig.clip.batches) == encoded + 1
