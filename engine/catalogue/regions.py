"""Where in pictures a detector found something, and which pictures it has not looked at yet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, and_, delete, func, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from engine.catalogue.arrival import by_arrival
from engine.catalogue.database import Database
from engine.catalogue.embed_queue import MAX_ATTEMPTS
from engine.catalogue.models import EmbedState, ItemRow, RegionRow
from engine.catalogue.records import StoredItem, Version
from engine.schemas import Box, ItemKind

RegionKey = tuple[str, int]
"""Item id and ordinal of a region."""

NOT_LOOKED_AT = and_(ItemRow.kind == ItemKind.IMAGE, ItemRow.detector.is_(None))


class RegionRepository:
    """Stores and finds the regions of pictures. Each method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_items(self, item_ids: Sequence[str]) -> dict[str, list[Box]]:
        """The regions of items that have any, the surest first, by item id."""
        statement = (
            select(RegionRow)
            .where(RegionRow.item_id.in_(item_ids))
            .order_by(RegionRow.item_id, RegionRow.ordinal)
        )
        regions: dict[str, list[Box]] = {}
        async with self._database.reading() as session:
            for row in await session.scalars(statement):
                regions.setdefault(row.item_id, []).append(_box_of(row))
        return regions

    async def get_many(self, keys: Iterable[RegionKey]) -> dict[RegionKey, Box]:
        """The regions that exist among `keys`."""
        statement = select(RegionRow).where(
            tuple_(RegionRow.item_id, RegionRow.ordinal).in_(list(keys))
        )
        async with self._database.reading() as session:
            rows = await session.scalars(statement)
            return {(row.item_id, row.ordinal): _box_of(row) for row in rows}

    async def not_looked_at(self, *, after: StoredItem | None, limit: int) -> list[StoredItem]:
        """A page of the embedded pictures behind `after` that no detector has looked at."""
        condition = and_(NOT_LOOKED_AT, ItemRow.embed_state == EmbedState.EMBEDDED)
        return await by_arrival(self._database, condition, after=after, limit=limit)

    async def left(self) -> int:
        """How many pictures no detector has looked at, whether embedded yet or not."""
        async with self._database.reading() as session:
            statement = select(func.count()).select_from(ItemRow).where(NOT_LOOKED_AT)
            return await session.scalar(statement) or 0

    async def put(self, version: Version, boxes: Sequence[Box], detector: str) -> None:
        """Records what a detector found in a picture, and queues it for embedding if anything.

        Nothing happens when the picture was replaced or forgotten meanwhile.
        """
        async with self._database.writing() as session:
            row = await _present(session, version)
            if row is None:
                return
            session.add_all(
                RegionRow(item_id=row.item_id, ordinal=ordinal, **box.model_dump())
                for ordinal, box in enumerate(boxes)
            )
            row.detector = detector
            row.region_count = len(boxes)
            row.detect_attempts = 0
            row.detect_error = None
            if boxes and row.embed_state is EmbedState.EMBEDDED:
                row.embed_state = EmbedState.PENDING

    async def record_failure(self, version: Version, detector: str, reason: str) -> None:
        """Counts a failed look; after the last one the picture is left without regions."""
        async with self._database.writing() as session:
            row = await _present(session, version)
            if row is None:
                return
            row.detect_attempts += 1
            row.detect_error = reason
            if row.detect_attempts >= MAX_ATTEMPTS:
                row.detector = detector

    async def drop_others(self, detector: str | None) -> None:
        """Deletes what other detectors than this one found; with None, what any has.

        The pictures wait to be looked at again. Their points have no region any more, and are
        removed by the reconciler.
        """
        for others in _other_than(detector):
            stale = select(ItemRow.item_id).where(ItemRow.kind == ItemKind.IMAGE, others)
            async with self._database.writing() as session:
                await session.execute(delete(RegionRow).where(RegionRow.item_id.in_(stale)))
                await session.execute(
                    update(ItemRow)
                    .where(ItemRow.kind == ItemKind.IMAGE, others)
                    .values(detector=None, region_count=0, detect_attempts=0, detect_error=None)
                )


def _other_than(detector: str | None) -> list[ColumnElement[bool]]:
    """The items that another detector has looked at, as ranges that an index can tell."""
    if detector is None:
        return [ItemRow.detector > ""]
    return [and_(ItemRow.detector > "", ItemRow.detector < detector), ItemRow.detector > detector]


async def _present(session: AsyncSession, version: Version) -> ItemRow | None:
    """The item's row, if it still has this content."""
    row = await session.get(ItemRow, version.item_id, with_for_update=True)
    if row is None or (row.revision, row.sha256) != (version.revision, version.sha256):
        return None
    return row


def _box_of(row: RegionRow) -> Box:
    return Box(x=row.x, y=row.y, width=row.width, height=row.height)
