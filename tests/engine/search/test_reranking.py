"""Where a re-ranker puts texts, and what it leaves alone."""

from collections.abc import Sequence

import numpy as np

from engine.encoders.ports import Scores
from engine.passages import Passage
from engine.schemas import PassageLocation
from engine.search.query import ResolvedPart
from engine.search.ranking import Candidate, Rows, candidates
from engine.search.reranking import MOST_RERANKED, question, reranked
from tests.engine.search.test_ranking import LIKELY, STRONG, WEAK, item, match


class Prefers:
    """A re-ranker that likes long texts, and remembers what it was asked."""

    def __init__(self) -> None:
        self.read: list[str] = []

    async def score(self, query: str, texts: Sequence[str]) -> Scores:
        """The length of each text."""
        self.read = list(texts)
        return np.array([len(text) for text in texts], dtype=np.float32)


def ids(order: Sequence[Candidate]) -> list[str]:
    """The items, in order."""
    return [candidate.item.item_id for candidate in order]


async def test_texts_change_places_and_pictures_keep_theirs() -> None:
    """A model that reads no pictures would push them to the end, or its best text be hidden."""
    items = {
        "short": item("short", text="yes"),
        "picture": item("picture"),
        "long": item("long", text="yes, on Monday at nine"),
    }
    found = [
        match("short", STRONG, passage=0),
        match("picture", LIKELY),
        match("long", WEAK, passage=0),
    ]
    best_first = candidates(found, Rows(items, {}, {}, {}))
    assert ids(best_first) == ["short", "picture", "long"]
    order = await reranked(best_first, "when?", Prefers())
    assert ids(order) == ["long", "picture", "short"]
    assert {each.item.item_id: each.band for each in order} == {
        each.item.item_id: each.band for each in best_first
    }


async def test_the_headings_of_a_passage_are_read_with_it() -> None:
    """An instruction would be judged without the chapter that says what it is for."""
    rows = Rows(
        {"manual": item("manual")},
        {("manual", 1): Passage("Hold the button.", PassageLocation(heading="Reset"))},
        {},
        {},
    )
    reranker = Prefers()
    await reranked(candidates([match("manual", STRONG, passage=1)], rows), "reset?", reranker)
    assert reranker.read == ["Reset\nHold the button."]


async def test_what_is_far_down_is_not_read() -> None:
    """A search for a hundred hits would keep the model busy for seconds."""
    items = {f"m{n}": item(f"m{n}", text="x" * (n + 1)) for n in range(MOST_RERANKED + 5)}
    found = [match(each, STRONG + 1 / (n + 1), passage=0) for n, each in enumerate(items)]
    best_first = candidates(found, Rows(items, {}, {}, {}))
    reranker = Prefers()
    order = await reranked(best_first, "?", reranker)
    assert len(reranker.read) == MOST_RERANKED
    assert ids(order[MOST_RERANKED:]) == ids(best_first[MOST_RERANKED:])


def test_only_a_query_that_is_one_text_can_be_asked() -> None:
    """What somebody does not want, or a picture, would be left out of the order unseen."""
    assert question([ResolvedPart(1.0, text="lunch")]) == "lunch"
    assert question([ResolvedPart(1.0, text="lunch"), ResolvedPart(-0.5, text="pizza")]) is None
    assert question([ResolvedPart(1.0, features=np.ones(4, np.float32))]) is None
