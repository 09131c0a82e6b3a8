"""Labels that are probably wrong."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.classify import Examples
from engine.labels.mistakes import likely_mistakes, likely_mistakes_by_class
from tests.engine.labels.answering import clusters


def _with_slips(examples: Examples, rows: list[int]) -> Examples:
    classes = examples.classes.copy()
    classes[rows] = (classes[rows] + 1) % 4
    return replace(examples, classes=classes)


def test_planted_slips_come_first_with_the_class_they_are() -> None:
    """A slip of the hand would be learnt from for ever."""
    examples = clusters(classes=4, each=40, spread=0.15)
    slips = [3, 50, 77, 120]
    doubts = likely_mistakes(_with_slips(examples, slips))
    assert {doubt.row for doubt in doubts[: len(slips)]} == set(slips)
    assert all(doubt.likely == examples.classes[doubt.row] for doubt in doubts[: len(slips)])
    assert [doubt.confidence for doubt in doubts] == sorted(doubt.confidence for doubt in doubts)


def test_copies_of_a_slip_do_not_vouch_for_each_other() -> None:
    """The same wrong picture posted three times would pass as right."""
    examples = clusters(classes=4, each=30, spread=0.15, copies=3)
    rows = np.flatnonzero(examples.groups == 7).tolist()
    assert len(rows) == 3
    doubted = {doubt.row for doubt in likely_mistakes(_with_slips(examples, rows))}
    assert set(rows) <= doubted


def test_too_few_labels_accuse_nobody() -> None:
    """A class with one example would be called a mistake."""
    few = clusters(classes=2, each=3)
    assert likely_mistakes(few) == []
    lone = clusters(classes=3, each=40, spread=0.15)
    keep = np.flatnonzero((lone.classes < 2) | (np.arange(len(lone)) == 5))
    assert all(doubt.likely < 2 for doubt in likely_mistakes(lone.take(keep)))


def test_a_class_too_many_or_too_few_is_found() -> None:
    """Where pictures have several classes, a forgotten one would never come to light."""
    examples = clusters(classes=3, each=40, spread=0.15)
    memberships = np.eye(3, dtype=np.bool_)[examples.classes]
    memberships[:, 2] |= examples.classes == 0  # whatever is of the first class is of the last
    slipped = memberships.copy()
    slipped[7] = [False, False, False]
    slipped[11] = True
    doubts = likely_mistakes_by_class(examples.features, slipped, examples.groups)
    wrong = np.argwhere(slipped != memberships).tolist()
    found = {(doubt.row, doubt.class_index, doubt.given) for doubt in doubts[: len(wrong)]}
    assert found == {(row, column, bool(slipped[row, column])) for row, column in wrong}
