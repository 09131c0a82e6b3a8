"""Run folders of a few labelled pictures or texts, as the engine would write them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

from engine.blobs.keys import blob_key
from engine.encoders.profiles import PROFILES
from engine.schemas import ItemKind, Profile, TrainingMethod
from engine.training.run import Run
from engine.training.snapshot import LabelClass, Row, Snapshot
from engine.training.splitting import folds, split

COLOURS = ("red", "green", "blue", "yellow")


def coloured_pictures(a_class: int, class_count: int = 3) -> list[tuple[bytes, int]]:
    """Noisy pictures of one colour each, the class being the colour."""
    random = np.random.default_rng(7)
    found = []
    for index, colour in enumerate(COLOURS[:class_count]):
        plain = np.asarray(Image.new("RGB", (48, 40), colour), dtype=np.float64)
        for _ in range(a_class):
            noisy = plain + random.normal(scale=60, size=plain.shape)
            file = BytesIO()
            Image.fromarray(noisy.clip(0, 255).astype(np.uint8)).save(file, "PNG")
            found.append((file.getvalue(), index))
    return found


def write_run(
    folder: Path,
    kind: ItemKind,
    contents: Sequence[tuple[bytes, int]],
    methods: Sequence[TrainingMethod],
    *,
    groups: Sequence[int] | None = None,
    class_names: Sequence[str] = COLOURS,
    in_folds: bool = False,
) -> Path:
    """Writes blobs, snapshot and manifest below a folder; returns the run's.

    Args:
        folder: empty.
        kind: of the items.
        contents: bytes of each item, and its class.
        methods: of the run.
        groups: near-duplicates share one; none of them are, if not named.
        class_names: as many as there are classes.
        in_folds: each item is tested on once.
    """
    sha256s = [hashlib.sha256(content).hexdigest() for content, _ in contents]
    classes = np.array([index for _, index in contents], dtype=np.intp)
    numbers = np.arange(len(contents)) if groups is None else np.array(groups)
    rows = []
    splits = split(sha256s, classes, numbers, seed=0)
    for n, (sha256, (content, index)) in enumerate(zip(sha256s, contents, strict=True)):
        blob = folder / "blobs" / blob_key(sha256)
        blob.parent.mkdir(parents=True, exist_ok=True)
        blob.write_bytes(content)
        text = content.decode() if kind is ItemKind.TEXT else None
        rows.append(Row(f"i{n}", sha256, index, splits[n], int(numbers[n]), text))
    named = [LabelClass(class_names[n]) for n in range(int(classes.max()) + 1)]
    tested_by = folds(sha256s, classes, numbers, seed=0) if in_folds else ()
    snapshot = Snapshot(kind, named, rows, seed=0, encoder="", folds=tested_by)
    snapshot.write(folder / "snapshot")
    run = Run(
        job_id="j1",
        methods=methods,
        seed=0,
        snapshot=folder / "snapshot",
        blobs=folder / "blobs",
        encoders=PROFILES[Profile.STARTER],
        device="cpu",
    )
    run.write(folder / "run")
    return folder / "run"
