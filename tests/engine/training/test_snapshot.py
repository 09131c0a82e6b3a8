"""Snapshots on disk, and how their rows are split."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.encoders.profiles import EncoderChoice
from engine.schemas import ItemKind, TrainingMethod
from engine.training.run import Run
from engine.training.snapshot import LabelClass, Row, Snapshot, Split, read_features
from engine.training.splitting import split

SNAPSHOT = Snapshot(
    kind=ItemKind.TEXT,
    classes=[LabelClass("fee", "what something costs"), LabelClass("card")],
    rows=[
        Row("i1", "aa", 0, Split.TRAIN, 0, "How much is it?\nReally?\u2028And why?"),
        Row("i2", "bb", 1, Split.TEST, 1, "“Where is my card?” 💳"),
    ],
    seed=3,
    encoder="f" * 64,
    consent={"their authors said no": 2},
)


def test_a_snapshot_comes_back_as_it_was_written(tmp_path: Path) -> None:
    """A run would train on other texts than those that were labelled."""
    features = np.eye(2, 8, dtype=np.float32)
    SNAPSHOT.write(tmp_path, features)
    assert Snapshot.read(tmp_path) == SNAPSHOT
    read = read_features(tmp_path)
    assert read is not None
    assert np.array_equal(read, features)


@pytest.mark.parametrize(
    "other",
    [
        replace(SNAPSHOT, seed=4),
        replace(SNAPSHOT, consent={}),
        replace(SNAPSHOT, folds=[0, 1]),
        replace(SNAPSHOT, general="c" * 64),
        replace(SNAPSHOT, rows=SNAPSHOT.rows[::-1]),
        replace(SNAPSHOT, rows=[replace(SNAPSHOT.rows[0], split=Split.TEST), SNAPSHOT.rows[1]]),
    ],
)
def test_whatever_differs_changes_the_hash(other: Snapshot) -> None:
    """Two different runs would pass for repetitions of each other."""
    assert other.hash != SNAPSHOT.hash


def test_a_snapshot_from_before_there_were_folds_is_still_what_it_was(tmp_path: Path) -> None:
    """A run of last month could not be repeated, or would pass for one on other labels."""
    SNAPSHOT.write(tmp_path)
    stored = (tmp_path / "snapshot.json").read_text("utf-8")
    assert not {"folds", "general"} & set(json.loads(stored))
    assert hashlib.sha256(stored.encode()).hexdigest() == SNAPSHOT.hash


def test_a_run_comes_back_as_it_was_written(tmp_path: Path) -> None:
    """The child would train something else than what was asked for."""
    run = Run(
        job_id="j1",
        methods=[TrainingMethod.PROBE, TrainingMethod.LP_FT],
        seed=5,
        snapshot=tmp_path / "snapshot",
        blobs=tmp_path / "blobs",
        encoders=EncoderChoice("starter", "all-MiniLM-L6-v2"),
        device="cpu",
    )
    run.write(tmp_path / "run")
    assert Run.read(tmp_path / "run") == run


@given(
    st.lists(
        st.tuples(st.integers(0, 20), st.integers(0, 3), st.integers(0, 20)),
        min_size=1,
        max_size=60,
    ),
    st.integers(0, 2**31 - 1),
)
def test_nothing_is_on_both_sides(rows: list[tuple[int, int, int]], seed: int) -> None:
    """A test would ask what training has seen, and every accuracy would be too good."""
    contents, classes, groups = zip(*rows, strict=True)
    splits = split([str(n) for n in contents], np.array(classes), np.array(groups), seed)
    for keys in (contents, groups):
        sides = {key: {splits[n] for n, each in enumerate(keys) if each == key} for key in keys}
        assert all(len(side) == 1 for side in sides.values())


@pytest.mark.parametrize(
    ("items", "tested", "validated"), [(1, 0, 0), (2, 1, 0), (5, 1, 0), (8, 2, 1), (40, 10, 6)]
)
def test_each_class_has_its_part(items: int, tested: int, validated: int) -> None:
    """A class would be tested that nothing was learnt of, or learnt and never tested."""
    classes = np.repeat(np.arange(3), items)
    splits = split([str(n) for n in range(3 * items)], classes, np.arange(3 * items), seed=0)
    for class_index in range(3):
        own = [splits[n] for n in np.flatnonzero(classes == class_index)]
        assert own.count(Split.TEST) == tested
        assert own.count(Split.VALIDATION) == validated
