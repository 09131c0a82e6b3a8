"""The methods compared: each in its best setting, cross-validated on the same splits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.classify.calibration import fit_temperature, log_losses, tempered
from engine.classify.cross_validation import out_of_fold
from engine.classify.examples import Examples, LogProbabilities, Rows
from engine.classify.methods import Method, Nearest, Probe, Prototype, Scorer
from engine.classify.zero_shot import Blend, ZeroShot, blended
from engine.schemas import ClassifierMethod

WORD_WEIGHTS = (0.0, 0.5, 1.0)
INVERSE_PENALTIES = (1.0, 10.0, 100.0)


@dataclass(frozen=True)
class Setting:
    """A method as it can be fitted.

    Attributes:
        learner: learns from examples; None for zero-shot.
        word_weight: of the words beside it.
    """

    method: ClassifierMethod
    learner: Method | None = None
    word_weight: float = 0.0

    def fit(self, examples: Examples, words: ZeroShot) -> Scorer:
        """Learns from examples."""
        if self.learner is None:
            return words
        return Blend(self.learner.fit(examples), words, self.word_weight)


@dataclass(frozen=True)
class Rung:
    """A setting, and how it did on the examples tested.

    Attributes:
        temperature: that calibrates its log-probabilities.
        losses: float64 (T,): negative log-likelihood of each example at that temperature.
        right: bool (T,): whether its class was found.
    """

    setting: Setting
    temperature: float
    losses: NDArray[np.float64]
    right: NDArray[np.bool_]


def compare(
    examples: Examples, words: ZeroShot, fold_of: Rows, tested: NDArray[np.bool_]
) -> list[Rung]:
    """The rungs in order, simplest first.

    Args:
        examples: to learn from.
        words: learn nothing, so that they need no split.
        fold_of: how the examples are split.
        tested: bool (N,): those whose class has others to learn from.
    """
    truth = examples.classes[tested]
    best: dict[ClassifierMethod, Rung] = {}
    for setting, scores in _tried(examples, words, fold_of):
        rung = _judged(setting, scores[tested], truth)
        known = best.get(setting.method)
        if known is None or rung.losses.sum() < known.losses.sum():
            best[setting.method] = rung
    return list(best.values())


def _tried(
    examples: Examples, words: ZeroShot, fold_of: Rows
) -> Iterator[tuple[Setting, LogProbabilities]]:
    """Every setting with its out-of-fold log-probabilities: (N, C)."""
    by_words = words(examples.features)
    yield Setting(ClassifierMethod.ZERO_SHOT), by_words
    learners: list[tuple[ClassifierMethod, Method]] = [
        (ClassifierMethod.NEAREST, Nearest()),
        (ClassifierMethod.PROTOTYPE, Prototype()),
        *((ClassifierMethod.PROBE, Probe(penalty)) for penalty in INVERSE_PENALTIES),
    ]
    for method, learner in learners:
        by_examples = out_of_fold(learner.fit, examples, fold_of)
        for weight in WORD_WEIGHTS:
            yield Setting(method, learner, weight), blended(by_examples, by_words, weight)


def _judged(setting: Setting, scores: LogProbabilities, truth: Rows) -> Rung:
    temperature = fit_temperature(scores, truth)
    losses = log_losses(tempered(scores, temperature), truth)
    return Rung(setting, temperature, losses, scores.argmax(axis=1) == truth)
