"""Forgetting: rows first, as they are the truth, then points, then originals."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from engine.catalogue import Catalogue, audit_row
from engine.errors import StorageFailed
from engine.ingest.item_index import ItemIndex
from engine.ingest.originals import Originals
from engine.schemas import AuditAction, ForgetAnswer, ForgetRequest

log = structlog.get_logger(__name__)


class Forgetter:
    """Deletes items from every store; the reconciler finishes what a crash interrupts."""

    def __init__(
        self,
        catalogue: Catalogue,
        index: ItemIndex,
        originals: Originals,
        *,
        on_change: Callable[[], None],
    ) -> None:
        self._catalogue = catalogue
        self._index = index
        self._originals = originals
        self._on_change = on_change

    async def forget(
        self, request: ForgetRequest, *, most_pages: int | None = None
    ) -> ForgetAnswer:
        """Deletes what the request names, page by page; all of it, or no more than so many.

        For somebody who asked it is off the disk then; what follows from Discord or a setting is
        so after the reconciler's next round.

        Raises:
            BadRequest: the whole library is meant, but `everything` is not set.
            StorageFailed: rows could not be deleted; asking again continues.
        """
        count = pages = 0
        while pages != most_pages and (forgotten := await self._forget_page(request)):
            count += forgotten
            pages += 1
        await self._note(request, count)
        if request.asked_by is not None:
            await self._catalogue.truncate_log()
        self._on_change()
        return ForgetAnswer(forgotten=count)

    async def _forget_page(self, request: ForgetRequest) -> int:
        forgotten = await self._index.forget(request)
        try:
            await self._originals.sweep(forgotten.sha256s)
        except StorageFailed as error:
            log.warning("sweep_failed", detail=error.detail)
        return len(forgotten.item_ids)

    async def _note(self, request: ForgetRequest, count: int) -> None:
        """Writes into the audit what somebody asked for, or what went without being asked.

        A message that follows its deletion in Discord is not noted: that would be a list of who
        takes back what.
        """
        asked_for = request.asked_by is not None
        if not asked_for and (request.message_id is not None or not count):
            return
        expired = request.before is not None and not asked_for
        await self._catalogue.audit.add(
            audit_row(
                request.library_id,
                AuditAction.EXPIRED if expired else AuditAction.FORGOT,
                actor_id=request.asked_by,
                person_id=request.author_id,
                channel_id=request.channel_id,
                amount=count,
            )
        )
