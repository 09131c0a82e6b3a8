"""Which colour each item has, the same in every panel, so that an eye can follow it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final

from engine.schemas import LibraryMap, MapPanel, MapView

PALETTE: Final = (*("#E69F00", "#56B4E9", "#009E73", "#F0E442", "#CC79A7", "#D55E00", "#7EA6FF"),)
"""Okabe & Ito 2008, told apart by the colour-blind; their blue is lighter here, as on our dark
ground it could not be seen."""

MARKERS: Final = ("o", "s", "^", "D", "v")
"""Shapes, in matplotlib's letters: past the last colour, the next shape begins with the first."""

OTHER: Final = "#8b9098"


@dataclass(frozen=True)
class Style:
    """How an item is drawn; `marker` is one of `MARKERS`."""

    colour: str
    marker: str


@dataclass(frozen=True)
class Colouring:
    """How items are drawn.

    Attributes:
        by_item: of each item that has something in common with others.
        legend: names and their styles; empty where groups are named on the map.
    """

    by_item: dict[str, Style]
    legend: list[tuple[str, Style]]

    def of(self, item_id: str) -> Style:
        """Of an item; grey where it belongs to nothing."""
        return self.by_item.get(item_id, Style(OTHER, MARKERS[0]))


def colouring_of(shown: LibraryMap) -> Colouring:
    """By labels, where any of the items has one; else by the groups of the panel that colours.

    That is the one by the model that serves: beside it, raw pixels show how they mix its groups.
    """
    panel = colouring_panel(shown)
    labels = Counter(point.label for point in panel.points if point.label)
    if labels:
        names = sorted(labels, key=lambda name: (-labels[name], name))
        styles = {name: style_of(number) for number, name in enumerate(names)}
        by_item = {point.item_id: styles[point.label] for point in panel.points if point.label}
        return Colouring(by_item, list(styles.items()))
    by_item = {
        point.item_id: style_of(point.cluster) for point in panel.points if point.cluster >= 0
    }
    return Colouring(by_item, [])


def colouring_panel(shown: LibraryMap) -> MapPanel:
    """The panel whose groups give the colours."""
    by_view = {panel.view: panel for panel in shown.panels}
    return by_view.get(MapView.FEATURES, shown.panels[-1])


def style_of(number: int) -> Style:
    """The style of a group or a label, counted from 0."""
    shape, colour = divmod(number, len(PALETTE))
    return Style(PALETTE[colour], MARKERS[shape % len(MARKERS)])
