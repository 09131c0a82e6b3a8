"""Trained models, as their report cards say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from engine.catalogue.cursors import decode_cursor, encode_cursor
from engine.catalogue.database import Database
from engine.catalogue.job_models import JobRow
from engine.catalogue.model_losses import losses, note_losses
from engine.catalogue.registry_models import ModelItemRow, ModelRow
from engine.errors import NotFound
from engine.schemas import JobState, ModelCard


@dataclass(frozen=True)
class LearntItem:
    """An item that a model has learnt from; see `engine.catalogue.registry_models`."""

    item_id: str
    sha256: str
    labelled: bool = True


@dataclass(frozen=True)
class CardsPage:
    """One page of a library's cards, newest first."""

    cards: list[ModelCard]
    next_cursor: str | None


class ModelRepository:
    """Keeps trained models. Each method is one transaction.

    A card's `retrain_reason` is worked out when it is read, so that nothing that happens to what
    the model has learnt from can be missed.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def register(self, card: ModelCard, learnt_from: Sequence[LearntItem]) -> bool:
        """Keeps the model of a job, unless that was cancelled or its library is forgotten.

        Twice is one model.
        """
        async with self._database.writing() as session:
            if await session.get(ModelRow, card.model_id) is not None:
                return True
            job = await session.get(JobRow, card.model_id)
            if job is None or job.state in (JobState.CANCELLED, JobState.FAILED):
                return False
            session.add(_row_of(card))
            await session.flush()
            session.add_all(
                ModelItemRow(
                    model_id=card.model_id,
                    item_id=each.item_id,
                    sha256=each.sha256,
                    labelled=each.labelled,
                )
                for each in learnt_from
            )
            await session.flush()
            await note_losses(session, [card.model_id])
            return True

    async def get(self, model_id: str) -> ModelCard:
        """The card of a model.

        Raises:
            NotFound: there is none of this id.
        """
        async with self._database.reading() as session:
            row = await session.get(ModelRow, model_id)
            if row is None:
                raise NotFound(
                    "There is no such model; it or its library may have been deleted. A job that "
                    "has succeeded has one of the same id."
                )
            return (await _cards(session, [row]))[0]

    async def has(self, model_id: str) -> bool:
        """Whether there is a model of this id."""
        async with self._database.reading() as session:
            return await session.get(ModelRow, model_id) is not None

    async def page(
        self, library_id: str, *, cursor: str | None = None, limit: int = 20
    ) -> CardsPage:
        """One page of a library's models, newest first."""
        statement = select(ModelRow).where(ModelRow.library_id == library_id)
        if cursor is not None:
            order = tuple_(ModelRow.created_at, ModelRow.model_id)
            statement = statement.where(order < decode_cursor(cursor))
        statement = statement.order_by(ModelRow.created_at.desc(), ModelRow.model_id.desc())
        async with self._database.reading() as session:
            rows = (await session.scalars(statement.limit(limit + 1))).all()
            cards = await _cards(session, rows[:limit])
        last = rows[limit - 1] if len(rows) > limit else None
        cursor = None if last is None else encode_cursor(last.created_at, last.model_id)
        return CardsPage(cards, cursor)

    async def ids(self) -> frozenset[str]:
        """All models of all libraries."""
        async with self._database.reading() as session:
            return frozenset(await session.scalars(select(ModelRow.model_id)))

    async def learnt_from(self, model_id: str) -> frozenset[str]:
        """sha256 of the contents whose labels a model has learnt."""
        statement = select(ModelItemRow.sha256).where(
            ModelItemRow.model_id == model_id, ModelItemRow.labelled
        )
        async with self._database.reading() as session:
            return frozenset(await session.scalars(statement))

    async def delete(self, model_id: str) -> None:
        """Forgets a model; one that is not there is no error."""
        async with self._database.writing() as session:
            await session.execute(delete(ModelRow).where(ModelRow.model_id == model_id))


async def _cards(session: AsyncSession, rows: Sequence[ModelRow]) -> list[ModelCard]:
    lost = await losses(session, [row.model_id for row in rows])
    return [
        ModelCard.model_validate_json(row.card).model_copy(
            update={"retrain_reason": lost[row.model_id].reason if row.model_id in lost else ""}
        )
        for row in rows
    ]


def _row_of(card: ModelCard) -> ModelRow:
    return ModelRow(
        model_id=card.model_id,
        library_id=card.library_id,
        labelset_id=card.labelset_id,
        created_at=card.created_at,
        card=card.model_dump_json(),
    )
