"""Headings and the text below them to sections that know the way to themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from engine.extraction.characters import has_visible
from engine.extraction.splitting import Prose, Section

SEPARATOR = " › "
MAX_HEADING_CHARS = 120
"""A longer one is text in a heading's clothes, and would drown what it is put before."""


@dataclass(frozen=True)
class Block:
    """A paragraph, or a heading.

    Attributes:
        level: of a heading, 1 being the outermost; 0 is text.
        line: of the file, from 1, where lines mean something.
    """

    text: str
    level: int = 0
    line: int | None = None


def path(titles: Iterable[str]) -> str:
    """Headings as one, outermost first: "Setup › Network"."""
    return SEPARATOR.join(titles)


def sections_of(blocks: Iterable[Block], prose: Prose = Prose.PLAIN) -> Iterator[Section]:
    """The text between headings; a heading with nothing below it is text itself."""
    open_headings: list[Block] = []
    body: list[Block] = []
    for block in blocks:
        if not block.level or len(block.text) > MAX_HEADING_CHARS:
            body.append(block)
            continue
        if not has_visible(block.text):
            continue
        yield from _section(open_headings, body, prose, deeper=block.level)
        body = []
        while open_headings and open_headings[-1].level >= block.level:
            open_headings.pop()
        open_headings.append(block)
    yield from _section(open_headings, body, prose, deeper=0)


def _section(
    headings: list[Block], body: list[Block], prose: Prose, *, deeper: int
) -> Iterator[Section]:
    text = "\n\n".join(block.text for block in body)
    if has_visible(text):
        yield Section(text, path(h.text for h in headings), None, body[0].line, prose)
    elif headings and deeper <= headings[-1].level:
        last = headings[-1]
        yield Section(last.text, path(h.text for h in headings[:-1]), None, last.line, prose)
