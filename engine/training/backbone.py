"""The model that serves, as methods use it: to make features, and to be trained further."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.classify.examples import Rows
from engine.encoders.ports import EncoderCard, Features, Pixels

if TYPE_CHECKING:
    import torch
    from PIL import Image
    from torch import nn

    from engine.training.pictures import Pictures

    Inputs: TypeAlias = torch.Tensor | dict[str, torch.Tensor]

BATCH = 64
"""Rows in a forward without gradients."""


class Backbone(Protocol):
    """A model bound to the rows of a snapshot."""

    @property
    def serves(self) -> bool:
        """Whether searches use it."""
        ...

    @property
    def card(self) -> EncoderCard:
        """What the model is."""
        ...

    def inputs(self, rows: Rows, random: np.random.Generator | None = None) -> Inputs:
        """What a tower takes for these rows, on the device.

        Args:
            rows: of the snapshot.
            random: alters each input as it may look another time; None leaves it as it is.
        """
        ...

    def tower(self) -> nn.Module:
        """A copy of the network to train: inputs to embeddings (N, D), not normalised."""
        ...

    def untrained_tower(self) -> nn.Module:
        """A network of the same shape that has learnt nothing, on the device."""
        ...

    def encode_texts(self, texts: Sequence[str]) -> Features:
        """Texts in the space of the features: float32 (N, D), L2-normalised."""
        ...

    def write_encoder(self, tower: nn.Module, folder: Path) -> None:
        """Writes the model with another tower, as a folder that can serve.

        Args:
            tower: from `tower`, trained further.
            folder: made where it is missing.

        Raises:
            StorageFailed: there is no room.
        """
        ...


class PictureBackbone(Backbone, Protocol):
    """One for pictures."""

    @property
    def pictures(self) -> Pictures:
        """As the model sees them, by row."""
        ...

    def prepare(self, picture: Image.Image) -> Pixels:
        """The model's preprocessing but for what `normalised` does: (3, H, W)."""
        ...

    def normalised(
        self, pixels: NDArray[np.uint8], random: np.random.Generator | None = None
    ) -> torch.Tensor:
        """What a tower takes for pictures of which `prepare` has made pixels, on the device."""
        ...


def features_by(tower: nn.Module, backbone: Backbone, rows: Rows) -> Features:
    """Features of rows by a tower: float32 (N, D), L2-normalised."""
    import torch

    from engine.encoders.stages import to_features

    tower.eval()
    found = [np.empty((0, backbone.card.embed_dim), dtype=np.float32)]
    with torch.inference_mode():
        found += [to_features(tower(backbone.inputs(part))) for part in batches(rows)]
    return np.concatenate(found)


def batches(rows: Rows) -> Iterator[Rows]:
    """The rows in their order, so many at a time."""
    return (rows[start : start + BATCH] for start in range(0, len(rows), BATCH))
