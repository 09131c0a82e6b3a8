"""Word documents give what a reader sees, and no bomb gets unpacked."""

import struct
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import docx
import pytest

from engine.errors import LimitExceeded, UnreadableDocument
from engine.extraction import read_document
from tests.engine.extraction.making import LIMITS, saved, word, word_with

NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
)


def with_body(body: str) -> bytes:
    """A Word document of this markup."""
    return word_with(f"<w:document {NAMESPACES}><w:body>{body}</w:body></w:document>".encode())


def texts(data: bytes) -> list[str]:
    """The passages' texts."""
    return [passage.text for passage in read_document(data, "a.docx", LIMITS)]


def test_text_is_under_its_headings() -> None:
    """A hit in a long manual would not say where it stands."""
    data = word((0, "Manual"), (1, "Setup"), "Plug it in.", (2, "Network"), "Use a cable.")
    passages = read_document(data, "manual.docx", LIMITS)
    assert [(p.location.heading, p.text) for p in passages] == [
        ("Manual › Setup", "Plug it in."),
        ("Manual › Setup › Network", "Use a cable."),
    ]


def test_tables_are_read_row_by_row() -> None:
    """Price lists, which are mostly table, would not be found."""
    document = docx.Document()
    table = document.add_table(2, 2)
    for cell, text in zip(table._cells, ["Part", "Price", "Bolt", "3 €"], strict=True):
        cell.text = text
    assert texts(saved(document)) == ["Part | Price\n\nBolt | 3 €"]


def test_what_stands_in_forms_and_boxes_is_read_once() -> None:
    """Templates, whose text stands in form fields, would be empty; text boxes would come twice."""
    box = "<w:txbxContent><w:p><w:r><w:t>In a box</w:t></w:r></w:p></w:txbxContent>"
    data = with_body(
        "<w:sdt><w:sdtContent><w:p><w:r><w:t>In a form</w:t></w:r></w:p></w:sdtContent></w:sdt>"
        f"<w:p><w:r><w:t>Around</w:t></w:r><mc:AlternateContent><mc:Choice>{box}</mc:Choice>"
        f"<mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:p>"
    )
    assert texts(data) == ["In a form\n\nAround\n\nIn a box"]


def test_tracked_changes_are_read_as_accepted() -> None:
    """What a reviewer struck out would be quoted, and what they added would be missing."""
    data = with_body(
        "<w:p><w:r><w:t>We meet on </w:t></w:r><w:del><w:r><w:delText>Monday</w:delText></w:r>"
        "</w:del><w:ins><w:r><w:t>Friday</w:t></w:r></w:ins></w:p>"
    )
    assert texts(data) == ["We meet on Friday"]


def test_bombs_are_refused_by_their_directory() -> None:
    """Some kilobytes would fill the memory of the machine."""
    bomb = word_with(b" " * 40_000_000)
    assert len(bomb) < 200_000
    with pytest.raises(LimitExceeded, match=r"unpacks to 4[01] MB"):
        read_document(bomb, "bomb.docx", LIMITS)


def test_bombs_that_lie_about_their_size_stay_small() -> None:
    """A false directory would get a bomb past the check."""
    bomb = bytearray(word_with(b" " * 40_000_000))
    size = struct.pack("<I", 40_000_000)
    while (place := bomb.find(size)) >= 0:
        bomb[place : place + 4] = struct.pack("<I", 1_000)
    with pytest.raises(UnreadableDocument, match="damaged"):
        read_document(bytes(bomb), "bomb.docx", LIMITS)


def test_many_parts_are_refused() -> None:
    """Opening a file of countless empty parts would take minutes."""
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", "")
        for number in range(10_001):
            archive.writestr(str(number), "")
    with pytest.raises(LimitExceeded, match="10002 parts"):
        read_document(file.getvalue(), "parts.docx", LIMITS)


def test_entities_are_not_expanded() -> None:
    """A few lines of XML would grow to gigabytes, or bring in files of the server."""
    laughs = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
    xml = (
        f'<!DOCTYPE d [<!ENTITY l0 "ha"><!ENTITY file SYSTEM "file:///etc/passwd">{laughs}]>'
        f"<w:document {NAMESPACES}><w:body><w:p><w:r><w:t>text &l9; &file;</w:t></w:r></w:p>"
        "</w:body></w:document>"
    )
    try:
        read = texts(word_with(xml.encode()))
    except UnreadableDocument:
        return
    assert read == ["text"]


@pytest.mark.parametrize("data", [b"PK\x03\x04 cut off", b"just some text", word("x")[:900]])
def test_what_is_no_word_document_is_refused(data: bytes) -> None:
    """A renamed or half-sent file would show people a stack trace."""
    with pytest.raises(UnreadableDocument, match=r"no Word document|damaged"):
        read_document(data, "letter.docx", LIMITS)


def test_empty_document_has_no_text() -> None:
    """A blank page would seem to be remembered."""
    with pytest.raises(UnreadableDocument, match="no text in this Word document"):
        read_document(word(""), "blank.docx", LIMITS)
