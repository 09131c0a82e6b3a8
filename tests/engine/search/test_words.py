"""How much of a query stands in a text word by word."""

import pytest

from engine.search.words import TermRarity
from engine.vectors.sparse import Bm25Encoder

TERMS = Bm25Encoder()
TEXTS = ["The printer is out of paper", "printer ink", "a new printer", "Printer says E4711 again"]


def coverage(query: str, text: str) -> float:
    """Of the query by the text, among the texts above."""
    (document,) = TERMS.document_vectors([text])
    rarity = TermRarity(TERMS.document_vectors(TEXTS))
    return rarity.coverage(TERMS.query_vector(query), document)


def test_a_rare_word_counts_more_than_a_common_one() -> None:
    """A search for "printer E4711" would bring up every printer before the one with the error."""
    assert coverage("printer E4711", "E4711 once more") > coverage("printer E4711", "printer ink")


def test_coverage_lies_between_none_of_the_words_and_all_of_them() -> None:
    """The thresholds would not hold: nothing but a share can be added to a nearness."""
    assert coverage("printer E4711", "lunch is here") == 0
    assert 0.5 < coverage("printer E4711", TEXTS[3]) < 1
    assert coverage("printer", "printer printer printer printer") < 1


def test_a_query_of_stop_words_covers_nothing() -> None:
    """A search for "what is the" would divide by zero."""
    assert coverage("what is the", TEXTS[0]) == 0


def test_without_any_text_all_words_are_as_rare() -> None:
    """The first message of a library could not be found by its words."""
    (document,) = TERMS.document_vectors([TEXTS[3]])
    empty = TermRarity()
    assert empty.idf(1) == empty.idf(2)
    assert empty.coverage(TERMS.query_vector("E4711"), document) == pytest.approx(0.8, abs=0.2)
