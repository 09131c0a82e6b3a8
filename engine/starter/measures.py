"""Recall at k, and the two plain ways of comparing pictures that a model has to beat."""

from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image

Features = npt.NDArray[np.float32]
KS: Final = (1, 5, 10)

_RAW_PX = 32
_HISTOGRAM_LEVELS = 6


def recall_at(
    queries: Features, corpus: Features, relevant: npt.NDArray[np.intp]
) -> dict[str, float]:
    """Share of queries whose one relevant row is among the best 1, 5 and 10, in per cent.

    Args:
        queries: float32 (Q, D), L2-normalised.
        corpus: float32 (N, D), L2-normalised.
        relevant: for each query, the row of the corpus to be found, int (Q,).
    """
    scores = queries @ corpus.T
    own = scores[np.arange(len(queries)), relevant]
    # A tie counts against the query: a feature that is the same for all finds nothing.
    rank = (scores >= own[:, None]).sum(axis=1)
    return {f"R@{k}": round(100 * float((rank <= k).mean()), 1) for k in KS}


def chance_recall(corpus_size: int) -> dict[str, float]:
    """What guessing finds: k out of N, in per cent."""
    return {f"R@{k}": round(100 * min(1.0, k / corpus_size), 1) for k in KS}


def raw_pixels(pictures: list[Image.Image]) -> Features:
    """32 × 32 RGB values less their mean: float32 (N, 3072), L2-normalised."""
    rows = [np.asarray(p.convert("RGB").resize((_RAW_PX, _RAW_PX))).ravel() for p in pictures]
    values = np.stack(rows).astype(np.float32)
    return _unit(values - values.mean(axis=1, keepdims=True))


def colour_histogram(pictures: list[Image.Image]) -> Features:
    """Square roots of a 6 × 6 × 6 RGB histogram, so that the score is Bhattacharyya's coefficient.

    Returns:
        float32 (N, 216), L2-normalised.
    """
    rows = []
    for picture in pictures:
        small = np.asarray(picture.convert("RGB").resize((96, 96))).reshape(-1, 3).astype(np.int64)
        levels = small * _HISTOGRAM_LEVELS // 256
        cell = (levels[:, 0] * _HISTOGRAM_LEVELS + levels[:, 1]) * _HISTOGRAM_LEVELS + levels[:, 2]
        rows.append(np.bincount(cell, minlength=_HISTOGRAM_LEVELS**3))
    return _unit(np.sqrt(np.stack(rows).astype(np.float32)))


def _unit(rows: Features) -> Features:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(lengths, 1e-9), dtype=np.float32)
