"""How a class is put into words for an encoder (prompt ensemble: Radford et al. 2021, 3.1.4)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.encoders.ports import Features
from engine.schemas import ItemKind

TEMPLATES = {
    ItemKind.IMAGE: ("{}", "a picture of {}", "a photo of {}", "a drawing of {}"),
    ItemKind.TEXT: ("{}",),
}
"""Of the space that holds each kind: what people write about pictures, and plain words."""


def class_texts(name: str, description: str, kind: ItemKind) -> list[str]:
    """Every wording of one class, to be encoded and averaged.

    A description says what belongs to the class in the labellers' words: it is one more wording,
    alone and behind the name.
    """
    words = " ".join(name.replace("_", " ").split())
    texts = [template.format(words) for template in TEMPLATES[kind]]
    if description:
        texts += [f"{words}: {description}", description]
    return texts


def averaged(features_by_class: Sequence[Features]) -> Features:
    """The text feature of each class: its wordings' mean, float32 (C, D), L2-normalised.

    Args:
        features_by_class: for each class, the features of its `class_texts`.
    """
    means = np.stack([features.mean(axis=0) for features in features_by_class])
    return unit_rows(means)


def unit_rows(rows: Features) -> Features:
    """Rows of length one; a row of zeros stays."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(lengths, np.finfo(np.float32).tiny), dtype=np.float32)
