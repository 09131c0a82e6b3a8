"""Pictures from before hashes were kept get theirs, once."""

from __future__ import annotations

import asyncio

from engine.errors import Busy
from engine.ingest import PictureHashing
from tests.engine.ingest.rig import Rig

HASH = bytes(range(32))


def hashing(rig: Rig) -> PictureHashing:
    """The task, as the composition root builds it."""
    return PictureHashing(rig.catalogue, rig.blobs, rig.pictures, retry_s=0.01)


async def post_without_hash(rig: Rig, *names: str) -> list[str]:
    """Posts pictures as an earlier version stored them; returns their item ids."""
    acks = [await rig.post_picture(name, f"m{n}") for n, name in enumerate(names)]
    return [ack.item_id for ack in acks]


async def test_old_pictures_get_their_hash(rig: Rig) -> None:
    """Broken: re-encoded copies of everything posted before the update are never recognised."""
    item_ids = await post_without_hash(rig, "cat", "dog", "cat")
    rig.pictures.perceptual_hash = HASH
    before = rig.pictures.decoded
    await hashing(rig).run()
    hashes = await rig.catalogue.items.perceptual_hashes(item_ids)
    assert hashes == dict.fromkeys(item_ids, HASH)
    assert rig.pictures.decoded - before == 2, "the same bytes are decoded once"


async def test_pictures_without_detail_are_looked_at_once(rig: Rig) -> None:
    """Broken: each start decodes all blank pictures again."""
    await post_without_hash(rig, "blank")
    await hashing(rig).run()
    before = rig.pictures.decoded
    await hashing(rig).run()
    assert rig.pictures.decoded == before


async def test_a_lost_original_holds_up_no_other_and_a_busy_decoder_is_waited_for(
    rig: Rig,
) -> None:
    """Broken: one lost file, or a burst of uploads, ends it until the next start."""
    item_ids = await post_without_hash(rig, "lost", "cat")
    lost = (await rig.catalogue.items.get(item_ids[0])).sha256
    await rig.blobs.delete(lost)
    rig.pictures.perceptual_hash = HASH

    async def busy_once() -> None:
        async def well() -> None:
            return None

        rig.pictures.hook = well
        raise Busy("Too many files wait already.")

    rig.pictures.hook = busy_once
    async with asyncio.timeout(20):
        await hashing(rig).run()
    assert await rig.catalogue.items.perceptual_hashes(item_ids) == {item_ids[1]: HASH}
