"""PDF: the text of each page, under the bookmark that the page stands in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from itertools import islice

import pypdfium2  # type: ignore[import-untyped]
from pypdfium2 import raw

from engine.errors import LimitExceeded, UnreadableDocument
from engine.extraction.characters import cleaned
from engine.extraction.limits import ReadingLimits
from engine.extraction.outline import MAX_HEADING_CHARS, path
from engine.extraction.splitting import Section

LOCKED = {raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY}
HYPHENATED = re.compile("[\ufffe\x02]\\s*")
"""What pdfium gives for a hyphen that a line break put into a word."""

MAX_BOOKMARKS = 10_000


def pdf_sections(data: bytes, limits: ReadingLimits) -> Iterator[Section]:
    """The text of each page.

    Raises:
        UnreadableDocument: broken, or protected by a password.
        LimitExceeded: too many pages.
    """
    with closing(_opened(data)) as document:
        if len(document) > limits.max_pages:
            raise LimitExceeded(
                f"The PDF has {len(document)} pages; at most {limits.max_pages} are read. "
                "Send the part that matters."
            )
        headings = _headings(document)
        heading = ""
        for index in range(len(document)):
            heading = headings.get(index, heading)
            yield Section(_text(document, index), heading, page=index + 1)


def _opened(data: bytes) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if error.err_code in LOCKED:
            raise UnreadableDocument(
                "The PDF is protected by a password; save it without one and send it again."
            ) from error
        raise UnreadableDocument(
            "The PDF is damaged; open it in a PDF viewer, save it anew and send it again."
        ) from error


def _text(document: pypdfium2.PdfDocument, index: int) -> str:
    """A page's text; empty for a page that is broken, as the others may be whole."""
    try:
        with closing(document[index]) as page, closing(page.get_textpage()) as text_page:
            return cleaned(HYPHENATED.sub("", text_page.get_text_bounded()))
    except pypdfium2.PdfiumError:
        return ""


def _headings(document: pypdfium2.PdfDocument) -> dict[int, str]:
    """The heading path from the first bookmark on a page, by the page's index."""
    titles: list[str] = []
    headings: dict[int, str] = {}
    for bookmark in islice(document.get_toc(), MAX_BOOKMARKS):
        title = cleaned(bookmark.get_title()).strip()[:MAX_HEADING_CHARS]
        titles[bookmark.level :] = [title]
        target = bookmark.get_dest()
        index = target.get_index() if target else None
        if index is not None:
            headings.setdefault(index, path(filter(None, titles)))
    return headings
