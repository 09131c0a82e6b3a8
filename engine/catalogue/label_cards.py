"""Which item a person has before them, and which may come next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, not_, select
from sqlalchemy.orm import aliased

from engine.catalogue.database import Database
from engine.catalogue.label_models import LabelCardRow, LabelRow, LabelSetRow
from engine.catalogue.label_sets import existing_set
from engine.catalogue.labels import check_labeller
from engine.catalogue.models import EmbedState, ItemRow
from engine.errors import BadRequest
from engine.schemas import CardRequest, Draw, LabelOutcome, SessionProgress

HELD_FOR = timedelta(minutes=10)
"""How long nobody else gets the card that somebody has before them."""


@dataclass(frozen=True)
class OpenCard:
    """An item shown to a person, and why."""

    item_id: str
    drawn: Draw


@dataclass(frozen=True)
class Unlabelled:
    """An item that nobody has answered, and what tells its copies."""

    item_id: str
    sha256: str
    perceptual_hash: bytes


class CardRepository:
    """Keeps the open cards and finds what may be shown. Each method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def check(self, request: CardRequest) -> None:
        """Whether this person may have cards of this set.

        Raises:
            NotFound: there is no such set.
            Forbidden: the person may not label in it.
            BadRequest: the set is archived.
        """
        async with self._database.reading() as session:
            labelset = await existing_set(session, request.labelset_id)
        check_labeller(labelset, request.labeller_ids)
        if labelset.archived:
            raise BadRequest(f"“{labelset.name}” is archived. Restore it to label again.")

    async def opened(self, request: CardRequest) -> OpenCard | None:
        """The card that the person has not answered, if they may still see its item."""
        async with self._database.reading() as session:
            labelset = await existing_set(session, request.labelset_id)
            statement = (
                select(LabelCardRow)
                .join(ItemRow, ItemRow.item_id == LabelCardRow.item_id)
                .where(
                    LabelCardRow.labelset_id == request.labelset_id,
                    LabelCardRow.person_id == request.person_id,
                    *_in_reach(labelset, request.channel_ids),
                )
            )
            row = await session.scalar(statement)
        return None if row is None else OpenCard(row.item_id, row.drawn)

    async def open(self, request: CardRequest, card: OpenCard) -> bool:
        """Puts a card before a person; False when somebody else just got it."""
        async with self._database.writing() as session:
            held = await session.scalar(
                select(LabelCardRow.person_id).where(
                    LabelCardRow.item_id == card.item_id, *_held_from(request)
                )
            )
            if held is not None or await session.get(ItemRow, card.item_id) is None:
                return False
            await session.merge(
                LabelCardRow(
                    labelset_id=request.labelset_id,
                    person_id=request.person_id,
                    item_id=card.item_id,
                    drawn=card.drawn,
                    shown_at=datetime.now(UTC),
                )
            )
        return True

    async def close(self, request: CardRequest) -> None:
        """Takes the person's card away."""
        async with self._database.writing() as session:
            row = await session.get(LabelCardRow, (request.labelset_id, request.person_id))
            if row is not None:
                await session.delete(row)

    async def open_to(
        self, request: CardRequest, item_ids: Sequence[str], *, max_labellers: int
    ) -> list[str]:
        """Those of `item_ids`, in their order, that this person can see and has not answered.

        Args:
            request: whose card it would be.
            item_ids: candidates, best first.
            max_labellers: items that so many have answered are passed over.
        """
        async with self._database.reading() as session:
            labelset = await existing_set(session, request.labelset_id)
            statement = select(ItemRow.item_id).where(
                ItemRow.item_id.in_(item_ids), *_open_to(labelset, request, max_labellers)
            )
            free = set(await session.scalars(statement))
        return [item_id for item_id in item_ids if item_id in free]

    async def at_random(
        self, request: CardRequest, *, max_labellers: int, limit: int = 20
    ) -> list[str]:
        """Items this person can see and has not answered, in an order that has no meaning.

        That is the order of their ids, which are hashes: every labeller meets the same items, so
        that some are labelled by several, and each is as likely as any other.
        """
        async with self._database.reading() as session:
            labelset = await existing_set(session, request.labelset_id)
            statement = (
                select(ItemRow.item_id)
                .where(*_open_to(labelset, request, max_labellers))
                .order_by(ItemRow.item_id)
                .limit(limit)
            )
            return list(await session.scalars(statement))

    async def disputed(self, request: CardRequest, *, max_labellers: int) -> list[str]:
        """Items on which others disagree, that this person can see and has not answered."""
        first, second = aliased(LabelRow), aliased(LabelRow)
        disagree = and_(
            second.labelset_id == first.labelset_id,
            second.item_id == first.item_id,
            second.label_id > first.label_id,
            second.counts,
            second.outcome == LabelOutcome.LABELLED,
        )
        statement = (
            select(first.item_id, first.class_ids, second.class_ids)
            .join(second, disagree)
            .where(
                first.labelset_id == request.labelset_id,
                first.counts,
                first.outcome == LabelOutcome.LABELLED,
            )
            .order_by(first.item_id)
        )
        async with self._database.reading() as session:
            pairs = (await session.execute(statement)).tuples().all()
        item_ids = dict.fromkeys(item_id for item_id, one, other in pairs if one != other)
        return await self.open_to(request, list(item_ids), max_labellers=max_labellers)

    async def unlabelled(self, labelset_id: str, *, limit: int) -> list[Unlabelled]:
        """Embedded items that nobody has answered, in an order that has no meaning."""
        async with self._database.reading() as session:
            labelset = await existing_set(session, labelset_id)
            statement = (
                select(ItemRow.item_id, ItemRow.sha256, ItemRow.perceptual_hash)
                .where(*_in_reach(labelset, None), not_(_answered(labelset_id)))
                .order_by(ItemRow.item_id)
                .limit(limit)
            )
            return [Unlabelled(*row) for row in (await session.execute(statement)).tuples()]

    async def progress(self, request: CardRequest) -> SessionProgress:
        """How far this person and the team are, among the items this person can see."""
        async with self._database.reading() as session:
            labelset = await existing_set(session, request.labelset_id)
            in_reach = _in_reach(labelset, request.channel_ids)
            answered = [
                LabelRow.labelset_id == request.labelset_id,
                LabelRow.counts,
                _present_version(),
                *in_reach,
            ]
            yours = select(func.count()).where(*answered, LabelRow.person_id == request.person_id)
            labelled = select(func.count(func.distinct(LabelRow.item_id))).where(
                *answered, LabelRow.outcome == LabelOutcome.LABELLED
            )
            total = select(func.count()).select_from(ItemRow).where(*in_reach)
            return SessionProgress(
                yours=await session.scalar(yours) or 0,
                labelled=await session.scalar(labelled) or 0,
                total=await session.scalar(total) or 0,
            )


