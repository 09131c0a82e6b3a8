"""Pages of duplicates over a real catalogue: what is kept between them, and what is not."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from engine.catalogue import Catalogue
from engine.catalogue.duplicates import PostedContent
from engine.catalogue.places import MAX_PLACES
from engine.ingest.collections import CLIP
from engine.schemas import DuplicatesPage, DuplicatesRequest, ForgetRequest, Item
from engine.search import duplicate_finder
from engine.search.duplicate_finder import DuplicateFinder
from engine.vectors.memory import MemoryVectorStore
from engine.vectors.port import VectorIndex
from engine.vectors.spec import CollectionSpec
from tests.engine.catalogue.contents import POSTED_AT, picture, place


class Counting:
    """A catalogue's duplicates that count how often everything was gone through."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._duplicates = catalogue.duplicates
        self.walks = 0

    async def pictures(
        self, library_id: str, channel_ids: Sequence[str] | None
    ) -> list[PostedContent]:
        """As the catalogue answers."""
        self.walks += 1
        return await self._duplicates.pictures(library_id, channel_ids)

    async def repeated_texts(
        self, library_id: str, channel_ids: Sequence[str] | None
    ) -> list[PostedContent]:
        """As the catalogue answers."""
        return await self._duplicates.repeated_texts(library_id, channel_ids)

    async def items(
        self, library_id: str, sha256s: Sequence[str], channel_ids: Sequence[str] | None
    ) -> list[Item]:
        """As the catalogue answers."""
        return await self._duplicates.items(library_id, sha256s, channel_ids)


@pytest.fixture
async def catalogue(tmp_path: Path) -> AsyncIterator[Catalogue]:
    """A catalogue of its own."""
    catalogue = await Catalogue.open(tmp_path / "catalogue.sqlite3")
    yield catalogue
    await catalogue.close()


@pytest.fixture
async def index() -> AsyncIterator[VectorIndex]:
    """A collection without any picture in it."""
    store = MemoryVectorStore()
    yield await store.open(CollectionSpec("images", "fingerprint", {CLIP: 2}))
    await store.close()


async def post(catalogue: Catalogue, name: bytes, times: int) -> None:
    """Posts the same picture again and again."""
    content = picture(name)
    for n in range(times):
        described = content.described.model_copy(
            update={
                "place": place(f"{name.decode()} {n}"),
                "posted_at": POSTED_AT + timedelta(hours=n),
            }
        )
        await catalogue.items.put(replace(content, described=described))


async def ask(finder: DuplicateFinder, cursor: str | None = None) -> DuplicatesPage:
    """A page of one group."""
    return await finder.page("lib", DuplicatesRequest(channel_ids=["c"], cursor=cursor, limit=1))


def names(page: DuplicatesPage) -> list[str]:
    """What the groups of a page show."""
    return [group.item.place.message_id.split()[0] for group in page.groups]


async def test_turning_pages_does_not_go_through_everything_again(
    catalogue: Catalogue, index: VectorIndex
) -> None:
    """In a large library each page would take as long as the first."""
    for name, times in ((b"a", 4), (b"b", 3), (b"c", 2)):
        await post(catalogue, name, times)
    counting = Counting(catalogue)
    finder = DuplicateFinder(counting, index)
    first = await ask(finder)
    second = await ask(finder, first.next_cursor)
    third = await ask(finder, second.next_cursor)
    assert [names(page) for page in (first, second, third)] == [["a"], ["b"], ["c"]]
    assert third.next_cursor is None
    assert counting.walks == 1


async def test_a_cursor_outlives_the_list_that_it_came_from(
    catalogue: Catalogue, index: VectorIndex
) -> None:
    """After a restart, or a new post, the next page would repeat or lose groups."""
    for name, times in ((b"a", 4), (b"b", 3), (b"c", 2)):
        await post(catalogue, name, times)
    first = await ask(DuplicateFinder(catalogue.duplicates, index))
    await post(catalogue, b"new", 9)
    following = await ask(DuplicateFinder(catalogue.duplicates, index), first.next_cursor)
    assert names(following) == ["b"]


async def test_a_first_page_shows_what_is_new_once_the_list_is_old(
    catalogue: Catalogue, index: VectorIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody who asks again would be shown yesterday's reposts."""
    monkeypatch.setattr(duplicate_finder, "KEPT_TIMES_AS_LONG", 0)
    finder = DuplicateFinder(catalogue.duplicates, index)
    assert (await ask(finder)).groups == []
    await post(catalogue, b"a", 2)
    assert names(await ask(finder)) == ["a"]


async def test_of_very_many_posts_the_first_are_named_and_all_counted(
    catalogue: Catalogue, index: VectorIndex
) -> None:
    """One running joke would make an answer of megabytes, or be counted short."""
    await post(catalogue, b"a", MAX_PLACES + 10)
    (group,) = (await ask(DuplicateFinder(catalogue.duplicates, index))).groups
    assert group.count == MAX_PLACES + 10
    assert [post.posted_at for post in group.posts] == [
        POSTED_AT + timedelta(hours=n) for n in range(MAX_PLACES)
    ]


async def test_what_is_left_alone_is_no_duplicate(catalogue: Catalogue, index: VectorIndex) -> None:
    """A picture whose copy was deleted a moment ago would be shown as posted once."""
    await post(catalogue, b"a", 2)
    finder = DuplicateFinder(catalogue.duplicates, index)
    assert names(await ask(finder)) == ["a"]
    await catalogue.items.forget(ForgetRequest(library_id="lib", message_id="a 0"), limit=9)
    assert (await ask(finder)).groups == []


async def test_only_so_many_lists_are_kept(catalogue: Catalogue, index: VectorIndex) -> None:
    """Memory would grow with every asker who sees other channels."""
    counting = Counting(catalogue)
    finder = DuplicateFinder(counting, index)
    await post(catalogue, b"a", 2)
    first = (await ask(finder)).groups
    for n in range(duplicate_finder.MOST_KEPT_LISTS):
        await finder.page("lib", DuplicatesRequest(channel_ids=[f"other {n}"]))
    walks = counting.walks
    assert (await ask(finder)).groups == first
    assert counting.walks == walks + 1
