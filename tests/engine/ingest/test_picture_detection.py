"""Regions of pictures: found in the background, kept in step with the catalogue, gone with them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from engine.catalogue import EmbedState
from engine.catalogue.embed_queue import MAX_ATTEMPTS
from engine.encoders.ports import Pixels
from engine.errors import NotReady
from engine.ingest.contents import ContentReader
from engine.ingest.embedding_models import ItemContent
from engine.ingest.picture_detection import PictureDetection
from engine.schemas import Box, ForgetRequest
from engine.vectors.memory import MemoryVectorStore
from tests.engine.ingest.fakes import features_of
from tests.engine.ingest.rig import Rig, open_rig

LEFT = Box(x=0, y=0, width=0.25, height=0.5)
RIGHT = Box(x=0.5, y=0, width=0.5, height=1)


@dataclass
class FakeDetector:
    """Finds the same boxes in every picture.

    Attributes:
        troubles: raised one a look, until none are left.
        looks: how often a picture was looked at.
    """

    boxes: list[Box]
    fingerprint: str = "detector 1"
    troubles: list[Exception] = field(default_factory=list)
    looks: int = 0

    async def detect(self, picture: Pixels) -> list[Box]:
        """The boxes, or the next trouble."""
        assert picture.ndim == 3
        self.looks += 1
        if self.troubles:
            raise self.troubles.pop()
        return self.boxes


@asynccontextmanager
async def looking(rig: Rig, detector: FakeDetector) -> AsyncIterator[PictureDetection]:
    """Embeds, and looks at what is embedded, for the duration of the block."""
    await rig.catalogue.regions.drop_others(detector.fingerprint)
    contents = ContentReader(rig.catalogue, rig.blobs, rig.pictures)
    detection = PictureDetection(
        rig.catalogue, contents, detector, on_regions=rig.embedder.wake, retry_s=0.01
    )
    async with rig.embedding():
        await rig.embedder.wait_until_embedded("lib", 20)
        task = asyncio.create_task(detection.run())
        yield detection
        task.cancel()
        await asyncio.wait([task])


async def look(rig: Rig, detector: FakeDetector) -> None:
    """Looks until every picture has been seen, and what was found is embedded."""
    async with looking(rig, detector) as detection:
        assert await detection.wait_until_seen(20) == 0
        assert (await rig.embedder.wait_until_embedded("lib", 20)).pending == 0


async def region_ids(rig: Rig) -> set[str]:
    """The ids of all points of regions."""
    points, _ = await rig.collections.regions.scroll(None, None, 100)
    return {str(point.id) for point in points}


async def test_a_region_has_a_vector_of_its_own(rig: Rig) -> None:
    """Broken: a small thing in a large picture is not found."""
    ack = await rig.post_picture("scene")
    await rig.post_text("a message has no regions", "m2")
    await look(rig, FakeDetector([LEFT, RIGHT]))
    found, _ = await rig.collections.regions.scroll(None, None, 9)
    (right,) = (point for point in found if str(point.id) != ack.item_id)
    assert right.payload is not None
    assert (right.payload["passage"], right.payload["detector"]) == (1, "detector 1")
    assert {point.payload["item_id"] for point in found if point.payload} == {ack.item_id}
    (left,) = await rig.collections.regions.retrieve([ack.item_id], with_vectors=True)
    pixels = (await rig.pictures.decode(await rig.blobs.get(await sha256_of(rig, ack.item_id)))).rgb
    assert isinstance(left.vector, dict)
    crop = np.ascontiguousarray(pixels[0:2, 0:2])
    assert left.vector["clip"] == pytest.approx(features_of(crop.tobytes()), abs=1e-6)
    assert (await rig.verifier.verify()).clean


async def sha256_of(rig: Rig, item_id: str) -> str:
    """The digest of an item's original."""
    return (await rig.catalogue.items.get(item_id)).sha256


async def test_a_picture_without_things_is_seen_once(rig: Rig) -> None:
    """Broken: plain pictures are looked at again at each start, or embedded twice."""
    await rig.post_picture("sky")
    detector = FakeDetector([])
    await look(rig, detector)
    await look(rig, detector)
    assert (detector.looks, rig.clip.batches) == (1, [1])


async def test_forgetting_takes_regions_along(rig: Rig) -> None:
    """Broken: what was deleted is still found by a part of it."""
    await rig.post_picture("scene")
    await look(rig, FakeDetector([LEFT, RIGHT]))
    await rig.forgetter.forget(ForgetRequest(library_id="lib", message_id="m"))
    assert await region_ids(rig) == set()


