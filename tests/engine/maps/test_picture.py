"""A map as a picture."""

from __future__ import annotations

import io
from itertools import combinations

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from engine.labels.glyphs import lettering_for
from engine.maps.colours import PALETTE, colouring_of, style_of
from engine.maps.lettering import place_names
from engine.maps.picture import map_picture
from engine.maps.representatives import representatives
from engine.schemas import ItemKind, LibraryMap, MapCluster, MapPanel, MapPoint, MapView


def panel(view: MapView = MapView.FEATURES, *, label: str = "") -> MapPanel:
    """Sixteen groups that lie close to each other."""
    places = [(0.4 + 0.05 * (n % 4), 0.4 + 0.02 * (n // 4)) for n in range(16)]
    return MapPanel(
        view=view,
        points=[
            MapPoint(item_id=f"i{n}", x=x, y=y, cluster=n, label=label)
            for n, (x, y) in enumerate(places)
        ],
        clusters=[
            MapCluster(name=f"group number {n}", items=1, x=x, y=y)
            for n, (x, y) in enumerate(places)
        ],
        faithfulness=0.9,
    )


def drawn(*panels: MapPanel) -> LibraryMap:
    """A map of some panels."""
    return LibraryMap(
        map_id="m",
        kind=ItemKind.IMAGE,
        items=16,
        panels=list(panels),
        page="",
        sentence="16 pictures.",
        took_ms={},
    )


def test_names_lie_neither_over_each_other_nor_over_the_edge() -> None:
    """Where groups lie close, no name could be read."""
    figure = Figure((5, 5))
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    shown = panel()
    lettering = lettering_for([each.name for each in shown.clusters])
    place_names(axes, shown, lettering, [], coloured=True)
    boxes = [text.get_window_extent() for text in axes.texts]
    assert len(boxes) > 8
    assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))
    assert all(box.x0 >= 0 and box.x1 <= figure.bbox.width for box in boxes)


def test_a_picture_is_drawn_with_what_is_there() -> None:
    """An emoji in a label, a dollar sign, or a thumbnail that is gone would leave no picture."""
    thumbnail = io.BytesIO()
    Image.new("RGB", (40, 20), "red").save(thumbnail, "PNG")
    labelled = panel(label="cats 🐈 $x_1$")
    picture = map_picture(
        drawn(panel(MapView.PIXELS), labelled), "A $erver", {"i0": thumbnail.getvalue()}
    )
    with Image.open(io.BytesIO(picture)) as opened:
        assert opened.width > 1.5 * opened.height


def test_an_item_has_the_same_colour_in_every_panel() -> None:
    """An eye could not follow a group from one map to the other."""
    by_pixels = panel(MapView.PIXELS)
    colouring = colouring_of(drawn(by_pixels, panel()))
    assert colouring.of("i2").colour == PALETTE[2]
    assert len({style_of(n) for n in range(16)}) == 16
    labelled = colouring_of(drawn(by_pixels, panel(label="cats")))
    assert [name for name, _ in labelled.legend] == ["cats"]


def test_thumbnails_show_each_group_and_leave_each_other_room() -> None:
    """The largest group would take all the room."""
    random = np.random.default_rng(0)
    crowd, few = random.uniform(0, 0.5, (200, 2)), random.uniform(0.9, 1, (3, 2))
    positions, groups = np.vstack([crowd, few]), np.repeat([0, 1], [200, 3])
    rows = representatives(positions, groups, most=10, apart=0.1)
    assert len(rows) == 10
    assert {groups[row] for row in rows} == {0, 1}
    apart = [np.abs(positions[a] - positions[b]).max() for a, b in combinations(rows, 2)]
    assert min(apart) >= 0.1
