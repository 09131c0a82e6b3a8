"""Which rows each trial learns from, validates with and tests on."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engine.schemas import ItemKind
from engine.training.snapshot import LabelClass, Row, Snapshot, Split
from engine.training.splitting import folds, is_tiny, split
from engine.training.trials import crossings, everything, trials


def _snapshot(
    contents: list[int], classes: list[int], groups: list[int], *, tiny: bool
) -> Snapshot:
    sha256s = [str(each) for each in contents]
    described = (sha256s, np.array(classes), np.array(groups))
    splits = split(*described, seed=3)
    return Snapshot(
        kind=ItemKind.IMAGE,
        classes=[LabelClass(str(n)) for n in range(4)],
        rows=[
            Row(f"i{n}", sha256s[n], classes[n], splits[n], groups[n]) for n in range(len(classes))
        ],
        seed=3,
        encoder="",
        folds=folds(*described, seed=3) if tiny else (),
    )


ROWS = st.lists(
    st.tuples(st.integers(0, 20), st.integers(0, 3), st.integers(0, 20)), min_size=1, max_size=40
)


@given(ROWS)
def test_folds_test_everything_once_and_nothing_that_was_seen(
    rows: list[tuple[int, int, int]],
) -> None:
    """With few labels, an item would count twice, or be asked of a model that had seen it."""
    contents, classes, groups = map(list, zip(*rows, strict=True))
    snapshot = _snapshot(contents, classes, groups, tiny=True)
    tested = [[each is Split.TEST for each in trial.splits] for trial in trials(snapshot)]
    assert np.sum(tested, axis=0).tolist() == [int(fold >= 0) for fold in snapshot.folds]
    for trial in trials(snapshot):
        for keys in (contents, groups):
            sides = {key: set[Split | None]() for key in keys}
            for key, part in zip(keys, trial.splits, strict=True):
                sides[key].add(part)
            assert all(len(side) == 1 for side in sides.values())
    assert Split.TEST not in everything(snapshot).splits


@given(ROWS)
def test_what_chooses_between_methods_is_never_what_tests_them(
    rows: list[tuple[int, int, int]],
) -> None:
    """The accuracy that a team is told would be that of a lucky choice."""
    contents, classes, groups = map(list, zip(*rows, strict=True))
    snapshot = _snapshot(contents, classes, groups, tiny=False)
    for trial in crossings(snapshot):
        for row, part in zip(snapshot.rows, trial.splits, strict=True):
            assert (part is None) == (row.split is Split.TEST)


def test_a_set_is_tiny_until_its_test_says_something() -> None:
    """A team would wait five times as long for nothing, or read an interval of 40 points."""
    for a_class, class_count, tiny in ((7, 30, True), (8, 2, True), (8, 25, False), (80, 2, False)):
        classes = np.repeat(np.arange(class_count), a_class)
        items = np.arange(len(classes))
        splits = split([str(n) for n in items], classes, items, seed=0)
        assert is_tiny(classes, items, splits) is tiny
