"""Whatever is sent, reading ends within bounds and with a sentence."""

import multiprocessing
import resource
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import replace

import numpy as np
import pytest

from engine.errors import LimitExceeded, UnreadableDocument
from engine.extraction import read_document
from tests.engine.extraction.making import LIMITS, MEGABYTE, pdf, word

COMPOUND_FILE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500


@pytest.mark.parametrize(
    ("data", "filename", "sentence"),
    [
        (COMPOUND_FILE, "old.doc", "old Office version, or one protected by a password"),
        (COMPOUND_FILE, "locked.docx", "old Office version, or one protected by a password"),
        (rb"{\rtf1 hello}", "letter.rtf", "RTF files cannot be read"),
        (b"no pdf at all", "x.pdf", "no PDF, whatever the file's name says"),
        (b"PK\x03\x04" + b"\0" * 99, "x.zip", "incomplete or damaged"),
    ],
)
def test_other_kinds_say_what_to_do(data: bytes, filename: str, sentence: str) -> None:
    """People would not learn that saving in another format helps."""
    with pytest.raises(UnreadableDocument, match=sentence):
        read_document(data, filename, LIMITS)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (pdf([["Hello"]]), "Hello"),
        (word("Hello"), "Hello"),
        (b"<!DOCTYPE html><p>Hello</p>", "Hello"),
        (b"# Hello", "# Hello"),
    ],
)
def test_bytes_count_more_than_the_name(data: bytes, text: str) -> None:
    """A PDF that lost its name on the way would be refused or indexed as gibberish."""
    assert read_document(data, "unnamed", LIMITS)[0].text == text


def test_too_much_text_is_refused_not_cut() -> None:
    """The end of a long document would silently never be found."""
    limits = replace(LIMITS, max_chars=1_000)
    with pytest.raises(LimitExceeded, match="more than 1,000 characters"):
        read_document(b"word " * 201, "long.txt", limits)


def test_too_many_passages_are_refused() -> None:
    """A file of countless headings would take the encoder an hour."""
    with pytest.raises(LimitExceeded, match="more than 10 passages"):
        read_document(b"# a\n" * 11, "many.md", replace(LIMITS, max_passages=10))


def test_memory_is_capped_and_given_back() -> None:
    """A document of a few megabytes would take the machine down; or the next one would fail."""
    # In a process of its own, as when serving: what other tests free there counts as room here.
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as workers:
        assert workers.submit(_read_with_little_memory).result(timeout=60) == "fine"


def _read_with_little_memory() -> str:
    before = resource.getrlimit(resource.RLIMIT_AS)
    hungry = b"<p>x" * (12 * MEGABYTE)
    with pytest.raises(LimitExceeded, match="more memory"):
        read_document(hungry, "hungry.txt", replace(LIMITS, max_memory_bytes=8 * MEGABYTE))
    assert resource.getrlimit(resource.RLIMIT_AS) == before
    return read_document(b"fine", "fine.txt", LIMITS)[0].text


@pytest.mark.parametrize(
    ("filename", "original"),
    [
        ("a.pdf", pdf([["Hello there"], ["Second page"]], [("One", 0)])),
        ("a.docx", word((1, "Title"), "Some text")),
        ("a.html", b"<html><h1>Title</h1><table><tr><td>x</table><p>text"),
        ("a.md", b"# Title\n\n```\ncode\n```\n\ntext\n===\n"),
        ("a.csv", b'name,city\n"Ada",London\n'),
        ("a.py", b"class A:\n    def b(self):\n        pass\n"),
    ],
)
def test_corrupt_bytes_never_raise_anything_else(filename: str, original: bytes) -> None:
    """A flipped byte would show people a stack trace instead of a sentence."""
    state = np.random.default_rng(1)
    for _ in range(60):
        data = bytearray(original)
        for place in state.integers(0, len(data), 6):
            data[place] = state.integers(0, 256)
        with suppress(UnreadableDocument, LimitExceeded):
            read_document(bytes(data), filename, LIMITS)
