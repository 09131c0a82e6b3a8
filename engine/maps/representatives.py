"""Which items show themselves on a map, where there is room for few."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.maps.layout import Groups, Positions


def representatives(
    positions: Positions, groups: Groups, *, most: int, apart: float
) -> Sequence[int]:
    """Rows of items that lie `apart` from each other: the middle of each group, then what is left.

    The others come farthest first (Gonzalez 1985), so that every part of the map shows something.

    Args:
        positions: of the items.
        groups: of the items.
        most: how many at most.
        apart: least distance in x or in y, as pictures are square.
    """
    chosen: list[int] = []
    distances = np.full(len(positions), np.inf)  # to the nearest one chosen (N,)

    def choose(row: int) -> None:
        chosen.append(row)
        np.minimum(distances, np.abs(positions - positions[row]).max(axis=1), out=distances)

    for group in range(int(groups.max(initial=-1)) + 1):
        middle = _middle_of(positions, np.flatnonzero(groups == group))
        if len(chosen) < most and distances[middle] >= apart:
            choose(middle)
    if not chosen and most:
        choose(_middle_of(positions, np.arange(len(positions))))
    while len(chosen) < most and distances.max() >= apart:
        choose(int(distances.argmax()))
    return chosen


def _middle_of(positions: Positions, rows: Groups) -> int:
    """The row nearest to the median of some."""
    away = np.linalg.norm(positions[rows] - np.median(positions[rows], axis=0), axis=1)
    return int(rows[away.argmin()])
