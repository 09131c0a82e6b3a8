"""Where contents were posted, as far as an asker may see."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, func, select

from engine.catalogue.models import ItemRow

MAX_PLACES = 50
"""Most places reported for one content; a meme posted a thousand times needs no thousand links."""


def oldest_places(
    library_id: str, sha256s: Sequence[str], channel_ids: Sequence[str] | None
) -> Select[tuple[ItemRow]]:
    """The rows of contents that an asker may see, by content, the oldest first."""
    rank = func.row_number().over(
        partition_by=ItemRow.sha256, order_by=(ItemRow.posted_at, ItemRow.item_id)
    )
    ranked = (
        select(ItemRow.item_id, rank.label("rank"))
        .where(*visible(library_id, channel_ids), ItemRow.sha256.in_(sha256s))
        .subquery()
    )
    return (
        select(ItemRow)
        .join(ranked, ranked.c.item_id == ItemRow.item_id)
        .where(ranked.c.rank <= MAX_PLACES)
        .order_by(ItemRow.sha256, ranked.c.rank)
    )


def visible(library_id: str, channel_ids: Sequence[str] | None) -> list[ColumnElement[bool]]:
    """What a row must fulfil to be seen by an asker.

    Args:
        library_id: the library asked.
        channel_ids: the channels the asker may see; None means all of them.
    """
    in_library = [ItemRow.library_id == library_id]
    return in_library if channel_ids is None else [*in_library, ItemRow.channel_id.in_(channel_ids)]
