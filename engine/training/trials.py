"""How often a method learns, from what, and what it is asked then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.classify.examples import Rows
from engine.training.snapshot import Snapshot, Split
from engine.training.splitting import folds, held_out


@dataclass(frozen=True)
class Trial:
    """One learning.

    Attributes:
        name: of its folder, below that of the method; empty: the method's own.
        splits: what each row is for; None for nothing.
    """

    name: str
    splits: Sequence[Split | None]


def trials(snapshot: Snapshot) -> Sequence[Trial]:
    """What every method of a job is judged by: the one split, or each of the folds."""
    if not snapshot.fold_count:
        return [Trial("", [row.split for row in snapshot.rows])]
    fold_of_row = np.array(snapshot.folds)
    return [
        Trial(f"fold-{n + 1}", _without(snapshot, fold_of_row == n))
        for n in range(snapshot.fold_count)
    ]


def everything(snapshot: Snapshot) -> Trial:
    """What a method learns from that is kept: all there is, where folds have judged it."""
    if not snapshot.fold_count:
        return trials(snapshot)[0]
    return Trial("everything", _without(snapshot, np.zeros(len(snapshot.rows), dtype=np.bool_)))


def crossings(snapshot: Snapshot) -> Sequence[Trial]:
    """Folds among the rows that no test asks for, to choose methods by; none where folds test."""
    if snapshot.fold_count:
        return []
    seen = np.flatnonzero([row.split is not Split.TEST for row in snapshot.rows])
    sha256s, classes, groups = _described(snapshot, seen)
    fold_of_seen = np.array(folds(sha256s, classes, groups, snapshot.seed))
    found = []
    for fold in np.unique(fold_of_seen[fold_of_seen >= 0]):
        splits: list[Split | None] = [None] * len(snapshot.rows)
        for row, fold_of_row in zip(seen, fold_of_seen, strict=True):
            splits[row] = Split.TEST if fold_of_row == fold else Split.TRAIN
        found.append(Trial(f"crossing-{fold + 1}", splits))
    return found


def _without(snapshot: Snapshot, tested: NDArray[np.bool_]) -> Sequence[Split]:
    sha256s, classes, groups = _described(snapshot, np.arange(len(snapshot.rows)))
    return held_out(sha256s, classes, groups, tested, snapshot.seed)


def _described(snapshot: Snapshot, rows: Rows) -> tuple[list[str], Rows, Rows]:
    """Contents, classes and groups of rows, as splitting takes them."""
    chosen = [snapshot.rows[row] for row in rows]
    classes = np.array([row.class_index for row in chosen], dtype=np.intp)
    groups = np.array([row.group for row in chosen], dtype=np.intp)
    return [row.sha256 for row in chosen], classes, groups
