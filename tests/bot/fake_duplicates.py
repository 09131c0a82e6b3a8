"""The fake engine's duplicates: what has the same bytes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from engine.schemas import DuplicateGroup, DuplicatesPage, DuplicatesRequest, Item, Post


def duplicates_page(items: Iterable[Item], asked: DuplicatesRequest) -> DuplicatesPage:
    """The page asked for; a cursor is the number of groups before it."""
    by_content: dict[str, list[Item]] = defaultdict(list)
    for item in sorted(items, key=_when):
        if item.place.channel_id in (asked.channel_ids or []):
            by_content[item.sha256].append(item)
    groups = [_group(posted) for posted in by_content.values() if len(posted) > 1]
    groups.sort(key=lambda group: -group.count)
    start = int(asked.cursor or 0)
    following = start + asked.limit
    return DuplicatesPage(
        groups=groups[start:following],
        next_cursor=str(following) if following < len(groups) else None,
    )


def _when(item: Item) -> tuple[datetime, str]:
    return item.posted_at, item.place.message_id


def _group(posted: list[Item]) -> DuplicateGroup:
    posts = [
        Post(
            item_id=item.item_id,
            place=item.place,
            author_id=item.author_id,
            author_name=item.author_name,
            posted_at=item.posted_at,
        )
        for item in posted
    ]
    return DuplicateGroup(item=posted[0], posts=posts[:50], count=len(posts))
