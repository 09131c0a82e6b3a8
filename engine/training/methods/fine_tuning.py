"""Methods that train the network: from random weights, and further from the ones that serve."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.classify.examples import Rows
from engine.classify.methods import ProbeScorer
from engine.schemas import ItemKind
from engine.training.context import RunContext
from engine.training.data import TrainingData
from engine.training.methods.features import fitted_probe
from engine.training.snapshot import Split

if TYPE_CHECKING:
    from torch import nn

    from engine.training.loop import Recipe
    from engine.training.networks import (
        ClassificationLesson,
        ClassifierNetwork,
        NetworkPredictor,
    )

BATCH_SIZE = 32

STEPS = 300
LEAST_EPOCHS, MOST_EPOCHS = 3, 40
"""A handful of looks at each item; of few items more, so that there are enough steps."""

SMALL_TOWER_PARAMETERS = 30_000_000
SMALL_TOWER_PEAK, LARGE_TOWER_PEAK = 2e-4, 1e-5
"""Learning rates of pretrained towers; 1e-5 is what fine-tuned CLIP's ViTs (Wortsman et al. 2022),
and what is small or hardly trained yet bears more."""

FROM_SCRATCH_STEPS = {ItemKind.IMAGE: 600, ItemKind.TEXT: 300}
FROM_SCRATCH_PEAK = {ItemKind.IMAGE: 2e-3, ItemKind.TEXT: 5e-4}
"""A sentence model of MiniLM's size takes five minutes of two cores for its steps; and BERT learns
from nothing at 1e-4 to 1e-3, where convolutions bear more."""


@dataclass(frozen=True)
class FineTuningMethod:
    """The tower that serves, trained further with a classifier on it.

    Attributes:
        probe_first: the classifier starts as a linear probe (LP-FT, Kumar et al. 2022), not as
            zeros, so that the first steps do not distort the features.
    """

    probe_first: bool

    def run(self, data: TrainingData, context: RunContext) -> NetworkPredictor:
        """Trains all layers, those near the input more slowly."""
        from engine.training.networks import ClassificationLesson

        rows = data.rows(Split.TRAIN)
        tower = data.backbone.tower()
        peak = tower_peak(tower)
        network = classifier_on(tower, data)
        if self.probe_first:
            start_from_probe(network, data)
        lesson = ClassificationLesson(network, data, rows, tower_peak=peak)
        return taught(lesson, data, rows, STEPS, context)


class FromScratchMethod:
    """The same architecture from random weights: what pretraining is worth."""

    def run(self, data: TrainingData, context: RunContext) -> NetworkPredictor:
        """Trains all layers alike."""
        import torch

        from engine.training.networks import ClassificationLesson

        rows, kind = data.rows(Split.TRAIN), data.snapshot.kind
        torch.manual_seed(context.seed)
        network = classifier_on(data.backbone.untrained_tower(), data, frozen_statistics=False)
        lesson = ClassificationLesson(
            network, data, rows, tower_peak=FROM_SCRATCH_PEAK[kind], layer_decay=1.0
        )
        return taught(lesson, data, rows, FROM_SCRATCH_STEPS[kind], context, searches=False)


def classifier_on(
    tower: nn.Module, data: TrainingData, *, frozen_statistics: bool = True
) -> ClassifierNetwork:
    """A network for the data's classes on the data's device."""
    from engine.training.networks import ClassifierNetwork

    card = data.backbone.card
    network = ClassifierNetwork(
        tower, card.embed_dim, data.class_count, frozen_statistics=frozen_statistics
    )
    return network.to(card.device)


def start_from_probe(network: ClassifierNetwork, data: TrainingData) -> None:
    """Makes a network whose tower is as it serves answer as a probe on its features does."""
    probe = fitted_probe(data, data.features)
    if isinstance(probe, ProbeScorer):
        network.start_from(probe)


def taught(
    lesson: ClassificationLesson,
    data: TrainingData,
    rows: Rows,
    steps: int,
    context: RunContext,
    *,
    searches: bool = True,
) -> NetworkPredictor:
    """Trains a classifier.

    Args:
        lesson: what it is taught.
        data: to choose the epoch by.
        rows: to learn from.
        steps: about how many.
        context: where it lies.
        searches: whether the tower is the one that searches use.
    """
    from engine.training.loop import train
    from engine.training.networks import NetworkPredictor

    train(lesson, rows, data.rows(Split.VALIDATION), recipe(len(rows), steps, MOST_EPOCHS), context)
    return NetworkPredictor(lesson.network, data.backbone, searches=searches)


def recipe(items: int, steps: int, most_epochs: int) -> Recipe:
    """As many epochs as give so many steps, within bounds."""
    from engine.training.loop import Recipe

    epochs = round(steps * BATCH_SIZE / items)
    return Recipe(min(max(epochs, LEAST_EPOCHS), most_epochs), BATCH_SIZE)


def tower_peak(tower: nn.Module) -> float:
    """The learning rate for a pretrained tower of this size."""
    size = sum(each.numel() for each in tower.parameters())
    return SMALL_TOWER_PEAK if size < SMALL_TOWER_PARAMETERS else LARGE_TOWER_PEAK
