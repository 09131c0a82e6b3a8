"""What people thought of hits."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import select

from engine.catalogue.database import Database
from engine.catalogue.models import FeedbackRow, ItemRow
from engine.errors import NotFound
from engine.schemas import Feedback


class FeedbackRepository:
    """Keeps each person's latest judgement of each hit."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, feedback: Feedback) -> None:
        """Stores a judgement in place of an earlier one of the same hit by the same person.

        Raises:
            NotFound: the item is not, or no longer, in that library.
        """
        async with self._database.writing() as session:
            item = await session.get(ItemRow, feedback.item_id)
            if item is None or item.library_id != feedback.library_id:
                raise NotFound("What was judged has been deleted meanwhile; nothing was kept.")
            row = await session.scalar(
                select(FeedbackRow).filter_by(
                    search_id=feedback.search_id,
                    item_id=feedback.item_id,
                    person_id=feedback.person_id,
                )
            )
            if row is None:
                row = FeedbackRow(**feedback.model_dump(exclude={"helpful"}))
                session.add(row)
            row.helpful = feedback.helpful
            row.given_at = datetime.now(UTC)
