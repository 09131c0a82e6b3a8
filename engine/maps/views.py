"""One view of a map from its inputs, in a worker process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.encoders.ports import Features
from engine.maps.layout import Layout, lay_out
from engine.maps.pixels import colour_names, pixel_features, small_pictures
from engine.maps.trained import trained_picture_features, trained_text_features
from engine.maps.words import characteristic_words, word_features


@dataclass(frozen=True)
class Trained:
    """An encoder of the registry, and what it runs on."""

    folder: str
    device: str


@dataclass(frozen=True)
class View:
    """Where items lie by one view.

    Attributes:
        names: of the groups; None where only the model that serves can tell.
    """

    layout: Layout
    names: list[str] | None


def pictures_by_pixels(thumbnails: Sequence[bytes], seed: int) -> View:
    """Pictures by their raw pixels; groups are called by their colour."""
    small = small_pictures(thumbnails)
    layout = lay_out(pixel_features(small), seed)
    return View(layout, colour_names(small, layout.groups))


def pictures_by_features(features: Features, seed: int) -> View:
    """Pictures by vectors that there are already."""
    return View(lay_out(features, seed), None)


def pictures_by_trained(thumbnails: Sequence[bytes], trained: Trained, seed: int) -> View:
    """Pictures by a model of the registry."""
    features = trained_picture_features(trained.folder, thumbnails, trained.device)
    return View(lay_out(features, seed), None)


def texts_by_words(texts: Sequence[str], seed: int) -> View:
    """Texts by the words in them."""
    return _named(lay_out(word_features(texts, seed), seed), texts)


def texts_by_features(features: Features, texts: Sequence[str], seed: int) -> View:
    """Texts by vectors that there are already."""
    return _named(lay_out(features, seed), texts)


def texts_by_trained(texts: Sequence[str], trained: Trained, seed: int) -> View:
    """Texts by a model of the registry."""
    features = trained_text_features(trained.folder, texts, trained.device)
    return _named(lay_out(features, seed), texts)


def _named(layout: Layout, texts: Sequence[str]) -> View:
    return View(layout, characteristic_words(texts, layout.groups))
