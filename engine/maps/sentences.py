"""What a map shows, in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from engine.maps.gathering import Material
from engine.maps.nouns import NOUNS
from engine.schemas import ItemKind, MapPanel, MapView

BY: Final = {
    ItemKind.IMAGE: {
        MapView.PIXELS: "raw pixels",
        MapView.FEATURES: "what the model sees",
        MapView.TRAINED: "what the trained model sees",
    },
    ItemKind.TEXT: {
        MapView.PIXELS: "the words used",
        MapView.FEATURES: "what the model understands",
        MapView.TRAINED: "what the trained model understands",
    },
}


def describe(kind: ItemKind, panels: Sequence[MapPanel], material: Material) -> str:
    """What is shown, how far it can be trusted, and what was left out."""
    noun, shown = NOUNS[kind], len(material.items)
    drawn = shown + material.waiting < material.contents
    of_all = f" of {material.contents:,}, drawn at random" if drawn else ""
    ways = " and ".join(BY[kind][panel.view] for panel in panels)
    shares = [f"{panel.faithfulness:.0%} by {BY[kind][panel.view]}" for panel in panels]
    sentences = [
        f"{shown:,} {noun}{of_all}, each once, by {ways}: what lies close together is alike.",
        f"Neighbours here are neighbours in truth to {' and '.join(shares)}.",
    ]
    if all(_all_on_one_spot(panel) for panel in panels):
        sentences.append(f"All {noun} are the same to the model, so they lie on one spot.")
    if material.waiting:
        sentences.append(f"{material.waiting:,} more are still being read.")
    return " ".join(sentences)


def _all_on_one_spot(panel: MapPanel) -> bool:
    return len({(point.x, point.y) for point in panel.points}) == 1
