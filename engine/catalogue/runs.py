"""Runs: short messages that one person wrote in one go, and that mean something only together.

"It is down again" / "the login page" / "since the update": each is a message of its own, and is
quoted as one, but is embedded with those that came right before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from engine.catalogue.database import Database
from engine.catalogue.models import EmbedState, ItemRow
from engine.catalogue.records import StoredItem
from engine.schemas import ItemKind

GAP = timedelta(minutes=2)
"""Longest pause within a run."""

MOST_BEFORE = 5
SHORT_CHARS = 200
"""Longer messages speak for themselves."""

MAX_RUN_CHARS = 600


class RunRepository:
    """Finds what was said right before a message."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def before(self, items: Sequence[StoredItem]) -> dict[str, list[str]]:
        """The earlier messages of the runs that items belong to, oldest first, by item id."""
        async with self._database.reading() as session:
            return {
                stored.item_id: earlier
                for stored in items
                if _may_continue(stored) and (earlier := await _earlier(session, stored))
            }

    async def said_on(self, item_ids: Sequence[str]) -> dict[str, str]:
        """The messages among items that go on with a run: what each of them says by itself."""
        earlier, previous = aliased(ItemRow), aliased(ItemRow)
        previous_id = (
            select(previous.item_id)
            .where(
                previous.library_id == ItemRow.library_id,
                previous.channel_id == ItemRow.channel_id,
                previous.posted_at < ItemRow.posted_at,
            )
            .order_by(previous.posted_at.desc(), previous.item_id.desc())
            .limit(1)
            .scalar_subquery()
        )
        statement = (
            select(ItemRow.item_id, ItemRow.text, ItemRow.posted_at, earlier.posted_at)
            .join(earlier, earlier.item_id == previous_id)
            .where(
                ItemRow.item_id.in_(item_ids),
                ItemRow.author_id != "",
                func.length(ItemRow.text) <= SHORT_CHARS,
                earlier.author_id == ItemRow.author_id,
                earlier.text.is_not(None),
            )
        )
        async with self._database.reading() as session:
            rows = (await session.execute(statement)).tuples().all()
        return {
            item_id: text
            for item_id, text, posted_at, before_at in rows
            if text is not None and posted_at - before_at <= GAP
        }


async def requeue_run(session: AsyncSession, row: ItemRow) -> None:
    """Queues the later messages of a run in which one has appeared, changed or gone.

    What was deleted must not be found by the vectors of its neighbours.
    """
    if row.kind is not ItemKind.TEXT or not row.author_id:
        return
    await session.execute(
        update(ItemRow)
        .where(
            ItemRow.library_id == row.library_id,
            ItemRow.channel_id == row.channel_id,
            ItemRow.posted_at > row.posted_at,
            ItemRow.posted_at <= row.posted_at + MOST_BEFORE * GAP,
            ItemRow.author_id == row.author_id,
            ItemRow.kind == ItemKind.TEXT,
            ItemRow.embed_state == EmbedState.EMBEDDED,
        )
        .values(embed_state=EmbedState.PENDING)
    )


def _may_continue(stored: StoredItem) -> bool:
    text = stored.item.text
    return text is not None and len(text) <= SHORT_CHARS and bool(stored.item.author_id)


async def _earlier(session: AsyncSession, stored: StoredItem) -> list[str]:
    item, place = stored.item, stored.item.place
    statement = (
        select(ItemRow.author_id, ItemRow.text, ItemRow.posted_at)
        .where(
            ItemRow.library_id == place.library_id,
            ItemRow.channel_id == place.channel_id,
            ItemRow.posted_at < item.posted_at,
            ItemRow.posted_at >= item.posted_at - MOST_BEFORE * GAP,
        )
        .order_by(ItemRow.posted_at.desc(), ItemRow.item_id.desc())
        .limit(MOST_BEFORE)
    )
    texts: list[str] = []
    later_at, room = item.posted_at, MAX_RUN_CHARS - len(item.text or "")
    for author_id, text, posted_at in (await session.execute(statement)).tuples():
        room -= len(text or "")
        if author_id != item.author_id or text is None or later_at - posted_at > GAP or room < 0:
            break
        texts.append(text)
        later_at = posted_at
    return texts[::-1]
