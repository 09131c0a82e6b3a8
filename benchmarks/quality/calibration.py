"""How far the bands and the refusals can be trusted: ``python -m benchmarks.quality.calibration``.

Thresholds are chosen on the queries of even number and judged on those of odd number. What is
chosen is printed, to be written into `engine.search.calibration`; what that module holds is
reported. Needs MAGPIE_BENCH_DATA (see `benchmarks.quality.sets`).
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Iterable, Sequence

import numpy as np

from benchmarks.quality.measures import mean_of
from benchmarks.quality.trials import Trial, picture_trials, text_trials
from benchmarks.report import write_section
from engine.schemas import Band
from engine.search.calibration import THRESHOLDS, Pair, Thresholds

STRONG_PRECISION = 0.9
LIKELY_PRECISION = 0.7
RIGHT_REFUSALS = {Pair.TEXT_TO_TEXT: 0.8, Pair.IMAGE_TO_IMAGE: 0.5, Pair.TEXT_TO_IMAGE: 0.5}
"""Shares of unanswerable searches to refuse, in the worst group. Of pictures fewer: somebody who
looks for a picture also wants those that are like it, which count as wrong here."""


MARGIN = 0.03
"""What is asked of the choosing half beyond all of these: its best thresholds flatter it."""


def choose(pair: Pair, trials: Sequence[Trial]) -> Thresholds:
    """The lowest thresholds that reach what is asked of each band; those in force are no lower."""
    groups = {trial.group for trial in trials if not trial.answerable}
    refused = RIGHT_REFUSALS[pair] + MARGIN
    weak = max(
        float(np.quantile([t.best for t in unanswerable(trials, group)], refused))
        for group in groups
    )
    hits = sorted((hit for trial in trials for hit in trial.hits), reverse=True)
    strong = lowest(hits, STRONG_PRECISION + MARGIN)
    likely = lowest([hit for hit in hits if hit[0] < strong], LIKELY_PRECISION + MARGIN)
    return Thresholds(
        *(round(float(value), 2) for value in (weak, min(max(weak, likely), strong), strong))
    )


def lowest(hits: Sequence[tuple[float, bool]], precision: float) -> float:
    """The lowest nearness above which so many hits are right; just above all if there is none.

    Args:
        hits: best first.
        precision: least share of right ones.
    """
    right = np.cumsum([right for _, right in hits]) / np.arange(1, len(hits) + 1)
    enough = np.flatnonzero(right >= precision)
    return hits[enough[-1]][0] if len(enough) else hits[0][0] + 0.01


def unanswerable(trials: Iterable[Trial], group: str) -> list[Trial]:
    """Of one group, those without a right answer in the library."""
    return [trial for trial in trials if trial.group == group and not trial.answerable]


def band_row(pair: Pair, band: Band, trials: Sequence[Trial]) -> str:
    """The precision of one band."""
    thresholds = THRESHOLDS[pair]
    right = [
        is_right
        for trial in trials
        for nearness, is_right in trial.hits
        if thresholds.band(nearness) is band
    ]
    least = getattr(thresholds, band.value)
    precision = str(mean_of(np.asarray(right, float))) if right else "–"
    return f"| {pair.value} | {band.value} | {least} | {len(right)} | {precision} |"


def group_row(pair: Pair, group: str, trials: Sequence[Trial]) -> str:
    """What a group of searches was answered with."""
    weak = THRESHOLDS[pair].weak
    ours = [trial for trial in trials if trial.group == group]
    absent = [trial.best < weak for trial in ours if not trial.answerable]
    present = [trial for trial in ours if trial.answerable]
    shown = [trial.best >= weak for trial in present]
    first = [trial.hits[0][1] for trial in present]
    shown_first = [trial.best >= weak for trial in present if trial.hits[0][1]]
    cells = [
        str(mean_of(np.asarray(each, float))) if each else "–"
        for each in (absent, shown, first, shown_first)
    ]
    return f"| {pair.value} | {group} | {' | '.join(cells)} |"


def section(model: str, trials: Sequence[Trial]) -> str:
    """The results on the reporting half as markdown."""
    bands, groups = [], []
    for pair in Pair:
        ours = [trial for trial in trials if trial.pair is pair]
        bands += [band_row(pair, band, ours) for band in Band]
        groups += [
            group_row(pair, group, ours) for group in dict.fromkeys(trial.group for trial in ours)
        ]
    return f"""## Bands and refusals

all-MiniLM-L6-v2 and picture model `{model}`. Thresholds were chosen on every other query; these are
the others. Right means: the same one of 77 intents (close intents count as wrong), judged relevant
(most pairs of Cranfield were never judged and count as wrong), the very picture (a similar one
counts as wrong). The first ten hits count; searches without a right answer in the library too.

| pair | band | least nearness | hits | precision |
|---|---|---|---|---|
{chr(10).join(bands)}

| pair | searches | refused, where nothing is right | answered, where something is \
| first hit right | of these shown |
|---|---|---|---|---|---|
{chr(10).join(groups)}

Repeat: `MAGPIE_BENCH_DATA=… uv run --group dev python -m benchmarks.quality.calibration \
[--model NAME]`
"""


async def main() -> None:
    """Prints the thresholds to choose; reports those that are in force."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", help="another CLIP model, as ENGINE_CLIP_MODEL names it")
    model, trials = await picture_trials(parser.parse_args().model)
    trials += await text_trials()
    for pair in Pair:
        half = [trial for trial in trials if trial.pair is pair and trial.number % 2 == 0]
        print(pair, choose(pair, half))
    markdown = section(model, [trial for trial in trials if trial.number % 2])
    write_section("calibration", markdown)
    print(markdown)


if __name__ == "__main__":
    asyncio.run(main())
