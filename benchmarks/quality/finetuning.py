"""Every method on two public sets: ``python -m benchmarks.quality.finetuning``.

Runs what a training job runs, from a snapshot to its comparison, with several seeds; each seed has
a split of its own. Needs MAGPIE_BENCH_DATA (see `benchmarks.quality.sets`).
"""

from __future__ import annotations

import argparse
import hashlib
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from benchmarks.quality.measures import mean_of
from benchmarks.quality.sets import read_banking77, sign_digits
from benchmarks.report import write_section
from engine.blobs.keys import blob_key
from engine.encoders.profiles import PROFILES
from engine.schemas import Comparison, ItemKind, Profile, TrainingMethod
from engine.training.comparison import NAMES
from engine.training.conduct import conduct
from engine.training.methods import suiting
from engine.training.run import Run
from engine.training.snapshot import LabelClass, Row, Snapshot
from engine.training.splitting import split

DIGITS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]

Labelled = tuple[str, bytes, int]
"""An id, a content, and its class."""


def digits(a_class: int, seed: int) -> tuple[list[LabelClass], list[Labelled]]:
    """Photographs of hands that show digits, so many of each."""
    classes = [LabelClass(name, f"a hand showing the number {name}") for name in DIGITS]
    files = [
        (str(file), file.read_bytes(), digit)
        for digit, of_digit in sign_digits().items()
        for file in _some(of_digit, a_class, seed)
    ]
    return classes, files


def intents(a_class: int, seed: int) -> tuple[list[LabelClass], list[Labelled]]:
    """A bank's customers' questions, so many of each intent."""
    questions = read_banking77("train")
    names = sorted({each.intent for each in questions})
    texts = [
        (f"{name} {n}", text.encode(), index)
        for index, name in enumerate(names)
        for n, text in enumerate(
            _some(sorted({q.text for q in questions if q.intent == name}), a_class, seed)
        )
    ]
    return [LabelClass(name) for name in names], texts


def _some(items: Sequence, count: int, seed: int) -> list:  # type: ignore[type-arg]
    drawn = np.random.default_rng(seed).permutation(len(items))[:count]
    return [items[n] for n in sorted(drawn)]


def compared(
    kind: ItemKind,
    classes: Sequence[LabelClass],
    items: Iterable[Labelled],
    methods: Sequence[TrainingMethod],
    seed: int,
) -> Comparison:
    """Runs the methods on labelled items, as a job's child does."""
    items = list(items)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sha256s = [hashlib.sha256(content).hexdigest() for _, content, _ in items]
        for sha256, (_, content, _) in zip(sha256s, items, strict=True):
            blob = folder / "blobs" / blob_key(sha256)
            blob.parent.mkdir(parents=True, exist_ok=True)
            blob.write_bytes(content)
        of_class = np.array([index for *_, index in items])
        splits = split(sha256s, of_class, np.arange(len(items)), seed)
        rows = [
            Row(
                item_id,
                sha256,
                index,
                of_split,
                group,
                content.decode() if kind is ItemKind.TEXT else None,
            )
            for group, (sha256, (item_id, content, index), of_split) in enumerate(
                zip(sha256s, items, splits, strict=True)
            )
        ]
        Snapshot(kind, classes, rows, seed, encoder="").write(folder / "snapshot")
        run = Run(
            job_id=str(seed),
            methods=methods,
            seed=seed,
            snapshot=folder / "snapshot",
            blobs=folder / "blobs",
            encoders=PROFILES[Profile.STARTER],
        )
        run.write(folder / "run")
        return conduct(folder / "run", lambda: False)


def table(comparisons: Sequence[Comparison]) -> list[str]:
    """Lines of one set: means over seeds with their 95 % intervals."""
    first = comparisons[0]
    lines = ["| method | train top-1 | test top-1 | test top-5 | s |", "|---|---|---|---|---|"]
    for n, result in enumerate(first.results):
        each = [comparison.results[n] for comparison in comparisons]
        train = mean_of([r.train_top1 or 0 for r in each])
        top1 = mean_of([r.test_top1.value for r in each if r.test_top1])
        top5 = mean_of([r.test_top5.value for r in each if r.test_top5])
        took_s = np.median([r.took_s for r in each])
        lines.append(f"| {NAMES[result.method]} | {train} | {top1} | {top5} | {took_s:.0f} |")
    lines += ["", *(f"- Seed {n}: {each.sentence}" for n, each in enumerate(comparisons)), ""]
    return lines


def _counts(comparison: Comparison) -> str:
    return (
        f"{comparison.train_items} items to learn from, {comparison.test_items} to test on, "
        f"{len(comparison.classes)} classes"
    )


def main() -> None:
    """Measures both sets and writes the section."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--pictures-a-class", type=int, default=60)
    parser.add_argument("--texts-a-class", type=int, default=12)
    options = parser.parse_args()
    lines = ["## Fine-tuning", ""]
    for title, kind, read, a_class in (
        ("sign-digits", ItemKind.IMAGE, digits, options.pictures_a_class),
        ("banking77", ItemKind.TEXT, intents, options.texts_a_class),
    ):
        if not a_class:
            continue
        found = []
        for seed in range(options.seeds):
            found.append(compared(kind, *read(a_class, seed), suiting(kind), seed))
            print(
                f"{title}, seed {seed}: {found[-1].sentence}", *table(found), sep="\n", flush=True
            )
        first = found[0]
        lines += [f"{title}: {_counts(first)}, {len(found)} seeds.", "", *table(found)]
    lines.append(
        "Repeat: `MAGPIE_BENCH_DATA=… uv run --group dev python -m benchmarks.quality.finetuning`"
    )
    write_section("finetuning", "\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
