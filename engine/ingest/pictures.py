"""Pictures are decoded in processes of their own, which can be killed when a file hangs them."""

from __future__ import annotations

import asyncio
import itertools
import multiprocessing
import shutil
import tempfile
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pebble import ProcessExpired, ProcessFuture, ProcessPool

from engine.decoding import PictureFacts, decode_to_file, prepare_worker
from engine.encoders.ports import Pixels
from engine.errors import Busy, LimitExceeded, NotReady, UnreadablePicture

START_ALLOWANCE_S = 60.0
"""Longest that workers may take to start, on top of a picture's own time."""


@dataclass(frozen=True)
class DecodedPicture:
    """A picture's pixels and what is known of its file.

    Attributes:
        rgb: uint8 (H, W, 3), sRGB, upright, transparency on white; of the first frame.
        format: as people call it: PNG, JPEG, WebP, GIF, BMP, TIFF, AVIF, HEIC.
        frames: how many the file has.
        thumbnail: WebP, its longer side at most 320 px.
    """

    rgb: Pixels
    width_px: int
    height_px: int
    format: str
    frames: int
    thumbnail: bytes


class PictureDecoder:
    """Decodes pictures in a pool of processes, which starts with the first picture.

    Memory: a worker holds a picture at most three times, in up to 4 bytes a pixel; so `workers` ×
    `max_pixels` × 12 bytes bound what decoding takes, and the caller holds 3 bytes a pixel for
    each picture it keeps. Vectors need the full resolution to equal the model library's own.

    Args:
        workers: processes, and so pictures decoded at the same time.
        timeout_s: a picture that takes longer is given up and its worker killed.
        max_pixels: width times height; larger pictures are refused by their header.
        max_waiting: pictures waiting for a worker before `Busy`.
    """

    def __init__(
        self, *, workers: int, timeout_s: float, max_pixels: int, max_waiting: int = 512
    ) -> None:
        self._workers = workers
        self._timeout_s = timeout_s
        self._max_pixels = max_pixels
        self._max_waiting = max_waiting
        self._waiting = 0
        self._turn = asyncio.Semaphore(workers)
        self._starting = asyncio.Lock()
        self._pool: ProcessPool | None = None
        self._scratch: Path | None = None
        self._numbers = itertools.count()
        self._answers: set[asyncio.Future[PictureFacts]] = set()
        self._closed = False

    async def decode(self, data: bytes) -> DecodedPicture:
        """Decodes one picture.

        Raises:
            UnreadablePicture: no picture of a known format, a damaged one, or one that crashes
                its decoder.
            LimitExceeded: too many pixels, or too slow.
            Busy: too many pictures wait already.
            NotReady: the workers do not start, or the decoder is closed.
        """
        if not data:
            raise UnreadablePicture("The file is empty.")
        if self._waiting >= self._max_waiting:
            raise Busy(f"{self._waiting} pictures wait to be decoded already.", retry_after_s=1.0)
        self._waiting += 1
        try:
            await self._turn.acquire()
        finally:
            self._waiting -= 1
        try:
            return await self._decode(data)
        finally:
            self._turn.release()

    async def close(self) -> None:
        """Stops the workers; pictures still being decoded fail with NotReady."""
        self._closed = True
        async with self._starting:  # whoever had it before has scheduled its picture by now
            for answer in list(self._answers):
                answer.cancel()
            await self._drop_pool()
            if self._scratch is not None:
                await asyncio.to_thread(shutil.rmtree, self._scratch, ignore_errors=True)

    async def _decode(self, data: bytes) -> DecodedPicture:
        pool, scratch = await self._started()
        pixels_file = scratch / f"{next(self._numbers)}.rgb"
        job: ProcessFuture[PictureFacts] = pool.schedule(
            decode_to_file,
            (data, self._max_pixels, str(pixels_file)),
            timeout=self._timeout_s,
        )
        try:
            facts = await self._answer(job)
            return await asyncio.to_thread(_with_pixels, facts, pixels_file)
        finally:
            # When the caller has gone, pebble ends the worker that still decodes for it.
            job.cancel()  # type: ignore[no-untyped-call]
            pixels_file.unlink(missing_ok=True)

    async def _started(self) -> tuple[ProcessPool, Path]:
        """The pool and the folder for pixels; a pool that has broken is replaced."""
        async with self._starting:
            if self._closed:
                raise NotReady("The picture decoder is closed.")
            if self._scratch is None:
                self._scratch = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="magpie-"))
            if self._pool is None or not self._pool.active:
                await self._drop_pool()
                self._pool = ProcessPool(
                    max_workers=self._workers,
                    initializer=prepare_worker,
                    context=multiprocessing.get_context("spawn"),
                )
                await asyncio.to_thread(getattr, self._pool, "active")  # asking starts it
            return self._pool, self._scratch

    async def _drop_pool(self) -> None:
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.stop()  # type: ignore[no-untyped-call]
            await asyncio.to_thread(pool.join)

    async def _answer(self, job: ProcessFuture[PictureFacts]) -> PictureFacts:
        answer = asyncio.wrap_future(job)
        self._answers.add(answer)
        answer.add_done_callback(self._answers.discard)
        done, _ = await asyncio.wait([answer], timeout=self._timeout_s + START_ALLOWANCE_S)
        if not done:
            answer.cancel()
            raise NotReady("The picture decoder's workers do not start.")
        try:
            return answer.result()
        except asyncio.CancelledError:
            raise NotReady("The picture decoder was closed.") from None
        except TimeoutError as error:
            raise LimitExceeded(
                f"The picture took more than {self._timeout_s:g} s to decode and was given up."
            ) from error
        except ProcessExpired as error:
            raise UnreadablePicture(
                "The picture is damaged in a way that crashed its decoder."
            ) from error
        except BrokenProcessPool as error:
            raise NotReady(
                "The picture decoder had to be restarted; send the picture again.",
                retry_after_s=1.0,
            ) from error


def _with_pixels(facts: PictureFacts, pixels_file: Path) -> DecodedPicture:
    pixels = np.fromfile(pixels_file, dtype=np.uint8)
    rgb = pixels.reshape(facts.height_px, facts.width_px, 3)  # (H, W, 3)
    return DecodedPicture(
        rgb, facts.width_px, facts.height_px, facts.format, facts.frames, facts.thumbnail
    )
