"""What people thought of hits."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import case, func, select

from engine.catalogue.database import Database
from engine.catalogue.models import FeedbackRow, ItemRow
from engine.errors import NotFound
from engine.schemas import Feedback, FeedbackSummary, JudgementCount


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

    async def summary(self, library_id: str) -> FeedbackSummary:
        """The judgements of a library, counted by channel and kind."""
        helpful = func.sum(case((FeedbackRow.helpful, 1), else_=0))
        statement = (
            select(ItemRow.channel_id, ItemRow.kind, helpful, func.count())
            .join(ItemRow, ItemRow.item_id == FeedbackRow.item_id)
            .where(FeedbackRow.library_id == library_id)
            .group_by(ItemRow.channel_id, ItemRow.kind)
            .order_by(ItemRow.channel_id, ItemRow.kind)
        )
        async with self._database.reading() as session:
            rows = (await session.execute(statement)).all()
        return FeedbackSummary(
            counts=[
                JudgementCount(
                    channel_id=channel_id, kind=kind, helpful=liked, not_it=judged - liked
                )
                for channel_id, kind, liked, judged in rows
            ]
        )
