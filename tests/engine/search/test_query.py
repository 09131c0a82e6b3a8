"""What a search may contain, and how its parts become one vector."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import InvalidQuery, LimitExceeded
from engine.schemas import ItemKind, QueryPart, SearchRequest
from engine.search.query import QueryLimits, ResolvedPart, check, compose, wanted_kinds

LIMITS = QueryLimits(max_parts=3, max_chars=20)


def request(*parts: QueryPart) -> SearchRequest:
    """A search in one channel."""
    return SearchRequest(library_id="l", channel_ids=["c"], parts=list(parts))


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        ([QueryPart(text="   ")], "type some words"),
        ([QueryPart(text="cat", item_id="x")], "one of text, upload and item_id"),
        ([QueryPart()], "one of text, upload and item_id"),
        ([QueryPart(text="cat", weight=-1)], "not only what to leave out"),
        ([QueryPart(upload=1)], "names picture 1, but 1 came"),
    ],
)
def test_unanswerable_searches_are_refused_in_words(parts: list[QueryPart], sentence: str) -> None:
    """A person would get an empty answer without learning what was wrong with the question."""
    with pytest.raises(InvalidQuery, match=sentence):
        check(request(*parts), uploads=1, limits=LIMITS)


@pytest.mark.parametrize("parts", [[QueryPart(text="x" * 21)], [QueryPart(text="x")] * 4])
def test_oversized_searches_name_the_limit(parts: list[QueryPart]) -> None:
    """A pasted novel would reach the encoder, and nobody would know how much is too much."""
    with pytest.raises(LimitExceeded, match="at most"):
        check(request(*parts), uploads=0, limits=LIMITS)


def test_a_picture_asks_for_pictures_unless_kinds_are_named() -> None:
    """A search "like this but at night" would list chat messages about the night."""
    photo = ResolvedPart(1.0, pixels=np.zeros((2, 2, 3), np.uint8))
    words = ResolvedPart(1.0, text="at night")
    plain = request(QueryPart(upload=0), QueryPart(text="at night"))
    assert wanted_kinds(plain, [photo, words]) == {ItemKind.IMAGE}
    assert wanted_kinds(plain, [words]) == {ItemKind.IMAGE, ItemKind.TEXT}
    named = plain.model_copy(update={"kinds": [ItemKind.TEXT]})
    assert wanted_kinds(named, [photo, words]) == {ItemKind.TEXT}


@given(st.lists(st.floats(0.1, 5), min_size=1, max_size=5))
def test_a_composed_query_is_a_unit_vector_near_its_heaviest_part(weights: list[float]) -> None:
    """Scores would leave the cosine's range, and weights would not mean what they say."""
    features = np.eye(6, dtype=np.float32)[: len(weights)]
    q = compose(features, weights)
    assert np.linalg.norm(q) == pytest.approx(1, abs=1e-5)
    assert features[int(np.argmax(weights))] @ q == pytest.approx(float((features @ q).max()))


def test_a_negative_part_moves_the_query_away() -> None:
    """`not:` would have no effect, or the opposite one."""
    cat, night = np.eye(2, dtype=np.float32)
    both = np.stack([cat, night])
    assert compose(both, [1.0, -0.5]) @ night < 0 < compose(both, [1.0, 0.5]) @ night


def test_parts_that_cancel_out_are_refused() -> None:
    """A division by zero would fill the answer with meaningless scores."""
    same = np.ones((2, 1), dtype=np.float32)
    with pytest.raises(InvalidQuery, match="cancel"):
        compose(same, [1.0, -1.0])