async def test_lost_and_left_over_regions_are_put_right(rig: Rig) -> None:
    """Broken: after a crash some things are not found, and others that are not there are."""
    kept = await rig.post_picture("kept")
    await look(rig, FakeDetector([LEFT, RIGHT]))
    ids = await region_ids(rig)
    await rig.collections.regions.delete([kept.item_id])
    assert (await rig.verifier.verify()).missing_points == [kept.item_id]
    await rig.recover()
    assert await region_ids(rig) == ids
    assert (await rig.verifier.verify()).clean


async def test_another_detector_looks_again_and_none_leaves_nothing(rig: Rig) -> None:
    """Broken: hits are marked by a detector that was replaced or switched off."""
    ack = await rig.post_picture("scene")
    await look(rig, FakeDetector([LEFT, RIGHT]))
    await look(rig, FakeDetector([RIGHT], "detector 2"))
    await rig.recover()
    assert await region_ids(rig) == {ack.item_id}
    assert await rig.catalogue.regions.of_items([ack.item_id]) == {ack.item_id: [RIGHT]}
    await rig.catalogue.regions.drop_others(None)
    await rig.recover()
    assert await region_ids(rig) == set()
    assert set(await rig.points()) == {ack.item_id}
    assert (await rig.verifier.verify()).clean


async def test_another_encoder_makes_regions_anew(tmp_path: Path, store: MemoryVectorStore) -> None:
    """Broken: after a change of encoder regions are searched with vectors of another space."""
    async with open_rig(tmp_path, store) as rig:
        await rig.post_picture("scene")
        await look(rig, FakeDetector([LEFT, RIGHT]))
        ids = await region_ids(rig)
    new_store = MemoryVectorStore()
    async with open_rig(tmp_path, new_store, fingerprint="fingerprint 2") as renewed:
        await renewed.recover()
        assert await region_ids(renewed) == ids
    await new_store.close()


async def test_a_detector_that_crashes_holds_up_nothing(rig: Rig) -> None:
    """Broken: one odd picture ends all detection, or cannot be found at all."""
    ack = await rig.post_picture("odd")
    detector = FakeDetector([LEFT], troubles=[RuntimeError("out of memory")] * MAX_ATTEMPTS)
    await look(rig, detector)
    (odd,) = await rig.catalogue.items.scan(after=None, limit=1)
    assert (odd.embed_state, odd.region_count) == (EmbedState.EMBEDDED, 0)
    assert detector.looks == MAX_ATTEMPTS
    other = await rig.post_picture("well", "m2")
    await look(rig, detector)
    assert await region_ids(rig) == {other.item_id}
    assert set(await rig.points()) == {ack.item_id, other.item_id}


async def test_a_detector_that_is_busy_is_waited_for(rig: Rig) -> None:
    """Broken: pictures that arrive while the detector is restarted never get regions."""
    ack = await rig.post_picture("scene")
    await look(rig, FakeDetector([LEFT], troubles=[NotReady("wait")] * (MAX_ATTEMPTS + 1)))
    assert await region_ids(rig) == {ack.item_id}


async def test_what_comes_while_an_item_is_embedded_is_not_lost(rig: Rig) -> None:
    """Broken: regions found while text is embedded are without vectors until the next walk."""
    await rig.post_picture("says hello")
    await rig.embed()
    (stored,) = await rig.catalogue.items.scan(after=None, limit=1)
    await rig.catalogue.embed_queue.requeue([stored.item_id])

    async def find_meanwhile() -> None:
        await rig.catalogue.regions.put(stored.version, [LEFT], "detector 1")
        rig.embedder.wake()

    rig.clip.hook = find_meanwhile
    async with rig.embedding():
        while not await region_ids(rig):
            await rig.embedder.wait_until_embedded("lib", 0.05)
            rig.clip.hook = _nothing
    assert (await rig.verifier.verify()).clean


async def _nothing() -> None:
    return None


@pytest.mark.parametrize(
    "box",
    [Box(x=1, y=1, width=0.5, height=0.5), Box(x=0.999, y=0.999, width=0, height=0)],
)
def test_a_region_has_at_least_one_pixel(box: Box) -> None:
    """Broken: a box at the edge of a picture makes its item impossible to embed."""
    (crop,) = ItemContent(np.zeros((2, 4, 3), np.uint8), [], [box]).crops
    assert crop.size
