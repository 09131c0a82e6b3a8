"""Text to passages of a length that sentence encoders read whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cache

from semantic_text_splitter import MarkdownSplitter, TextSplitter

from engine.extraction.characters import cleaned, has_visible
from engine.passages import Passage
from engine.schemas import PassageLocation

PASSAGE_CHARS = 800
"""all-MiniLM-L6-v2 reads 256 tokens and drops the rest; a token is 3 to 5 Latin characters."""

DENSE_PASSAGE_CHARS = 240
"""The same for all other scripts, whose words its vocabulary spells in one token a character."""

OVERLAP_SHARE = 0.1
"""Of a passage that the next one repeats, so that a sentence at the seam is whole in one."""

LAST_LATIN = "\u024f"
DENSE_SHARE = 0.25
"""Of a text that is in other scripts than Latin, from which on it counts as dense."""

STRETCH_CHARS = 10_000
"""Cut into passages at once: for text without a gap, splitting takes the square of its length."""


class Prose(Enum):
    """What the splitter knows of a text's structure."""

    PLAIN = "plain"
    MARKDOWN = "markdown"
    INDENTED = "indented"
    """Spaces at the start of lines mean something."""


@dataclass(frozen=True)
class Section:
    """Text of a document under one heading, or on one page.

    Attributes:
        heading: the headings above it, outermost first: "Setup › Network".
        page: of a PDF, from 1.
        line: of the file, from 1, where the text begins; None where lines mean nothing.
    """

    text: str
    heading: str = ""
    page: int | None = None
    line: int | None = None
    prose: Prose = Prose.PLAIN


def split_text(text: str) -> list[Passage]:
    """A chat message's passages: itself when it is short, none when nobody could see it."""
    if len(text) <= _passage_chars(text):
        return [Passage(text)] if has_visible(text) else []
    return list(passages_of(Section(cleaned(text))))


def passages_of(section: Section) -> Iterator[Passage]:
    """The passages of a section, with the place of each."""
    splitter = _splitter(section.prose, _passage_chars(section.text))
    line = section.line
    counted = 0
    for offset, chunk in _chunks(section.text, splitter):
        text = chunk.strip("\n").rstrip()
        if not has_visible(text):
            continue
        start = offset + len(chunk) - len(chunk.lstrip("\n"))
        if line is not None:  # an overlap steps back by less than was counted before
            line += section.text.count("\n", counted, start)
            line -= section.text.count("\n", start, counted)
        counted = start
        yield Passage(text, PassageLocation(heading=section.heading, page=section.page, line=line))


def _passage_chars(text: str) -> int:
    dense = sum(character > LAST_LATIN and character.isalnum() for character in text)
    return DENSE_PASSAGE_CHARS if dense > len(text) * DENSE_SHARE else PASSAGE_CHARS


@cache
def _splitter(prose: Prose, passage_chars: int) -> Callable[[str], list[tuple[int, str]]]:
    overlap = int(passage_chars * OVERLAP_SHARE)
    if prose is Prose.MARKDOWN:
        return MarkdownSplitter(passage_chars, overlap).chunk_indices
    return TextSplitter(passage_chars, overlap, prose is not Prose.INDENTED).chunk_indices


def _chunks(
    text: str, splitter: Callable[[str], list[tuple[int, str]]]
) -> Iterator[tuple[int, str]]:
    start = 0
    while start < len(text):
        end = _stretch_end(text, start)
        for offset, chunk in splitter(text[start:end]):
            yield start + offset, chunk
        start = end


def _stretch_end(text: str, start: int) -> int:
    """Where a stretch ends: after the last paragraph, line or word that it holds whole."""
    limit = start + STRETCH_CHARS
    if limit >= len(text):
        return len(text)
    for gap in ("\n\n", "\n", " "):
        end = text.rfind(gap, start, limit)
        if end > start:
            return end + len(gap)
    return limit
