"""Labels from files: every good row is a label like any other, every bad one has a reason."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import ValidationError
from sqlalchemy import delete, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from engine.catalogue.database import Database
from engine.catalogue.label_models import LabelCardRow, LabelClassRow, LabelRow, LabelSetRow
from engine.catalogue.label_set_records import classes_of
from engine.catalogue.label_sets import add_class_row, existing_set
from engine.catalogue.labels import checked_classes, label_row, says_so_already, why_not
from engine.catalogue.models import ItemRow
from engine.catalogue.places import visible
from engine.errors import BadRequest
from engine.schemas import (
    ImportReport,
    ImportRequest,
    ImportRow,
    NewLabelClass,
    NewLabels,
    RefusedRow,
)

ROWS_A_TRANSACTION = 200
"""Nobody who labels meanwhile waits longer than these take: about a tenth of a second."""

LOST = "There is no such item in the library (any more)."


class LabelImportRepository:
    """Takes rows; an import cut short and sent again goes on where it was."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def import_rows(self, labelset_id: str, request: ImportRequest) -> ImportReport:
        """Stores what rows say, in order; the latest word of a person on an item counts.

        Raises:
            NotFound: there is no such set.
            BadRequest: the set is archived.
        """
        batch_id = str(uuid.uuid4())
        imported = unchanged = 0
        refused: list[RefusedRow] = []
        for start in range(0, len(request.rows), ROWS_A_TRANSACTION):
            rows = request.rows[start : start + ROWS_A_TRANSACTION]
            async with self._database.writing() as session:
                importing = await _Import.begin(session, labelset_id, request, rows)
                good, bad = await importing.check(rows)
                stored = await importing.store(good, batch_id)
            refused += bad
            imported += stored
            unchanged += len(good) - stored
        return ImportReport(
            imported=imported, unchanged=unchanged, refused=refused, batch_id=batch_id
        )


@dataclass(frozen=True)
class _Good:
    """A row that can be stored."""

    item: ItemRow
    said: NewLabels
    class_ids: list[str]
    given_at: datetime | None

    @property
    def key(self) -> tuple[str, str]:
        """Whose word it is on which item."""
        return self.item.item_id, self.said.person_id


