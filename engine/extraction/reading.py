"""A document's bytes to passages, within bounds. Runs in worker processes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from engine.errors import EngineError, LimitExceeded, UnreadableDocument
from engine.extraction.characters import decoded
from engine.extraction.kinds import DocumentKind, kind_of
from engine.extraction.limits import ReadingLimits
from engine.extraction.markdown import markdown_sections
from engine.extraction.program import program_sections
from engine.extraction.splitting import Section, passages_of
from engine.extraction.table import table_sections
from engine.extraction.webpage import webpage_sections
from engine.passages import Passage
from engine.worker_process import memory_capped

Reader = Callable[[bytes, ReadingLimits], Iterator[Section]]
"""Gives a document's text in reading order, a section at a time."""


def read_document(data: bytes, filename: str, limits: ReadingLimits) -> list[Passage]:
    """Reads a document of any kind that can be read.

    Raises:
        UnreadableDocument: of no known kind, encrypted, broken, or without text.
        LimitExceeded: more pages, text or memory than the limits allow.
    """
    with memory_capped(limits.max_memory_bytes):
        kind = kind_of(data, filename)
        try:
            passages = _within(limits, READERS[kind](data, limits), kind)
        except EngineError:
            raise
        except MemoryError as error:
            raise LimitExceeded(
                f"The {kind.value} takes more memory to read than it may; send a smaller one."
            ) from error
        except Exception as error:
            raise UnreadableDocument(
                f"The {kind.value} is damaged ({type(error).__name__}: {error}); open it, save it "
                "anew and send it again."
            ) from error
    if not passages:
        raise UnreadableDocument(WITHOUT_TEXT.get(kind, f"There is no text in this {kind.value}."))
    return passages


def _within(
    limits: ReadingLimits, sections: Iterable[Section], kind: DocumentKind
) -> list[Passage]:
    passages: list[Passage] = []
    chars = 0
    for section in sections:
        chars += len(section.text)
        if chars > limits.max_chars:
            raise LimitExceeded(
                f"The {kind.value} has more than {limits.max_chars:,} characters of text, which "
                "is the most that is read. Send it in parts."
            )
        passages.extend(passages_of(section))
        if len(passages) > limits.max_passages:
            raise LimitExceeded(
                f"The {kind.value} makes more than {limits.max_passages:,} passages, which is the "
                "most that is kept of one. Send it in parts."
            )
    return passages


def _pdf_sections(data: bytes, limits: ReadingLimits) -> Iterator[Section]:
    from engine.extraction.pdf import pdf_sections  # only workers need pdfium

    return pdf_sections(data, limits)


def _word_sections(data: bytes, limits: ReadingLimits) -> Iterator[Section]:
    from engine.extraction.word import word_sections  # only workers need python-docx

    return word_sections(data, limits)


def _of_text(sections_of: Callable[[str], Iterator[Section]]) -> Reader:
    return lambda data, _: sections_of(decoded(data))


def _text_sections(text: str) -> Iterator[Section]:
    yield Section(text, line=1)


READERS: dict[DocumentKind, Reader] = {
    DocumentKind.PDF: _pdf_sections,
    DocumentKind.WORD: _word_sections,
    DocumentKind.WEBPAGE: lambda data, _: webpage_sections(data),
    DocumentKind.MARKDOWN: _of_text(markdown_sections),
    DocumentKind.TABLE: _of_text(table_sections),
    DocumentKind.PROGRAM: _of_text(program_sections),
    DocumentKind.TEXT: _of_text(_text_sections),
}
WITHOUT_TEXT = {
    DocumentKind.PDF: "There is no text in this PDF: scanned pages are pictures. Have a scanner's "
    "or PDF program's text recognition (OCR) make it searchable, and send that.",
    DocumentKind.WEBPAGE: "There is no text in this HTML page; what its scripts would show "
    "is not in it.",
}
