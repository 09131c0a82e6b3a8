"""Methods on features of the model that serves: class names, class means, a linear probe."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engine.classify.calibration import log_losses
from engine.classify.examples import LogProbabilities, Rows
from engine.classify.methods import Probe, ProbeScorer, Prototype, Scorer
from engine.classify.rungs import INVERSE_PENALTIES
from engine.encoders.ports import Features
from engine.training.context import RunContext
from engine.training.data import TrainingData
from engine.training.extractors import Extractor
from engine.training.extractors.encoder import EncoderFeatures
from engine.training.snapshot import Split
from engine.training.stored import StoredPredictor

if TYPE_CHECKING:
    from torch import nn

USUAL_PENALTY = 10.0
"""Where nothing validates."""


@dataclass(frozen=True)
class FeaturePredictor:
    """A scorer with the features of all rows of a snapshot.

    Attributes:
        features: (N, D).
        extractor: what made them, and makes those of items never seen.
        trained: the network that made them, where it is the one of searches, trained further.
    """

    scorer: Scorer
    features: Features
    extractor: Extractor
    trained: nn.Module | None = None

    def log_probabilities(self, rows: Rows) -> LogProbabilities:
        """Of each class (N, C)."""
        return self.scorer(self.features[rows])

    @property
    def stored(self) -> StoredPredictor:
        """The same, for items never seen."""
        return StoredPredictor(self.extractor, self.scorer)

    def save(self, folder: Path) -> None:
        """Writes scorer and extractor."""
        self.stored.write(folder)

    def tower(self) -> nn.Module | None:
        """The network, where it was trained."""
        return self.trained


class ZeroShotMethod:
    """Nearness to the words of each class; learns nothing."""

    def run(self, data: TrainingData, context: RunContext) -> FeaturePredictor:  # noqa: ARG002
        """Encodes the words."""
        return by_encoder(data.words, data)


class PrototypeMethod:
    """Nearness to the mean of each class."""

    def run(self, data: TrainingData, context: RunContext) -> FeaturePredictor:  # noqa: ARG002
        """Averages the examples."""
        examples = data.examples(data.rows(Split.TRAIN), data.features)
        return by_encoder(Prototype().fit(examples), data)


class ProbeMethod:
    """Multinomial logistic regression."""

    def run(self, data: TrainingData, context: RunContext) -> FeaturePredictor:
        """Fits."""
        scorer = fitted_probe(data, data.features)
        if isinstance(scorer, ProbeScorer):
            context.counted(scorer.weights.size + scorer.biases.size)
        return by_encoder(scorer, data)


def by_encoder(scorer: Scorer, data: TrainingData) -> FeaturePredictor:
    """A scorer with the features of the model that serves."""
    return FeaturePredictor(scorer, data.features, EncoderFeatures(data.backbone.card.fingerprint))


def fitted_probe(data: TrainingData, features: Features) -> Scorer:
    """The linear probe whose penalty suits the validation rows best.

    Args:
        data: rows and classes.
        features: of any kind, of all rows of the snapshot: float32 (N, D).
    """
    train = data.examples(data.rows(Split.TRAIN), features)
    validation = data.examples(data.rows(Split.VALIDATION), features)
    if not len(validation):
        return Probe(USUAL_PENALTY).fit(train)
    fitted = [Probe(penalty).fit(train) for penalty in INVERSE_PENALTIES]
    return min(
        fitted, key=lambda scorer: mean_loss(scorer(validation.features), validation.classes)
    )


def mean_loss(found: LogProbabilities, truth: Rows) -> float:
    """How far log-probabilities (N, C) are from the true classes (N,): less is better."""
    losses = log_losses(found, truth)
    return float(np.minimum(losses, 1e3).mean())  # a class nothing was learnt of decides nothing
