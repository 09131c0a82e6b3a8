"""What of a passage is quoted, and which words are marked in it."""

from engine.search.excerpts import MAX_EXCERPT_CHARS, Excerpt, Excerpter
from engine.vectors.sparse import Bm25Encoder


def excerpt(words: str, text: str) -> Excerpt:
    """The quotation that answers some words."""
    return Excerpter(words, Bm25Encoder().query_vector).excerpt(text)


def marked(quoted: Excerpt) -> list[str]:
    """The words that are marked."""
    return [quoted.text[start:end] for start, end in quoted.marks]


def test_other_forms_of_a_word_are_marked_and_stop_words_are_not() -> None:
    """The reader would look for the reason of a hit and see only "the" in bold."""
    quoted = excerpt("the deployment of servers", "The server was deployed: Café, the end.")
    assert marked(quoted) == ["server", "deployed"]


def test_a_long_text_is_quoted_around_the_answer() -> None:
    """A hit would be a wall of text, or quote its beginning while the answer stands elsewhere."""
    text = "lighthouse " * 100 + "the harbour is closed " + "lighthouse " * 100
    quoted = excerpt("harbour closing", text)
    assert marked(quoted) == ["harbour", "closed"]
    assert quoted.text.startswith("… lighthouse ")
    assert quoted.text.endswith("lighthouse …")
    assert len(quoted.text) <= MAX_EXCERPT_CHARS + 4


def test_without_an_answering_word_the_beginning_is_quoted_up_to_a_word() -> None:
    """A hit by meaning alone would be quoted from its middle, or end in half a word."""
    quoted = excerpt("", "lighthouse " * 100)
    assert quoted.text.startswith("lighthouse")
    assert quoted.text.endswith("lighthouse …")
    assert quoted.marks == []


def test_text_without_spaces_is_cut_all_the_same() -> None:
    """A passage in Chinese, or one endless word, would be quoted whole."""
    assert len(excerpt("", "海" * 5000).text) <= MAX_EXCERPT_CHARS + 4
