"""The model that serves, as methods use it: to make features, and to be trained further."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeAlias

import numpy as np

from engine.classify.examples import Rows
from engine.encoders.ports import EncoderCard, Features

if TYPE_CHECKING:
    import torch
    from torch import nn

    Inputs: TypeAlias = torch.Tensor | dict[str, torch.Tensor]

BATCH = 64
"""Rows in a forward without gradients."""


class Backbone(Protocol):
    """A serving model bound to the rows of a snapshot."""

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
