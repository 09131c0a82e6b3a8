"""Text is read in whatever encoding and script it comes."""

import pytest

from engine.errors import UnreadableDocument
from engine.extraction import read_document
from engine.extraction.characters import has_visible
from tests.engine.extraction.making import LIMITS

TERMINAL = "The build of yesterday failed with two errors:\rone \x1b[0mand another"
DANISH = "Blåbærgrød på ø og å, æbler og sådan. Året går hurtigt når man er glad."
FRENCH = "Où est l'été? Ça va très bien, garçon; le cœur est là."
POLISH = "Zażółć gęślą jaźń. Proszę o przesłanie dokumentów do końca tygodnia, dziękuję."
RUSSIAN = "Привет, как дела? Это документ на русском языке о настройке сети."
JAPANESE = "これは日本語の文書です。テキストを読みます。"
CHINESE = "这是一个中文文档，用来测试编码。我们今天去北京开会。"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (DANISH, "cp1252"),
        (FRENCH, "cp1252"),
        (POLISH, "cp1250"),
        (RUSSIAN, "cp1251"),
        (JAPANESE, "shift_jis"),
        (CHINESE, "gb18030"),
        (DANISH, "utf-16"),
        (CHINESE, "utf-8-sig"),
        (RUSSIAN, "utf-32"),
    ],
)
def test_encodings_are_recognised(text: str, encoding: str) -> None:
    """Files from older programs would be quoted with the wrong letters and never be found."""
    assert read_document(text.encode(encoding), "a.txt", LIMITS)[0].text == text


def test_encoding_of_a_long_file() -> None:
    """A sample that ends within a character would spoil the guess for the whole file."""
    text = "\n".join(f"{n} {JAPANESE}" for n in range(4_000))
    passages = read_document(text.encode("shift_jis"), "long.txt", LIMITS)
    assert passages[-1].text.endswith(JAPANESE)


@pytest.mark.parametrize(
    "text",
    [
        "שלום עולם, זה מסמך בעברית.",
        "مرحبا بالعالم، هذا نص عربي.",
        JAPANESE,
        "한국어 문서입니다.",
        "😀👍🏽👩‍👩‍👧",
    ],
)
def test_any_script_is_kept_as_it_was(text: str) -> None:
    """Right-to-left text or emoji would be reordered, stripped of joiners or refused."""
    assert read_document(text.encode(), "a.txt", LIMITS)[0].text == text


@pytest.mark.parametrize(
    "text", ["", " \n\t", "\u200b\u200d\ufeff", "\u3164\u2800", "\u202e\u2066\ufe0f"]
)
def test_what_nobody_sees_is_no_text(text: str) -> None:
    """Invisible characters would be remembered as a document, and shown as an empty hit."""
    assert not has_visible(text)
    with pytest.raises(UnreadableDocument, match="no text in this text file"):
        read_document(text.encode(), "blank.txt", LIMITS)


@pytest.mark.parametrize(
    "data",
    [
        bytes(range(256)) * 40,
        b"\x7fELF\x02\x01\x01" + b"\0" * 900,
        b"\x89PNG\r\n\x1a\n" + b"\0" * 99,
    ],
)
def test_binary_files_renamed_to_text(data: bytes) -> None:
    """A program renamed to .txt would be indexed as gibberish."""
    with pytest.raises(UnreadableDocument, match=r"PDF, Word \(\.docx\), HTML, Markdown, CSV"):
        read_document(data, "notes.txt", LIMITS)


def test_old_line_ends_and_control_characters() -> None:
    """Line numbers would be wrong, and terminal codes be quoted."""
    (passage,) = read_document(("\r\n\n" + TERMINAL).encode(), "a.txt", LIMITS)
    assert passage.location.line == 3
    assert passage.text == TERMINAL.replace("\r", "\n").replace("\x1b", "")
