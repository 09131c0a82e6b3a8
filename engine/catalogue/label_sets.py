"""Label sets and their classes: created, changed, merged, archived; never deleted."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from sqlalchemy import func, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from engine.catalogue.cursors import decode_key, encode_key
from engine.catalogue.database import Database
from engine.catalogue.label_models import LabelClassRow, LabelSetChangeRow, LabelSetRow
from engine.catalogue.label_set_records import labelset_of
from engine.catalogue.models import ItemRow
from engine.errors import BadRequest, Conflict, NotFound
from engine.schemas import (
    MAX_CLASSES,
    LabelClassUpdate,
    LabelSet,
    LabelSetAction,
    LabelSetChange,
    LabelSetHistory,
    LabelSetPage,
    LabelSetUpdate,
    MergeRequest,
    NewLabelClass,
    NewLabelSet,
)


class LabelSetRepository:
    """Keeps label sets. Each method is one transaction, each change an entry of the history."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def create(self, new: NewLabelSet) -> LabelSet:
        """Creates a set with its classes.

        Raises:
            Conflict: the library has a set of this name, or two classes have one name.
        """
        row = LabelSetRow(
            labelset_id=str(uuid.uuid4()),
            library_id=new.library_id,
            name=new.name,
            name_key=new.name.casefold(),
            description=new.description,
            kind=new.kind,
            multi_label=new.multi_label,
            labeller_ids=list(new.labeller_ids),
            created_by=new.asked_by,
            created_at=datetime.now(UTC),
        )
        async with self._database.writing() as session:
            await _check_set_name(session, row)
            session.add(row)
            await session.flush()
            _record(session, row, LabelSetAction.CREATED, new.asked_by, after=new.name)
            for new_class in new.classes:
                await add_class_row(session, row, new_class, new.asked_by)
            return await labelset_of(session, row)

    async def get(self, labelset_id: str) -> LabelSet:
        """One set.

        Raises:
            NotFound: there is none of this id.
        """
        async with self._database.reading() as session:
            return await labelset_of(session, await existing_set(session, labelset_id))

    async def page(
        self,
        library_id: str,
        *,
        include_archived: bool = False,
        cursor: str | None = None,
        limit: int = 100,
    ) -> LabelSetPage:
        """One page of a library's sets, by name."""
        statement = select(LabelSetRow).where(LabelSetRow.library_id == library_id)
        if not include_archived:
            statement = statement.where(LabelSetRow.archived.is_(False))
        order = tuple_(LabelSetRow.name_key, LabelSetRow.labelset_id)
        if cursor is not None:
            statement = statement.where(order > decode_key(cursor))
        statement = statement.order_by(LabelSetRow.name_key, LabelSetRow.labelset_id)
        async with self._database.reading() as session:
            rows = (await session.scalars(statement.limit(limit + 1))).all()
            sets = [await labelset_of(session, row) for row in rows[:limit]]
        last = rows[limit - 1] if len(rows) > limit else None
        return LabelSetPage(
            labelsets=sets, next_cursor=last and encode_key(last.name_key, last.labelset_id)
        )

    async def update(self, labelset_id: str, changes: LabelSetUpdate) -> LabelSet:
        """Renames, describes, archives or restores a set; absent fields stay.

        Raises:
            NotFound: there is none of this id.
            Conflict: another set has the name.
        """
        async with self._database.writing() as session:
            row = await existing_set(session, labelset_id)
            before, was_archived = row.name, row.archived
            for field, value in changes.model_dump(exclude_none=True).items():
                if field != "asked_by":
                    setattr(row, field, value)
            row.name_key = row.name.casefold()
            await _check_set_name(session, row)
            action = _archiving(
                was_archived=was_archived,
                archived=row.archived,
                otherwise=LabelSetAction.CHANGED,
                archiving=(LabelSetAction.ARCHIVED, LabelSetAction.RESTORED),
            )
            _record(session, row, action, changes.asked_by, before=before, after=row.name)
            return await labelset_of(session, row)

    async def add_class(self, labelset_id: str, new: NewLabelClass, *, asked_by: str) -> LabelSet:
        """Adds a class.

        Raises:
            NotFound: the set does not exist.
            Conflict: a class in use has the name.
            BadRequest: there are too many, or the example is not in the library.
        """
        async with self._database.writing() as session:
            row = await existing_set(session, labelset_id)
            await add_class_row(session, row, new, asked_by)
            return await labelset_of(session, row)

    async def update_class(
        self, labelset_id: str, class_id: str, changes: LabelClassUpdate
    ) -> LabelSet:
        """Renames, describes, archives or restores a class; its labels stay with it.

        Raises:
            NotFound: the set or the class does not exist.
            Conflict: another class in use has the name.
        """
        given = changes.model_dump(exclude_unset=True, exclude={"asked_by"})
        async with self._database.writing() as session:
            row = await existing_set(session, labelset_id)
            changed = await _existing_class(session, row, class_id)
            before, was_archived = changed.name, changed.archived
            for field, value in given.items():
                if value is not None or field == "example_item_id":
                    setattr(changed, field, value)
            changed.name_key = changed.name.casefold()
            await _check_class(session, row, changed)
            action = _archiving(
                was_archived=was_archived,
                archived=changed.archived,
                otherwise=LabelSetAction.CLASS_CHANGED,
                archiving=(LabelSetAction.CLASS_ARCHIVED, LabelSetAction.CLASS_RESTORED),
            )
            _record(session, row, action, changes.asked_by, changed, before, changed.name)
            return await labelset_of(session, row)

    async def merge_class(self, labelset_id: str, class_id: str, merge: MergeRequest) -> LabelSet:
        """Makes the labels of a class, and of those merged into it before, count as another's.

        Raises:
            NotFound: the set or one of the classes does not exist.
            BadRequest: a class cannot be merged into itself, or into one not in use.
        """
        async with self._database.writing() as session:
            row = await existing_set(session, labelset_id)
            merged = await _existing_class(session, row, class_id)
            target = await _existing_class(session, row, merge.into)
            if target is merged or target.archived or target.merged_into is not None:
                raise BadRequest(
                    f"“{merged.name}” can only be merged into another class that is in use."
                )
            await session.execute(
                update(LabelClassRow)
                .where(LabelClassRow.merged_into == merged.class_id)
                .values(merged_into=target.class_id)
            )
            merged.merged_into = target.class_id
            action = LabelSetAction.CLASS_MERGED
            _record(session, row, action, merge.asked_by, merged, merged.name, target.name)
            return await labelset_of(session, row)

    async def history(
        self, labelset_id: str, *, cursor: str | None = None, limit: int = 100
    ) -> LabelSetHistory:
        """One page of a set's changes, newest first; the cursor is the last entry's number.

        Raises:
            BadRequest: the cursor is no number.
        """
        statement = select(LabelSetChangeRow).where(LabelSetChangeRow.labelset_id == labelset_id)
        if cursor is not None:
            if not cursor.isdecimal():
                raise BadRequest("The page cursor is not one of ours. Start again without one.")
            statement = statement.where(LabelSetChangeRow.change_id < int(cursor))
        statement = statement.order_by(LabelSetChangeRow.change_id.desc()).limit(limit + 1)
        async with self._database.reading() as session:
            rows = (await session.scalars(statement)).all()
        return LabelSetHistory(
            changes=[
                LabelSetChange(
                    at=row.at,
                    action=row.action,
                    actor_id=row.actor_id,
                    class_id=row.class_id,
                    before=row.before,
                    after=row.after,
                )
                for row in rows[:limit]
            ],
            next_cursor=str(rows[limit - 1].change_id) if len(rows) > limit else None,
        )


