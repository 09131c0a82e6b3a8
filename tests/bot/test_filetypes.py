"""Files the engine can read are offered to it."""

from __future__ import annotations

from bot.filetypes import DOCUMENT_SUFFIXES, is_document_name, is_picture_name
from engine.extraction.kinds import KIND_OF_SUFFIX, PROMISED
from engine.schemas import PICTURE_SUFFIXES


def test_every_kind_of_document_the_engine_knows_is_remembered() -> None:
    """The engine would learn to read a kind of file, and no such file would ever reach it."""
    assert KIND_OF_SUFFIX.keys() | PROMISED.keys() <= DOCUMENT_SUFFIXES


def test_a_name_is_of_one_sort() -> None:
    """A file would count as a picture or a document, depending on who looks first."""
    assert not PICTURE_SUFFIXES & DOCUMENT_SUFFIXES
    assert is_picture_name("Holiday.JPG")
    assert is_document_name("Report.Final.PDF")
    assert not is_document_name("pdf")
