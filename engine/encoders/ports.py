"""What services know of encoders: pixels and words in, features out, never a framework."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.schemas import Box

Features: TypeAlias = NDArray[np.float32]
"""float32 (N, D), each row L2-normalised."""

Scores: TypeAlias = NDArray[np.float32]
"""float32 (N,); higher is better."""

Pixels: TypeAlias = NDArray[np.uint8]
"""uint8 (H, W, 3), RGB, of one picture."""


@dataclass(frozen=True)
class EncoderCard:
    """What a loaded encoder is.

    Attributes:
        name: the role it is asked for by: ``clip``, ``sentence``.
        model: the library's name of the model, or a local folder's name.
        fingerprint: hex digest over model name, weights hash, preprocessing and dtype policy;
            two encoders with one fingerprint produce interchangeable vectors.
        embed_dim: D of its features.
        logit_scale: what its training multiplied cosines by before softmax; zero-shot probabilities
            are computed with it.
        parameters: of the network that can be trained further; 0 where nobody has counted.
    """

    name: str
    model: str
    fingerprint: str
    embed_dim: int
    device: str
    dtype: str
    logit_scale: float
    parameters: int = 0


class TextEncoder(Protocol):
    """Turns texts into features."""

    @property
    def card(self) -> EncoderCard:
        """What this encoder is."""
        ...

    async def encode_texts(self, texts: Sequence[str]) -> Features:
        """Encodes texts to float32 (N, D), L2-normalised, in the order given.

        Raises:
            Busy: the queue is full.
            NotReady: the encoder's worker has died.
        """
        ...


class ImageTextEncoder(TextEncoder, Protocol):
    """Turns pictures and texts into features of one common space."""

    async def encode_images(self, pictures: Sequence[Pixels]) -> Features:
        """Encodes pictures to float32 (N, D), L2-normalised, in the order given.

        Raises:
            Busy: the queue is full.
            NotReady: the encoder's worker has died.
        """
        ...


class Reranker(Protocol):
    """Judges how well texts answer a query, by reading query and text together."""

    async def score(self, query: str, texts: Sequence[str]) -> Scores:
        """Scores texts: float32 (N,), higher is better, comparable within one query.

        Raises:
            Busy: the queue is full.
            NotReady: its worker has died.
        """
        ...


class ObjectDetector(Protocol):
    """Finds the things in a picture, whatever they are."""

    @property
    def fingerprint(self) -> str:
        """Two detectors with one fingerprint find the same."""
        ...

    async def detect(self, picture: Pixels) -> list[Box]:
        """The boxes of what a picture shows, the surest first; nothing when there is none.

        Raises:
            Busy: the queue is full.
            NotReady: its worker has died.
        """
        ...
