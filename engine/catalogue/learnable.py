"""Messages that models may learn words from, whether or not anybody has labelled them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from engine.catalogue.database import Database
from engine.catalogue.label_models import TrainingRow
from engine.catalogue.models import ItemRow, PersonRow
from engine.schemas import ItemKind

ITEMS_AT_ONCE = 500


class LearnableText(NamedTuple):
    """The beginning of a message's text, and the sha256 of all of it."""

    item_id: str
    sha256: str
    text: str


class LearnableRepository:
    """Reads what may be learnt from; the rule is that of `engine.labels.eligibility`.

    Nobody's labels count here, so of what people posted only that of those who have agreed.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def sample(
        self, library_id: str, *, at_most: int, max_chars: int
    ) -> Sequence[LearnableText]:
        """So many texts of a library, each content once, the same whenever nothing has changed.

        They come in the order of their hashes, which is as good as drawn at random.
        """
        found: dict[str, LearnableText] = {}
        last = ""
        while len(found) < at_most:
            page = await self._page(library_id, last, max_chars)
            if not page:
                break
            for each in page:
                found.setdefault(each.sha256, each)
            last = page[-1].sha256
        return list(found.values())[:at_most]

    async def still_learnable(self, contents: Mapping[str, str]) -> frozenset[str]:
        """The items that exist with the content that they had, and may be learnt from.

        Args:
            contents: sha256 by item id.
        """
        found: set[str] = set()
        item_ids = list(contents)
        async with self._database.reading() as session:
            for start in range(0, len(item_ids), ITEMS_AT_ONCE):
                asked = item_ids[start : start + ITEMS_AT_ONCE]
                statement = _learnable(max_chars=0).where(ItemRow.item_id.in_(asked))
                for item_id, sha256, _ in await session.execute(statement):
                    if contents[item_id] == sha256:
                        found.add(item_id)
        return frozenset(found)

    async def _page(self, library_id: str, after: str, max_chars: int) -> list[LearnableText]:
        statement = (
            _learnable(max_chars)
            .where(
                ItemRow.library_id == library_id,
                ItemRow.kind == ItemKind.TEXT,
                ItemRow.sha256 > after,
            )
            .order_by(ItemRow.sha256, ItemRow.item_id)
            .limit(ITEMS_AT_ONCE)
        )
        async with self._database.reading() as session:
            return [LearnableText(*row) for row in (await session.execute(statement)).all()]


def _learnable(max_chars: int) -> Select[tuple[str, str, str]]:
    author = and_(
        PersonRow.library_id == ItemRow.library_id, PersonRow.person_id == ItemRow.author_id
    )
    text = func.substr(func.coalesce(ItemRow.text, ""), 1, max_chars)
    return (
        select(ItemRow.item_id, ItemRow.sha256, text)
        .outerjoin(PersonRow, author)
        .outerjoin(TrainingRow, TrainingRow.library_id == ItemRow.library_id)
        .where(_permitted())
    )


def _permitted() -> ColumnElement[bool]:
    agreed = and_(TrainingRow.enabled, PersonRow.training_consent.is_(True))
    return or_(ItemRow.author_id == "", agreed)
