"""What counts as a word where texts are taken as words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

WORD = r"\w+|[^\w\s]+"
"""A run of letters or of other signs, so that a text of emoji has words, too."""

_WORDS = re.compile(WORD)


def words_of(text: str) -> list[str]:
    """The words of a text, in lower case."""
    return _WORDS.findall(text.casefold())


def frequencies_of(texts: Iterable[str]) -> Counter[str]:
    """How often each word occurs."""
    return Counter(word for text in texts for word in words_of(text))
