"""From features to a map."""

from __future__ import annotations

import numpy as np
import pytest

from engine.classify.prompts import unit_rows
from engine.encoders.ports import Features
from engine.maps.layout import lay_out

GROUPS, EACH = 4, 12


def grouped(seed: int = 0) -> Features:
    """Groups far apart: float32 (48, 16), the items of a group after each other."""
    random = np.random.default_rng(seed)
    centres = np.repeat(random.normal(size=(GROUPS, 16)), EACH, axis=0)
    return unit_rows((centres + 0.05 * random.normal(size=centres.shape)).astype(np.float32))


def test_groups_are_found_and_neighbours_kept() -> None:
    """What belongs together would lie apart, or be called by two names."""
    layout = lay_out(grouped(), 0)
    belongs_to = np.repeat(np.arange(GROUPS), EACH)
    found = range(layout.groups.max() + 1)
    assert len(found) >= GROUPS
    assert all(len(set(belongs_to[layout.groups == group])) == 1 for group in found)
    assert (layout.groups >= 0).mean() > 0.5
    assert layout.faithfulness > 0.9
    assert layout.positions.min() >= 0
    assert layout.positions.max() <= 1


def test_the_same_features_give_the_same_map() -> None:
    """People who talk about a map would not see the same one."""
    first, again = lay_out(grouped(), 3), lay_out(grouped(), 3)
    assert np.array_equal(first.positions, again.positions)
    assert np.array_equal(first.groups, again.groups)


@pytest.mark.parametrize("count", [3, 4, 11, 40])
def test_items_that_are_the_same_lie_on_one_spot(count: int) -> None:
    """A library of one meme, posted in forty files, would have no map, or one thrown about."""
    same = np.repeat(grouped()[:1], count, axis=0)
    layout = lay_out(same, 0)
    assert np.array_equal(layout.positions, np.full((count, 2), 0.5))
    assert np.isfinite(layout.faithfulness)


def test_copies_among_others_lie_on_one_spot() -> None:
    """Reposts would be scattered over the map as if they were different."""
    features = np.vstack([np.repeat(grouped()[:1], 20, axis=0), grouped()[5:]])
    layout = lay_out(features, 0)
    assert np.ptp(layout.positions[:20], axis=0).max() == 0
    assert np.isfinite(layout.positions).all()
    assert len(set(layout.groups[:20])) == 1


@pytest.mark.parametrize("count", [3, 5, 10, 12])
def test_few_items_are_mapped(count: int) -> None:
    """A new library would have no map."""
    layout = lay_out(grouped()[::4][:count], 0)
    assert layout.positions.shape == (count, 2)
    assert 0 <= layout.faithfulness <= 1
