"""Reactions that give labels, by channel."""

from __future__ import annotations

from sqlalchemy import delete, select

from engine.catalogue.database import Database
from engine.catalogue.label_models import LabelClassRow, LabelSetRow, ReactionRow
from engine.errors import BadRequest
from engine.schemas import ReactionBinding, ReactionBindings


class ReactionRepository:
    """Keeps what reactions mean. Each method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, library_id: str) -> ReactionBindings:
        """Every binding of a library to a set that is not archived."""
        statement = (
            select(ReactionRow)
            .join(LabelSetRow, LabelSetRow.labelset_id == ReactionRow.labelset_id)
            .where(ReactionRow.library_id == library_id, LabelSetRow.archived.is_(False))
            .order_by(ReactionRow.channel_id, ReactionRow.emoji)
        )
        async with self._database.reading() as session:
            rows = (await session.scalars(statement)).all()
        return ReactionBindings(
            bindings=[
                ReactionBinding(
                    library_id=row.library_id,
                    channel_id=row.channel_id,
                    emoji=row.emoji,
                    labelset_id=row.labelset_id,
                    class_id=row.class_id,
                )
                for row in rows
            ]
        )

    async def bind(self, binding: ReactionBinding) -> ReactionBinding:
        """Makes an emoji give a class in a channel, in place of what it gave there.

        Raises:
            BadRequest: set and class are not of one another, or not of this library.
        """
        async with self._database.writing() as session:
            labelset = await session.get(LabelSetRow, binding.labelset_id)
            chosen = await session.get(LabelClassRow, binding.class_id)
            if (
                labelset is None
                or chosen is None
                or chosen.labelset_id != labelset.labelset_id
                or labelset.library_id != binding.library_id
            ):
                raise BadRequest("There is no such class in a label set of this library.")
            await session.merge(ReactionRow(**binding.model_dump()))
        return binding

    async def unbind(self, library_id: str, channel_id: str, emoji: str) -> None:
        """Makes an emoji mean nothing in a channel; it is no error when it meant nothing."""
        async with self._database.writing() as session:
            await session.execute(
                delete(ReactionRow).where(
                    ReactionRow.library_id == library_id,
                    ReactionRow.channel_id == channel_id,
                    ReactionRow.emoji == emoji,
                )
            )
