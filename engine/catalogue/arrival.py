"""Items in the order in which their contents arrived, as background tasks go over them."""

from __future__ import annotations

from sqlalchemy import ColumnElement, select, tuple_

from engine.catalogue.database import Database
from engine.catalogue.models import ItemRow
from engine.catalogue.records import StoredItem, stored_item_of


async def by_arrival(
    database: Database,
    condition: ColumnElement[bool],
    *,
    after: StoredItem | None = None,
    limit: int,
) -> list[StoredItem]:
    """A page of the items that meet a condition, the oldest uploads first.

    Args:
        database: where they are.
        condition: of their rows.
        after: the last item of the page before, which may not meet it any more.
        limit: most items in the page.
    """
    place = tuple_(ItemRow.stored_at, ItemRow.item_id)
    statement = select(ItemRow).where(condition)
    if after is not None:
        statement = statement.where(place > (after.stored_at, after.item_id))
    statement = statement.order_by(ItemRow.stored_at, ItemRow.item_id).limit(limit)
    async with database.reading() as session:
        return [stored_item_of(row) for row in await session.scalars(statement)]
