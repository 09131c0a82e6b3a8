"""Forgetting: rows first, as they are the truth, then points, then originals."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from engine.errors import StorageFailed
from engine.ingest.item_index import ItemIndex
from engine.ingest.originals import Originals
from engine.schemas import ForgetAnswer, ForgetRequest

log = structlog.get_logger(__name__)


class Forgetter:
    """Deletes items from every store; the reconciler finishes what a crash interrupts."""

    def __init__(
        self, index: ItemIndex, originals: Originals, *, on_change: Callable[[], None]
    ) -> None:
        self._index = index
        self._originals = originals
        self._on_change = on_change

    async def forget(self, request: ForgetRequest) -> ForgetAnswer:
        """Deletes what the request names, page by page.

        Raises:
            BadRequest: the whole library is meant, but `everything` is not set.
            StorageFailed: rows could not be deleted; asking again continues.
        """
        count = 0
        while forgotten := await self._forget_page(request):
            count += forgotten
        self._on_change()
        return ForgetAnswer(forgotten=count)

    async def _forget_page(self, request: ForgetRequest) -> int:
        forgotten = await self._index.forget(request)
        try:
            await self._originals.sweep(forgotten.sha256s)
        except StorageFailed as error:
            log.warning("sweep_failed", detail=error.detail)
        return len(forgotten.item_ids)
