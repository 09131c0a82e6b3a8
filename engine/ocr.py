"""The text inside a picture, by RapidOCR. Runs in worker processes.

Its models (PaddleOCR's, exported to ONNX) lie inside its package: nothing is downloaded.
"""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import numpy as np
from PIL import Image

from engine.decoding import decode, load_codecs
from engine.extraction.splitting import split_text
from engine.passages import Passage
from engine.schemas import PassageLocation

LONGEST_SIDE_PX = 2048
"""Larger pictures are read at this size, which keeps the small print of a full screen legible."""

SHORTEST_SIDE_PX = 16
"""No line of text fits into less."""

MIN_CONFIDENCE = 0.8
"""Up to 0.8 hardly any words of small or photographed text are lost (0.4 % of all, against 0.5),
and a quarter of the misread ones go; above, more are lost (`benchmarks.quality.ocr`)."""

MIN_LETTERS = 3
"""What has fewer letters and digits in all finds nothing but other noise."""


class Line(NamedTuple):
    """A line of text as the models read it, and how sure they are of it, from 0 to 1."""

    text: str
    confidence: float


def read_text(data: bytes, max_pixels: int) -> list[Passage]:
    """The text in a picture file, top to bottom; nothing when there is none.

    Raises:
        UnreadablePicture: no picture of a known format, or a damaged one.
        LimitExceeded: more than `max_pixels`.
    """
    load_codecs()
    rgb, _ = decode(data, max_pixels)
    rgb.thumbnail((LONGEST_SIDE_PX, LONGEST_SIDE_PX), Image.Resampling.LANCZOS)
    if min(rgb.size) < SHORTEST_SIDE_PX:
        return []
    trusted = [line.text for line in read_lines(rgb) if line.confidence >= MIN_CONFIDENCE]
    text = "\n".join(trusted)
    if sum(character.isalnum() for character in text) < MIN_LETTERS:
        return []
    location = PassageLocation(in_picture=True)
    return [Passage(passage.text, location) for passage in split_text(text)]


def read_lines(rgb: Image.Image) -> list[Line]:
    """Everything in a picture that might be text, top to bottom."""
    found = _reader()(np.asarray(rgb)[:, :, ::-1])  # (H, W, 3), BGR as OpenCV has it
    if found.txts is None:
        return []
    return [Line(*read) for read in zip(found.txts, found.scores, strict=True)]


@cache
def _reader() -> Any:  # noqa: ANN401 - rapidocr is not typed
    """The models, loaded once a process; a thread each, as there are several processes.

    RapidOCR's own scaling is off: it brings the shorter side to 736 px, which makes gigabytes of a
    thin picture, and fails on the thinnest with an error of its own.
    """
    from rapidocr import RapidOCR

    return RapidOCR(
        params={
            "Global.log_level": "error",
            "Global.use_preprocess_img": False,
            "Det.limit_type": "max",
            "Det.limit_side_len": LONGEST_SIDE_PX,
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )
