"""A predictor that outlives its run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engine.classify.examples import LogProbabilities, Rows
from engine.classify.methods import Scorer
from engine.training.data import TrainingData
from engine.training.extractors import Extractor
from engine.training.stored.files import read_parts, write_parts


@dataclass(frozen=True)
class StoredPredictor:
    """What makes features of items, and what scores these."""

    extractor: Extractor
    scorer: Scorer

    def log_probabilities(self, data: TrainingData, rows: Rows) -> LogProbabilities:
        """Of each class (N, C), for rows of any data of the same kind.

        Raises:
            EncoderMismatch: it belongs to another model than the data's.
        """
        return self.scorer(self.extractor.features(data, rows))

    def write(self, folder: Path) -> None:
        """Writes it into a folder that is there.

        Raises:
            StorageFailed: there is no room.
        """
        write_parts(folder, {"extractor": self.extractor, "scorer": self.scorer})


def load_predictor(folder: Path) -> StoredPredictor:
    """Reads what a predictor's `save` wrote.

    Raises:
        ModelUnavailable: it is damaged, or not there.
    """
    return StoredPredictor(**read_parts(folder))
