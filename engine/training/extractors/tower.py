"""The features of a network that was trained in a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from numpy.typing import NDArray

from engine.classify.examples import Rows
from engine.encoders.ports import Features
from engine.training.backbone import Backbone, features_by
from engine.training.data import TrainingData
from engine.training.extractors.extractor import require

if TYPE_CHECKING:
    from torch import nn


@dataclass(frozen=True)
class TowerFeatures:
    """An extractor by a tower of the backbone's shape.

    Attributes:
        encoder: fingerprint of the backbone's model, whose preprocessing it needs.
        weights: parameters and buffers by the tower's own names.
    """

    encoder: str
    weights: Mapping[str, NDArray[Any]]

    @classmethod
    def of(cls, tower: nn.Module, backbone: Backbone) -> Self:
        """What a tower has learnt."""
        weights = {name: each.detach().cpu().numpy() for name, each in tower.state_dict().items()}
        return cls(backbone.card.fingerprint, weights)

    def features(self, data: TrainingData, rows: Rows) -> Features:
        """Runs the tower."""
        require(self.encoder, data.backbone.card)
        return features_by(self.tower(data.backbone), data.backbone, rows)

    def tower(self, backbone: Backbone) -> nn.Module:
        """The network itself."""
        import torch

        tower = backbone.tower()
        tower.load_state_dict({name: torch.from_numpy(each) for name, each in self.weights.items()})
        return tower
