"""Small deterministic stand-ins for models and picture decoding."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from engine.encoders.ports import EncoderCard, Features, Pixels
from engine.errors import UnreadableDocument, UnreadablePicture
from engine.passages import Passage
from engine.schemas import PassageLocation

EMBED_DIM = 8
Hook = Callable[[], Awaitable[None]]


async def nothing() -> None:
    """The hook that does nothing."""


def picture_file(name: str) -> bytes:
    """A file that `FakePictures` can decode; another name is another picture."""
    return b"PIC" + name.encode()


@dataclass(frozen=True)
class FakePicture:
    """A decoded picture of 4 x 2 pixels that depend on the file."""

    rgb: Pixels
    width_px: int = 4
    height_px: int = 2
    thumbnail: bytes = b"small"
    perceptual_hash: bytes = b""


@dataclass
class FakePictures:
    """Decodes what `picture_file` makes, and counts how often.

    Attributes:
        perceptual_hash: of every picture.
    """

    decoded: int = 0
    hook: Hook = nothing
    perceptual_hash: bytes = b""

    async def decode(self, data: bytes) -> FakePicture:
        """Decodes, or refuses as the real decoder does."""
        await self.hook()
        if not data.startswith(b"PIC"):
            raise UnreadablePicture("This file is not a picture of a known format.")
        self.decoded += 1
        pixels = np.frombuffer(hashlib.sha256(data).digest()[:24], np.uint8)
        return FakePicture(pixels.reshape(2, 4, 3), perceptual_hash=self.perceptual_hash)


class FakeDocuments:
    """Takes every line of a file for a page with one passage."""

    async def read(self, data: bytes, filename: str) -> list[Passage]:
        """The lines, or a refusal as the real reader's."""
        if not data.strip():
            raise UnreadableDocument(f"There is no text in {filename}.")
        return [
            Passage(line, PassageLocation(page=n))
            for n, line in enumerate(data.decode().splitlines(), start=1)
        ]


@dataclass
class FakePictureText:
    """Reads "says WORDS" in the pictures that `picture_file` makes of it, and counts how often."""

    read_count: int = 0
    hook: Hook = nothing

    async def read(self, data: bytes) -> list[Passage]:
        """The words after "says"."""
        await self.hook()
        self.read_count += 1
        words = data.decode().partition("says ")[2]
        return [Passage(words, PassageLocation(in_picture=True))] if words else []


@dataclass
class FakeEncoder:
    """Encodes pictures and texts by their hash.

    Attributes:
        hook: awaited before each batch, to stop or break it there.
        batches: the size of each batch encoded.
        poison: a batch with this text in it fails.
    """

    name: str
    fingerprint: str = "fingerprint 1"
    hook: Hook = nothing
    batches: list[int] = field(default_factory=list)
    poison: str | None = None

    @property
    def card(self) -> EncoderCard:
        """A card like a real encoder's."""
        return EncoderCard(self.name, "fake", self.fingerprint, EMBED_DIM, "cpu", "float32", 20.0)

    async def encode_texts(self, texts: Sequence[str]) -> Features:
        """Encodes texts to float32 (N, D), L2-normalised."""
        await self.hook()
        if self.poison in texts:
            raise RuntimeError("the model stumbles over this input")
        return self._features([text.encode() for text in texts])

    async def encode_images(self, pictures: Sequence[Pixels]) -> Features:
        """Encodes pictures to float32 (N, D), L2-normalised."""
        await self.hook()
        return self._features([picture.tobytes() for picture in pictures])

    def _features(self, inputs: Sequence[bytes]) -> Features:
        self.batches.append(len(inputs))
        return np.stack([features_of(data) for data in inputs])


def features_of(data: bytes) -> Features:
    """The features of one input: float32 (D,), L2-normalised."""
    seed = int.from_bytes(hashlib.sha256(data).digest()[:8])
    row = np.random.default_rng(seed).standard_normal(EMBED_DIM)
    return (row / np.linalg.norm(row)).astype(np.float32)
