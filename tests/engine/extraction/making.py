"""Documents as people send them, made by the libraries that make them, or byte by byte."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import docx
from docx.document import Document

from engine.extraction import ReadingLimits

MEGABYTE = 1_000_000
LIMITS = ReadingLimits(
    max_pages=2_000, max_chars=5_000_000, max_passages=10_000, max_memory_bytes=1024 * MEGABYTE
)
LOCK = b"<< /Filter /Standard /V 1 /R 2 /P -4 /O <" + b"28" * 32 + b"> /U <" + b"5e" * 32 + b"> >>"
"""An encryption dictionary of PDF, of which no password is known."""


def pdf(
    pages: Sequence[Iterable[str]],
    bookmarks: Sequence[tuple[str, int]] = (),
    *,
    locked: bool = False,
) -> bytes:
    """A PDF with lines of text on its pages.

    Args:
        pages: the lines of each.
        bookmarks: titles, each with the index of the page it points to.
        locked: whether it asks for a password.
    """
    first_page, outline = 4, 4 + 2 * len(pages)
    kids = " ".join(f"{first_page + 2 * n} 0 R" for n in range(len(pages)))
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R /Outlines {outline} 0 R >>".encode(),
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for n, lines in enumerate(pages):
        shown = " ".join(f"({line}) Tj 0 -14 Td" for line in lines)
        drawing = f"BT /F1 12 Tf 72 720 Td {shown} ET".encode("cp1252")
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {5 + 2 * n} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>".encode()
        )
        objects.append(b"<< /Length %d >>\nstream\n%b\nendstream" % (len(drawing), drawing))
    last = outline + len(bookmarks)
    objects.append(f"<< /First {outline + 1} 0 R /Last {last} 0 R >>".encode())
    for n, (title, page) in enumerate(bookmarks, outline + 1):
        following = f"/Next {n + 1} 0 R" if n < last else ""
        target = f"[{first_page + 2 * page} 0 R /XYZ 0 792 0]"
        objects.append(
            f"<< /Title ({title}) /Parent {outline} 0 R /Dest {target} {following} >>".encode()
        )
    return _assembled(objects, b"/ID [<aa> <aa>] /Encrypt " + LOCK if locked else b"")


def _assembled(objects: Sequence[bytes], trailer: bytes) -> bytes:
    data = b"%PDF-1.4\n"
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(data))
        data += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    return data + (
        b"xref\n0 %d\n0000000000 65535 f \n%btrailer\n<< /Size %d /Root 1 0 R %b >>\n"
        b"startxref\n%d\n%%%%EOF" % (size, table, size, trailer, len(data))
    )


def saved(document: Document) -> bytes:
    """A Word document as a file's bytes."""
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def word(*blocks: str | tuple[int, str]) -> bytes:
    """A Word document of paragraphs and, as tuples, headings with their level."""
    document = docx.Document()
    for block in blocks:
        if isinstance(block, str):
            document.add_paragraph(block)
        else:
            level, title = block
            document.add_heading(title, level)
    return saved(document)


def word_with(document_xml: bytes) -> bytes:
    """A Word document whose main part is exactly this."""
    file = BytesIO()
    with ZipFile(BytesIO(word("text"))) as whole, ZipFile(file, "w", ZIP_DEFLATED) as changed:
        for name in whole.namelist():
            is_main = name == "word/document.xml"
            changed.writestr(name, document_xml if is_main else whole.read(name))
    return file.getvalue()
