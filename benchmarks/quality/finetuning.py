"""Every method on four sets: ``python -m benchmarks.quality.finetuning --runs FOLDER``.

Runs what a training job runs, from a snapshot to its comparison, with several seeds; each seed has
a draw and a split of its own. What a run has learnt stays in the folder: an interrupted benchmark
goes on from there. What it reads, `benchmarks.quality.taught_sets` says.
"""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.quality.measures import mean_of
from benchmarks.quality.taught_sets import Taught, TaughtSet, taught_sets
from benchmarks.report import write_section
from engine.blobs.keys import blob_key
from engine.encoders.profiles import PROFILES
from engine.schemas import Comparison, ItemKind, Profile, TrainingMethod
from engine.training.comparison import NAMES
from engine.training.conduct import conduct
from engine.training.methods import suiting
from engine.training.run import Run
from engine.training.snapshot import Row, Snapshot
from engine.training.splitting import split

Folders = dict[int, Path]
"""Of the runs of one set, by seed."""


def compared(
    taught: TaughtSet, methods: Sequence[TrainingMethod], seed: int, folder: Path
) -> Comparison:
    """Runs the methods on a draw of a set, as a job's child does."""
    items = taught.drawn(seed)
    sha256s = [hashlib.sha256(item.content).hexdigest() for item in items]
    for sha256, item in zip(sha256s, items, strict=True):
        blob = folder / "blobs" / blob_key(sha256)
        blob.parent.mkdir(parents=True, exist_ok=True)
        blob.write_bytes(item.content)
    _snapshot(taught, items, sha256s, seed).write(folder / "snapshot")
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
    lines = ["| method | train top-1 | test top-1 | test top-5 | s |", "|---|---|---|---|---|"]
    for n, result in enumerate(comparisons[0].results):
        each = [comparison.results[n] for comparison in comparisons]
        train = mean_of([r.train_top1 or 0 for r in each])
        top1 = mean_of([r.test_top1.value for r in each if r.test_top1])
        top5 = mean_of([r.test_top5.value for r in each if r.test_top5])
        took_s = np.median([r.took_s for r in each])
        lines.append(f"| {NAMES[result.method]} | {train} | {top1} | {top5} | {took_s:.0f} |")
    return [*lines, "", *(f"- Seed {n}: {each.sentence}" for n, each in enumerate(comparisons))]


def section(taught: TaughtSet, comparisons: Sequence[Comparison]) -> list[str]:
    """Lines of one set."""
    first = comparisons[0]
    counts = (
        f"{first.train_items} items to learn from, {first.test_items} to test on, "
        f"{len(first.classes)} classes, {len(comparisons)} seeds"
    )
    return [f"### {taught.name}", "", f"{counts}.", "", *table(comparisons), ""]


def main() -> None:
    """Measures the sets and writes the section."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=Path, required=True, help="keeps what was learnt")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--sets", nargs="*", help="their names; all by default")
    parser.add_argument(
        "--methods", nargs="*", type=TrainingMethod, help="all that suit by default"
    )
    options = parser.parse_args()
    lines = ["## Fine-tuning", ""]
    for taught in taught_sets():
        if options.sets and taught.name not in options.sets:
            continue
        methods = [
            each
            for each in suiting(taught.kind)
            if each in (options.methods or suiting(taught.kind))
        ]
        found = []
        for seed in range(options.seeds):
            folder = options.runs / taught.name.replace(" ", "-") / str(seed)
            found.append(compared(taught, methods, seed, folder))
            print(*section(taught, found), sep="\n", flush=True)
        lines += section(taught, found)
    lines.append(
        "Repeat: `MAGPIE_BENCH_DATA=… MAGPIE_BENCH_GLYPHS=… uv run --group dev python -m "
        "benchmarks.quality.finetuning --runs FOLDER`"
    )
    write_section("finetuning", "\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
