"""Documents are read in worker processes; only their passages come back."""

from __future__ import annotations

from engine.errors import LimitExceeded, UnreadableDocument
from engine.extraction import ReadingLimits, read_document
from engine.ingest.workers import WorkerCrashed, WorkerPool
from engine.passages import Passage


class DocumentDecoder:
    """Reads documents in worker processes.

    Args:
        pool: the processes.
        limits: what a document may be and take at most.
        timeout_s: a document that takes longer is given up and its worker killed.
    """

    def __init__(self, pool: WorkerPool, limits: ReadingLimits, *, timeout_s: float) -> None:
        self._pool = pool
        self._limits = limits
        self._timeout_s = timeout_s

    async def read(self, data: bytes, filename: str) -> list[Passage]:
        """Reads a document; its kind is told by its bytes, and by the name where they cannot.

        Raises:
            UnreadableDocument: no document of a known format, encrypted, broken, or without text.
            LimitExceeded: too many pages, too much text, or too slow to read.
            Busy: too many files wait already.
            NotReady: the workers do not start, or their pool is closed.
        """
        if not data:
            raise UnreadableDocument("The file is empty.")
        try:
            return await self._pool.run(
                read_document,
                data,
                filename,
                self._limits,
                timeout_s=self._timeout_s,
                in_background=True,
            )
        except TimeoutError as error:
            raise LimitExceeded(
                f"The document took more than {self._timeout_s:g} s to read and was given up. "
                "Send it in parts."
            ) from error
        except WorkerCrashed as error:
            raise UnreadableDocument(
                "The document is damaged, or so large, that its reader crashed; save it anew or "
                "send it in parts."
            ) from error
