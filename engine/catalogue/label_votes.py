"""What people say of items, gathered by item: what consensus and classifiers start from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, select

from engine.catalogue.database import Database
from engine.catalogue.label_models import LabelClassRow, LabelRow, TrainingRow
from engine.catalogue.label_set_records import classes_of, counted_as
from engine.catalogue.label_sets import existing_set
from engine.catalogue.models import ItemRow, PersonRow
from engine.schemas import Draw, ItemKind, LabelMethod, LabelOutcome


@dataclass(frozen=True)
class Vote:
    """One person's word on an item.

    Attributes:
        class_ids: as they count now: merged classes resolved, archived ones left out.
    """

    label_id: int
    person_id: str
    outcome: LabelOutcome
    class_ids: tuple[str, ...]
    method: LabelMethod
    drawn: Draw | None
    given_at: datetime


@dataclass(frozen=True)
class VotedItem:
    """An item of which somebody has said something, with what decides about its use.

    Attributes:
        author_id: who posted it; empty for files that the owner indexed.
        author_consent: whether models may learn from it; None: its author never said.
        votes: of its present version, oldest first.
    """

    item_id: str
    sha256: str
    perceptual_hash: bytes
    channel_id: str
    author_id: str
    path: str
    author_consent: bool | None
    votes: Sequence[Vote]


@dataclass(frozen=True)
class ClassInUse:
    """A class that labels can count as."""

    class_id: str
    name: str
    description: str


@dataclass(frozen=True)
class VotedSet:
    """A label set with everything said in it.

    Attributes:
        version: changes whenever anything here does.
        training_enabled: whether models may learn from people's posts in its library.
    """

    labelset_id: str
    library_id: str
    kind: ItemKind
    name: str
    multi_label: bool
    version: str
    training_enabled: bool
    classes: Sequence[ClassInUse]
    items: Sequence[VotedItem]


class VoteRepository:
    """Reads votes; each method is one snapshot."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def version(self, labelset_id: str) -> str:
        """What changes when the votes, the classes, the items or the consents do; cheap to ask.

        Raises:
            NotFound: there is no such set.
        """
        async with self._database.reading() as session:
            labelset = await existing_set(session, labelset_id)
            training = await session.get(TrainingRow, labelset.library_id)
            votes = (
                await session.execute(
                    select(func.count(), func.max(LabelRow.label_id))
                    .join(ItemRow, _of_the_present_item())
                    .where(LabelRow.labelset_id == labelset_id, LabelRow.counts)
                )
            ).one()
            consents = (
                await session.execute(
                    select(func.count(), func.max(PersonRow.consent_at)).where(
                        PersonRow.library_id == labelset.library_id,
                        PersonRow.training_consent.is_not(None),
                    )
                )
            ).one()
        facts = (labelset.revision, training and training.enabled, *votes, *consents)
        return "-".join(map(str, facts))

    async def of(self, labelset_id: str) -> VotedSet:
        """Everything said in a set about items as they are now.

        Raises:
            NotFound: there is no such set.
        """
        version = await self.version(labelset_id)
        async with self._database.reading() as session:
            labelset = await existing_set(session, labelset_id)
            classes = await classes_of(session, labelset_id)
            training = await session.get(TrainingRow, labelset.library_id)
            rows = (await session.execute(_words(labelset_id))).all()
        return VotedSet(
            labelset_id=labelset_id,
            library_id=labelset.library_id,
            kind=labelset.kind,
            name=labelset.name,
            multi_label=labelset.multi_label,
            version=version,
            training_enabled=training is not None and training.enabled,
            classes=_in_use(classes),
            items=_by_item(rows, counted_as(classes)),
        )


def _in_use(classes: Sequence[LabelClassRow]) -> list[ClassInUse]:
    return [
        ClassInUse(row.class_id, row.name, row.description)
        for row in classes
        if not row.archived and row.merged_into is None
    ]


def _of_the_present_item() -> ColumnElement[bool]:
    """A label is about an item as it is now."""
    return and_(ItemRow.item_id == LabelRow.item_id, ItemRow.sha256 == LabelRow.item_sha256)


def _words(labelset_id: str) -> Select[Any]:
    """All that counts in a set about items as they are now: columns, as rows would be many."""
    author = and_(
        PersonRow.library_id == ItemRow.library_id, PersonRow.person_id == ItemRow.author_id
    )
    return (
        select(
            LabelRow.label_id,
            LabelRow.person_id,
            LabelRow.outcome,
            LabelRow.class_ids,
            LabelRow.method,
            LabelRow.drawn,
            LabelRow.given_at,
            ItemRow.item_id,
            ItemRow.sha256,
            ItemRow.perceptual_hash,
            ItemRow.channel_id,
            ItemRow.author_id,
            ItemRow.path,
            PersonRow.training_consent,
        )
        .join(ItemRow, _of_the_present_item())
        .outerjoin(PersonRow, author)
        .where(LabelRow.labelset_id == labelset_id, LabelRow.counts)
        .order_by(LabelRow.label_id)
    )


def _by_item(rows: Sequence[Row[Any]], counted: dict[str, str]) -> list[VotedItem]:
    votes: dict[str, list[Vote]] = defaultdict(list)
    items: dict[str, VotedItem] = {}
    for row in rows:
        class_ids = {counted[each] for each in row.class_ids if each in counted}
        if row.outcome is LabelOutcome.LABELLED and not class_ids:
            continue
        said = votes[row.item_id]
        said.append(
            Vote(
                row.label_id,
                row.person_id,
                row.outcome,
                tuple(sorted(class_ids)),
                row.method,
                row.drawn,
                row.given_at,
            )
        )
        items.setdefault(
            row.item_id,
            VotedItem(
                row.item_id,
                row.sha256,
                row.perceptual_hash,
                row.channel_id,
                row.author_id,
                row.path,
                row.training_consent,
                said,
            ),
        )
    return list(items.values())
