"""How examples are split into those learnt from and those tested on."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engine.classify import Examples
from engine.classify.cross_validation import fold_count, split
from tests.engine.classify.making import World


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 40)), min_size=2, max_size=120))
def test_near_duplicates_are_never_split(labels: list[tuple[int, int]]) -> None:
    """A copy of a tested picture would be learnt from, and every score would be too good."""
    classes, groups = np.array(labels).T
    examples = Examples(np.zeros((len(labels), 1), np.float32), classes, groups, 4)
    fold_of = split(examples, seed=0)
    for group in np.unique(groups):
        assert len(np.unique(fold_of[groups == group])) == 1


def test_every_fold_has_its_part_of_each_class() -> None:
    """A class might be missing from what is learnt, and be judged unlearnable."""
    examples = World(6).evenly(50)
    fold_of = split(examples, seed=0)
    counts = np.zeros((6, fold_count(300)), dtype=int)
    np.add.at(counts, (examples.classes, fold_of), 1)
    assert counts.min() == counts.max() == 10
