"""Documents are read in worker processes, which a bad one takes down alone."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from engine import extraction
from engine.errors import LimitExceeded, NotReady, UnreadableDocument
from engine.ingest import documents
from engine.ingest.documents import DocumentDecoder
from engine.ingest.workers import WorkerPool
from tests.engine.extraction.making import LIMITS, MEGABYTE, pdf, word, word_with
from tests.engine.ingest.misbehaving import crash, hang


@pytest.fixture
async def pool() -> AsyncIterator[WorkerPool]:
    """Two workers."""
    pool = WorkerPool(workers=2)
    yield pool
    await pool.close()


@pytest.fixture
def decoder(pool: WorkerPool) -> DocumentDecoder:
    """A decoder with the patience that a busy machine needs."""
    return DocumentDecoder(pool, LIMITS, timeout_s=60.0)


async def test_documents_of_one_message(decoder: DocumentDecoder) -> None:
    """Documents would be mixed up, or a bad one spoil the others."""
    files = {
        "a.pdf": pdf([["From the PDF"]]),
        "b.docx": word((1, "Part"), "From Word"),
        "c.md": "# Über\n\nFrom Markdown".encode(),
        "d.txt": b"\0" * 99,
        "e.csv": b"from,to\nhere,there",
    }
    read = await asyncio.gather(
        *(decoder.read(data, name) for name, data in files.items()), return_exceptions=True
    )
    texts = [p if isinstance(p, BaseException) else [one.text for one in p] for p in read]
    assert isinstance(texts.pop(3), UnreadableDocument)
    assert texts == [["From the PDF"], ["From Word"], ["From Markdown"], ["from: here; to: there"]]


async def test_refusals_keep_their_sentence(decoder: DocumentDecoder) -> None:
    """People would read of a broken pool instead of their broken document."""
    with pytest.raises(UnreadableDocument, match="The file is empty"):
        await decoder.read(b"", "a.txt")
    with pytest.raises(UnreadableDocument, match="protected by a password"):
        await decoder.read(pdf([["x"]], locked=True), "a.pdf")
    with pytest.raises(LimitExceeded, match="unpacks to"):
        await decoder.read(word_with(b" " * 30_000_000), "a.docx")


async def test_slow_document_is_given_up(pool: WorkerPool, monkeypatch: pytest.MonkeyPatch) -> None:
    """A crafted document would hold a worker for ever."""
    decoder = DocumentDecoder(pool, LIMITS, timeout_s=0.5)
    with pytest.raises(LimitExceeded, match=r"more than 0\.5 s"):
        await decoder.read(b"<html>" + b"<div>" * 400_000, "deep.html")
    monkeypatch.setattr(documents, "read_document", hang)
    with pytest.raises(LimitExceeded, match=r"more than 0\.5 s"):
        await decoder.read(b"text", "a.txt")


async def test_crashed_reader_is_replaced(
    decoder: DocumentDecoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One malicious document would stop all reading."""
    monkeypatch.setattr(documents, "read_document", crash)
    with pytest.raises(UnreadableDocument, match="crashed"):
        await decoder.read(b"text", "a.txt")
    monkeypatch.setattr(documents, "read_document", extraction.read_document)
    assert [p.text for p in await decoder.read(b"text", "a.txt")] == ["text"]


async def test_hungry_document_costs_a_worker_at_most(pool: WorkerPool) -> None:
    """A document that unfolds in memory would take the engine down with it."""
    decoder = DocumentDecoder(pool, replace(LIMITS, max_memory_bytes=64 * MEGABYTE), timeout_s=60.0)
    with pytest.raises((LimitExceeded, UnreadableDocument), match=r"memory|large|parse"):
        await decoder.read(b"<html>" + b"<p>x" * (4 * MEGABYTE), "hungry.html")
    assert [p.text for p in await decoder.read(b"text", "a.txt")] == ["text"]


async def test_closing_ends_reading(pool: WorkerPool, monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine would not stop while it reads a document."""
    monkeypatch.setattr(documents, "read_document", hang)
    decoder = DocumentDecoder(pool, LIMITS, timeout_s=600.0)
    reading = asyncio.create_task(decoder.read(b"text", "a.txt"))
    await pool.run(len, "until the workers run", timeout_s=60)
    await pool.close()
    with pytest.raises(NotReady):
        await reading
