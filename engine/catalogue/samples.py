"""A sample of what an asker may see, each content once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from sqlalchemy import func, select

from engine.catalogue.database import Database
from engine.catalogue.models import EmbedState, ItemRow
from engine.catalogue.places import visible
from engine.schemas import ItemKind


class Sample(NamedTuple):
    """Items drawn from what there is.

    Attributes:
        item_ids: one for each content drawn, in order of id.
        contents: how many different ones can be found in all.
        waiting: how many cannot be found yet.
    """

    item_ids: list[str]
    contents: int
    waiting: int


class SampleRepository:
    """Draws samples; each method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def draw(
        self,
        library_id: str,
        channel_ids: Sequence[str] | None,
        kind: ItemKind,
        *,
        at_most: int,
        seed: int,
    ) -> Sample:
        """Draws contents at random; the same ones whenever nothing has changed.

        Args:
            library_id: the library asked.
            channel_ids: the channels the asker may see; None means all of them.
            kind: of the items.
            at_most: how many.
            seed: of the draw.
        """
        one_each = (
            select(func.min(ItemRow.item_id).label("item_id"))
            .where(*visible(library_id, channel_ids), ItemRow.kind == kind)
            .group_by(ItemRow.sha256)
        )
        embedded = one_each.where(ItemRow.embed_state == EmbedState.EMBEDDED).order_by("item_id")
        pending = one_each.where(ItemRow.embed_state == EmbedState.PENDING).subquery()
        async with self._database.reading() as session:
            item_ids = list(await session.scalars(embedded))
            waiting = await session.scalar(select(func.count()).select_from(pending)) or 0
        drawn = item_ids
        if len(item_ids) > at_most:
            places = np.random.default_rng(seed).choice(len(item_ids), at_most, replace=False)
            drawn = [item_ids[place] for place in sorted(places)]
        return Sample(drawn, len(item_ids), waiting)