async def existing_set(session: AsyncSession, labelset_id: str) -> LabelSetRow:
    """The row of a set.

    Raises:
        NotFound: there is none of this id.
    """
    row = await session.get(LabelSetRow, labelset_id)
    if row is None:
        raise NotFound("There is no such label set. Look at the list of sets.")
    return row


async def _existing_class(
    session: AsyncSession, labelset: LabelSetRow, class_id: str
) -> LabelClassRow:
    row = await session.get(LabelClassRow, class_id)
    if row is None or row.labelset_id != labelset.labelset_id:
        raise NotFound(f"“{labelset.name}” has no such class. Look at its list of classes.")
    return row


async def add_class_row(
    session: AsyncSession, labelset: LabelSetRow, new: NewLabelClass, asked_by: str
) -> LabelClassRow:
    """Adds a class, with an entry in the history.

    Raises:
        Conflict: a class in use has the name.
        BadRequest: there are too many, or the example is not in the library.
    """
    count = await session.scalar(
        select(func.count()).where(LabelClassRow.labelset_id == labelset.labelset_id)
    )
    if (count or 0) >= MAX_CLASSES:
        raise BadRequest(f"A label set has at most {MAX_CLASSES:,} classes.")
    row = LabelClassRow(
        class_id=str(uuid.uuid4()),
        labelset_id=labelset.labelset_id,
        position=count or 0,
        name=new.name,
        name_key=new.name.casefold(),
        description=new.description,
        example_item_id=new.example_item_id,
        archived=False,
    )
    await _check_class(session, labelset, row)
    session.add(row)
    await session.flush()
    _record(session, labelset, LabelSetAction.CLASS_ADDED, asked_by, row, after=row.name)
    return row


