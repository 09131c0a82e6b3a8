"""The pictures of a snapshot as the model sees them, on disk: decoded once, read in batches.

A file of uint8 (N, 3, H, W) is mapped into memory, so that disk bounds how much can be learnt from.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.blobs.keys import blob_key
from engine.decoding import decode, load_codecs
from engine.encoders.ports import Pixels
from engine.errors import BadRequest
from engine.training.context import Stopped

PIXELS, READABLE = "pictures.npy", "readable.npy"

Prepare = Callable[[Image.Image], Pixels]
"""A picture to the model's input before normalisation: uint8 (3, H, W)."""


@dataclass(frozen=True)
class OriginalPictures:
    """The pictures of a snapshot as they were posted.

    Attributes:
        sha256s: by row of the snapshot.
        blobs: the folder they are in.
        folder: where they are prepared.
        stop_asked: ends that with `Stopped`.
    """

    sha256s: Sequence[str]
    blobs: Path
    folder: Path
    stop_asked: Callable[[], bool]


@dataclass(frozen=True)
class Pictures:
    """Prepared pictures, by row of the snapshot.

    Attributes:
        pixels: uint8 (N, 3, H, W), mapped; black where a picture cannot be read.
        readable: bool (N,): which originals are there and can be decoded.
    """

    pixels: NDArray[np.uint8]
    readable: NDArray[np.bool_]


def prepared_pictures(
    originals: OriginalPictures, prepare: Prepare, size_px: tuple[int, int]
) -> Pictures:
    """Decodes the originals into their folder, or finds them there.

    Args:
        originals: of every row.
        prepare: the model's own preprocessing.
        size_px: H and W of what it gives.

    Raises:
        Stopped: as asked.
    """
    folder, sha256s = originals.folder, originals.sha256s
    if not (folder / READABLE).is_file():
        load_codecs()
        part = folder / f"{PIXELS}.part"
        shape = (len(sha256s), 3, *size_px)
        pixels = np.lib.format.open_memmap(part, mode="w+", dtype=np.uint8, shape=shape)
        readable = np.ones(len(sha256s), dtype=np.bool_)
        for row, sha256 in enumerate(sha256s):
            if originals.stop_asked():
                raise Stopped
            picture = read_picture(originals.blobs / blob_key(sha256))
            readable[row] = picture is not None
            if picture is not None:
                pixels[row] = prepare(picture)
        pixels.flush()
        part.replace(folder / PIXELS)
        np.save(folder / READABLE, readable)
    return Pictures(np.load(folder / PIXELS, mmap_mode="r"), np.load(folder / READABLE))


def read_picture(path: Path) -> Image.Image | None:
    """A picture; None where its original is gone or damaged.

    Its size was checked when it was uploaded.
    """
    try:
        return decode(path.read_bytes(), sys.maxsize)[0]
    except (FileNotFoundError, BadRequest):
        return None
