"""A network of torchvision or timm in place of the one that serves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import deepcopy
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import nn

from engine.classify.examples import Rows
from engine.encoders.ports import Features, Pixels
from engine.errors import BadRequest
from engine.training.backbone_name import BackboneName
from engine.training.pictures import prepared_pictures
from engine.training.pretrained import Pretrained, untrained


class NetworkBackbone:
    """A `PictureBackbone` that knows no words and serves no search.

    Args:
        network: loaded.
        name: says which it is.
        sha256s: of the originals, by row of the snapshot.
        blobs: folder of the originals.
        folder: where they are prepared.
        stop_asked: ends that with `Stopped`.

    Attributes:
        pictures: as the network sees them.
    """

    serves = False

    def __init__(
        self,
        network: Pretrained,
        name: BackboneName,
        sha256s: Sequence[str],
        blobs: Path,
        folder: Path,
        stop_asked: Callable[[], bool],
    ) -> None:
        self._network = network
        self._name = name
        self.card = network.card
        size_px = network.preprocessing.size_px
        self.pictures = prepared_pictures(sha256s, blobs, folder, self.prepare, size_px, stop_asked)

    def prepare(self, picture: Image.Image) -> Pixels:
        """The library's preprocessing but for what `normalised` does: (3, H, W)."""
        return self._network.preprocessing.pixels(picture)

    def inputs(self, rows: Rows, random: np.random.Generator | None = None) -> torch.Tensor:
        """Normalised pictures: float32 (N, 3, H, W)."""
        return self.normalised(self.pictures.pixels[rows], random)

    def normalised(
        self, pixels: NDArray[np.uint8], random: np.random.Generator | None = None
    ) -> torch.Tensor:
        """What a tower takes for pictures of which `prepare` has made pixels, on the device."""
        return self._network.preprocessing.normalised(pixels, random).to(self.card.device)

    def tower(self) -> nn.Module:
        """A copy of the network, without its classifier."""
        return deepcopy(self._network.tower)

    def untrained_tower(self) -> nn.Module:
        """The same network that has learnt nothing."""
        return untrained(self._name).to(self.card.device)

    def encode_texts(self, texts: Sequence[str]) -> Features:  # noqa: ARG002
        """There is no such thing here.

        Raises:
            BadRequest: always.
        """
        raise BadRequest(f"{self.card.model} knows no words, so that classes need examples.")

    def write_encoder(self, tower: nn.Module, folder: Path) -> None:  # noqa: ARG002
        """There is no such thing here.

        Raises:
            BadRequest: always.
        """
        raise BadRequest(f"{self.card.model} cannot serve searches, which need words.")
