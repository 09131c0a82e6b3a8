"""Contrastive fine-tuning with label prompts (FLYP, Goyal et al. 2023).

The image tower goes on learning as it was pretrained: pictures are drawn to the words of their
class and away from those of the others in the batch. The text tower stays as it is (ADR 23).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from engine.classify.examples import Rows
from engine.classify.methods import ProbeScorer
from engine.classify.prompts import class_texts
from engine.classify.zero_shot import ZeroShot
from engine.training.context import Judged, RunContext
from engine.training.data import TrainingData
from engine.training.methods.fine_tuning import STEPS, classifier_on, recipe, tower_peak
from engine.training.snapshot import Split

if TYPE_CHECKING:
    import torch

    from engine.training.networks import ClassifierNetwork, NetworkPredictor


class FlypMethod:
    """The tower that serves, trained further; it classifies by class names, as zero-shot does."""

    def run(self, data: TrainingData, context: RunContext) -> NetworkPredictor:
        """Trains all layers, those near the input more slowly."""
        from engine.training.loop import train
        from engine.training.networks import NetworkPredictor

        rows = data.rows(Split.TRAIN)
        network = classifier_on(data.images.tower(), data)
        network.start_from(by_words(data.words))
        lesson = PromptLesson(network, data, rows)
        train(lesson, rows, data.rows(Split.VALIDATION), recipe(len(rows), STEPS), context)
        return NetworkPredictor(network, data.backbone, searches=True)


def by_words(words: ZeroShot) -> ProbeScorer:
    """Zero-shot classification as a linear classifier."""
    weights = np.float32(words.logit_scale) * words.text_features
    return ProbeScorer(weights, np.zeros(len(weights), dtype=np.float32))


class PromptLesson:
    """CLIP's own loss between the pictures of a batch and a wording of each one's class.

    As in the paper, another picture's wording is wrong even where it is of the same class; among
    few classes that bounds the loss from below, and pulls in no direction.
    """

    def __init__(self, network: ClassifierNetwork, data: TrainingData, train_rows: Rows) -> None:
        from engine.training.networks import class_weights

        self.network = network
        self._data = data
        self._device = data.backbone.card.device
        self._weights = class_weights(data, train_rows).to(self._device)
        self._wordings = [
            data.images.encode_texts(class_texts(each.name, each.description, data.snapshot.kind))
            for each in data.snapshot.classes
        ]

    def parameter_groups(self) -> list[dict[str, Any]]:
        """The tower by quarters; the classifier is made of words, and stays."""
        from engine.training.networks import tower_groups

        return tower_groups(self.network.tower, tower_peak(self.network.tower))

    def order(self, rows: Rows, random: np.random.Generator) -> Rows:
        """Shuffled."""
        return random.permutation(rows)

    def loss(self, rows: Rows, random: np.random.Generator) -> torch.Tensor:
        """Weighted cross-entropy from pictures to wordings and from wordings to pictures."""
        import torch
        from torch.nn import functional as F  # noqa: N812

        inputs = self._data.images.inputs(rows, random)
        image_features = F.normalize(self.network.tower(inputs), dim=-1)
        classes = self._data.classes[rows]
        drawn = [random.choice(self._wordings[index]) for index in classes]
        text_features = torch.from_numpy(np.stack(drawn)).to(self._device)
        logits = self._data.words.logit_scale * image_features @ text_features.T  # (B, B)
        own = torch.arange(len(rows), device=self._device)
        losses = F.cross_entropy(logits, own, reduction="none")
        losses = losses + F.cross_entropy(logits.T, own, reduction="none")
        return (losses * self._weights[torch.from_numpy(classes)]).mean() / 2

    def judged(self, rows: Rows) -> Judged:
        """By the likeliest class."""
        from engine.training.networks import NetworkPredictor

        found = NetworkPredictor(self.network, self._data.backbone).log_probabilities(rows)
        return Judged(rows, self._data.classes[rows], found.argmax(axis=1))
