"""A map as a picture to post in a chat: panels side by side, thumbnails where there is room."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np

from engine.labels.glyphs import Lettering, lettering_for
from engine.labels.picture import FAINT, GRID, GROUND, PIXELS_AN_INCH, TEXT
from engine.maps.colours import MARKERS, Colouring, colouring_of, colouring_panel
from engine.maps.lettering import place_names
from engine.maps.nouns import NOUNS, VIEW_TITLES
from engine.maps.representatives import representatives
from engine.schemas import LibraryMap, MapPanel

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.transforms import Bbox

PANEL_IN, GAP_IN, MARGIN_IN, HEAD_IN, TITLE_IN, LINE_IN = 5.2, 0.25, 0.2, 0.5, 0.32, 0.2
CHARACTERS_AN_INCH = 15.5
THUMBNAIL_IN = 0.32
MOST_THUMBNAILS = 80
OVERLAP = 0.8
"""Thumbnails lie at least so many of their widths apart."""

ROOM = 0.06
"""Around the items, as a share of the panel."""

LEGEND_NAMES = 12
FEW, MANY = 100, 2_000


def shown_items(panel: MapPanel) -> list[str]:
    """The items whose thumbnails a panel shows."""
    if not panel.points:
        return []
    positions = np.array([(point.x, point.y) for point in panel.points])
    groups = np.array([point.cluster for point in panel.points])
    apart = OVERLAP * THUMBNAIL_IN / PANEL_IN * (1 + 2 * ROOM)
    rows = representatives(positions, groups, most=MOST_THUMBNAILS, apart=apart)
    return [panel.points[row].item_id for row in rows]


def map_picture(shown: LibraryMap, title: str, thumbnails: Mapping[str, bytes]) -> bytes:
    """Draws a map; a PNG.

    Args:
        shown: the map as it is now.
        title: whose.
        thumbnails: picture files by item id, at least of `shown_items`; none for texts.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    names = [cluster.name for panel in shown.panels for cluster in panel.clusters]
    labels = {point.label for panel in shown.panels for point in panel.points}
    lettering = lettering_for([title, *names, *labels])
    colouring = colouring_of(shown)
    coloured = None if colouring.legend else colouring_panel(shown)
    count = len(shown.panels)
    width_in = 2 * MARGIN_IN + count * PANEL_IN + (count - 1) * GAP_IN
    lines = textwrap.wrap(shown.sentence, round(width_in * CHARACTERS_AN_INCH))
    legend_in = 0.35 if colouring.legend else 0.0
    foot_in = 0.15 + LINE_IN * len(lines) + legend_in
    height_in = HEAD_IN + TITLE_IN + PANEL_IN + foot_in
    figure = Figure((width_in, height_in), dpi=PIXELS_AN_INCH, facecolor=GROUND)
    FigureCanvasAgg(figure)
    _write_around(figure, title, lines, lettering, shown)
    for number, panel in enumerate(shown.panels):
        left = (MARGIN_IN + number * (PANEL_IN + GAP_IN)) / width_in
        box = (left, foot_in / height_in, PANEL_IN / width_in, PANEL_IN / height_in)
        axes = figure.add_axes(box)
        boxes = _draw_panel(axes, panel, colouring, thumbnails)
        heading = VIEW_TITLES[shown.kind][panel.view]
        trust = f"true neighbours {panel.faithfulness:.0%}"
        axes.set_title(heading, loc="left", size=11, weight="bold", color=TEXT)
        axes.set_title(trust, loc="right", size=8.5, color=FAINT)
        place_names(axes, panel, lettering, boxes, coloured=panel is coloured)
    if colouring.legend:
        _draw_legend(figure, colouring, lettering, (foot_in - 0.12) / height_in)
    file = BytesIO()
    figure.savefig(file, format="png", facecolor=GROUND)
    return file.getvalue()


def _write_around(
    figure: Figure, title: str, lines: list[str], lettering: Lettering, shown: LibraryMap
) -> None:
    width_in, height_in = figure.get_size_inches()
    left, top = MARGIN_IN / width_in, 1 - 0.14 / height_in
    heading = f"{lettering.of(title, 'Map')} · {shown.items:,} {NOUNS[shown.kind]}"
    families = list(lettering.families)
    foot = (0.08 + LINE_IN * len(lines)) / height_in
    head = figure.text(left, top, heading, size=15, weight="bold", color=TEXT)
    sentence = figure.text(left, foot, "\n".join(lines), size=8.5, color=FAINT, linespacing=1.4)
    for text in (head, sentence):
        text.set(va="top", parse_math=False, family=families)


def _draw_panel(
    axes: Axes, panel: MapPanel, colouring: Colouring, thumbnails: Mapping[str, bytes]
) -> list[Bbox]:
    """Draws every item as a mark, and some as thumbnails over it; answers where, in pixels."""
    axes.set(xlim=(-ROOM, 1 + ROOM), ylim=(-ROOM, 1 + ROOM), xticks=[], yticks=[])
    axes.set_facecolor("#232529")
    axes.spines[:].set(color=GRID)
    share = np.log(max(len(panel.points), 1) / FEW) / np.log(MANY / FEW)
    size = float(np.interp(share, (0, 1), (34, 9)))
    for marker in MARKERS:
        points = [p for p in panel.points if colouring.of(p.item_id).marker == marker]
        axes.scatter(
            [point.x for point in points],
            [point.y for point in points],
            s=size,
            c=[colouring.of(point.item_id).colour for point in points],
            marker=marker,
            linewidths=0.4,
            edgecolors="#1a1b1e",
            zorder=2,
        )
    at = {point.item_id: (point.x, point.y) for point in panel.points}
    return [
        _draw_thumbnail(axes, at[item_id], thumbnails[item_id], colouring.of(item_id).colour)
        for item_id in shown_items(panel)
        if item_id in thumbnails
    ]


def _draw_thumbnail(axes: Axes, at: tuple[float, float], file: bytes, colour: str) -> Bbox:
    from matplotlib.offsetbox import AnnotationBbox, OffsetImage
    from matplotlib.transforms import Bbox
    from PIL import Image, ImageOps

    side_px = round(THUMBNAIL_IN * PIXELS_AN_INCH)
    with Image.open(BytesIO(file)) as picture:
        square = ImageOps.fit(picture.convert("RGB"), (side_px, side_px), Image.Resampling.LANCZOS)
    image = OffsetImage(np.asarray(square), zoom=72 / PIXELS_AN_INCH)
    frame = {"edgecolor": colour, "facecolor": colour, "linewidth": 1.2, "boxstyle": "square,pad=0"}
    axes.add_artist(AnnotationBbox(image, at, pad=0.06, bboxprops=frame, zorder=3))
    x, y = axes.transData.transform(at)
    return Bbox.from_bounds(x - side_px / 2, y - side_px / 2, side_px, side_px)


def _draw_legend(figure: Figure, colouring: Colouring, lettering: Lettering, top: float) -> None:
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], color=style.colour, marker=style.marker, linestyle="", markersize=7)
        for _, style in colouring.legend[:LEGEND_NAMES]
    ]
    names = [lettering.of(name, "class") for name, _ in colouring.legend[:LEGEND_NAMES]]
    legend = figure.legend(
        handles,
        names,
        loc="upper left",
        bbox_to_anchor=(0.01, top),
        ncols=6,
        frameon=False,
        labelcolor=TEXT,
        prop={"family": list(lettering.families), "size": 9},
        handletextpad=0.2,
    )
    for text in legend.get_texts():
        text.set_parse_math(False)
