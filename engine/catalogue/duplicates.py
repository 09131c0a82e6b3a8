"""What was posted more than once, as far as rows tell; what merely looks alike, they do not."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, func, or_, select

from engine.catalogue.database import Database
from engine.catalogue.models import ItemRow
from engine.catalogue.places import oldest_places, visible
from engine.catalogue.records import item_of
from engine.schemas import Item, ItemKind

LEAST_MESSAGE_BYTES = 40
"""Shorter messages are said again, not posted again: "good morning" is no repost."""

FETCHED_ROWS = 500
"""Rows turned into objects between two breaths of the event loop: some milliseconds."""


class PostedContent(NamedTuple):
    """One content as an asker sees it.

    Attributes:
        item_id: of one of its items.
        perceptual_hash: of a picture, 32 bytes; may be empty.
        times: how often it was posted.
    """

    sha256: str
    item_id: str
    perceptual_hash: bytes
    times: int
    latest: datetime


class DuplicateRepository:
    """Finds contents by how often they were posted. Each method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def pictures(
        self, library_id: str, channel_ids: Sequence[str] | None
    ) -> list[PostedContent]:
        """Every picture within the channels, as each may look like another, the oldest first."""
        pictures = _contents(library_id, channel_ids).where(ItemRow.kind == ItemKind.IMAGE)
        return [content async for content in self._stream(pictures)]

    async def repeated_texts(
        self, library_id: str, channel_ids: Sequence[str] | None
    ) -> list[PostedContent]:
        """Documents, and messages that say something, posted more than once in the channels."""
        texts = _contents(library_id, channel_ids).where(
            ItemRow.kind == ItemKind.TEXT,
            or_(ItemRow.has_blob, ItemRow.size_bytes >= LEAST_MESSAGE_BYTES),
        )
        return [content async for content in self._stream(texts.having(func.count() > 1))]

    async def items(
        self, library_id: str, sha256s: Sequence[str], channel_ids: Sequence[str] | None
    ) -> list[Item]:
        """The first `MAX_PLACES` items of each content within the channels."""
        async with self._database.reading() as session:
            rows = await session.scalars(oldest_places(library_id, sha256s, channel_ids))
            return [item_of(row) for row in rows]

    async def _stream(self, statement: Select[Any]) -> AsyncIterator[PostedContent]:
        async with self._database.reading() as session:
            async for rows in (await session.stream(statement)).partitions(FETCHED_ROWS):
                for row in rows:
                    yield PostedContent._make(row)


def _contents(library_id: str, channel_ids: Sequence[str] | None) -> Select[Any]:
    return (
        select(
            ItemRow.sha256,
            func.min(ItemRow.item_id),
            func.max(ItemRow.perceptual_hash),
            func.count(),
            func.max(ItemRow.posted_at),
        )
        .where(*visible(library_id, channel_ids))
        .group_by(ItemRow.sha256)
        .order_by(func.min(ItemRow.posted_at), ItemRow.sha256)
    )
