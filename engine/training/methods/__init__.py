"""The ways to learn a label set, and which kind of items each is for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from engine.schemas import ItemKind, TrainingMethod
from engine.training.context import RunContext
from engine.training.data import TrainingData
from engine.training.evaluation import Predictor
from engine.training.methods.by_kind import ByKind
from engine.training.methods.features import ProbeMethod, PrototypeMethod, ZeroShotMethod
from engine.training.methods.fine_tuning import FineTuningMethod, FromScratchMethod
from engine.training.methods.flyp import FlypMethod
from engine.training.methods.lora import LoraMethod
from engine.training.methods.pixels import PixelsMethod, VisualWordsMethod
from engine.training.methods.setfit import SetFitMethod
from engine.training.methods.text_fine_tuning import TextFineTuningMethod
from engine.training.methods.tfidf import TfidfMethod
from engine.training.methods.tip_adapter import TipAdapterMethod
from engine.training.methods.wise_ft import WiseFtMethod
from engine.training.methods.word_vectors import GloveMethod, Word2VecMethod


class Method(Protocol):
    """A way to learn."""

    def run(self, data: TrainingData, context: RunContext) -> Predictor:
        """Learns from the training rows and chooses by the validation rows.

        Raises:
            Stopped: as asked; called again with the same folder, it goes on.
            EngineError: it cannot, with the reason in a sentence.
        """
        ...


LP_FT = FineTuningMethod(probe_first=True)
FINE_TUNING = ByKind(FineTuningMethod(probe_first=False), TextFineTuningMethod())
LORA, FLYP, SETFIT = LoraMethod(), FlypMethod(), SetFitMethod()

METHODS: Mapping[TrainingMethod, Method] = {
    TrainingMethod.PIXELS: PixelsMethod(),
    TrainingMethod.VISUAL_WORDS: VisualWordsMethod(),
    TrainingMethod.TFIDF: TfidfMethod(),
    TrainingMethod.CBOW: Word2VecMethod(skip_gram=False),
    TrainingMethod.SKIP_GRAM: Word2VecMethod(skip_gram=True),
    TrainingMethod.GLOVE: GloveMethod(),
    TrainingMethod.ZERO_SHOT: ZeroShotMethod(),
    TrainingMethod.PROTOTYPE: PrototypeMethod(),
    TrainingMethod.PROBE: ProbeMethod(),
    TrainingMethod.TIP_ADAPTER: TipAdapterMethod(),
    TrainingMethod.FROM_SCRATCH: FromScratchMethod(),
    TrainingMethod.LP_FT: LP_FT,
    TrainingMethod.WISE_LP_FT: WiseFtMethod(TrainingMethod.LP_FT, LP_FT),
    TrainingMethod.LORA: LORA,
    TrainingMethod.WISE_LORA: WiseFtMethod(TrainingMethod.LORA, LORA),
    TrainingMethod.FINE_TUNING: FINE_TUNING,
    TrainingMethod.WISE_FINE_TUNING: WiseFtMethod(TrainingMethod.FINE_TUNING, FINE_TUNING),
    TrainingMethod.FLYP: FLYP,
    TrainingMethod.WISE_FLYP: WiseFtMethod(TrainingMethod.FLYP, FLYP, by_words=True),
    TrainingMethod.SETFIT: SETFIT,
    TrainingMethod.WISE_SETFIT: WiseFtMethod(TrainingMethod.SETFIT, SETFIT),
}

ONLY_FOR = {
    TrainingMethod.PIXELS: ItemKind.IMAGE,
    TrainingMethod.VISUAL_WORDS: ItemKind.IMAGE,
    TrainingMethod.FLYP: ItemKind.IMAGE,
    TrainingMethod.WISE_FLYP: ItemKind.IMAGE,
    TrainingMethod.TFIDF: ItemKind.TEXT,
    TrainingMethod.CBOW: ItemKind.TEXT,
    TrainingMethod.SKIP_GRAM: ItemKind.TEXT,
    TrainingMethod.GLOVE: ItemKind.TEXT,
    TrainingMethod.SETFIT: ItemKind.TEXT,
    TrainingMethod.WISE_SETFIT: ItemKind.TEXT,
}


ON_ANY_NETWORK = frozenset(
    {
        TrainingMethod.PIXELS,
        TrainingMethod.VISUAL_WORDS,
        TrainingMethod.PROTOTYPE,
        TrainingMethod.PROBE,
        TrainingMethod.FROM_SCRATCH,
        TrainingMethod.LP_FT,
        TrainingMethod.WISE_LP_FT,
        TrainingMethod.LORA,
        TrainingMethod.WISE_LORA,
        TrainingMethod.FINE_TUNING,
        TrainingMethod.WISE_FINE_TUNING,
    }
)
"""What a network can do that knows no words."""


def suiting(kind: ItemKind) -> list[TrainingMethod]:
    """The methods for items of a kind, simplest first."""
    return [method for method in METHODS if ONLY_FOR.get(method, kind) is kind]
