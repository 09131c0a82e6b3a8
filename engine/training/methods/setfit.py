"""Contrastive fine-tuning of the sentence model, then a probe (SetFit, Tunstall et al. 2022).

SetFit builds pairs of texts, of which there are as many as the square of the labels. Here every
pair within a batch counts instead, which costs no forward of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from engine.classify.examples import Rows
from engine.classify.methods import Prototype
from engine.training.backbone import features_by
from engine.training.context import Judged, RunContext
from engine.training.data import TrainingData
from engine.training.extractors.tower import TowerFeatures
from engine.training.methods.features import FeaturePredictor, fitted_probe
from engine.training.methods.fine_tuning import recipe, tower_peak
from engine.training.snapshot import Split

if TYPE_CHECKING:
    import torch

STEPS, MOST_EPOCHS = 100, 10


class SetFitMethod:
    """Texts of one class are drawn together, others apart; a probe reads the new features."""

    def run(self, data: TrainingData, context: RunContext) -> FeaturePredictor:
        """Trains the sentence model, encodes all texts with it, and fits a probe."""
        from engine.training.loop import train

        rows = data.rows(Split.TRAIN)
        lesson = ContrastiveLesson(data, rows)
        length = recipe(len(rows), STEPS, MOST_EPOCHS)
        train(lesson, rows, data.rows(Split.VALIDATION), length, context)
        features = features_by(lesson.network, data.backbone, np.arange(len(data.classes)))
        extractor = TowerFeatures.of(lesson.network, data.backbone)
        return FeaturePredictor(
            fitted_probe(data, features), features, extractor, trained=lesson.network
        )


class ContrastiveLesson:
    """Cosines of pairs are trained towards one within a class, towards zero across classes."""

    def __init__(self, data: TrainingData, train_rows: Rows) -> None:
        self.network = data.backbone.tower()
        self._data = data
        self._train_rows = train_rows

    def parameter_groups(self) -> list[dict[str, Any]]:
        """The tower by quarters."""
        from engine.training.networks import tower_groups

        return tower_groups(self.network, tower_peak(self.network))

    def order(self, rows: Rows, random: np.random.Generator) -> Rows:
        """Shuffled in twos of one class, so that each batch has pairs to draw together."""
        shuffled = random.permutation(rows)
        by_class = shuffled[np.argsort(self._data.classes[shuffled], kind="stable")]
        twos = np.array_split(by_class, max(len(rows) // 2, 1))
        return np.concatenate([twos[n] for n in random.permutation(len(twos))])

    def loss(self, rows: Rows, random: np.random.Generator) -> torch.Tensor:
        """Mean squared error of cosines, as much of it of like pairs as of unlike ones."""
        import torch
        from torch.nn import functional as F  # noqa: N812

        features = F.normalize(self.network(self._data.backbone.inputs(rows, random)), dim=-1)
        cosines = features @ features.T  # (B, B)
        classes = torch.from_numpy(self._data.classes[rows]).to(cosines.device)
        alike = (classes[:, None] == classes).float()
        weights = _shared_out(alike - torch.eye(len(rows), device=cosines.device))
        weights = weights + _shared_out(1 - alike)
        return (weights * (cosines - alike) ** 2).sum() / 2

    def judged(self, rows: Rows) -> Judged:
        """By the means of the classes, which need no fitting."""
        both = np.concatenate([self._train_rows, rows])
        features = features_by(self.network, self._data.backbone, both)
        learnt = len(self._train_rows)
        everything = np.zeros((len(self._data.classes), features.shape[1]), dtype=np.float32)
        everything[both] = features
        scorer = Prototype().fit(self._data.examples(self._train_rows, everything))
        return Judged(rows, self._data.classes[rows], scorer(features[learnt:]).argmax(axis=1))


def _shared_out(chosen: torch.Tensor) -> torch.Tensor:
    """Equal weights of the pairs chosen (B, B), one in all; zeros where there are none."""
    return chosen / chosen.sum().clamp(min=1)
