"""Bytes to characters, and which of them a person can see."""

from __future__ import annotations

import codecs
import re
import unicodedata
from contextlib import suppress

from charset_normalizer import from_bytes

from engine.errors import UnreadableDocument

BYTE_ORDER_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",  # before UTF-16, whose mark it begins with
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
SAMPLE_BYTES = 64 * 1024
"""An encoding shows in this much text; guessing on all of a large file takes seconds."""

WESTERN = "cp1252"
"""Preferred where charset-normalizer finds others as likely: it names cp1250 first, and so turns
"Blåbær" into "Blĺbćr", though for Polish, Czech or Hungarian it finds cp1250 alone."""

MAX_CONTROL_SHARE = 0.02
"""Texts hold next to no control characters, and binary files some 10% of them."""

CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]")
LINE_ENDS = re.compile(r"\r\n?|[\f\u2028\u2029]")
BLANK_LETTERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and symbols by category that print as nothing: Hangul fillers, the empty Braille cell."""

INVISIBLE_CATEGORIES = frozenset({"Cc", "Cf", "Cn", "Cs", "Mn", "Zl", "Zp", "Zs"})


def decoded(data: bytes, declared_encoding: str | None = None) -> str:
    r"""Text of any encoding, with ``\n`` at the end of lines and no control characters.

    Args:
        data: the file.
        declared_encoding: what the file says of itself; believed where it fits.

    Raises:
        UnreadableDocument: a binary file.
    """
    text = _decoded(data, declared_encoding)
    sample = text[:SAMPLE_BYTES]
    if len(CONTROLS.findall(sample)) > len(sample) * MAX_CONTROL_SHARE:
        raise _binary()
    return cleaned(text)


def cleaned(text: str) -> str:
    r"""The text with ``\n`` at the end of lines and no control characters."""
    return CONTROLS.sub("", LINE_ENDS.sub("\n", text))


def has_visible(text: str) -> bool:
    """Whether anybody would see anything of the text."""
    return any(
        unicodedata.category(character) not in INVISIBLE_CATEGORIES
        and character not in BLANK_LETTERS
        for character in text
    )


def _decoded(data: bytes, declared_encoding: str | None) -> str:
    for mark, encoding in BYTE_ORDER_MARKS.items():
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    for encoding in ("utf-8", declared_encoding or "utf-8"):
        with suppress(UnicodeError, LookupError):  # the latter for a name that is no encoding
            return data.decode(encoding)
    return data.decode(_guessed_encoding(data), errors="replace")


def _guessed_encoding(data: bytes) -> str:
    sample = data[:SAMPLE_BYTES]
    if len(data) > SAMPLE_BYTES:  # at a line's end, as characters may have several bytes
        sample = sample[: sample.rfind(b"\n") + 1] or sample
    matches = [] if b"\0" in sample else list(from_bytes(sample))
    if not matches:
        raise _binary()
    best = matches[0]
    equal = {m.encoding for m in matches if (m.chaos, m.coherence) == (best.chaos, best.coherence)}
    return WESTERN if WESTERN in equal else best.encoding


def _binary() -> UnreadableDocument:
    return UnreadableDocument(
        "This is no text and no document that can be read, whatever the file's name says; "
        "PDF, Word (.docx), HTML, Markdown, CSV and text files can."
    )
