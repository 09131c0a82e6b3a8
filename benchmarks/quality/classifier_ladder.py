"""Does the best method serve? ``python -m benchmarks.quality.classifier_ladder``.

Every method at 0 to 32 labels a class; how well probabilities are calibrated; how well items of
classes that were left out are told from those of the classes. Needs MAGPIE_BENCH_DATA and
MAGPIE_BENCH_GLYPHS (see `benchmarks.quality.labelled_sets`).
"""

from __future__ import annotations

import asyncio
import itertools
from collections import defaultdict
from collections.abc import Iterable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score  # type: ignore[import-untyped]

from benchmarks.quality.labelled_sets import LabelledSet, labelled_sets, processes
from benchmarks.quality.measures import Interval, mean_of
from benchmarks.report import write_section
from engine.classify import Examples, ZeroShot, fit
from engine.classify.calibration import expected_calibration_error
from engine.classify.cross_validation import split
from engine.classify.ladder import LEAST_GROUPS, weighed
from engine.classify.methods import Nearest, Probe, Prototype
from engine.classify.rungs import Setting, compare
from engine.schemas import ClassifierMethod

SEEDS = 5
LABELS_A_CLASS = (0, 1, 2, 4, 8, 16, 32)
LEFT_OUT_SHARE = 0.2
SERVED = "served"
UNCOMPARED: tuple[Setting, ...] = (
    Setting(ClassifierMethod.ZERO_SHOT),
    Setting(ClassifierMethod.NEAREST, Nearest(), word_weight=1.0),
    Setting(ClassifierMethod.PROTOTYPE, Prototype(), word_weight=1.0),
    Setting(ClassifierMethod.PROBE, Probe(10.0), word_weight=1.0),
)
"""With one or two labels of each class."""


@dataclass(frozen=True)
class Answers:
    """What was answered to the tested items.

    Attributes:
        right: bool (T,).
        confidence: float64 (T,): score of the best class.
    """

    right: NDArray[np.bool_]
    confidence: NDArray[np.float64]

    @classmethod
    def of(cls, probabilities: NDArray[np.float64], truth: NDArray[np.intp]) -> Answers:
        """The answers that probabilities (T, C) give."""
        return cls(probabilities.argmax(axis=1) == truth, probabilities.max(axis=1))


@dataclass(frozen=True)
class Refusals:
    """How known and unknown items are told apart.

    Attributes:
        known: probability of being none, of items of the classes.
        unknown: the same, of items of the classes left out.
    """

    known: NDArray[np.float64]
    unknown: NDArray[np.float64]

    @property
    def auroc(self) -> float:
        """The chance that an unknown item looks more unknown than a known one."""
        truth = np.repeat([0, 1], [len(self.known), len(self.unknown)])
        return float(roc_auc_score(truth, np.concatenate([self.known, self.unknown])))


def a_class_each(pool: Examples, count: int, seed: int) -> Examples:
    """So many random examples of each class, fewer where a class has no more."""
    state = np.random.default_rng((seed, count))
    order = state.permutation(len(pool))
    rows = [order[pool.classes[order] == each][:count] for each in range(pool.class_count)]
    return pool.take(np.concatenate(rows))


def rung_answers(
    examples: Examples, words: ZeroShot, tested: Examples, seed: int
) -> Iterable[tuple[str, Answers]]:
    """What each method answers, in the setting that cross-validation gives it."""
    if not len(examples):
        yield ClassifierMethod.ZERO_SHOT, Answers.of(words(tested.features), tested.classes)
        return
    words = weighed(words, examples)
    comparable = examples.groups_per_class[examples.classes] >= LEAST_GROUPS
    settings = UNCOMPARED
    if comparable.any():
        rungs = compare(examples, words, split(examples, seed), comparable)
        settings = tuple(rung.setting for rung in rungs)
    for setting in settings:
        scores = setting.fit(examples, words)(tested.features)
        yield setting.method, Answers.of(scores, tested.classes)


def refusals(known: LabelledSet, count: int, seed: int) -> Refusals:
    """A fifth of the classes is left out of what is learnt, and asked about all the same."""
    pool, tested = known.drawn(seed)
    classes = np.random.default_rng(seed).permutation(pool.class_count)
    kept = np.sort(classes[int(LEFT_OUT_SHARE * len(classes)) :])
    learnt = a_class_each(pool, count, seed)
    learnt = learnt.take(np.isin(learnt.classes, kept))
    among = Examples(
        learnt.features, np.searchsorted(kept, learnt.classes), learnt.groups, len(kept)
    )
    words = ZeroShot(known.words.text_features[kept], known.words.logit_scale)
    none = fit(among, words, seed=seed).predict(tested.features).none_probability
    is_known = np.isin(tested.classes, kept)
    return Refusals(none[is_known], none[~is_known])


