"""What the order of a session is worth: ``python -m benchmarks.quality.label_efficiency``.

Labels are given from a pool in the session's order and in random order; after each step the
classifier that would serve is judged on items of neither. Needs MAGPIE_BENCH_DATA and
MAGPIE_BENCH_GLYPHS (see `benchmarks.quality.labelled_sets`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from benchmarks.quality.labelled_sets import LabelledSet, labelled_sets, processes
from benchmarks.quality.measures import Interval, mean_of
from benchmarks.report import write_section
from engine.classify import Classifier, Examples, choose, fit

SEEDS = 5
STEPS = 10
LABELS_A_CLASS = 10
"""As many as a small team gives in an afternoon: 100 to 770 labels."""

WANTED_SHARE = 0.6

Order = Callable[[Examples, NDArray[np.intp], Classifier, int, int], list[int]]
"""The next rows of a pool: given those labelled, the classifier, how many, and the seed."""


def at_random(
    pool: Examples, labelled: NDArray[np.intp], _: Classifier, count: int, seed: int
) -> list[int]:
    """Any of the rest."""
    rest = np.setdiff1d(np.arange(len(pool)), labelled)
    return [int(row) for row in np.random.default_rng((seed, len(labelled))).permutation(rest)][
        :count
    ]


def in_session_order(
    pool: Examples, labelled: NDArray[np.intp], classifier: Classifier, count: int, seed: int
) -> list[int]:
    """What a session would show next."""
    known = np.isin(pool.groups, pool.groups[labelled])
    rest = np.flatnonzero(~known)
    choices = choose(
        pool.features[rest],
        pool.groups[rest],
        pool.features[labelled],
        classifier=classifier,
        count=count,
        drawn_before=len(labelled),
        seed=seed,
    )
    return [int(rest[choice.row]) for choice in choices]


def curve(known: LabelledSet, order: Order, seed: int) -> NDArray[np.float64]:
    """Accuracy after each step: float64 (STEPS,)."""
    pool, tested = known.drawn(seed)
    step = pool.class_count * LABELS_A_CLASS // STEPS
    labelled = np.empty(0, dtype=np.intp)
    classifier = fit(pool.take(labelled), known.words)
    accuracies = []
    for _ in range(STEPS):
        rows = order(pool, labelled, classifier, step, seed)
        labelled = np.concatenate([labelled, np.array(rows, dtype=np.intp)])
        classifier = fit(pool.take(labelled), known.words, seed=seed)
        best = classifier.predict(tested.features).among_classes.argmax(axis=1)
        accuracies.append(float((best == tested.classes).mean()))
    return np.array(accuracies)


def labels_until(accuracy: float, accuracies: NDArray[np.float64], step: int) -> float:
    """After how many labels a curve first reaches an accuracy, steps being joined by lines."""
    reached = np.flatnonzero(accuracies >= accuracy)
    if not len(reached):
        return float("inf")
    first = int(reached[0])
    if first == 0:
        return float(step)
    low, high = accuracies[first - 1 : first + 1]
    return float(step * (first + (accuracy - low) / (high - low)))


@dataclass(frozen=True)
class Comparison:
    """Both orders on one set.

    Attributes:
        session: accuracies (SEEDS, STEPS).
        random: the same.
    """

    name: str
    step: int
    session: NDArray[np.float64]
    random: NDArray[np.float64]

    def share_needed(self, steps: int = STEPS) -> Interval:
        """Labels the session needs for random's accuracy after so many steps, as a share of them.

        Curves are averaged over seeds first; the interval resamples the seeds.
        """
        state = np.random.default_rng(SEEDS)
        shares = []
        for _ in range(1_000):
            seeds = state.integers(SEEDS, size=SEEDS)
            shares.append(self._share(self.session[seeds], self.random[seeds], steps))
        low, high = np.percentile(shares, (2.5, 97.5), method="nearest")
        return Interval(self._share(self.session, self.random, steps), float(low), float(high))

    def _share(
        self, session: NDArray[np.float64], random: NDArray[np.float64], steps: int
    ) -> float:
        wanted = float(random.mean(axis=0)[steps - 1])
        return labels_until(wanted, session.mean(axis=0), self.step) / (steps * self.step)


def compared(known: LabelledSet, workers: Executor) -> Comparison:
    """Runs both orders with every seed."""
    session, random = (
        np.stack(list(workers.map(partial(curve, known, order), range(SEEDS))))
        for order in (in_session_order, at_random)
    )
    step = known.pool.class_count * LABELS_A_CLASS // STEPS
    found = Comparison(known.name, step, session, random)
    print(found.name, found.share_needed(), session.mean(axis=0), random.mean(axis=0), flush=True)
    return found


def section(comparisons: list[Comparison]) -> str:
    """The results as markdown."""
    shares = [
        f"| {each.name} | {each.step * STEPS} | {each.random[:, -1].mean():.3f} |"
        f" {each.share_needed()} | {each.share_needed(STEPS // 2)} |"
        for each in comparisons
    ]
    curves = [
        f"| {each.name} | {(step + 1) * each.step} | {mean_of(each.session[:, step])} |"
        f" {mean_of(each.random[:, step])} |"
        for each in comparisons
        for step in (0, 1, 2, 4, 5, 7, 9)
    ]
    return f"""## Label efficiency

Accuracy of the served classifier against labels given, in the order of a session (one in five drawn
at random) and in random order; {SEEDS} seeds, each with its own pool and start. Pictures by the
starter model, texts by all-MiniLM-L6-v2. Wanted: random's final accuracy with at most
{WANTED_SHARE:.0%} of its labels. Intervals are over seeds.

| set | labels at random | accuracy then | share of them a session needs | and for that at half \
of them |
|---|---|---|---|---|
{chr(10).join(shares)}

| set | labels | session | random |
|---|---|---|---|
{chr(10).join(curves)}

Repeat: `MAGPIE_BENCH_DATA=… MAGPIE_BENCH_GLYPHS=… uv run --group dev python -m \
benchmarks.quality.label_efficiency`
"""


async def main() -> None:
    """Measures, and writes the section as it grows."""
    sets = await labelled_sets()
    comparisons = []
    with processes() as workers:
        for known in sets:
            comparisons.append(compared(known, workers))
            write_section("label_efficiency", section(comparisons))
    print(section(comparisons))


if __name__ == "__main__":
    asyncio.run(main())
