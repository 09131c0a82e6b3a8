"""What items are called in sentences."""

from __future__ import annotations

from typing import Final

from engine.schemas import ItemKind, MapView

NOUNS: Final = {ItemKind.IMAGE: "pictures", ItemKind.TEXT: "texts"}

VIEW_TITLES: Final = {
    ItemKind.IMAGE: {
        MapView.PIXELS: "By raw pixels",
        MapView.FEATURES: "By meaning: the model that serves",
        MapView.TRAINED: "By meaning: the trained model",
    },
    ItemKind.TEXT: {
        MapView.PIXELS: "By the words used",
        MapView.FEATURES: "By meaning: the model that serves",
        MapView.TRAINED: "By meaning: the trained model",
    },
}
