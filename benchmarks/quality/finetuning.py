"""Every method on four sets: ``python -m benchmarks.quality.finetuning --runs FOLDER``.

Runs what a training job runs, from a snapshot to its comparison, with several seeds; each seed has
a draw and a split of its own. What a run has learnt stays in the folder: an interrupted benchmark
goes on from there. What it reads, `benchmarks.quality.taught_sets` says. Other searches are
measured over photographs and abstracts that no method learns from, and the engine's reference.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.quality.measures import mean_of
from benchmarks.quality.sets import PHOTOGRAPHS, folder_of, read_cranfield
from benchmarks.quality.taught_sets import Taught, TaughtSet, taught_sets
from benchmarks.report import write_section
from engine.blobs.keys import blob_key
from engine.encoders.profiles import PROFILES
from engine.jobs.choosing import chosen
from engine.schemas import Comparison, ItemKind, MethodResult, Profile, TrainingMethod
from engine.training.attempts import OUTCOME
from engine.training.comparison import NAMES
from engine.training.conduct import conduct
from engine.training.evaluation import lead
from engine.training.general_sample import SampledItem, digest, write_sample
from engine.training.methods import suiting
from engine.training.run import Run, RunFiles
from engine.training.snapshot import SNAPSHOT, Row, Snapshot, Split
from engine.training.splitting import split

SAMPLE = 100
"""Items of the library besides those that are labelled."""

BASELINES = (TrainingMethod.ZERO_SHOT, TrainingMethod.PROBE)

Right = dict[TrainingMethod, list[NDArray[np.bool_]]]
"""Of each method and seed, whether it was right about each test item: (N,)."""


def compared(
    taught: TaughtSet, methods: Sequence[TrainingMethod], seed: int, folder: Path
) -> Comparison:
    """Runs the methods on a draw of a set, as a job's child does."""
    items = taught.drawn(seed)
    sha256s = [_stored(item.content, folder) for item in items]
    sample = [
        SampledItem(f"other {n}", _stored(content, folder), text)
        for n, (content, text) in enumerate(_others(taught.kind))
    ]
    snapshot = replace(_snapshot(taught, items, sha256s, seed), general=digest(sample))
    if not (folder / "snapshot" / SNAPSHOT).exists():
        snapshot.write(folder / "snapshot")
        write_sample(folder / "snapshot", sample)
    return _conducted(taught, methods, seed, folder)


def _conducted(
    taught: TaughtSet, methods: Sequence[TrainingMethod], seed: int, folder: Path
) -> Comparison:
    run = Run(
        job_id=f"{taught.name} {seed}",
        methods=methods,
        seed=seed,
        snapshot=folder / "snapshot",
        blobs=folder / "blobs",
        encoders=PROFILES[Profile.STARTER],
    )
    run.write(folder / "run")
    return conduct(folder / "run", lambda: False)


def _stored(content: bytes, folder: Path) -> str:
    """The sha256 of a content, which lies among the originals then."""
    sha256 = hashlib.sha256(content).hexdigest()
    blob = folder / "blobs" / blob_key(sha256)
    blob.parent.mkdir(parents=True, exist_ok=True)
    blob.write_bytes(content)
    return sha256


@cache
def _others(kind: ItemKind) -> Sequence[tuple[bytes, str]]:
    """What else a library holds: contents, and what they say."""
    if kind is ItemKind.IMAGE:
        files = sorted(folder_of(PHOTOGRAPHS).glob("*.jpg"))[:SAMPLE]
        return [(file.read_bytes(), "") for file in files]
    abstracts = [each for each in read_cranfield().documents if each][:SAMPLE]
    return [(each.encode(), each) for each in abstracts]


def _snapshot(
    taught: TaughtSet, items: Sequence[Taught], sha256s: Sequence[str], seed: int
) -> Snapshot:
    classes = np.array([item.class_index for item in items])
    groups = np.array([item.group for item in items])
    rows = [
        Row(
            item.item_id,
            sha256,
            item.class_index,
            of_split,
            item.group,
            item.content.decode() if taught.kind is ItemKind.TEXT else None,
        )
        for item, sha256, of_split in zip(
            items, sha256s, split(sha256s, classes, groups, seed), strict=True
        )
    ]
    return Snapshot(taught.kind, taught.classes, rows, seed, encoder="")


