"""The part of a passage to quote, and the words in it that answer the query."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from qdrant_client import models

MAX_EXCERPT_CHARS = 300
LEAD_CHARS = 80
"""How much is quoted before the first word that answers, when a passage is cut."""

_WORD = re.compile(r"\w+")

Span = tuple[int, int]


@dataclass(frozen=True)
class Excerpt:
    """A quotation.

    Attributes:
        marks: spans of `text`, in characters, whose words answer the query.
    """

    text: str
    marks: list[Span]


class Excerpter:
    """Quotes passages for one query; its words are told as the BM25 index tells them.

    Args:
        words: the wanted words.
        sparse_query: turns words into the terms of the index: stemmed, accents folded, without
            stop words.
    """

    def __init__(self, words: str, sparse_query: Callable[[str], models.SparseVector]) -> None:
        self._sparse_query = sparse_query
        self._terms = set(sparse_query(words).indices) if words else set()
        self._known: dict[str, bool] = {}

    def excerpt(self, text: str) -> Excerpt:
        """The whole text when it is short, else the stretch around its first answering word."""
        marks = self._marks(text)
        if len(text) <= MAX_EXCERPT_CHARS:
            return Excerpt(text, marks)
        start = _word_start(text, marks[0][0] - LEAD_CHARS) if marks else 0
        end = _word_end(text, start + MAX_EXCERPT_CHARS)
        opening, closing = "… " if start else "", " …" if end < len(text) else ""
        shift = len(opening) - start
        return Excerpt(
            f"{opening}{text[start:end]}{closing}",
            [(left + shift, right + shift) for left, right in marks if right <= end],
        )

    def _marks(self, text: str) -> list[Span]:
        if not self._terms:
            return []
        return [word.span() for word in _WORD.finditer(text) if self._answers(word[0].casefold())]

    def _answers(self, word: str) -> bool:
        if word not in self._known:
            self._known[word] = not self._terms.isdisjoint(self._sparse_query(word).indices)
        return self._known[word]


def _word_start(text: str, near: int) -> int:
    """The start of the first word at or behind a position; 0 when that is before the text."""
    if near <= 0:
        return 0
    space = text.find(" ", near)
    return near if space < 0 else space + 1


def _word_end(text: str, near: int) -> int:
    """The end of the last word before a position."""
    if near >= len(text):
        return len(text)
    space = text.rfind(" ", 0, near)
    return near if space < near - MAX_EXCERPT_CHARS // 2 else space
