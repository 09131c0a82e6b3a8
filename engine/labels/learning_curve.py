"""What labelling has brought, and what it would bring.

Accuracy is cross-validated at growing numbers of labels, and an inverse power law is fitted to it
(Figueroa et al. 2012, "Predicting sample size required for classification performance", eq. 1):

    accuracy(labels) = (1 - a) - b * labels ** c,    b >= 0, c <= 0.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.classify import Examples
from engine.classify.cross_validation import split
from engine.classify.examples import Rows
from engine.encoders.ports import Features
from engine.schemas import CurvePoint, Interval, LearningCurve

MORE = 20
"""Further labels that the estimate is for: one short session."""

LEAST_GROUPS = 3
LEAST_EXAMPLES = 30
"""With fewer, an interval would be as wide as the scale."""

MAX_EXAMPLES = 1_000
"""Beyond, a random part is measured: 20 labels more change nothing there, and time is short."""

POINTS = 6
REPEATS = 2
RESAMPLES = 40
"""Bootstrap samples of the tested items, for the interval of the estimate."""

RIDGE_PENALTY = 0.1
"""Ridge regression is solved in one step, and as accurate here as a logistic one."""

LEAST_GAIN = 0.005

Z_95 = 1.96
"""Standard deviations to each side of a 95 % interval."""

_Array = NDArray[np.float64]


def learning_curve(examples: Examples, at_random: NDArray[np.bool_]) -> LearningCurve:
    """Measures the curve and says what `MORE` labels would bring; takes a second or two.

    Args:
        examples: what there is to learn from, each of one class.
        at_random: bool (N,): which were drawn at random. With enough of them only they are tested
            on: what people pick is clearer than what is there.
    """
    rows = _measured(examples)
    kept = examples.take(rows)
    classes = int(kept.seen.sum())
    if classes < 2 or len(kept) < LEAST_EXAMPLES:
        return LearningCurve(more=MORE, sentence=_too_few(len(kept), classes))
    honest = int(at_random[rows].sum()) >= LEAST_EXAMPLES
    tested = at_random[rows] if honest else np.ones(len(rows), np.bool_)
    folds = [split(kept, seed) for seed in range(REPEATS)]
    sizes = _sizes(folds, classes)
    right = _right(kept, folds, sizes)[:, tested]  # (P, T)
    points = [
        CurvePoint(labels=int(size), accuracy=_share(row))
        for size, row in zip(sizes, right, strict=True)
    ]
    expected, gain = _expected(sizes, right, kept.groups[tested], labels=len(examples))
    return LearningCurve(
        points=points,
        more=MORE,
        expected=expected,
        sentence=_sentence(points[-1], expected, gain, honest=honest),
    )


def _measured(examples: Examples) -> Rows:
    """The rows of classes with several different items, or a random part of them."""
    rows = np.flatnonzero(examples.groups_per_class[examples.classes] >= LEAST_GROUPS)
    if len(rows) > MAX_EXAMPLES:
        rows = np.random.default_rng(0).choice(rows, MAX_EXAMPLES, replace=False)
    return rows


def _sizes(folds: list[Rows], classes: int) -> Rows:
    """How many labels to learn from: from about two a class to what every fold leaves."""
    most = min(len(fold_of) - int(np.bincount(fold_of).max()) for fold_of in folds)
    least = min(max(2 * classes, 8), most // 2)
    return np.unique(np.geomspace(least, most, POINTS).astype(np.intp))


def _right(examples: Examples, folds: list[Rows], sizes: Rows) -> _Array:
    """How often each example is told right with each number of labels: float64 (P, N), 0 to 1."""
    right = np.zeros((len(sizes), len(examples)))
    for seed, fold_of in enumerate(folds):
        for fold in np.unique(fold_of):
            tested = np.flatnonzero(fold_of == fold)
            order = np.random.default_rng(seed).permutation(np.flatnonzero(fold_of != fold))
            for point, size in enumerate(sizes):
                told = _told(examples.take(order[:size]), examples.features[tested])
                right[point, tested] += told == examples.classes[tested]
    return right / len(folds)


def _told(learnt: Examples, features: Features) -> Rows:
    from sklearn.linear_model import RidgeClassifier  # type: ignore[import-untyped]

    if len(np.unique(learnt.classes)) == 1:
        return np.full(len(features), learnt.classes[0])
    model = RidgeClassifier(alpha=RIDGE_PENALTY).fit(learnt.features, learnt.classes)
    told: Rows = model.predict(features)
    return told


def _share(right: _Array) -> Interval:
    """A mean with its Wilson interval; repeats of one item are one observation."""
    from statsmodels.stats.proportion import proportion_confint  # type: ignore[import-untyped]

    low, high = proportion_confint(right.sum(), len(right), method="wilson")
    return Interval(value=float(right.mean()), low=float(low), high=float(high))


def _expected(sizes: Rows, right: _Array, groups: Rows, *, labels: int) -> tuple[Interval, float]:
    """The accuracy expected with `MORE` labels, and how much of it they bring.

    The interval comes from resampling what was tested, near-duplicates together.
    """
    now_and_then = np.array([labels, labels + MORE], np.float64)
    now, then = _power_law(sizes, right.mean(axis=1), now_and_then)
    _, group_of = np.unique(groups, return_inverse=True)
    count = group_of.max() + 1
    random = np.random.default_rng(0)
    resampled = []
    for _ in range(RESAMPLES):
        weights = np.bincount(random.integers(count, size=count), minlength=count)[group_of]
        accuracies = right @ weights / weights.sum()
        resampled.append(_power_law(sizes, accuracies, now_and_then)[1])
    margin = float(Z_95 * np.std(resampled))
    interval = Interval(value=then, low=max(0.0, then - margin), high=min(1.0, then + margin))
    return interval, then - now


def _power_law(sizes: Rows, accuracies: _Array, labels: _Array) -> list[float]:
    """Fits the law, later points weighing more (Figueroa et al., section Methods), and reads it."""
    from scipy.optimize import curve_fit  # type: ignore[import-untyped]

    weights = np.arange(1, len(sizes) + 1) / len(sizes)
    found, _ = curve_fit(
        _accuracy,
        sizes,
        accuracies,
        p0=(0.05, 1.0, -0.5),
        sigma=1 / np.sqrt(weights),
        bounds=((0, 0, -2), (1, np.inf, 0)),
        max_nfev=2_000,
    )
    return [float(each) for each in np.clip(_accuracy(labels, *found), 0, 1)]


def _accuracy(labels: _Array, a: float, b: float, c: float) -> _Array:
    return (1 - a) - b * labels**c


def _too_few(examples: int, classes: int) -> str:
    if classes < 2:
        return f"No estimate yet: two classes need at least {LEAST_GROUPS} different items each."
    return (
        f"No estimate yet: it takes {LEAST_EXAMPLES} labelled items, and there are {examples} in "
        f"classes with at least {LEAST_GROUPS}."
    )


def _sentence(last: CurvePoint, expected: Interval, gain: float, *, honest: bool) -> str:
    now = f"With {last.labels} labels a classifier is right {last.accuracy.value:.0%} of the time"
    if gain < LEAST_GAIN:
        then = f"{MORE} more would bring less than one point."
    else:
        points = f"{100 * gain:.0f} point{'' if gain < 0.015 else 's'}"
        reach = f"{expected.low:.0%}–{expected.high:.0%}"
        then = f"{MORE} more labels would bring about {points}, to {reach}."
    where = "" if honest else " Measured on what people chose to label, which may be easier."
    return f"{now}; {then}{where}"
