"""Text inside pictures is read in worker processes; only its passages come back."""

from __future__ import annotations

from engine.errors import LimitExceeded, UnreadablePicture
from engine.ingest.workers import WorkerCrashed, WorkerPool
from engine.ocr import read_text
from engine.passages import Passage


class PictureTextDecoder:
    """Reads the text in pictures in worker processes, behind everything that somebody waits for.

    Args:
        pool: the processes.
        timeout_s: a picture that takes longer is given up and its worker killed.
        max_pixels: width times height; larger pictures are refused by their header.
    """

    def __init__(self, pool: WorkerPool, *, timeout_s: float, max_pixels: int) -> None:
        self._pool = pool
        self._timeout_s = timeout_s
        self._max_pixels = max_pixels

    async def read(self, data: bytes) -> list[Passage]:
        """The text in a picture file, top to bottom; nothing when there is none.

        Raises:
            UnreadablePicture: no picture, a broken one, or one that crashes its reader.
            LimitExceeded: too many pixels, or too slow to read.
            Busy: too many files wait already.
            NotReady: the workers do not start, or their pool is closed.
        """
        try:
            return await self._pool.run(
                read_text, data, self._max_pixels, timeout_s=self._timeout_s, in_background=True
            )
        except TimeoutError as error:
            raise LimitExceeded(
                f"Reading the picture's text took more than {self._timeout_s:g} s and was given up."
            ) from error
        except WorkerCrashed as error:
            raise UnreadablePicture("The picture crashed the reader of its text.") from error