async def _check_set_name(session: AsyncSession, row: LabelSetRow) -> None:
    """Refuses a name that another set in use has."""
    if row.archived:
        return
    with session.no_autoflush:
        other = await session.scalar(
            select(LabelSetRow.labelset_id).where(
                LabelSetRow.library_id == row.library_id,
                LabelSetRow.name_key == row.name_key,
                LabelSetRow.archived.is_(False),
                LabelSetRow.labelset_id != row.labelset_id,
            )
        )
    if other is not None:
        raise Conflict(f"There is a label set “{row.name}” already. Choose another name.")


async def _check_class(session: AsyncSession, labelset: LabelSetRow, row: LabelClassRow) -> None:
    """Refuses a name that another class in use has, and an example from elsewhere."""
    with session.no_autoflush:
        other = await session.scalar(
            select(LabelClassRow.class_id).where(
                LabelClassRow.labelset_id == labelset.labelset_id,
                LabelClassRow.name_key == row.name_key,
                LabelClassRow.archived.is_(False),
                LabelClassRow.merged_into.is_(None),
                LabelClassRow.class_id != row.class_id,
            )
        )
        missing = row.example_item_id is not None and not await _is_in(
            session, labelset.library_id, row.example_item_id
        )
    if other is not None and not row.archived and row.merged_into is None:
        raise Conflict(f"“{labelset.name}” has a class “{row.name}” already. Choose another name.")
    if missing:
        raise BadRequest("The example is not in this library, or has been deleted meanwhile.")


async def _is_in(session: AsyncSession, library_id: str, item_id: str) -> bool:
    item = await session.get(ItemRow, item_id)
    return item is not None and item.library_id == library_id


def _archiving(
    *,
    was_archived: bool,
    archived: bool,
    otherwise: LabelSetAction,
    archiving: tuple[LabelSetAction, LabelSetAction],
) -> LabelSetAction:
    """What a change was: archiving, restoring, or something else."""
    if was_archived == archived:
        return otherwise
    return archiving[0] if archived else archiving[1]


def _record(
    session: AsyncSession,
    labelset: LabelSetRow,
    action: LabelSetAction,
    actor_id: str,
    about: LabelClassRow | None = None,
    before: str = "",
    after: str = "",
) -> None:
    labelset.revision = (labelset.revision or 0) + 1
    session.add(
        LabelSetChangeRow(
            labelset_id=labelset.labelset_id,
            at=datetime.now(UTC),
            action=action,
            actor_id=actor_id,
            class_id=about and about.class_id,
            before=before,
            after=after,
        )
    )
