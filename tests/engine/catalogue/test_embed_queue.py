"""The queue of items whose vectors are missing."""

from __future__ import annotations

from engine.catalogue import Catalogue, EmbedState, StoredItem
from engine.catalogue.embed_queue import MAX_ATTEMPTS
from engine.schemas import ForgetRequest, ItemKind
from tests.engine.catalogue.contents import place, text


async def stored(catalogue: Catalogue, item_id: str) -> StoredItem:
    """The item with its state."""
    return (await catalogue.items.stored([item_id]))[item_id]


async def test_the_queue_is_in_order_of_arrival_and_pages(catalogue: Catalogue) -> None:
    """Broken: new posts push old ones back for ever, or a page repeats the last one."""
    ids = [(await catalogue.items.put(text(str(n), place(f"m{n}")))).item_id for n in range(5)]
    first = await catalogue.embed_queue.pending(after=None, limit=3)
    rest = await catalogue.embed_queue.pending(after=first[-1], limit=3)
    assert [item.item_id for item in first + rest] == ids


async def test_an_embedded_item_leaves_and_new_content_queues_it_again(
    catalogue: Catalogue,
) -> None:
    """Broken: an edited message keeps the vector of its old words."""
    put = await catalogue.items.put(text("old"))
    version = (await stored(catalogue, put.item_id)).version
    assert await catalogue.embed_queue.mark_embedded([version], "fp") == {put.item_id}
    assert await catalogue.embed_queue.pending(after=None, limit=9) == []
    assert (await catalogue.items.get(put.item_id)).embedded
    await catalogue.items.put(text("new"))
    assert len(await catalogue.embed_queue.pending(after=None, limit=9)) == 1
    assert await catalogue.embed_queue.mark_embedded([version], "fp") == set()


async def test_a_place_forgotten_and_used_again_is_not_marked_by_old_work(
    catalogue: Catalogue,
) -> None:
    """Broken: deleted content stays findable in the place of what was posted after it."""
    put = await catalogue.items.put(text("deleted"))
    version = (await stored(catalogue, put.item_id)).version
    await catalogue.items.forget(ForgetRequest(library_id="lib", channel_id="c"), limit=9)
    await catalogue.items.put(text("posted after"))
    assert await catalogue.embed_queue.mark_embedded([version], "fp") == set()


async def test_an_item_that_keeps_failing_leaves_the_queue(catalogue: Catalogue) -> None:
    """Broken: one poisonous picture is tried for ever, or a single hiccup gives it up."""
    put = await catalogue.items.put(text("poison"))
    version = (await stored(catalogue, put.item_id)).version
    for _ in range(MAX_ATTEMPTS):
        assert len(await catalogue.embed_queue.pending(after=None, limit=9)) == 1
        await catalogue.embed_queue.record_failure(version, "it exploded")
    assert await catalogue.embed_queue.pending(after=None, limit=9) == []
    assert (await catalogue.items.status("lib")).failed == 1
    await catalogue.items.put(text("poison"))
    assert (await stored(catalogue, put.item_id)).embed_state is EmbedState.PENDING


async def test_a_failure_of_forgotten_content_is_nobodys(catalogue: Catalogue) -> None:
    """Broken: deleting a picture while it fails to embed crashes the embedder."""
    put = await catalogue.items.put(text("old"))
    version = (await stored(catalogue, put.item_id)).version
    await catalogue.items.put(text("new"))
    for _ in range(MAX_ATTEMPTS):
        await catalogue.embed_queue.record_failure(version, "too late")
    assert (await stored(catalogue, put.item_id)).embed_state is EmbedState.PENDING


async def test_lost_and_foreign_vectors_are_queued_again(catalogue: Catalogue) -> None:
    """Broken: after losing the index or changing the encoder, items are never found again."""
    put = await catalogue.items.put(text("x"))
    version = (await stored(catalogue, put.item_id)).version
    queue = catalogue.embed_queue
    await queue.mark_embedded([version], "old encoder")
    await queue.requeue_other_encoders(ItemKind.IMAGE, "new encoder")
    await queue.requeue_other_encoders(ItemKind.TEXT, "old encoder")
    assert await queue.pending(after=None, limit=9) == []
    await queue.requeue_other_encoders(ItemKind.TEXT, "new encoder")
    assert len(await queue.pending(after=None, limit=9)) == 1
    await queue.mark_embedded([version], "new encoder")
    await queue.requeue([put.item_id])
    assert len(await queue.pending(after=None, limit=9)) == 1
