"""Pictures are decoded in worker processes; only their pixels and facts come back."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.decoding import PictureFacts, decode_to_file
from engine.encoders.ports import Pixels
from engine.errors import LimitExceeded, UnreadablePicture
from engine.ingest.workers import WorkerCrashed, WorkerPool


@dataclass(frozen=True)
class DecodedPicture:
    """A picture's pixels and what is known of its file.

    Attributes:
        rgb: uint8 (H, W, 3), sRGB, upright, transparency on white; of the first frame.
        format: as people call it: PNG, JPEG, WebP, GIF, BMP, TIFF, AVIF, HEIC.
        frames: how many the file has.
        thumbnail: WebP, its longer side at most 320 px.
        perceptual_hash: 32 bytes that alike pictures share but for a few bits; may be empty.
    """

    rgb: Pixels
    width_px: int
    height_px: int
    format: str
    frames: int
    thumbnail: bytes
    perceptual_hash: bytes


class PictureDecoder:
    """Decodes pictures in worker processes.

    Memory: a worker holds a picture at most three times, in up to 4 bytes a pixel; so `workers` ×
    `max_pixels` × 12 bytes bound what decoding takes, and the caller holds 3 bytes a pixel for
    each picture it keeps. Vectors need the full resolution to equal the model library's own.

    Args:
        pool: the processes.
        timeout_s: a picture that takes longer is given up and its worker killed.
        max_pixels: width times height; larger pictures are refused by their header.
    """

    def __init__(self, pool: WorkerPool, *, timeout_s: float, max_pixels: int) -> None:
        self._pool = pool
        self._timeout_s = timeout_s
        self._max_pixels = max_pixels

    async def decode(self, data: bytes) -> DecodedPicture:
        """Decodes one picture.

        Raises:
            UnreadablePicture: no picture of a known format, a damaged one, or one that crashes
                its decoder.
            LimitExceeded: too many pixels, or too slow.
            Busy: too many files wait already.
            NotReady: the workers do not start, or their pool is closed.
        """
        if not data:
            raise UnreadablePicture("The file is empty.")
        async with self._pool.scratch_file() as pixels_file:
            facts = await self._decode_to(pixels_file, data)
            return await asyncio.to_thread(_with_pixels, facts, pixels_file)

    async def _decode_to(self, pixels_file: Path, data: bytes) -> PictureFacts:
        try:
            return await self._pool.run(
                decode_to_file,
                data,
                self._max_pixels,
                str(pixels_file),
                timeout_s=self._timeout_s,
            )
        except TimeoutError as error:
            raise LimitExceeded(
                f"The picture took more than {self._timeout_s:g} s to decode and was given up."
            ) from error
        except WorkerCrashed as error:
            raise UnreadablePicture(
                "The picture is damaged in a way that crashed its decoder."
            ) from error


def _with_pixels(facts: PictureFacts, pixels_file: Path) -> DecodedPicture:
    pixels = np.fromfile(pixels_file, dtype=np.uint8)
    rgb = pixels.reshape(facts.height_px, facts.width_px, 3)  # (H, W, 3)
    return DecodedPicture(rgb=rgb, **vars(facts))
