"""Texts as BM25 vectors."""

import math

import pytest

from engine.vectors.sparse import AVG_LENGTH, K1, B, Bm25Encoder


def _overlap(query: str, document: str) -> float:
    encoder = Bm25Encoder()
    asked = encoder.query_vector(query)
    (stored,) = encoder.document_vectors([document])
    weights = dict(zip(stored.indices, stored.values, strict=True))
    return sum(weights.get(index, 0.0) for index in asked.indices)


@pytest.mark.parametrize(
    ("query", "document"),
    [
        ("running shoes", "She runs in new shoe colours"),
        ("CAFE", "we met at the café"),
        ("cafe\u0301", "we met at the café"),
        ("ﬁle", "the file is gone"),
        ("电影", "我喜欢看电影"),
        ("привет", "Привет, мир"),
    ],
)
def test_words_are_found_whatever_their_form(query: str, document: str) -> None:
    """A person would not find a message that spells a word with other case, accent or ending."""
    assert _overlap(query, document) > 0


def test_unrelated_texts_share_no_term() -> None:
    """Every message would match every query by words."""
    assert _overlap("lighthouse at night", "the quick brown fox") == 0


def test_document_weights_follow_bm25() -> None:
    """Long messages would drown short ones, or repeated words would count without end."""
    (stored,) = Bm25Encoder().document_vectors(["lamp lamp lamp chair"])
    norm = K1 * (1 - B + B * 4 / AVG_LENGTH)
    expected = sorted(tf * (K1 + 1) / (tf + norm) for tf in (1, 3))
    assert sorted(stored.values) == pytest.approx(expected, rel=1e-6)


def test_stop_words_alone_leave_an_empty_query() -> None:
    """A query of stop words would match nearly every message."""
    assert Bm25Encoder().query_vector("to be or not to be").indices == []


def test_broken_unicode_is_encoded_all_the_same() -> None:
    """One message with half an emoji would stop the indexing of its batch."""
    (stored,) = Bm25Encoder().document_vectors(["half an emoji \ud83d here"])
    assert all(math.isfinite(value) for value in stored.values)
    assert _overlap("emoji", "half an emoji \ud83d here") > 0
