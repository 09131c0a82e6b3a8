"""What was posted more than once, page by page, as far as an asker may see."""

from __future__ import annotations

import asyncio
import time
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from engine.catalogue.cursors import decode_count_cursor, encode_count_cursor
from engine.catalogue.duplicates import PostedContent
from engine.catalogue.places import MAX_PLACES
from engine.schemas import DuplicateGroup, DuplicatesPage, DuplicatesRequest, Item, Post
from engine.search.look_alikes import look_alikes
from engine.vectors.port import VectorIndex

MOST_KEPT_LISTS = 8
"""Lists kept for those who turn pages; another asker who may see the same shares one."""

KEPT_TIMES_AS_LONG = 20
"""How long a list is kept, in the time that it took: at most 5 % of all time goes into lists."""

AskedAbout = tuple[str, frozenset[str] | None]
"""A library and the channels seen of it; None stands for all."""


class DuplicateReader(Protocol):
    """What is asked of the catalogue; `channel_ids` limit all of it, None means every channel."""

    async def pictures(
        self, library_id: str, channel_ids: Sequence[str] | None
    ) -> list[PostedContent]:
        """Every picture, the oldest first."""
        ...

    async def repeated_texts(
        self, library_id: str, channel_ids: Sequence[str] | None
    ) -> list[PostedContent]:
        """The texts posted more than once."""
        ...

    async def items(
        self, library_id: str, sha256s: Sequence[str], channel_ids: Sequence[str] | None
    ) -> list[Item]:
        """The first items of each content."""
        ...


@dataclass(frozen=True)
class _Group:
    """Contents that are one to the eye.

    Attributes:
        sha256s: the first of them, as many as there are places to show.
    """

    sha256s: tuple[str, ...]
    count: int
    latest: datetime

    @classmethod
    def of(cls, contents: Sequence[PostedContent]) -> _Group:
        """Contents, the oldest first, as a group."""
        return cls(
            tuple(content.sha256 for content in contents[:MAX_PLACES]),
            sum(content.times for content in contents),
            max(content.latest for content in contents),
        )

    @property
    def cursor(self) -> str:
        return encode_count_cursor(self.count, self.latest, self.sha256s[0])


@dataclass(frozen=True)
class _List:
    """Groups in order, and until when a first page may come from them."""

    groups: list[_Group]
    until_s: float


class DuplicateFinder:
    """Finds what was posted more than once.

    What is listed where is kept for a while, for those who turn pages. What is shown is read from
    the catalogue for each page, so that nothing deleted is shown.

    Args:
        catalogue: knows contents and their places.
        images: the collection of pictures.
    """

    def __init__(self, catalogue: DuplicateReader, images: VectorIndex) -> None:
        self._catalogue = catalogue
        self._images = images
        self._lists: dict[AskedAbout, _List] = {}
        self._turn = asyncio.Lock()

    async def page(self, library_id: str, request: DuplicatesRequest) -> DuplicatesPage:
        """One page of groups.

        Raises:
            BadRequest: the cursor is none of ours.
        """
        groups = await self._groups(library_id, request)
        if request.cursor is not None:
            after = _rank(*decode_count_cursor(request.cursor))
            groups = groups[bisect_right(groups, after, key=_rank_of) :]
        shown = groups[: request.limit]
        return DuplicatesPage(
            groups=await self._described(library_id, shown, request.channel_ids),
            next_cursor=shown[-1].cursor if len(groups) > len(shown) else None,
        )

    async def _groups(self, library_id: str, request: DuplicatesRequest) -> list[_Group]:
        channel_ids = request.channel_ids
        if channel_ids is not None and not channel_ids:
            return []
        asked_about = library_id, None if channel_ids is None else frozenset(channel_ids)
        if (kept := self._kept(asked_about, request)) is not None:
            return kept.groups
        async with self._turn:  # One at a time: each takes memory for all pictures of a library.
            if (kept := self._kept(asked_about, request)) is None:
                kept = await self._list(library_id, channel_ids)
                self._keep(asked_about, kept)
            return kept.groups

    def _kept(self, asked_about: AskedAbout, request: DuplicatesRequest) -> _List | None:
        """The list to take a page from, unless it is gone, or too old for a first page."""
        kept = self._lists.get(asked_about)
        if kept is None or (request.cursor is None and time.monotonic() > kept.until_s):
            return None
        return kept

    def _keep(self, asked_about: AskedAbout, kept: _List) -> None:
        """Keeps a list as the latest; the one worked out longest ago goes for it."""
        self._lists.pop(asked_about, None)
        self._lists[asked_about] = kept
        if len(self._lists) > MOST_KEPT_LISTS:
            del self._lists[next(iter(self._lists))]

    async def _list(self, library_id: str, channel_ids: Sequence[str] | None) -> _List:
        started_s = time.monotonic()
        pictures = await self._catalogue.pictures(library_id, channel_ids)
        texts = await self._catalogue.repeated_texts(library_id, channel_ids)
        alike = [*await look_alikes(pictures, self._images), *([text] for text in texts)]
        groups = await asyncio.to_thread(_repeated, alike)
        now_s = time.monotonic()
        return _List(groups, now_s + KEPT_TIMES_AS_LONG * (now_s - started_s))

    async def _described(
        self, library_id: str, groups: Sequence[_Group], channel_ids: Sequence[str] | None
    ) -> list[DuplicateGroup]:
        """The groups as they are now; those of which too much was deleted are left out."""
        sha256s = [sha256 for group in groups for sha256 in group.sha256s]
        by_content: dict[str, list[Item]] = defaultdict(list)
        for item in await self._catalogue.items(library_id, sha256s, channel_ids):
            by_content[item.sha256].append(item)
        present = [
            (group, [item for sha256 in group.sha256s for item in by_content[sha256]])
            for group in groups
        ]
        return [_described(group, items) for group, items in present if len(items) > 1]


def _described(group: _Group, items: list[Item]) -> DuplicateGroup:
    """A group with its first posts, of which `items` are some more than are shown."""
    items.sort(key=lambda item: (item.posted_at, item.item_id))
    return DuplicateGroup(
        item=items[0],
        posts=[_post(item) for item in items[:MAX_PLACES]],
        count=len(items) if len(items) < MAX_PLACES else max(group.count, len(items)),
    )


def _repeated(groups: Sequence[Sequence[PostedContent]]) -> list[_Group]:
    """Those posted more than once, in the order in which they are shown."""
    repeated = [_Group.of(each) for each in groups if len(each) > 1 or each[0].times > 1]
    return sorted(repeated, key=_rank_of)


def _post(item: Item) -> Post:
    return Post(
        item_id=item.item_id,
        place=item.place,
        author_id=item.author_id,
        author_name=item.author_name,
        posted_at=item.posted_at,
    )


def _rank_of(group: _Group) -> tuple[int, float, str]:
    return _rank(group.count, group.latest, group.sha256s[0])


def _rank(count: int, latest: datetime, sha256: str) -> tuple[int, float, str]:
    """Smaller comes first: posted more often, then more lately."""
    return -count, -latest.timestamp(), sha256
