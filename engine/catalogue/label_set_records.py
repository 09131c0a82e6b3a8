"""Label sets as the API shows them, from their rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from engine.catalogue.label_models import LabelClassRow, LabelRow, LabelSetRow
from engine.schemas import LabelClass, LabelOutcome, LabelSet


async def labelset_of(session: AsyncSession, row: LabelSetRow) -> LabelSet:
    """A set with its classes and how many items have which."""
    await session.flush()
    classes = await classes_of(session, row.labelset_id)
    labelled, counts = await _item_counts(session, row.labelset_id, counted_as(classes))
    return LabelSet(
        labelset_id=row.labelset_id,
        library_id=row.library_id,
        name=row.name,
        description=row.description,
        kind=row.kind,
        multi_label=row.multi_label,
        labeller_ids=row.labeller_ids,
        archived=row.archived,
        created_by=row.created_by,
        created_at=row.created_at,
        labelled=labelled,
        classes=[
            LabelClass(
                class_id=each.class_id,
                name=each.name,
                description=each.description,
                example_item_id=each.example_item_id,
                archived=each.archived,
                merged_into=each.merged_into,
                labels=counts[each.class_id],
            )
            for each in classes
        ],
    )


async def _item_counts(
    session: AsyncSession, labelset_id: str, counted: dict[str, str]
) -> tuple[int, Counter[str]]:
    """How many items have a label, and how many have each class, by anybody."""
    statement = select(LabelRow.item_id, LabelRow.class_ids).where(
        LabelRow.labelset_id == labelset_id,
        LabelRow.counts,
        LabelRow.outcome == LabelOutcome.LABELLED,
    )
    given = {
        (item_id, counted[class_id])
        for item_id, class_ids in (await session.execute(statement)).tuples()
        for class_id in class_ids
        if class_id in counted
    }
    return len({item_id for item_id, _ in given}), Counter(class_id for _, class_id in given)


async def classes_of(session: AsyncSession, labelset_id: str) -> Sequence[LabelClassRow]:
    """Every class of a set, in the order of creation."""
    statement = select(LabelClassRow).where(LabelClassRow.labelset_id == labelset_id)
    return (await session.scalars(statement.order_by(LabelClassRow.position))).all()


def counted_as(classes: Sequence[LabelClassRow]) -> dict[str, str]:
    """The class that labels of each class count as; those of archived classes count as none."""
    in_use = {row.class_id for row in classes if not row.archived and row.merged_into is None}
    resolved = {row.class_id: row.merged_into or row.class_id for row in classes}
    return {given: counted for given, counted in resolved.items() if counted in in_use}
