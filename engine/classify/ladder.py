"""Which method answers: the simplest that no other beats beyond noise.

Zero-shot, nearest examples, class means, linear probe, in this order. All are cross-validated on
the same split; served is the first whose accuracy is within one standard error of the best one's
(Breiman et al. 1984, 3.4.3). Where labels are too few to compare, class means blended with
zero-shot serve (`docs/adr/0017-classifier-ladder.md`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest  # type: ignore[import-untyped]

from engine.classify.calibration import fit_temperature
from engine.classify.classifier import Classifier, Evidence, Landmarks
from engine.classify.cross_validation import out_of_fold, split
from engine.classify.examples import Examples
from engine.classify.methods import Prototype, Prototypes
from engine.classify.rejection import FAR, as_known_and_unknown, measured
from engine.classify.rungs import Rung, Setting, compare
from engine.classify.zero_shot import ZeroShot
from engine.encoders.ports import Features
from engine.schemas import ClassifierMethod, Interval

LEAST_GROUPS = 3
"""Different items a class needs to be tested: of two, one alone would be left to learn from, and
methods would look worse, and be less sure, than they are."""

LEAST_TESTED = 10
"""Examples of such classes; fewer say nothing about methods."""

LEAST_REPRESENTATIVE = 30
"""Examples drawn at random that tell the accuracy; where there are fewer, all tell it."""

NOTHING = np.empty(0)

UNCOMPARED = Setting(ClassifierMethod.PROTOTYPE, Prototype(), word_weight=1.0)
"""What serves while labels are too few to compare methods."""

UNCOMPARED_TEMPERATURE = 1.6
"""With one label a class, of all sets measured the best: calibration error .03 to .09."""


def fit(
    examples: Examples,
    words: ZeroShot,
    *,
    reference: Features | None = None,
    representative: NDArray[np.bool_] | None = None,
    seed: int = 0,
) -> Classifier:
    """Fits every method and serves the one that has earned it.

    Args:
        examples: none at all, few or many.
        words: the classes by their names.
        reference: float32 (M, D), L2-normalised: general content, taken to be of no class.
        representative: bool (N,): which examples were drawn at random, so that they may tell how
            accurate the classifier is; all, if none is named.
        seed: of the split.
    """
    if not len(examples):
        rejection = measured(NOTHING, _nearness(words, reference), assumed_distance=FAR)
        return Classifier(words, 1.0, words, rejection, Evidence(ClassifierMethod.ZERO_SHOT))
    words = weighed(words, examples)
    tested = examples.groups_per_class[examples.classes] >= LEAST_GROUPS
    if tested.sum() < LEAST_TESTED:
        return _uncompared(examples, words, reference)
    fold_of = split(examples, seed)
    served = simplest_unbeaten(compare(examples, words, fold_of, tested))
    right = served.right if representative is None else _told_by(served, representative[tested])
    landmarks = Prototypes.of(examples)
    cosines = out_of_fold(lambda part: Prototypes.of(part).cosines, examples, fold_of)
    known, unknown = as_known_and_unknown(cosines[tested], examples.classes[tested])
    return Classifier(
        served.setting.fit(examples, words),
        served.temperature,
        landmarks,
        measured(known, np.concatenate([unknown, _nearness(landmarks, reference)])),
        Evidence(served.setting.method, len(examples), wilson(right), len(right)),
    )


def _uncompared(examples: Examples, words: ZeroShot, reference: Features | None) -> Classifier:
    landmarks = Prototypes.of(examples)
    _, unknown = as_known_and_unknown(landmarks.cosines(examples.features), examples.classes)
    return Classifier(
        UNCOMPARED.fit(examples, words),
        UNCOMPARED_TEMPERATURE,
        landmarks,
        measured(NOTHING, np.concatenate([unknown, _nearness(landmarks, reference)])),
        Evidence(UNCOMPARED.method, len(examples)),
    )


def simplest_unbeaten(rungs: Sequence[Rung]) -> Rung:
    """The first rung within one standard error of the best.

    Args:
        rungs: simplest first, all tested on the same examples.
    """
    best = min(rungs, key=lambda rung: float(rung.losses.mean()))
    return next(rung for rung in rungs if not _beats(best, rung))


def _beats(one: Rung, other: Rung) -> bool:
    lead = other.losses - one.losses
    return bool(lead.mean() > lead.std() / np.sqrt(len(lead)))


def wilson(right: NDArray[np.bool_]) -> Interval:
    """The share of right answers with Wilson's 95 % interval (1927)."""
    bounds = binomtest(int(right.sum()), len(right)).proportion_ci(method="wilson")
    return Interval(value=float(right.mean()), low=float(bounds.low), high=float(bounds.high))


def _told_by(served: Rung, representative: NDArray[np.bool_]) -> NDArray[np.bool_]:
    enough = representative.sum() >= LEAST_REPRESENTATIVE
    return served.right[representative] if enough else served.right


def weighed(words: ZeroShot, examples: Examples) -> ZeroShot:
    """The words with a scale that is as sure as labels have shown them to be right."""
    temperature = fit_temperature(words(examples.features), examples.classes)
    return replace(words, logit_scale=words.logit_scale / temperature)


def _nearness(landmarks: Landmarks, reference: Features | None) -> NDArray[np.float64]:
    if reference is None or not len(reference):
        return NOTHING
    return np.asarray(landmarks.cosines(reference).max(axis=1))
