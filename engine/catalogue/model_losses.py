"""What models have learnt from and may learn from no longer: deleted, edited, or not agreed to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, and_, case, exists, func, not_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from engine.catalogue.audit import audit_row
from engine.catalogue.label_models import LabelRow
from engine.catalogue.models import ItemRow, PersonRow
from engine.catalogue.registry_models import ModelItemRow, ModelRow
from engine.schemas import AuditAction, LabelOutcome


@dataclass(frozen=True)
class Losses:
    """Of the items that a model has learnt from, those that it may not any more.

    Attributes:
        learnt_from: all of them.
        changed: deleted, or edited.
        withdrawn: there, but their authors do not agree (any more).
    """

    learnt_from: int
    changed: int = 0
    withdrawn: int = 0

    @property
    def reason(self) -> str:
        """Why the model has to be trained again, in a sentence; empty: it has not."""
        of_them = f"of the {self.learnt_from} items it has learnt from"
        if not self.withdrawn:
            return f"{self.changed} {of_them} were deleted or edited." if self.changed else ""
        refused = f"the authors of {self.withdrawn}"
        if not self.changed:
            return f"{refused[0].upper()}{refused[1:]} {of_them} do not agree to training any more."
        return (
            f"{self.changed} {of_them} were deleted or edited, and {refused} do not agree to "
            "training any more."
        )


async def losses(session: AsyncSession, model_ids: Sequence[str]) -> Mapping[str, Losses]:
    """What each model has lost until now, by model id."""
    gone = ItemRow.item_id.is_(None)
    statement = (
        select(
            ModelItemRow.model_id,
            func.count(),
            func.sum(case((gone, 1), else_=0)),
            func.sum(case((and_(not_(gone), not_(_agreed())), 1), else_=0)),
        )
        .join(ModelRow, ModelRow.model_id == ModelItemRow.model_id)
        .outerjoin(
            ItemRow,
            and_(ItemRow.item_id == ModelItemRow.item_id, ItemRow.sha256 == ModelItemRow.sha256),
        )
        .outerjoin(
            PersonRow,
            and_(
                PersonRow.library_id == ItemRow.library_id,
                PersonRow.person_id == ItemRow.author_id,
            ),
        )
        .where(ModelItemRow.model_id.in_(model_ids))
        .group_by(ModelItemRow.model_id)
    )
    rows = (await session.execute(statement)).tuples().all()
    return {model_id: Losses(*counts) for model_id, *counts in rows}


async def note_changed(session: AsyncSession, item_ids: Sequence[str]) -> None:
    """Tells the audit of the models that have learnt from items just deleted or edited."""
    await _note(session, ModelItemRow.item_id.in_(item_ids))


async def note_withdrawn(session: AsyncSession, library_id: str, author_id: str) -> None:
    """Tells the audit of the models that lose what somebody posted, as they agree no longer."""
    posted = select(ItemRow.item_id).where(
        ItemRow.library_id == library_id, ItemRow.author_id == author_id
    )
    await _note(session, ModelItemRow.item_id.in_(posted))


async def note_losses(session: AsyncSession, model_ids: Sequence[str]) -> None:
    """Tells the audit, once for each, of models that have to be trained again."""
    for model_id, lost in (await losses(session, model_ids)).items():
        row = await session.get(ModelRow, model_id)
        if row is None or row.outdated_at is not None or not lost.reason:
            continue
        row.outdated_at = datetime.now(UTC)
        session.add(
            audit_row(
                row.library_id,
                AuditAction.OUTDATED_MODEL,
                actor_id=None,
                amount=lost.changed + lost.withdrawn,
            )
        )


async def _note(session: AsyncSession, touched: ColumnElement[bool]) -> None:
    statement = (
        select(ModelItemRow.model_id)
        .join(ModelRow, ModelRow.model_id == ModelItemRow.model_id)
        .where(touched, ModelRow.outdated_at.is_(None))
        .distinct()
    )
    model_ids = (await session.scalars(statement)).all()
    if model_ids:
        await note_losses(session, model_ids)


def _agreed() -> ColumnElement[bool]:
    """Whether an item that is there may be learnt from: the rule of `engine.labels.eligibility`."""
    labelled_by_its_author = and_(
        ModelItemRow.labelled,
        exists().where(
            LabelRow.labelset_id == ModelRow.labelset_id,
            LabelRow.item_id == ItemRow.item_id,
            LabelRow.person_id == ItemRow.author_id,
            LabelRow.outcome == LabelOutcome.LABELLED,
            LabelRow.counts,
        ),
    )
    return or_(
        ItemRow.author_id == "",
        PersonRow.training_consent.is_(True),
        and_(PersonRow.training_consent.is_(None), labelled_by_its_author),
    )
