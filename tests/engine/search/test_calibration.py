"""What a raw score is worth."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.encoders.ports import Features
from engine.schemas import Band
from engine.search.calibration import THRESHOLDS, Pair, Thresholds, score_scale


def unit_rows(count: int, seed: int) -> Features:
    """Random directions: float32 (count, 64), L2-normalised."""
    rows = np.random.default_rng(seed).normal(size=(count, 64)).astype(np.float32)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def test_nearness_runs_from_the_background_to_the_query_itself() -> None:
    """Thresholds measured on one encoder would mean something else on the next."""
    wide = unit_rows(500, seed=1)
    narrow = wide + 0.2
    narrow /= np.linalg.norm(narrow, axis=1, keepdims=True)
    for background in (wide, narrow):
        query = background[0]
        scale = score_scale(query, background)
        assert scale.nearness(float(np.median(background @ query))) == pytest.approx(0, abs=1e-6)
        assert scale.nearness(1.0) == pytest.approx(1)


def test_relevant_items_in_the_background_do_not_hide_themselves() -> None:
    """In a library full of cats, a search for a cat would find no good match."""
    query = unit_rows(1, seed=2)[0]
    cats = np.repeat(query[None], 60, axis=0)
    background = np.vstack([unit_rows(100, seed=1), cats])
    assert score_scale(query, background).nearness(0.9) > THRESHOLDS[Pair.IMAGE_TO_IMAGE].weak


def test_a_background_of_one_kind_gives_finite_scores() -> None:
    """The first picture in an empty library would divide by zero."""
    same = np.repeat(unit_rows(1, seed=3), 10, axis=0)
    assert score_scale(same[0], same).nearness(1.0) == pytest.approx(1)


def test_bands_cover_the_line_without_gaps() -> None:
    """A hit would be shown without a word on how far to trust it."""
    thresholds = Thresholds(weak=1, likely=2, strong=3)
    assert [thresholds.band(nearness) for nearness in (0.9, 1, 2, 3)] == [
        None,
        Band.WEAK,
        Band.LIKELY,
        Band.STRONG,
    ]


@given(st.sampled_from(list(Pair)), st.floats(-1, 2), st.floats(0.001, 1))
def test_trust_grows_with_nearness_and_agrees_with_the_bands(
    pair: Pair, nearness: float, more: float
) -> None:
    """Hits of two kinds would be in an order that contradicts what is said of each."""
    thresholds = THRESHOLDS[pair]
    assert thresholds.trust(nearness) <= thresholds.trust(nearness + more)
    assert (thresholds.trust(nearness) >= 3) == (thresholds.band(nearness) is Band.STRONG)
    assert (thresholds.trust(nearness) >= 1) == (thresholds.band(nearness) is not None)