def table(comparisons: Sequence[Comparison]) -> list[str]:
    """Lines of one set: means over seeds with their 95 % intervals."""
    lines = [
        "| method | train top-1 | test top-1 | top-5 | ECE | other searches, recall@10 | s |",
        "|---|---|---|---|---|---|---|",
    ]
    for n, result in enumerate(comparisons[0].results):
        each = [comparison.results[n] for comparison in comparisons]
        if result.failure:
            lines.append(f"| {NAMES[result.method]} | – | {result.failure} | | | | |")
            continue
        train = mean_of([r.train_top1 or 0 for r in each])
        top1 = mean_of([r.test_top1.value for r in each if r.test_top1])
        top5 = mean_of([r.test_top5.value for r in each if r.test_top5])
        error = np.mean([r.calibration_error or 0 for r in each])
        took_s = np.median([r.took_s for r in each])
        lines.append(
            f"| {NAMES[result.method]} | {train} | {top1} | {top5} | {error:.3f} | "
            f"{_general(each)} | {took_s:.0f} |"
        )
    return [*lines, ""]


def _general(results: Sequence[MethodResult]) -> str:
    measured = [each.general for each in results if each.general]
    if not measured:
        return ""
    before, after = (np.mean([getattr(g, name) for g in measured]) for name in ("before", "after"))
    return f"{before:.3f} → {after:.3f}"


def right(folders: Sequence[Path], methods: Sequence[TrainingMethod]) -> Right:
    """Whether each method was right about each test item of each seed."""
    found: Right = {}
    for method in methods:
        of_seeds = []
        for folder in folders:
            rows = Snapshot.read(folder / "snapshot").rows
            truth = [row.class_index for row in rows if row.split is Split.TEST]
            path = RunFiles(folder / "run").of_method(method) / OUTCOME
            answers = json.loads(path.read_text("utf-8"))["answers"]
            of_seeds.append(np.asarray(answers) == np.asarray(truth))
        found[method] = of_seeds
    return found


def by_default(taught: TaughtSet, folders: Sequence[Path]) -> list[str]:
    """Lines: what a job without named methods prefers, against zero-shot and a plain probe."""
    methods, _ = chosen(taught.kind, [], smallest_class=taught.a_class)
    preferred = [
        _conducted(taught, methods, seed, folder).best for seed, folder in enumerate(folders)
    ]
    answered = right(folders, methods)
    own = np.concatenate(
        [answered[name][seed] for seed, name in enumerate(preferred) if name is not None]
    )
    counts = Counter(NAMES[name] for name in preferred if name is not None)
    lines = [
        "The automatic default preferred "
        + ", ".join(f"{name} ({count} of {len(folders)})" for name, count in counts.items())
        + f": {own.mean():.3f} right."
    ]
    for baseline in BASELINES:
        ahead = lead(own, np.concatenate(answered[baseline]))
        lines.append(
            f"Against {NAMES[baseline]}: {ahead.value:+.3f} ({ahead.low:+.3f} to "
            f"{ahead.high:+.3f}, paired bootstrap over all seeds)."
        )
    return [" ".join(lines), ""]


def section(taught: TaughtSet, comparisons: Sequence[Comparison]) -> list[str]:
    """Lines of one set."""
    first = comparisons[0]
    counts = (
        f"{first.train_items} items to learn from, {first.test_items} to test on, "
        f"{len(first.classes)} classes, {len(comparisons)} seeds"
    )
    return [f"### {taught.name}", "", f"{counts}.", "", *table(comparisons)]


def results(runs: Path, comparisons: Mapping[TaughtSet, Sequence[Comparison]]) -> str:
    """The section over all that was compared so far."""
    lines = ["## Fine-tuning", ""]
    for taught, found in comparisons.items():
        folders = [folder_of_run(runs, taught, seed) for seed in range(len(found))]
        lines += [*section(taught, found), *by_default(taught, folders)]
    lines.append(
        "Repeat: `MAGPIE_BENCH_DATA=… MAGPIE_BENCH_GLYPHS=… uv run --group dev python -m "
        "benchmarks.quality.finetuning --runs FOLDER`"
    )
    return "\n".join(lines) + "\n"


def folder_of_run(runs: Path, taught: TaughtSet, seed: int) -> Path:
    """Where a run on a set lies."""
    return runs / taught.name.replace(" ", "-") / str(seed)


def main() -> None:
    """Measures the sets seed after seed, and writes the section after each."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=Path, required=True, help="keeps what was learnt")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--sets", nargs="*", help="their names; all by default")
    parser.add_argument("--without", nargs="*", type=TrainingMethod, default=[])
    options = parser.parse_args()
    sets = [each for each in taught_sets() if not options.sets or each.name in options.sets]
    found: dict[TaughtSet, list[Comparison]] = {taught: [] for taught in sets}
    for seed in range(options.seeds):
        for taught in sets:
            methods = [each for each in suiting(taught.kind) if each not in options.without]
            comparison = compared(taught, methods, seed, folder_of_run(options.runs, taught, seed))
            found[taught].append(comparison)
            print(*section(taught, found[taught]), sep="\n", flush=True)
            done = {taught: each for taught, each in found.items() if each}
            write_section("finetuning", results(options.runs, done))


if __name__ == "__main__":
    main()