@dataclass(frozen=True)
class Measured:
    """All of one set at one number of labels a class, over the seeds."""

    name: str
    count: int
    answers: Mapping[str, list[Answers]]
    methods: list[ClassifierMethod]
    refusals: list[Refusals]

    def accuracy(self, method: str) -> Interval | None:
        """The mean over seeds; its interval resamples the tested items of each seed as one."""
        found = self.answers.get(method)
        return (
            mean_of(np.concatenate([each.right for each in found]).astype(float)) if found else None
        )

    @property
    def calibration(self) -> tuple[float, float]:
        """The error over all seeds, and what it would be if the probabilities were exact."""
        served = self.answers[SERVED]
        confidence = np.concatenate([each.confidence for each in served])
        right = np.concatenate([each.right for each in served])
        dice = np.random.default_rng(SEEDS).random((20, len(confidence))) < confidence
        floor = np.mean([expected_calibration_error(confidence, exact) for exact in dice])
        return expected_calibration_error(confidence, right), float(floor)


def once(
    known: LabelledSet, count: int, seed: int
) -> tuple[ClassifierMethod, dict[str, Answers], Refusals]:
    """Fits with one seed: which method serves, what each answers, and what is refused."""
    pool, tested = known.drawn(seed)
    examples = a_class_each(pool, count, seed)
    classifier = fit(examples, known.words, seed=seed)
    among = classifier.predict(tested.features).among_classes
    answers = dict(rung_answers(examples, known.words, tested, seed))
    answers[SERVED] = Answers.of(among, tested.classes)
    return classifier.evidence.method, answers, refusals(known, count, seed)


def measured(known: LabelledSet, count: int, workers: Executor) -> Measured:
    """Fits with every seed."""
    answers: dict[str, list[Answers]] = defaultdict(list)
    methods, refused = [], []
    for served, by_method, refusal in workers.map(partial(once, known, count), range(SEEDS)):
        methods.append(served)
        refused.append(refusal)
        for method, answer in by_method.items():
            answers[method].append(answer)
    found = Measured(known.name, count, answers, methods, refused)
    print(row(found), flush=True)
    return found


def row(found: Measured) -> str:
    """Accuracies of one set at one number of labels."""
    cells = [str(found.accuracy(method) or "–") for method in (*ClassifierMethod, SERVED)]
    served = ", ".join(dict.fromkeys(found.methods))
    error, floor = found.calibration
    cells += [served, f"{error:.3f} ({floor:.3f})"]
    return f"| {found.name} | {found.count} | {' | '.join(cells)} |"


def refusal_row(found: Measured) -> str:
    """How unknown classes are told from known ones."""
    auroc = mean_of([each.auroc for each in found.refusals])
    known, unknown = (
        np.mean([np.mean(getattr(each, which) >= 0.5) for each in found.refusals])
        for which in ("known", "unknown")
    )
    return f"| {found.name} | {found.count} | {auroc} | {known:.3f} | {unknown:.3f} |"


def section(results: list[Measured]) -> str:
    """The results as markdown."""
    return f"""## Classifier ladder

Accuracy on items not learnt from, {SEEDS} seeds; each method in the setting that cross-validation
gave it; "served" is what the engine would answer with. Calibration: expected error of the served
probabilities (15 bins), in parentheses what exact probabilities would measure on so many items.
With one or two labels a class methods cannot be compared, and class means with zero-shot serve.
Pictures by the starter model, which was never taught photographs; texts by all-MiniLM-L6-v2.

| set | labels a class | zero-shot | nearest | prototype | probe | served | which | calibration |
|---|---|---|---|---|---|---|---|---|
{chr(10).join(row(each) for each in results)}

'None of these': a fifth of the classes is left out of what is learnt. AUROC of being none, and the
share of items answered with it, of the classes kept and of those left out.

| set | labels a class | AUROC | none, of known classes | none, of unknown classes |
|---|---|---|---|---|
{chr(10).join(refusal_row(each) for each in results if each.count)}

Repeat: `MAGPIE_BENCH_DATA=… MAGPIE_BENCH_GLYPHS=… uv run --group dev python -m \
benchmarks.quality.classifier_ladder`
"""


async def main() -> None:
    """Measures, and writes the section as it grows."""
    sets = await labelled_sets()
    results = []
    with processes() as workers:
        for known, count in itertools.product(sets, LABELS_A_CLASS):
            results.append(measured(known, count, workers))
            write_section("classifier_ladder", section(results))
    print(section(results))


if __name__ == "__main__":
    asyncio.run(main())
