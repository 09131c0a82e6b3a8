"""The pictures that nobody has looked at to tell near-duplicates by."""

from __future__ import annotations

from sqlalchemy import select, update

from engine.catalogue.database import Database
from engine.catalogue.models import ItemRow
from engine.schemas import ItemKind


class LookRepository:
    """Finds pictures without a perceptual hash, and keeps one that was computed later."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def unhashed(self, *, after: str, limit: int) -> list[tuple[str, str]]:
        """A page of the pictures without a hash behind an item id: item id and SHA-256 of each.

        Besides those stored before hashes were kept, that is those with too little detail.
        """
        statement = (
            select(ItemRow.item_id, ItemRow.sha256)
            .where(
                ItemRow.item_id > after,
                ItemRow.kind == ItemKind.IMAGE,
                ItemRow.perceptual_hash == b"",
            )
            .order_by(ItemRow.item_id)
            .limit(limit)
        )
        async with self._database.reading() as session:
            return list((await session.execute(statement)).tuples())

    async def put_hash(self, sha256: str, perceptual_hash: bytes) -> None:
        """Keeps the hash of a picture wherever it was posted."""
        async with self._database.writing() as session:
            await session.execute(
                update(ItemRow)
                .where(ItemRow.sha256 == sha256, ItemRow.kind == ItemKind.IMAGE)
                .values(perceptual_hash=perceptual_hash)
            )
