"""A network of torchvision or timm in place of the one that serves."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path

from torch import nn

from engine.encoders.ports import Features
from engine.errors import BadRequest
from engine.training.backbone_name import BackboneName
from engine.training.picture_inputs import PictureInputs
from engine.training.pictures import OriginalPictures
from engine.training.pretrained import Pretrained, untrained


class NetworkBackbone(PictureInputs):
    """A `PictureBackbone` that knows no words and serves no search.

    Args:
        network: loaded.
        name: says which it is.
        originals: of every row.
    """

    serves = False

    def __init__(
        self, network: Pretrained, name: BackboneName, originals: OriginalPictures
    ) -> None:
        super().__init__(network.card, network.preprocessing, originals)
        self._network = network
        self._name = name

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