def _in_reach(
    labelset: LabelSetRow, channel_ids: Sequence[str] | None
) -> list[ColumnElement[bool]]:
    """Items that the set is about, in the channels given."""
    conditions = [
        ItemRow.library_id == labelset.library_id,
        ItemRow.kind == labelset.kind,
        ItemRow.embed_state == EmbedState.EMBEDDED,
    ]
    if channel_ids is not None:
        conditions.append(ItemRow.channel_id.in_(channel_ids))
    return conditions


def _present_version() -> ColumnElement[bool]:
    return and_(LabelRow.item_id == ItemRow.item_id, LabelRow.item_sha256 == ItemRow.sha256)


def _answered(labelset_id: str) -> ColumnElement[bool]:
    """Somebody has answered the item as it is now."""
    return exists().where(_present_version(), LabelRow.labelset_id == labelset_id, LabelRow.counts)


def _held_from(request: CardRequest) -> list[ColumnElement[bool]]:
    """Cards of the set that are before others now."""
    return [
        LabelCardRow.labelset_id == request.labelset_id,
        LabelCardRow.person_id != request.person_id,
        LabelCardRow.shown_at > datetime.now(UTC) - HELD_FOR,
    ]


def _open_to(
    labelset: LabelSetRow, request: CardRequest, max_labellers: int
) -> list[ColumnElement[bool]]:
    """Items that a person can see, has not answered, and nobody else has before them."""
    latest = [_present_version(), LabelRow.labelset_id == request.labelset_id, LabelRow.counts]
    answers = select(func.count()).where(*latest).correlate(ItemRow).scalar_subquery()
    return [
        *_in_reach(labelset, request.channel_ids),
        ~exists().where(*latest, LabelRow.person_id == request.person_id),
        answers < max_labellers,
        ~exists().where(LabelCardRow.item_id == ItemRow.item_id, *_held_from(request)),
    ]
