"""The background task that finds the things in pictures, once these can be found as a whole."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import structlog

from engine.catalogue import Catalogue, StoredItem
from engine.encoders.ports import ObjectDetector
from engine.errors import Busy, EngineError, NotReady, StorageFailed
from engine.ingest.contents import ContentReader
from engine.ingest.embedder import affordable
from engine.ingest.passes import Passes

log = structlog.get_logger(__name__)

PAGE = 4
"""Pictures decoded and looked at together, if they are not too large for that."""


class PictureDetection(Passes):
    """Looks at the pictures that the detector has not seen, the oldest uploads first.

    A part that is busy, starting or out of disk is waited for. A picture that the detector fails on
    is tried again on later passes, then left without regions and with its error; it is found as a
    whole all the while, and holds up no other.

    Args:
        catalogue: which pictures there are, and what was found in them.
        contents: reads their pixels.
        detector: finds.
        on_regions: called when there is something new to embed.
        retry_s: pause before another pass.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        contents: ContentReader,
        detector: ObjectDetector,
        *,
        on_regions: Callable[[], None],
        retry_s: float = 5.0,
    ) -> None:
        super().__init__(retry_s=retry_s)
        self._regions = catalogue.regions
        self._contents = contents
        self._detector = detector
        self._on_regions = on_regions

    async def wait_until_seen(self, timeout_s: float) -> int:
        """Waits until every picture has been looked at; returns how many have not at time-out."""
        return await self._progress.until(self._regions.left, lambda left: not left, timeout_s)

    async def _pass(self) -> bool:
        """Looks at each picture once; whether none is left to be tried again."""
        last: StoredItem | None = None
        seen = []
        while found := await self._regions.not_looked_at(after=last, limit=PAGE):
            page = affordable(found)
            seen += await self._look_at_all(page)
            last = page[-1]
            self._progress.announce()
        return all(seen)

    async def _look_at_all(self, page: Sequence[StoredItem]) -> list[bool]:
        """Hands the pictures to the detector at once, which sees them in one forward."""
        async with asyncio.TaskGroup() as looks:
            tasks = [looks.create_task(self._look_at(stored)) for stored in page]
        return [task.result() for task in tasks]

    async def _look_at(self, stored: StoredItem) -> bool:
        try:
            pixels = await self._contents.pixels(stored)
            boxes = [] if pixels is None else await self._detector.detect(pixels)
        except (Busy, NotReady, StorageFailed) as error:
            log.info("detection_waits", detail=error.detail)
            return False
        except Exception as error:
            known = isinstance(error, EngineError)
            log.warning(
                "detection_failed", item_id=stored.item_id, exc_info=None if known else error
            )
            await self._regions.record_failure(
                stored.version, self._detector.fingerprint, str(error) or type(error).__name__
            )
            return False
        await self._regions.put(stored.version, boxes, self._detector.fingerprint)
        if boxes:
            self._on_regions()
        return True
