"""Methods on features of the model that serves: class names, class means, a linear probe."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.classify.calibration import log_losses
from engine.classify.examples import Examples, LogProbabilities, Rows
from engine.classify.methods import Probe, Prototype, Scorer
from engine.classify.rungs import INVERSE_PENALTIES
from engine.encoders.ports import Features
from engine.training.context import RunContext
from engine.training.data import TrainingData
from engine.training.snapshot import Split

USUAL_PENALTY = 10.0
"""Where nothing validates."""


@dataclass(frozen=True)
class FeaturePredictor:
    """A scorer with the features of all rows of a snapshot: (N, D)."""

    scorer: Scorer
    features: Features

    def log_probabilities(self, rows: Rows) -> LogProbabilities:
        """Of each class (N, C)."""
        return self.scorer(self.features[rows])


class ZeroShotMethod:
    """Nearness to the words of each class; learns nothing."""

    def run(self, data: TrainingData, context: RunContext) -> FeaturePredictor:  # noqa: ARG002
        """Encodes the words."""
        return FeaturePredictor(data.words, data.features)


class PrototypeMethod:
    """Nearness to the mean of each class."""

    def run(self, data: TrainingData, context: RunContext) -> FeaturePredictor:  # noqa: ARG002
        """Averages the examples."""
        examples = data.examples(data.rows(Split.TRAIN), data.features)
        return FeaturePredictor(Prototype().fit(examples), data.features)


class ProbeMethod:
    """Multinomial logistic regression."""

    def run(self, data: TrainingData, context: RunContext) -> FeaturePredictor:  # noqa: ARG002
        """Fits."""
        return FeaturePredictor(fitted_probe(data, data.features), data.features)


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
    return min(fitted, key=lambda scorer: _mean_loss(scorer, validation))


def _mean_loss(scorer: Scorer, examples: Examples) -> float:
    losses = log_losses(scorer(examples.features), examples.classes)
    return float(np.minimum(losses, 1e3).mean())  # a class nothing was learnt of decides nothing
