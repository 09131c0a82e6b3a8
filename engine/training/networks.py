"""A backbone's tower with a linear classifier on it, and what it is taught."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812

from engine.classify.examples import LogProbabilities, Rows
from engine.classify.methods import ProbeScorer
from engine.training.backbone import Backbone, batches
from engine.training.context import Judged
from engine.training.data import TrainingData
from engine.training.extractors.tower import TowerFeatures
from engine.training.loop import PEAK
from engine.training.stored import StoredPredictor

if TYPE_CHECKING:
    from engine.training.backbone import Inputs

NEVER = -1e4
"""Bias of a class without examples; infinity would become NaN in an optimizer."""

HEAD_PEAK = 1e-3

LAYER_DECAY = 0.5
QUARTERS = 4
"""A tower's parameters in four parts, from input to output; each learns half as fast as the next.

General features lie in the first layers (Yosinski et al. 2014), and few labels should not undo
them.
"""


class ClassifierNetwork(nn.Module):
    """A tower and a linear classifier on its normalised embeddings.

    These are multiplied by √D, so that their coordinates have unit variance, as a linear layer's
    initialisation and learning rate expect.

    Args:
        tower: inputs to embeddings (N, D).
        embed_dim: D.
        class_count: C.
        frozen_statistics: batch normalisation keeps what it has learnt; a few labelled items
            would spoil it.
    """

    def __init__(
        self, tower: nn.Module, embed_dim: int, class_count: int, *, frozen_statistics: bool
    ) -> None:
        super().__init__()
        self.tower = tower
        self.head = nn.Linear(embed_dim, class_count)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)
        self._scale = math.sqrt(embed_dim)
        self._frozen_statistics = frozen_statistics

    def start_from(self, probe: ProbeScorer) -> None:
        """Makes it answer as a probe on the tower's features does."""
        biases = np.where(np.isfinite(probe.biases), probe.biases, NEVER)
        with torch.no_grad():
            self.head.weight.copy_(torch.from_numpy(probe.weights / np.float32(self._scale)))
            self.head.bias.copy_(torch.from_numpy(biases.astype(np.float32)))

    def as_probe(self) -> ProbeScorer:
        """The classifier alone, for normalised embeddings."""
        weights = (self._scale * self.head.weight).detach().cpu().numpy()
        return ProbeScorer(weights, self.head.bias.detach().cpu().numpy())

    def train(self, mode: bool = True) -> Self:
        """As torch's own, but for frozen statistics."""
        super().train(mode)
        if self._frozen_statistics:
            for module in self.tower.modules():
                if isinstance(module, nn.modules.batchnorm._BatchNorm):  # noqa: SLF001
                    module.eval()
        return self

    def forward(self, inputs: Inputs) -> torch.Tensor:
        """Logits (N, C)."""
        features = F.normalize(self.tower(inputs), dim=-1)
        logits: torch.Tensor = self.head(self._scale * features)
        return logits


class ClassificationLesson:
    """Cross-entropy; classes weigh the same, however unequal their numbers of examples.

    Args:
        network: what is trained.
        data: inputs and classes.
        train_rows: decide the weights of classes.
        tower_peak: learning rate of the tower's last layers.
    """

    def __init__(
        self,
        network: ClassifierNetwork,
        data: TrainingData,
        train_rows: Rows,
        *,
        tower_peak: float,
        layer_decay: float = LAYER_DECAY,
    ) -> None:
        self.network = network
        self._data = data
        self._backbone = data.backbone
        self._tower_peak = tower_peak
        self._layer_decay = layer_decay
        self._weights = class_weights(data, train_rows).to(self._device)

    @property
    def _device(self) -> str:
        return self._backbone.card.device

    def parameter_groups(self) -> list[dict[str, Any]]:
        """The tower by quarters, and the head."""
        towers = tower_groups(self.network.tower, self._tower_peak, self._layer_decay)
        return [*towers, {"params": list(self.network.head.parameters()), PEAK: HEAD_PEAK}]

    def order(self, rows: Rows, random: np.random.Generator) -> Rows:
        """Shuffled."""
        return random.permutation(rows)

    def loss(self, rows: Rows, random: np.random.Generator) -> torch.Tensor:
        """Weighted cross-entropy of altered inputs."""
        logits = self.network(self._backbone.inputs(rows, random))
        truth = torch.from_numpy(self._data.classes[rows]).to(self._device)
        losses = F.cross_entropy(logits, truth, reduction="none")
        return (losses * self._weights[truth]).mean()

    def judged(self, rows: Rows) -> Judged:
        """By the likeliest class."""
        found = NetworkPredictor(self.network, self._backbone).log_probabilities(rows)
        return Judged(rows, self._data.classes[rows], found.argmax(axis=1))


class NetworkPredictor:
    """A trained classifier network.

    Args:
        network: trained.
        backbone: inputs.
        searches: whether its tower is the one that searches use, trained further.
    """

    def __init__(
        self, network: ClassifierNetwork, backbone: Backbone, *, searches: bool = False
    ) -> None:
        self._network = network
        self._backbone = backbone
        self._searches = searches

    def log_probabilities(self, rows: Rows) -> LogProbabilities:
        """Log-softmax of the logits (N, C)."""
        self._network.eval()
        found = [np.empty((0, self._network.head.out_features))]
        with torch.inference_mode():
            for part in batches(rows):
                logits = self._network(self._backbone.inputs(part)).double()
                found.append(F.log_softmax(logits, dim=1).cpu().numpy())
        return np.concatenate(found)

    @property
    def stored(self) -> StoredPredictor:
        """The tower, and the classifier as a probe on its features."""
        extractor = TowerFeatures.of(self._network.tower, self._backbone)
        return StoredPredictor(extractor, self._network.as_probe())

    def save(self, folder: Path) -> None:
        """Writes tower and classifier."""
        self.stored.write(folder)

    def tower(self) -> nn.Module | None:
        """The tower, where searches could use it."""
        return self._network.tower if self._searches and self._backbone.serves else None


def class_weights(data: TrainingData, rows: Rows) -> torch.Tensor:
    """By which losses of rows are multiplied so that classes weigh the same: float32 (C,)."""
    counts = np.bincount(data.classes[rows], minlength=data.class_count)
    weights = len(rows) / (np.maximum(counts, 1) * max((counts > 0).sum(), 1))
    return torch.from_numpy(weights.astype(np.float32))


def tower_groups(
    tower: nn.Module, peak: float, layer_decay: float = LAYER_DECAY
) -> list[dict[str, Any]]:
    """A tower's parameters by depth, as they were registered, with a learning rate for each part.

    Args:
        tower: what is trained.
        peak: learning rate of the last quarter.
        layer_decay: by which each quarter before learns slower.
    """
    parameters = [each for each in tower.parameters() if each.requires_grad]
    bounds = [len(parameters) * n // QUARTERS for n in range(QUARTERS + 1)]
    return [
        {
            "params": parameters[bounds[n] : bounds[n + 1]],
            PEAK: peak * layer_decay ** (QUARTERS - 1 - n),
        }
        for n in range(QUARTERS)
    ]
