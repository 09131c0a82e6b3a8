"""Tip-Adapter-F (Zhang et al. 2022): examples as a cache beside the class names, and trained."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.classify.example_cache import ExampleCache
from engine.classify.examples import Rows
from engine.training.context import Judged, RunContext
from engine.training.data import TrainingData
from engine.training.methods.features import FeaturePredictor, by_encoder, mean_loss
from engine.training.snapshot import Split

if TYPE_CHECKING:
    import numpy as np
    import torch

KEYS_PEAK, EPOCHS, BATCH_SIZE = 1e-3, 20, 32
"""The paper's (4.1), but for its batches of 256: few labels would be over in a step an epoch."""

ALPHA, BETA = 64.0, 5.5
"""For training, and where nothing validates: the paper's β (4.3), and the α that validated best.

The paper's α of 1 for the sum of 16 examples a class would be 16 for their mean.
"""

ALPHAS = (0.0, 16.0, 32.0, 64.0, 128.0, 256.0)
BETAS = (0.5, 1.0, 3.0, 5.5, 10.0)


class TipAdapterMethod:
    """What class names say, with what examples like the item say; the examples' features learn."""

    def run(self, data: TrainingData, context: RunContext) -> FeaturePredictor:
        """Trains the cache, and chooses by the validation rows how much it counts."""
        from engine.training.loop import Recipe, train

        rows, validation_rows = data.rows(Split.TRAIN), data.rows(Split.VALIDATION)
        lesson = CacheLesson(data, rows)
        train(lesson, rows, validation_rows, Recipe(EPOCHS, BATCH_SIZE), context)
        if not len(validation_rows):
            return by_encoder(lesson.cache(ALPHA, BETA), data)
        validation = data.examples(validation_rows, data.features)
        caches = (lesson.cache(alpha, beta) for alpha in ALPHAS for beta in BETAS)
        best = min(
            caches, key=lambda cache: mean_loss(cache(validation.features), validation.classes)
        )
        return by_encoder(best, data)


class CacheLesson:
    """Cross-entropy of what the other examples, and the class names, say of each example.

    An example does not vote on itself, which would teach nothing. The paper shows it altered
    instead, and encodes every picture twenty times.
    """

    def __init__(self, data: TrainingData, train_rows: Rows) -> None:
        import torch
        from torch import nn

        from engine.training.networks import class_weights

        examples = data.examples(train_rows, data.features)
        memberships = examples.memberships
        self._values = memberships / memberships.sum(axis=0).clip(min=1)
        self._data = data
        self._rows = train_rows
        self._class_weights = class_weights(data, train_rows)
        self._keys = nn.Parameter(torch.from_numpy(examples.features.copy()))
        self.network = nn.ParameterList([self._keys])

    def parameter_groups(self) -> list[dict[str, Any]]:
        """The keys."""
        from engine.training.loop import PEAK

        return [{"params": [self._keys], PEAK: KEYS_PEAK}]

    def order(self, rows: Rows, random: np.random.Generator) -> Rows:
        """Shuffled."""
        return random.permutation(rows)

    def loss(self, rows: Rows, random: np.random.Generator) -> torch.Tensor:  # noqa: ARG002
        """Weighted cross-entropy, as `ExampleCache` scores."""
        import torch
        from torch.nn import functional as F  # noqa: N812

        features = self._data.features[rows]
        others = torch.from_numpy(rows[:, None] != self._rows)  # (B, M)
        affinities = torch.exp(BETA * (torch.from_numpy(features) @ self._keys.T - 1)) * others
        votes = affinities @ torch.from_numpy(self._values)  # (B, M) @ (M, C)
        words = self._data.words
        by_words = torch.from_numpy(words.logit_scale * words.cosines(features)).float()
        truth = torch.from_numpy(self._data.classes[rows])
        losses = F.cross_entropy(ALPHA * votes + by_words, truth, reduction="none")
        return (losses * self._class_weights[truth]).mean()

    def judged(self, rows: Rows) -> Judged:
        """By the likeliest class."""
        found = self.cache(ALPHA, BETA)(self._data.features[rows])
        return Judged(rows, self._data.classes[rows], found.argmax(axis=1))

    def cache(self, alpha: float, beta: float) -> ExampleCache:
        """What was learnt, with another weight and sharpness."""
        keys = self._keys.detach().numpy()
        return ExampleCache(keys, self._values, self._data.words, alpha, beta)
