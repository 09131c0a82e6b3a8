"""What ingest needs from picture decoding and word weighting, and from nobody in particular."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from qdrant_client import models

from engine.encoders.ports import Pixels
from engine.passages import Passage


class Picture(Protocol):
    """A decoded picture."""

    @property
    def rgb(self) -> Pixels:
        """Its pixels, uint8 (H, W, 3)."""
        ...

    @property
    def width_px(self) -> int:
        """Width as posted."""
        ...

    @property
    def height_px(self) -> int:
        """Height as posted."""
        ...

    @property
    def thumbnail(self) -> bytes:
        """A small picture file to show in place of the original."""
        ...

    @property
    def perceptual_hash(self) -> bytes:
        """32 bytes that alike pictures share but for a few bits; empty without enough detail."""
        ...


class PictureReader(Protocol):
    """Turns a file's bytes into a picture."""

    async def decode(self, data: bytes) -> Picture:
        """Decodes a picture.

        Raises:
            UnreadablePicture: no picture, or a broken one.
            LimitExceeded: too many pixels or frames, or too slow to decode.
        """
        ...


class DocumentReader(Protocol):
    """Turns a document's bytes into passages."""

    async def read(self, data: bytes, filename: str) -> list[Passage]:
        """Reads a document; its kind is told by its bytes, and by the name where they cannot.

        Raises:
            UnreadableDocument: no document of a known format, encrypted, broken, or without text.
            LimitExceeded: too many pages, too much text, or too slow to read.
        """
        ...


class PictureTextReader(Protocol):
    """Reads the text inside pictures (OCR)."""

    async def read(self, data: bytes) -> list[Passage]:
        """The text in a picture file, top to bottom; nothing when there is none.

        Raises:
            UnreadablePicture: no picture, or a broken one.
            LimitExceeded: too many pixels, or too slow to read.
        """
        ...


class TermWeigher(Protocol):
    """Turns texts into the sparse vectors that find them by their words."""

    def document_vectors(self, texts: Sequence[str]) -> list[models.SparseVector]:
        """One sparse vector a text; empty for a text without a word worth finding."""
        ...
