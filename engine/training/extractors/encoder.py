"""The features of the model that serves."""

from __future__ import annotations

from dataclasses import dataclass

from engine.classify.examples import Rows
from engine.encoders.ports import Features
from engine.training.data import TrainingData
from engine.training.extractors.extractor import require


@dataclass(frozen=True)
class EncoderFeatures:
    """An extractor by a model as it is.

    Attributes:
        encoder: its fingerprint.
    """

    encoder: str

    def features(self, data: TrainingData, rows: Rows) -> Features:
        """Encodes rows, or takes what was encoded already."""
        require(self.encoder, data.backbone.card)
        return data.features[rows]
