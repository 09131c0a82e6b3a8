"""What a raw score is worth."""

import numpy as np
import pytest

from engine.encoders.ports import Features
from engine.schemas import Band
from engine.search.calibration import SMALLEST_SPREAD, Thresholds, score_scale


def unit_rows(count: int, seed: int) -> Features:
    """Random directions: float32 (count, 64), L2-normalised."""
    rows = np.random.default_rng(seed).normal(size=(count, 64)).astype(np.float32)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def test_z_of_the_background_itself_is_standard() -> None:
    """Thresholds measured on one encoder would mean something else on the next."""
    background = unit_rows(500, seed=1)
    query = unit_rows(1, seed=2)[0]
    scale = score_scale(query, background)
    z = [scale.z(float(score)) for score in background @ query]
    assert np.median(z) == pytest.approx(0, abs=0.01)
    assert np.std(z) == pytest.approx(1, abs=0.15)


def test_relevant_items_in_the_background_do_not_hide_themselves() -> None:
    """In a library full of cats, a search for a cat would find no good match."""
    query = unit_rows(1, seed=2)[0]
    cats = np.repeat(query[None], 30, axis=0)
    background = np.vstack([unit_rows(100, seed=1), cats])
    assert score_scale(query, background).z(1.0) > 4


def test_a_background_of_one_kind_gives_finite_scores() -> None:
    """The first picture in an empty library would divide by zero."""
    same = np.repeat(unit_rows(1, seed=3), 10, axis=0)
    assert score_scale(same[0], same).spread == SMALLEST_SPREAD


def test_bands_cover_the_line_without_gaps() -> None:
    """A hit would be shown without a word on how far to trust it."""
    thresholds = Thresholds(weak=1, likely=2, strong=3)
    assert [thresholds.band(z) for z in (0.9, 1, 2, 3)] == [
        None,
        Band.WEAK,
        Band.LIKELY,
        Band.STRONG,
    ]
