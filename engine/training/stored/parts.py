"""The names that kinds of extractors and scorers have in files; they never change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.classify.example_cache import ExampleCache
from engine.classify.methods import ProbeScorer, Prototypes, PrototypeScorer
from engine.classify.zero_shot import Blend, ZeroShot
from engine.training.extractors.encoder import EncoderFeatures
from engine.training.extractors.pixels import PixelFeatures
from engine.training.extractors.tfidf import TfidfFeatures
from engine.training.extractors.tower import TowerFeatures
from engine.training.extractors.visual_words import VisualWordFeatures
from engine.training.extractors.word_averages import WordAverages

PARTS: Mapping[str, type[Any]] = {
    "encoder": EncoderFeatures,
    "tower": TowerFeatures,
    "pixels": PixelFeatures,
    "visual_words": VisualWordFeatures,
    "word_averages": WordAverages,
    "tfidf": TfidfFeatures,
    "probe": ProbeScorer,
    "prototype": PrototypeScorer,
    "prototypes": Prototypes,
    "zero_shot": ZeroShot,
    "blend": Blend,
    "example_cache": ExampleCache,
}
"""Frozen dataclasses of arrays, numbers, words, and each other."""

NAMES = {part: name for name, part in PARTS.items()}
