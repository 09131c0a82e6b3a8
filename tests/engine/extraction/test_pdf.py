"""PDFs give the text of each page with its number and bookmark, or one clear sentence."""

import time
from contextlib import suppress
from io import BytesIO

import pytest
from PIL import Image

from engine.errors import LimitExceeded, UnreadableDocument
from engine.extraction import read_document
from tests.engine.extraction.making import LIMITS, pdf


def test_pages_are_numbered_and_under_their_bookmarks() -> None:
    """A hit would name no page, or the wrong one, and a chapter's name would not find its pages."""
    pages = [["A cover"], ["Plug the cable in."], ["Wait for the light."], ["Call for help."]]
    passages = read_document(pdf(pages, [("Setup", 1), ("Trouble", 3)]), "manual.pdf", LIMITS)
    assert [(p.text, p.location.page, p.location.heading) for p in passages] == [
        ("A cover", 1, ""),
        ("Plug the cable in.", 2, "Setup"),
        ("Wait for the light.", 3, "Setup"),
        ("Call for help.", 4, "Trouble"),
    ]


def test_full_pages_are_split_within_the_page() -> None:
    """A page would be embedded as one blur, of which the model reads the first third."""
    line = "The reading of all meters is written down each evening before seven."
    passages = read_document(pdf([[line] * 40, ["The end"]]), "log.pdf", LIMITS)
    assert [p.location.page for p in passages] == [1, 1, 1, 1, 2]
    assert all("evening" in p.text for p in passages[:4])


def test_umlauts_and_lines() -> None:
    """Words with accents would be lost, and the text would read as one line."""
    (passage,) = read_document(pdf([["Größe: 3 µm", "à bientôt"]]), "x.pdf", LIMITS)
    assert passage.text == "Größe: 3 µm\nà bientôt"


def test_password_is_asked_to_be_taken_off() -> None:
    """Somebody would be told of damage where there is a lock."""
    with pytest.raises(UnreadableDocument, match="protected by a password"):
        read_document(pdf([["secret"]], locked=True), "secret.pdf", LIMITS)


def test_scans_say_that_they_hold_no_text() -> None:
    """A scanned contract would seem to be remembered and never be found."""
    file = BytesIO()
    Image.new("RGB", (200, 300), "white").save(file, "PDF")
    with pytest.raises(UnreadableDocument, match=r"no text in this PDF.*scanned.*OCR"):
        read_document(file.getvalue(), "scan.pdf", LIMITS)


def test_most_pages_that_are_read_take_seconds() -> None:
    """A handbook within the limit would be given up for its length."""
    pages = [[f"Chapter {n} is about number {n}."] for n in range(LIMITS.max_pages)]
    started = time.process_time()
    passages = read_document(pdf(pages), "handbook.pdf", LIMITS)
    assert [p.location.page for p in passages] == list(range(1, LIMITS.max_pages + 1))
    assert time.process_time() - started < 30


def test_more_pages_are_refused_before_any_is_read() -> None:
    """A telephone book would keep a worker busy and drown everything else."""
    with pytest.raises(LimitExceeded, match="2001 pages; at most 2000"):
        read_document(pdf([["x"]] * 2_001), "book.pdf", LIMITS)


@pytest.mark.parametrize("part", [0.02, 0.3, 0.9])
def test_broken_pdf_is_refused_or_read_but_never_fails_otherwise(part: float) -> None:
    """Half a download would show people a stack trace."""
    data = pdf([["Hello there"]] * 20)
    found: set[str] = set()
    with suppress(UnreadableDocument):  # pdfium finds whole pages again without their table
        half = read_document(data[: int(len(data) * part)], "half.pdf", LIMITS)
        found = {passage.text for passage in half}
    assert found <= {"Hello there"}


def test_loops_among_bookmarks_end() -> None:
    """A crafted table of contents would hold a worker until its time is up."""
    data = pdf([["Hello"]], [("One", 0), ("Two", 0)])
    looping = data.replace(b"/Next 8 0 R", b"/Next 7 0 R")
    assert looping != data
    (passage,) = read_document(looping, "loop.pdf", LIMITS)
    assert passage.location.heading == "One"
