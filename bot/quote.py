"""A passage as a quotation: cut to size around what matches, which is set in bold."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

Span = tuple[int, int]

BEFORE_MARK_CHARS = 80  # what is quoted before the first mark, so that it can be understood
LINK = re.compile(r"https?://[^\s<>\\*|~`\[\]()]+")
# Discord's backslash works before any character that is neither letter, digit nor space.
MARKDOWN = re.compile(rf"(?P<link>{LINK.pattern})|(?P<special>[\\*_~|`<>\[\]]|^[#-])")


def quote(passage: str, marks: Sequence[Span] = (), *, most_chars: int) -> str:
    """A quotation of one paragraph; nothing in the passage is taken for markdown.

    Args:
        passage: the text.
        marks: spans of it to set in bold; overlapping and out of bounds are fine.
        most_chars: most characters of the passage that are quoted.
    """
    bold = _without_overlaps(_around_links(passage, span) for span in marks)
    start, end = _window(passage, bold, most_chars)
    pieces: list[str] = []
    at = start
    for first, last in [(max(a, start), min(b, end)) for a, b in bold if b > start and a < end]:
        pieces += [escape(passage[at:first]), _bold(passage[first:last])]
        at = last
    pieces.append(escape(passage[at:end]))
    quoted = " ".join("".join(pieces).split())
    before, after = "…" if start > 0 else "", "…" if end < len(passage.rstrip()) else ""
    return f"> {before}{quoted}{after}"


def escape(text: str) -> str:
    """Text that Discord shows as it is; links stay links."""
    return MARKDOWN.sub(lambda found: found["link"] or f"\\{found['special']}", text)


def shortened(text: str, most_chars: int) -> str:
    """A text on one line, its end cut off where it is too long."""
    one_line = " ".join(text.split())
    return one_line if len(one_line) <= most_chars else f"{one_line[: most_chars - 1]}…"


def _bold(text: str) -> str:
    """Bold that works: next to a space inside, the stars would be shown as stars."""
    inner = text.strip()
    if not inner:
        return text
    head, tail = text[: text.index(inner)], text[text.index(inner) + len(inner) :]
    return f"{head}**{escape(inner)}**{tail}"


def _around_links(passage: str, span: Span) -> Span:
    """The span, within the passage, grown over links it would cut in two."""
    start, end = max(0, span[0]), min(len(passage), span[1])
    for link in LINK.finditer(passage):
        if link.start() < end and start < link.end():
            start, end = min(start, link.start()), max(end, link.end())
    return start, end


def _without_overlaps(spans: Iterable[Span]) -> list[Span]:
    """The spans in order, with those that touch put together."""
    merged: list[Span] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _window(passage: str, bold: Sequence[Span], most_chars: int) -> Span:
    """The stretch of the passage to quote: with the first mark in it, from and to whole words."""
    if len(passage) <= most_chars:
        return 0, len(passage)
    start = 0
    if bold and bold[0][1] > most_chars:
        start = max(0, min(bold[0][0] - BEFORE_MARK_CHARS, len(passage) - most_chars))
        start = passage.find(" ", start, start + BEFORE_MARK_CHARS // 2) + 1 or start
    end = min(start + most_chars, len(passage))
    if end < len(passage):
        end = max(passage.rfind(" ", end - BEFORE_MARK_CHARS // 2, end), 0) or end
    return start, end