@dataclass
class _Import:
    """One transaction of an import.

    Attributes:
        classes: of the set, with those that the import has created.
        named: the class of each name; of several, the one in use.
        items: those that rows name, by column and value.
    """

    session: AsyncSession
    labelset: LabelSetRow
    request: ImportRequest
    classes: list[LabelClassRow]
    named: dict[str, LabelClassRow]
    items: dict[tuple[str, str], ItemRow]

    @classmethod
    async def begin(
        cls,
        session: AsyncSession,
        labelset_id: str,
        request: ImportRequest,
        rows: Sequence[ImportRow],
    ) -> _Import:
        """Reads what the rows refer to."""
        labelset = await existing_set(session, labelset_id)
        if labelset.archived:
            raise BadRequest(f"“{labelset.name}” is archived. Restore it to label again.")
        classes = list(await classes_of(session, labelset_id))
        in_use_last = sorted(classes, key=lambda row: not row.archived and not row.merged_into)
        return cls(
            session,
            labelset,
            request,
            classes,
            {row.name_key: row for row in in_use_last},
            await _named_items(session, labelset, request, rows),
        )

    async def check(self, rows: Sequence[ImportRow]) -> tuple[list[_Good], list[RefusedRow]]:
        """Which rows can be stored, and why the others cannot."""
        good, bad = [], []
        for row in rows:
            try:
                good.append(await self._checked(row))
            except BadRequest as error:
                bad.append(RefusedRow(row=row.row, reason=error.detail))
        return good, bad

    async def store(self, good: Sequence[_Good], batch_id: str) -> int:
        """Stores rows, those of them that say something new, and counts these."""
        latest = await self._latest(good)
        new = []
        for each in good:
            before = latest.get(each.key)
            if before is not None:
                if says_so_already(before, each.item, each.said, each.class_ids):
                    continue
                before.counts = False
            row = label_row(each.item, each.said, each.class_ids, batch_id, given_at=each.given_at)
            latest[each.key] = row
            new.append(row)
        await self.session.flush()
        self.session.add_all(new)
        self.labelset.revision += len(new)
        await self._answer_cards(good)
        return len(new)

    async def _checked(self, row: ImportRow) -> _Good:
        item = self.items.get(_name_of(row))
        if item is None:
            raise BadRequest(LOST)
        if reason := why_not(item, self.labelset, self.request.channel_ids):
            raise BadRequest(reason)
        said = NewLabels(
            labelset_id=self.labelset.labelset_id,
            person_id=row.labelled_by or self.request.person_id,
            item_ids=[item.item_id],
            class_ids=[await self._class_id(name.strip()) for name in row.classes],
            method=row.method,
            drawn=row.drawn,
            channel_ids=self.request.channel_ids,
        )
        class_ids = checked_classes(self.labelset, self.classes, said)
        return _Good(item, said, class_ids, row.given_at)

    async def _latest(self, good: Sequence[_Good]) -> dict[tuple[str, str], LabelRow]:
        """What these people have said of these items so far."""
        statement = select(LabelRow).where(
            LabelRow.labelset_id == self.labelset.labelset_id,
            LabelRow.counts,
            LabelRow.item_id.in_({each.item.item_id for each in good}),
            LabelRow.person_id.in_({each.said.person_id for each in good}),
        )
        rows = await self.session.scalars(statement)
        return {(row.item_id, row.person_id): row for row in rows}

    async def _answer_cards(self, good: Sequence[_Good]) -> None:
        """Takes away the cards that the rows answer."""
        await self.session.execute(
            delete(LabelCardRow).where(
                LabelCardRow.labelset_id == self.labelset.labelset_id,
                tuple_(LabelCardRow.item_id, LabelCardRow.person_id).in_(
                    {each.key for each in good}
                ),
            )
        )

    async def _class_id(self, name: str) -> str:
        """The class of a name, which need not be in use; created when that is wanted."""
        found = self.named.get(name.casefold())
        if self.request.create_classes and (found is None or found.archived):
            found = await self._created(name)
        if found is None:
            raise BadRequest(
                f"“{self.labelset.name}” has no class “{name[:100]}”. Add it, or let the import."
            )
        return found.class_id

    async def _created(self, name: str) -> LabelClassRow:
        try:
            new = NewLabelClass(name=name)
        except ValidationError as error:
            raise BadRequest("A class's name has 1 to 100 characters.") from error
        row = await add_class_row(self.session, self.labelset, new, self.request.person_id)
        self.classes.append(row)
        self.named[row.name_key] = row
        return row


async def _named_items(
    session: AsyncSession,
    labelset: LabelSetRow,
    request: ImportRequest,
    rows: Sequence[ImportRow],
) -> dict[tuple[str, str], ItemRow]:
    """The items that rows name; of a content or file that was posted often, the oldest post."""
    found: dict[tuple[str, str], ItemRow] = {}
    names = [_name_of(row) for row in rows]
    for column in (ItemRow.item_id, ItemRow.sha256, ItemRow.path):
        wanted = {value for name, value in names if name == column.key and value}
        if not wanted:
            continue
        statement = (
            select(ItemRow)
            .where(*visible(labelset.library_id, request.channel_ids), column.in_(wanted))
            .order_by(ItemRow.posted_at, ItemRow.item_id)
        )
        for item in await session.scalars(statement):
            found.setdefault((column.key, str(getattr(item, column.key))), item)
    return found


def _name_of(row: ImportRow) -> tuple[str, str]:
    """By which column a row names its item, and the value there."""
    if row.item_id:
        return "item_id", row.item_id
    if row.sha256:
        return "sha256", row.sha256.lower()
    return "path", row.path or ""
