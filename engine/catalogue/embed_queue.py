"""Which items still need vectors, and what became of the attempts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import ColumnElement, and_, func, select, tuple_, update

from engine.catalogue.arrival import by_arrival
from engine.catalogue.database import Database
from engine.catalogue.models import EmbedState, ItemRow, MetaRow
from engine.catalogue.records import StoredItem, Version
from engine.schemas import ItemKind

MAX_ATTEMPTS = 3
"""Failures after which an item is left alone until its content changes or is sent again."""


class EmbedQueue:
    """The items whose vectors are missing or stale, in the order their contents arrived."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def pending(self, *, after: StoredItem | None, limit: int) -> list[StoredItem]:
        """A page of the queue behind `after`, which may have left it meanwhile."""
        condition = ItemRow.embed_state == EmbedState.PENDING
        return await by_arrival(self._database, condition, after=after, limit=limit)

    async def count_pending(self) -> int:
        """How many items of all libraries are in the queue."""
        statement = select(func.count()).where(ItemRow.embed_state == EmbedState.PENDING)
        async with self._database.reading() as session:
            return await session.scalar(statement) or 0

    async def mark_embedded(self, versions: Iterable[Version], fingerprint: str) -> set[str]:
        """Records that the vectors of these contents are in the index.

        Returns:
            The ids marked. One that is missing was replaced or forgotten meanwhile.
        """
        statement = (
            update(ItemRow)
            .where(_is_any_of(versions))
            .values(
                embed_state=EmbedState.EMBEDDED,
                embedded_fingerprint=fingerprint,
                embed_attempts=0,
                embed_error=None,
            )
            .returning(ItemRow.item_id)
        )
        async with self._database.writing() as session:
            return set(await session.scalars(statement))

    async def record_failure(self, version: Version, reason: str) -> None:
        """Counts a failed attempt; the last one takes the item out of the queue."""
        async with self._database.writing() as session:
            row = await session.scalar(
                select(ItemRow).where(_is_any_of([version])).with_for_update()
            )
            if row is None:
                return
            row.embed_attempts += 1
            row.embed_error = reason
            if row.embed_attempts >= MAX_ATTEMPTS:
                row.embed_state = EmbedState.FAILED

    async def requeue(self, item_ids: Sequence[str]) -> None:
        """Queues items whose vectors turned out to be missing; failed ones stay out."""
        await self._requeue(ItemRow.item_id.in_(item_ids))

    async def requeue_other_encoders(self, kind: ItemKind, fingerprint: str) -> None:
        """Queues the items of a kind whose vectors come from another encoder than this one."""
        await self._requeue(and_(ItemRow.kind == kind, ItemRow.embedded_fingerprint != fingerprint))

    async def requeue_kind(self, kind: ItemKind) -> None:
        """Queues all items of a kind; what they have in the index stays until it is replaced."""
        await self._requeue(ItemRow.kind == kind)

    async def take_over(
        self, decided: Mapping[str, str], adopted: Mapping[ItemKind, tuple[str, str]]
    ) -> None:
        """Records that vectors of another encoder have taken the place of one's, whole or not.

        Args:
            decided: facts about the data folder that come with it; see `MetaRepository`.
            adopted: by kind of item, the fingerprint that items are marked with, and the new one.
        """
        async with self._database.writing() as session:
            for key, value in decided.items():
                await session.merge(MetaRow(key=key, value=value))
            for kind, (before, after) in adopted.items():
                await session.execute(
                    update(ItemRow)
                    .where(ItemRow.kind == kind, ItemRow.embedded_fingerprint == before)
                    .values(embedded_fingerprint=after)
                )

    async def _requeue(self, condition: ColumnElement[bool]) -> None:
        async with self._database.writing() as session:
            await session.execute(
                update(ItemRow)
                .where(condition, ItemRow.embed_state == EmbedState.EMBEDDED)
                .values(embed_state=EmbedState.PENDING, embedded_fingerprint=None)
            )


def _is_any_of(versions: Iterable[Version]) -> ColumnElement[bool]:
    """Whether a row's present content is one of `versions`."""
    columns = tuple_(ItemRow.item_id, ItemRow.revision, ItemRow.sha256)
    return columns.in_([(v.item_id, v.revision, v.sha256) for v in versions])
