"""Labels: given, replaced, taken back, listed."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from engine.catalogue.database import Database
from engine.catalogue.label_models import LabelCardRow, LabelClassRow, LabelRow, LabelSetRow
from engine.catalogue.label_set_records import classes_of, counted_as
from engine.catalogue.label_sets import existing_set
from engine.catalogue.models import ItemRow
from engine.errors import BadRequest, Forbidden
from engine.schemas import (
    Label,
    LabelOutcome,
    LabelPage,
    LabelsAck,
    NewLabels,
    RefusedLabel,
    UndoAnswer,
    UndoRequest,
)


class LabelRepository:
    """Keeps what people said of items; nothing is overwritten. Each method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def give(self, new: NewLabels) -> LabelsAck:
        """Stores what a person says of some items; their latest word on each counts.

        Saying the same again stores nothing. An item that is gone, of the other kind or not
        visible to the labeller is refused by itself; the others are labelled.

        Raises:
            NotFound: there is no such set.
            Forbidden: the person may not label in it.
            BadRequest: the set is archived, or the classes are not ones it takes.
        """
        batch_id = str(uuid.uuid4())
        async with self._database.writing() as session:
            labelset = await existing_set(session, new.labelset_id)
            check_labeller(labelset, new.labeller_ids)
            class_ids = checked_classes(
                labelset, await classes_of(session, labelset.labelset_id), new
            )
            items = await _items(session, new.item_ids)
            refused = []
            given = 0
            for item_id in dict.fromkeys(new.item_ids):
                item = items.get(item_id)
                reason = why_not(item, labelset, new.channel_ids)
                if item is None or reason is not None:
                    refused.append(RefusedLabel(item_id=item_id, reason=reason or ""))
                    continue
                await say(session, labelset, item, new, class_ids, batch_id)
                given += 1
        return LabelsAck(batch_id=batch_id, labelled=given, refused=refused)

    async def undo(self, request: UndoRequest) -> UndoAnswer:
        """Takes back a batch of a person, or what they said last; what they said before counts.

        With nothing to take back the answer is empty.
        """
        async with self._database.writing() as session:
            batch_id = request.batch_id or await _latest_batch(session, request)
            rows = (
                await session.scalars(
                    select(LabelRow).where(
                        LabelRow.labelset_id == request.labelset_id,
                        LabelRow.person_id == request.person_id,
                        LabelRow.batch_id == batch_id,
                        LabelRow.undone_at.is_(None),
                    )
                )
            ).all()
            for row in rows:
                await _take_back(session, row)
            if rows:
                (await existing_set(session, request.labelset_id)).revision += 1
        return UndoAnswer(item_ids=[row.item_id for row in rows])

    async def page(
        self,
        labelset_id: str,
        *,
        item_id: str | None = None,
        person_id: str | None = None,
        cursor: str | None = None,
        limit: int = 100,
    ) -> LabelPage:
        """One page of the labels that count, newest first; the cursor is the last one's number.

        Raises:
            BadRequest: the cursor is no number.
        """
        statement = (
            select(LabelRow, ItemRow.sha256)
            .join(ItemRow, ItemRow.item_id == LabelRow.item_id)
            .where(LabelRow.labelset_id == labelset_id, LabelRow.counts)
        )
        if item_id is not None:
            statement = statement.where(LabelRow.item_id == item_id)
        if person_id is not None:
            statement = statement.where(LabelRow.person_id == person_id)
        if cursor is not None:
            if not cursor.isdecimal():
                raise BadRequest("The page cursor is not one of ours. Start again without one.")
            statement = statement.where(LabelRow.label_id < int(cursor))
        statement = statement.order_by(LabelRow.label_id.desc()).limit(limit + 1)
        async with self._database.reading() as session:
            rows = (await session.execute(statement)).tuples().all()
        return LabelPage(
            labels=[_label_of(row, present_sha256) for row, present_sha256 in rows[:limit]],
            next_cursor=str(rows[limit - 1][0].label_id) if len(rows) > limit else None,
        )


def check_labeller(labelset: LabelSetRow, labeller_ids: Sequence[str] | None) -> None:
    """Refuses who is none of those that may label in a set; a set without such a list takes all.

    Raises:
        Forbidden: the person may not label in it.
    """
    if labelset.labeller_ids and labeller_ids is not None:
        if set(labelset.labeller_ids) & set(labeller_ids):
            return
        raise Forbidden(f"You may not label in “{labelset.name}”; its makers choose who may.")


async def say(
    session: AsyncSession,
    labelset: LabelSetRow,
    item: ItemRow,
    said: NewLabels,
    class_ids: list[str],
    batch_id: str,
    *,
    given_at: datetime | None = None,
) -> bool:
    """Makes this a person's word on an item; False when it was already, and nothing is stored."""
    await _answer_card(session, labelset.labelset_id, said.person_id, item.item_id)
    latest = await session.scalar(
        select(LabelRow).where(
            LabelRow.labelset_id == labelset.labelset_id,
            LabelRow.item_id == item.item_id,
            LabelRow.person_id == said.person_id,
            LabelRow.counts,
        )
    )
    if latest is not None:
        if says_so_already(latest, item, said, class_ids):
            return False
        latest.counts = False
        await session.flush()
    session.add(label_row(item, said, class_ids, batch_id, given_at=given_at))
    labelset.revision += 1
    await session.flush()
    return True


