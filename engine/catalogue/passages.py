"""The passages of items, and which pictures have not been read yet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import and_, delete, select, tuple_

from engine.catalogue.arrival import by_arrival
from engine.catalogue.database import Database
from engine.catalogue.models import EmbedState, ItemRow, PassageRow, TextState
from engine.catalogue.records import (
    StoredItem,
    Version,
    passage_of,
    passage_rows,
)
from engine.passages import Passage

PassageKey = tuple[str, int]
"""Item id and ordinal of a passage."""


class PassageRepository:
    """Stores and finds passages. Each method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_items(self, item_ids: Sequence[str]) -> dict[str, list[Passage]]:
        """The passages of items that have any, in order, by item id."""
        statement = (
            select(PassageRow)
            .where(PassageRow.item_id.in_(item_ids))
            .order_by(PassageRow.item_id, PassageRow.ordinal)
        )
        passages: dict[str, list[Passage]] = {}
        async with self._database.reading() as session:
            for row in await session.scalars(statement):
                passages.setdefault(row.item_id, []).append(passage_of(row))
        return passages

    async def get_many(self, keys: Iterable[PassageKey]) -> dict[PassageKey, Passage]:
        """The passages that exist among `keys`."""
        statement = select(PassageRow).where(
            tuple_(PassageRow.item_id, PassageRow.ordinal).in_(list(keys))
        )
        async with self._database.reading() as session:
            rows = await session.scalars(statement)
            return {(row.item_id, row.ordinal): passage_of(row) for row in rows}

    async def unread(self, *, limit: int) -> list[StoredItem]:
        """Embedded pictures in which no text has been looked for, the oldest uploads first."""
        condition = and_(
            ItemRow.text_state == TextState.UNREAD, ItemRow.embed_state == EmbedState.EMBEDDED
        )
        return await by_arrival(self._database, condition, limit=limit)

    async def put_read(self, version: Version, passages: Sequence[Passage]) -> None:
        """Records the text read in a picture, and queues it for embedding when there is any.

        Nothing happens when the picture was replaced or forgotten meanwhile.
        """
        async with self._database.writing() as session:
            row = await session.get(ItemRow, version.item_id, with_for_update=True)
            if row is None or (row.revision, row.sha256) != (version.revision, version.sha256):
                return
            await session.execute(delete(PassageRow).where(PassageRow.item_id == row.item_id))
            session.add_all(passage_rows(row.item_id, passages))
            row.passage_count = len(passages)
            row.text_state = TextState.READ
            if passages:
                row.embed_state = EmbedState.PENDING
