"""What people want done with their posts, and what is stored of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from engine.catalogue.audit import audit_row
from engine.catalogue.database import Database
from engine.catalogue.forgetting import person_row
from engine.catalogue.label_models import LabelRow, LabelSetRow
from engine.catalogue.model_losses import note_withdrawn
from engine.catalogue.models import FeedbackRow, ItemRow, PersonRow
from engine.schemas import AuditAction, Person, PersonUpdate, StoredCount

_CONSENT_ACTIONS = {
    True: AuditAction.CONSENTED,
    False: AuditAction.REFUSED_CONSENT,
    None: AuditAction.WITHDREW_CONSENT,
}


class PeopleRepository:
    """Keeps people's wishes and tells them what is stored. Each method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, library_id: str, person_id: str) -> Person:
        """What is stored about a person; about a stranger that is nothing."""
        async with self._database.reading() as session:
            return await _person(session, library_id, person_id)

    async def update(self, library_id: str, person_id: str, changes: PersonUpdate) -> Person:
        """Changes what a person wants, with an entry in the audit for each change of theirs.

        A field left out of `changes` stays. Whoever ends an opt-out is remembered from then on:
        what they posted meanwhile stays out. Who opts out says no to training, too.
        """
        given = changes.model_dump(exclude_unset=True)
        async with self._database.writing() as session:
            row = await person_row(session, library_id, person_id)
            actions = []
            if "training_consent" in given and given["training_consent"] != row.training_consent:
                actions.append(_set_consent(row, given["training_consent"]))
            if changes.consent_asked:
                row.consent_asked_at = datetime.now(UTC)
            opted_out = given.get("opted_out")
            if opted_out is not None and opted_out is not (row.opted_out_at is not None):
                actions.append(_set_opted_out(row, opted_out))
            session.add_all(
                audit_row(library_id, action, actor_id=person_id, person_id=person_id)
                for action in actions
            )
            await session.flush()
            if row.training_consent is not True:
                await note_withdrawn(session, library_id, person_id)
            return await _person(session, library_id, person_id)

    async def names(self, library_id: str, person_ids: Sequence[str]) -> dict[str, str]:
        """What people were called when they last posted; who never did is absent."""
        latest = func.max(ItemRow.posted_at)
        statement = (
            select(ItemRow.author_id, ItemRow.author_name)
            .where(ItemRow.library_id == library_id, ItemRow.author_id.in_(person_ids))
            .group_by(ItemRow.author_id, ItemRow.author_name)
            .order_by(latest)
        )
        async with self._database.reading() as session:
            return dict((await session.execute(statement)).tuples().all())


def _set_consent(row: PersonRow, consent: bool | None) -> AuditAction:
    row.training_consent = consent
    row.consent_at = None if consent is None else datetime.now(UTC)
    return _CONSENT_ACTIONS[consent]


def _set_opted_out(row: PersonRow, opted_out: bool) -> AuditAction:
    now = datetime.now(UTC)
    if opted_out:
        row.opted_out_at = row.consent_at = now
        row.training_consent = False
        return AuditAction.OPTED_OUT
    row.opted_out_at, row.kept_from = None, now
    return AuditAction.OPTED_IN


async def _person(session: AsyncSession, library_id: str, person_id: str) -> Person:
    row = await session.get(PersonRow, (library_id, person_id))
    wishes = row or PersonRow(library_id=library_id, person_id=person_id)
    posts = (
        select(
            ItemRow.channel_id,
            ItemRow.kind,
            func.count(),
            func.min(ItemRow.posted_at),
            func.max(ItemRow.posted_at),
        )
        .where(ItemRow.library_id == library_id, ItemRow.author_id == person_id)
        .group_by(ItemRow.channel_id, ItemRow.kind)
        .order_by(func.count().desc(), ItemRow.channel_id)
    )
    counted = (await session.execute(posts)).tuples().all()
    judgements = select(func.count()).where(
        FeedbackRow.library_id == library_id, FeedbackRow.person_id == person_id
    )
    labels = (
        select(func.count())
        .select_from(LabelRow)
        .join(LabelSetRow, LabelSetRow.labelset_id == LabelRow.labelset_id)
        .where(LabelSetRow.library_id == library_id, LabelRow.person_id == person_id)
    )
    return Person(
        library_id=library_id,
        person_id=person_id,
        training_consent=wishes.training_consent,
        consent_at=wishes.consent_at,
        consent_asked_at=wishes.consent_asked_at,
        opted_out=wishes.opted_out_at is not None,
        opted_out_at=wishes.opted_out_at,
        kept_from=wishes.kept_from,
        stored=[
            StoredCount(channel_id=channel_id, kind=kind, count=count)
            for channel_id, kind, count, _, _ in counted
        ],
        oldest=min((oldest for *_, oldest, _ in counted), default=None),
        newest=max((newest for *_, newest in counted), default=None),
        judgements=await session.scalar(judgements) or 0,
        labels=await session.scalar(labels) or 0,
    )