def says_so_already(latest: LabelRow, item: ItemRow, said: NewLabels, class_ids: list[str]) -> bool:
    """Whether a person's latest word on an item is the same, of the same version."""
    same = (latest.outcome, latest.class_ids, latest.item_sha256)
    return same == (said.outcome, class_ids, item.sha256)


def label_row(
    item: ItemRow,
    said: NewLabels,
    class_ids: list[str],
    batch_id: str,
    *,
    given_at: datetime | None = None,
) -> LabelRow:
    """What a person says of an item, as a row that counts."""
    return LabelRow(
        labelset_id=said.labelset_id,
        item_id=item.item_id,
        item_sha256=item.sha256,
        person_id=said.person_id,
        outcome=said.outcome,
        class_ids=class_ids,
        method=said.method,
        drawn=said.drawn,
        batch_id=batch_id,
        given_at=given_at or datetime.now(UTC),
        counts=True,
    )


async def _answer_card(
    session: AsyncSession, labelset_id: str, person_id: str, item_id: str
) -> None:
    card = await session.get(LabelCardRow, (labelset_id, person_id))
    if card is not None and card.item_id == item_id:
        await session.delete(card)


async def _items(session: AsyncSession, item_ids: Iterable[str]) -> dict[str, ItemRow]:
    rows = await session.scalars(select(ItemRow).where(ItemRow.item_id.in_(list(item_ids))))
    return {row.item_id: row for row in rows}


def why_not(
    item: ItemRow | None, labelset: LabelSetRow, channel_ids: Sequence[str] | None
) -> str | None:
    """Why an item gets no label; one in a channel not visible is as good as gone."""
    if (
        item is None
        or item.library_id != labelset.library_id
        or (channel_ids is not None and item.channel_id not in channel_ids)
    ):
        return "It is not in the library (any more)."
    if item.kind is not labelset.kind:
        return f"“{labelset.name}” is about {labelset.kind.value}s, and this is none."
    return None


def checked_classes(
    labelset: LabelSetRow, classes: Sequence[LabelClassRow], new: NewLabels
) -> list[str]:
    """The classes a label names, sorted; those merged stand for what they were merged into.

    Raises:
        BadRequest: the set is archived, or does not take these classes.
    """
    if labelset.archived:
        raise BadRequest(f"“{labelset.name}” is archived. Restore it to label again.")
    counted = counted_as(classes)
    if unknown := [class_id for class_id in new.class_ids if class_id not in counted]:
        named = next((row.name for row in classes if row.class_id == unknown[0]), "That")
        raise BadRequest(f"“{named}” is not a class in use of “{labelset.name}”.")
    class_ids = sorted({counted[class_id] for class_id in new.class_ids})
    if new.outcome is not LabelOutcome.LABELLED:
        if class_ids:
            raise BadRequest("Whoever skips or is unsure names no class.")
    elif not class_ids:
        raise BadRequest("A label names a class.")
    elif len(class_ids) > 1 and not labelset.multi_label:
        raise BadRequest(f"“{labelset.name}” takes one class an item.")
    return class_ids


async def _latest_batch(session: AsyncSession, request: UndoRequest) -> str | None:
    latest = await session.scalars(
        select(LabelRow.batch_id)
        .where(
            LabelRow.labelset_id == request.labelset_id,
            LabelRow.person_id == request.person_id,
            LabelRow.undone_at.is_(None),
        )
        .order_by(LabelRow.label_id.desc())
        .limit(1)
    )
    return latest.first()


async def _take_back(session: AsyncSession, row: LabelRow) -> None:
    """Takes back one label; the person's latest other one of the item counts again."""
    was_counting = row.counts
    row.counts = False
    row.undone_at = datetime.now(UTC)
    await session.flush()
    if not was_counting:
        return
    earlier = (
        select(LabelRow.label_id)
        .where(
            LabelRow.labelset_id == row.labelset_id,
            LabelRow.item_id == row.item_id,
            LabelRow.person_id == row.person_id,
            LabelRow.undone_at.is_(None),
        )
        .order_by(LabelRow.label_id.desc())
        .limit(1)
        .scalar_subquery()
    )
    await session.execute(update(LabelRow).where(LabelRow.label_id == earlier).values(counts=True))


def _label_of(row: LabelRow, present_sha256: str) -> Label:
    return Label(
        label_id=str(row.label_id),
        labelset_id=row.labelset_id,
        item_id=row.item_id,
        item_sha256=row.item_sha256,
        person_id=row.person_id,
        outcome=row.outcome,
        class_ids=row.class_ids,
        method=row.method,
        drawn=row.drawn,
        batch_id=row.batch_id,
        given_at=row.given_at,
        stale=row.item_sha256 != present_sha256,
    )
