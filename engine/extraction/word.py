"""Word (.docx): paragraphs under their headings, tables row by row."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from itertools import groupby
from zipfile import BadZipFile, ZipFile

import docx
from docx.document import Document
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement

from engine.errors import LimitExceeded, UnreadableDocument
from engine.extraction.characters import cleaned
from engine.extraction.limits import ReadingLimits
from engine.extraction.outline import Block, sections_of
from engine.extraction.splitting import Section

MAX_PARTS = 10_000
MAX_RATIO = 200
"""Word's own files unpack to some 10 times their size, tables of one number to 100 times."""

RATIO_MATTERS_BYTES = 16 * 1024 * 1024
PARAGRAPH, ROW, TEXT = qn("w:p"), qn("w:tr"), qn("w:t")
OLDER_COPY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
"""What programs show that cannot draw what stands before it: the same text again."""

WRITTEN = {qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
HEADING_STYLE = re.compile(r"heading (\d)$", re.IGNORECASE)


def word_sections(data: bytes, limits: ReadingLimits) -> Iterator[Section]:
    """The text under each heading.

    Raises:
        UnreadableDocument: no Word document, or a broken one.
        LimitExceeded: it unpacks to more than there is room for.
    """
    check_unpacked_size(data, limits.max_memory_bytes)
    document = docx.Document(BytesIO(data))
    return sections_of(_blocks(document))


def check_unpacked_size(data: bytes, max_bytes: int) -> None:
    """Refuses a zip bomb by its directory, before anything is unpacked.

    A directory that lies changes nothing: zipfile unpacks no more of a part than it says there.

    Raises:
        UnreadableDocument: no zip file.
        LimitExceeded: a bomb.
    """
    try:
        with ZipFile(BytesIO(data)) as archive:
            parts = archive.infolist()
    except BadZipFile as error:
        raise UnreadableDocument(
            "The Word document is damaged; open it in Word, save it anew and send it again."
        ) from error
    unpacked = sum(part.file_size for part in parts)
    is_bomb = unpacked > RATIO_MATTERS_BYTES and unpacked > MAX_RATIO * len(data)
    if is_bomb or unpacked > max_bytes or len(parts) > MAX_PARTS:
        raise LimitExceeded(
            f"The Word document unpacks to {unpacked / 1e6:.0f} MB in {len(parts)} parts, which "
            "is more than is read. Send a smaller one, or a PDF of it."
        )


def _blocks(document: Document) -> Iterator[Block]:
    """All paragraphs in the file's order, of text boxes, forms and tables too; a row is one."""
    levels = _heading_levels(document)
    paragraphs = document.element.body.iter(PARAGRAPH)
    shown = (p for p in paragraphs if next(p.iterancestors(OLDER_COPY), None) is None)
    for row, group in groupby(shown, lambda p: next(p.iterancestors(ROW), None)):
        if row is None:
            yield from (Block(_text(p), levels.get(p.style or "", 0)) for p in group)
        else:
            yield Block(" | ".join(filter(None, map(_text, group))))


def _heading_levels(document: Document) -> dict[str, int]:
    """The level of each style that makes a heading, by the style's id."""
    levels = {}
    for style in document.styles:
        based_on = getattr(style, "base_style", None)
        names = (style.name or "", based_on.name if based_on is not None else "")
        for name in names:
            match = HEADING_STYLE.match(name or "")
            if match or name == "Title":
                levels[style.style_id] = int(match[1]) + 1 if match else 1
                break
    return levels


def _text(paragraph: BaseOxmlElement) -> str:
    """A paragraph's text as it reads with all changes accepted, without text boxes in it."""
    own = (
        element
        for element in paragraph.iter(TEXT, *WRITTEN)
        if next(element.iterancestors(PARAGRAPH)) is paragraph
    )
    return cleaned("".join(WRITTEN.get(str(e.tag)) or e.text or "" for e in own)).strip()
