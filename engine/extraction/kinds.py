"""Which kind of document a file is: by its bytes, and by its name where they cannot tell."""

from __future__ import annotations

from enum import Enum
from io import BytesIO
from pathlib import PurePath
from zipfile import BadZipFile, ZipFile

from engine.errors import UnreadableDocument

PDF_STARTS_WITHIN_BYTES = 1024
"""Readers allow this much in front of the header (PDF 1.7, appendix H.3, note 13)."""

ZIP_MAGIC = b"PK\x03\x04"
COMPOUND_FILE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
WORD_PART = "word/document.xml"
WEBPAGE_STARTS = (b"<!doctype html", b"<html")


class DocumentKind(Enum):
    """A way to read a file."""

    PDF = "PDF"
    WORD = "Word document"
    WEBPAGE = "HTML page"
    MARKDOWN = "Markdown file"
    TABLE = "CSV table"
    PROGRAM = "program"
    TEXT = "text file"


SUFFIXES = {
    DocumentKind.WEBPAGE: "html htm xhtml",
    DocumentKind.MARKDOWN: "md markdown mdown mkd",
    DocumentKind.TABLE: "csv tsv",
    DocumentKind.PROGRAM: "py pyi js mjs cjs jsx ts tsx java kt kts scala c h cc cpp cxx hpp cs go "
    "rs rb php swift m mm lua pl pm sh bash zsh ps1 r jl dart ex exs erl hs clj sql vb gd zig",
}
KIND_OF_SUFFIX = {
    f".{suffix}": kind for kind, suffixes in SUFFIXES.items() for suffix in suffixes.split()
}
PROMISED = {".pdf": DocumentKind.PDF, ".docx": DocumentKind.WORD}
"""Names whose files cannot be text; when their bytes say nothing else, they are broken."""


def kind_of(data: bytes, filename: str) -> DocumentKind:
    """The kind of a document; text without a telling name is a text file.

    Raises:
        UnreadableDocument: of a kind that cannot be read, or not what its name says.
    """
    suffix = PurePath(filename).suffix.lower()
    if b"%PDF-" in data[:PDF_STARTS_WITHIN_BYTES]:
        return DocumentKind.PDF
    if data.startswith(ZIP_MAGIC):
        return _kind_of_zip(data)
    if data.startswith(COMPOUND_FILE_MAGIC):
        raise UnreadableDocument(
            "This is a file of an old Office version, or one protected by a password; save it as "
            ".docx without a password, or as PDF."
        )
    if data.startswith(rb"{\rtf"):
        raise UnreadableDocument("RTF files cannot be read; save it as .docx or PDF.")
    if suffix in PROMISED:
        raise UnreadableDocument(
            f"This is no {PROMISED[suffix].value}, whatever the file's name says, or it is cut off "
            "at the start; save it anew and send it again."
        )
    if data[:PDF_STARTS_WITHIN_BYTES].lstrip().lower().startswith(WEBPAGE_STARTS):
        return DocumentKind.WEBPAGE
    return KIND_OF_SUFFIX.get(suffix, DocumentKind.TEXT)


def _kind_of_zip(data: bytes) -> DocumentKind:
    try:
        with ZipFile(BytesIO(data)) as archive:
            names = archive.namelist()
    except BadZipFile as error:
        raise UnreadableDocument(
            "The file is incomplete or damaged; save it anew and send it again."
        ) from error
    if WORD_PART in names:
        return DocumentKind.WORD
    raise UnreadableDocument(
        "This is a packed file that is no Word document; of packed files only .docx can be read."
    )
