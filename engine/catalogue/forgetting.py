"""Which rows a forget request means, and what goes with the last of them."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from engine.catalogue.job_models import JobRow
from engine.catalogue.label_models import LabelCardRow, LabelRow, LabelSetRow, TrainingRow
from engine.catalogue.models import ChannelRow, FeedbackRow, ItemRow, PersonRow, RetentionRow
from engine.catalogue.registry_models import ModelRow
from engine.errors import BadRequest
from engine.schemas import ForgetRequest


def conditions(request: ForgetRequest) -> list[ColumnElement[bool]]:
    """The WHERE of a forget request, narrower with each field given.

    Raises:
        BadRequest: the whole library is meant, but `everything` is not set.
    """
    narrowed = [
        column == wanted
        for column, wanted in (
            (ItemRow.channel_id, request.channel_id),
            (ItemRow.message_id, request.message_id),
            (ItemRow.attachment_id, request.attachment_id),
            (ItemRow.author_id, request.author_id),
        )
        if wanted is not None
    ]
    if request.before is not None:
        narrowed.append(ItemRow.posted_at < request.before)
    if not narrowed and not request.everything:
        raise BadRequest(
            "This would delete the whole library. Name a channel, message, attachment, author or "
            "time, or set everything to true."
        )
    return [ItemRow.library_id == request.library_id, *narrowed]


async def forget_the_rest(session: AsyncSession, request: ForgetRequest) -> None:
    """Deletes what belongs to the person or the library itself, once no item is left."""
    posts = (request.channel_id, request.message_id, request.attachment_id, request.before)
    if any(narrowing is not None for narrowing in posts):
        return
    if request.author_id is None:
        await _forget_library(session, request.library_id)
    elif request.author_id:  # an empty one stands for everybody who is not known
        await _forget_person(session, request.library_id, request.author_id)


async def _forget_person(session: AsyncSession, library_id: str, person_id: str) -> None:
    """Leaves only that nothing posted until now may be stored again, by whatever reads it."""
    await session.execute(
        delete(FeedbackRow).where(
            FeedbackRow.library_id == library_id, FeedbackRow.person_id == person_id
        )
    )
    sets = select(LabelSetRow.labelset_id).where(LabelSetRow.library_id == library_id)
    for given in (LabelRow, LabelCardRow):
        await session.execute(
            delete(given).where(given.person_id == person_id, given.labelset_id.in_(sets))
        )
    row = await person_row(session, library_id, person_id)
    row.training_consent = row.consent_at = None
    row.kept_from = datetime.now(UTC)


async def _forget_library(session: AsyncSession, library_id: str) -> None:
    """Leaves only the audit, and who has opted out: the library may be filled again one day."""
    for owned in (
        *(FeedbackRow, ChannelRow, RetentionRow, LabelSetRow),
        *(TrainingRow, JobRow, ModelRow),
    ):
        await session.execute(delete(owned).where(owned.library_id == library_id))
    people = PersonRow.library_id == library_id
    await session.execute(delete(PersonRow).where(people, PersonRow.opted_out_at.is_(None)))


async def person_row(session: AsyncSession, library_id: str, person_id: str) -> PersonRow:
    """The person's row, made when they have none yet."""
    row = await session.get(PersonRow, (library_id, person_id), with_for_update=True)
    if row is None:
        row = PersonRow(library_id=library_id, person_id=person_id)
        session.add(row)
    return row
