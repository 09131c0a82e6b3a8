"""The ways to learn a label set, and which kind of items each is for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from engine.schemas import ItemKind, TrainingMethod
from engine.training.context import RunContext
from engine.training.data import TrainingData
from engine.training.evaluation import Predictor
from engine.training.methods.features import ProbeMethod, PrototypeMethod, ZeroShotMethod
from engine.training.methods.fine_tuning import FineTuningMethod, FromScratchMethod
from engine.training.methods.pixels import PixelsMethod, VisualWordsMethod
from engine.training.methods.setfit import SetFitMethod
from engine.training.methods.tfidf import TfidfMethod


class Method(Protocol):
    """A way to learn."""

    def run(self, data: TrainingData, context: RunContext) -> Predictor:
        """Learns from the training rows and chooses by the validation rows.

        Raises:
            Stopped: as asked; called again with the same folder, it goes on.
            EngineError: it cannot, with the reason in a sentence.
        """
        ...


METHODS: Mapping[TrainingMethod, Method] = {
    TrainingMethod.PIXELS: PixelsMethod(),
    TrainingMethod.VISUAL_WORDS: VisualWordsMethod(),
    TrainingMethod.TFIDF: TfidfMethod(),
    TrainingMethod.ZERO_SHOT: ZeroShotMethod(),
    TrainingMethod.PROTOTYPE: PrototypeMethod(),
    TrainingMethod.PROBE: ProbeMethod(),
    TrainingMethod.FROM_SCRATCH: FromScratchMethod(),
    TrainingMethod.LP_FT: FineTuningMethod(probe_first=True),
    TrainingMethod.FINE_TUNING: FineTuningMethod(probe_first=False),
    TrainingMethod.SETFIT: SetFitMethod(),
}

ONLY_FOR = {
    TrainingMethod.PIXELS: ItemKind.IMAGE,
    TrainingMethod.VISUAL_WORDS: ItemKind.IMAGE,
    TrainingMethod.FROM_SCRATCH: ItemKind.IMAGE,
    TrainingMethod.TFIDF: ItemKind.TEXT,
    TrainingMethod.SETFIT: ItemKind.TEXT,
}


def suiting(kind: ItemKind) -> list[TrainingMethod]:
    """The methods for items of a kind, simplest first."""
    return [method for method in METHODS if ONLY_FOR.get(method, kind) is kind]
