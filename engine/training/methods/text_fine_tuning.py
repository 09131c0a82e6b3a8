"""Fine-tuning of the sentence model: by sentence-transformers' own trainer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.training.context import RunContext
from engine.training.data import TrainingData
from engine.training.methods.fine_tuning import (
    MOST_EPOCHS,
    STEPS,
    classifier_on,
    recipe,
    tower_peak,
)
from engine.training.snapshot import Split

if TYPE_CHECKING:
    from engine.training.networks import NetworkPredictor


class TextFineTuningMethod:
    """The sentence model, trained further with a classifier on it that knows nothing at first."""

    def run(self, data: TrainingData, context: RunContext) -> NetworkPredictor:
        """Trains all layers, those near the input more slowly."""
        from engine.training.networks import NetworkPredictor
        from engine.training.sentence_trainer import train_by_trainer

        tower = data.backbone.tower()
        network = classifier_on(tower, data)
        length = recipe(len(data.rows(Split.TRAIN)), STEPS, MOST_EPOCHS)
        train_by_trainer(network, data, length, context, tower_peak=tower_peak(tower))
        return NetworkPredictor(network, data.backbone, searches=True)
