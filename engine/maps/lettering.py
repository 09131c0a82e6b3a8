"""Names of groups on a panel, none over another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from engine.labels.glyphs import Lettering
from engine.labels.picture import TEXT
from engine.maps.colours import style_of
from engine.schemas import MapPanel

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.text import Text
    from matplotlib.transforms import Bbox

HALO = "#17181b"
NAME_SIZE = 9.5
MOST_NAMES = 24
PADDING_PX = 3

STEP, RINGS, DIRECTIONS = 0.022, 12, 16
"""Where there is no room in the middle of its group, a name moves outwards by so much, in turns."""

RING_COST = 0.05
"""A ring further out is as bad as so much of the name over thumbnails."""


def place_names(
    axes: Axes,
    panel: MapPanel,
    lettering: Lettering,
    thumbnails: Sequence[Bbox],
    *,
    coloured: bool,
) -> None:
    """Writes names at their groups, the largest first; one without any room is left out.

    Args:
        axes: of the panel.
        panel: what it shows.
        lettering: what names can be written with.
        thumbnails: where they are, in pixels; names rather lie beside them.
        coloured: whether names have the colour of their group's items.
    """
    from matplotlib import patheffects

    taken: list[Bbox] = []
    for number, cluster in enumerate(panel.clusters[:MOST_NAMES]):
        name = lettering.of(cluster.name, "")
        if not name or not cluster.items:
            continue
        text = axes.text(
            cluster.x,
            cluster.y,
            name,
            size=NAME_SIZE,
            weight="bold",
            color=style_of(number).colour if coloured else TEXT,
            ha="center",
            va="center",
            zorder=5,
            family=list(lettering.families),
            parse_math=False,
            path_effects=[patheffects.withStroke(linewidth=3.2, foreground=HALO)],
        )
        box = _best_place(axes, text, taken, thumbnails)
        if box is None:
            text.remove()
        else:
            taken.append(box)


def _best_place(
    axes: Axes, text: Text, taken: Sequence[Bbox], thumbnails: Sequence[Bbox]
) -> Bbox | None:
    """Moves a name to where it covers least; None where it would be over another or the edge."""
    inside = axes.get_window_extent()
    best: tuple[float, Bbox, tuple[float, float]] | None = None
    for ring, at in _places(*text.get_position()):
        text.set_position(at)
        box = text.get_window_extent().padded(PADDING_PX)
        if not _within(box, inside) or any(box.overlaps(other) for other in taken):
            continue
        cost = ring * RING_COST + _covered(box, thumbnails)
        if best is None or cost < best[0]:
            best = cost, box, at
    if best is None:
        return None
    text.set_position(best[2])
    return best[1]


def _places(x: float, y: float) -> Iterator[tuple[int, tuple[float, float]]]:
    """The place itself, then rings around it."""
    yield 0, (x, y)
    for ring in range(1, RINGS + 1):
        for turn in np.linspace(0, 2 * np.pi, DIRECTIONS, endpoint=False):
            away = ring * STEP
            yield ring, (x + away * float(np.cos(turn)), y + away * float(np.sin(turn)))


def _within(box: Bbox, outer: Bbox) -> bool:
    return bool(
        outer.x0 <= box.x0 and box.x1 <= outer.x1 and outer.y0 <= box.y0 and box.y1 <= outer.y1
    )


def _covered(box: Bbox, others: Sequence[Bbox]) -> float:
    """Which share of a box lies over others."""
    covered = sum(
        max(0.0, min(box.x1, other.x1) - max(box.x0, other.x0))
        * max(0.0, min(box.y1, other.y1) - max(box.y0, other.y0))
        for other in others
    )
    return float(covered / (box.width * box.height))
