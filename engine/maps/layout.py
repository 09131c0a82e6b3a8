"""From features to a map: two dimensions, groups in them, and how far the map can be trusted.

Everything here is the same whenever its input is: seeds are fixed, and one thread adds up in one
order.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.encoders.ports import Features

Positions = NDArray[np.float64]
"""float64 (N, 2): x to the right and y upwards, both from 0 to 1."""

Groups = NDArray[np.intp]
"""(N,): which group each item is in, counted from 0, the largest first; -1: none."""

BEFORE_MAP_DIMENSIONS = 50
"""Features are brought down to so many by PCA first (van der Maaten & Hinton 2008, section 4)."""

MOST_BY_PCA = 10
"""Up to so many items have no neighbourhoods to keep; the two widest directions show them."""

PERPLEXITY, LEAST_PERPLEXITY = 30.0, 5.0
"""How many neighbours count; 5 to 50 by its authors. Of few items, fewer: the root of their number.
"""

NEIGHBOURS_A_PERPLEXITY = 3
"""Barnes-Hut t-SNE looks at so many neighbours (van der Maaten 2014), which must be there."""

LEAST_GROUP = 3
SAME_DECIMALS = 5
"""Features that agree to so many decimals are the same but for rounding."""

JUDGED_NEIGHBOURS = 5
MOST_JUDGED = 2_000
"""Trustworthiness compares all with all; of more items, every so-manieth is judged."""


@dataclass(frozen=True)
class Layout:
    """Items on a map.

    Attributes:
        faithfulness: trustworthiness, from 0 to 1; see `trust_in`.
    """

    positions: Positions
    groups: Groups
    faithfulness: float


def lay_out(features: Features, seed: int) -> Layout:
    """Maps items by features of any kind: float32 (N, D), N at least 3. Takes seconds."""
    import sklearn.cluster  # type: ignore[import-untyped]
    import sklearn.manifold  # type: ignore[import-untyped]  # noqa: F401 - see below
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    # Only threads of libraries that are loaded by now are limited: the first map of a process
    # would be another one.
    with threadpool_limits(1):
        positions = _scaled(projected(reduced(features, seed), seed))
        return Layout(positions, groups_in(positions), trust_in(features, positions))


def reduced(features: Features, seed: int) -> Features:
    """The widest directions of features, at most `BEFORE_MAP_DIMENSIONS`."""
    from sklearn.decomposition import PCA  # type: ignore[import-untyped]

    dimensions = min(BEFORE_MAP_DIMENSIONS, *features.shape)
    spread = PCA(dimensions, svd_solver="randomized", random_state=seed)
    with np.errstate(invalid="ignore"):  # where all are the same, shares of no variance
        kept: Features = spread.fit_transform(features).astype(np.float32)
    return kept


def projected(features: Features, seed: int) -> NDArray[np.float64]:
    """Two dimensions in which near ones stay near: t-SNE, which starts from PCA.

    PCA first keeps where groups lie to each other (Kobak & Berens 2019). Items that are the same
    lie on one spot: t-SNE gets one of each, as it would throw the others about.

    Args:
        features: float32 (N, D), by `reduced`.
        seed: of the search.
    """
    _, first, place = np.unique(
        np.round(features, SAME_DECIMALS), axis=0, return_index=True, return_inverse=True
    )
    distinct = features[first]
    two = np.zeros((len(distinct), 2))
    two[:, : distinct.shape[1]] = distinct[:, :2]
    if len(distinct) > MOST_BY_PCA and np.ptp(two, axis=0).min() > 0:
        from sklearn.manifold import TSNE

        perplexity = min(PERPLEXITY, max(LEAST_PERPLEXITY, len(distinct) ** 0.5))
        perplexity = min(perplexity, (len(distinct) - 1) / NEIGHBOURS_A_PERPLEXITY)
        model = TSNE(perplexity=perplexity, init="pca", random_state=seed)
        two = np.asarray(model.fit_transform(distinct), dtype=np.float64)
    return two[place.ravel()]


def groups_in(positions: Positions) -> Groups:
    """Groups of items that lie close together: HDBSCAN (Campello, Moulavi & Sander 2013).

    On the map and not among the features: a name stands where the eye sees a group, and t-SNE
    keeps groups that are apart (Linderman & Steinerberger 2019); among hundreds of dimensions
    densities hardly differ.
    """
    from sklearn.cluster import HDBSCAN

    if np.ptp(positions, axis=0).max() == 0:
        return np.zeros(len(positions), dtype=np.intp)
    least = max(LEAST_GROUP, round(len(positions) ** 0.5 / 2))
    groups = HDBSCAN(least, LEAST_GROUP, cluster_selection_method="leaf", copy=True)
    found = groups.fit(positions)
    return _largest_first(found.labels_)


def trust_in(features: Features, positions: Positions) -> float:
    """Trustworthiness (Venna & Kaski 2001): 1 where all neighbours on the map are real ones."""
    from sklearn.manifold import trustworthiness

    step = -(-len(features) // MOST_JUDGED)
    judged = features[::step], positions[::step]
    neighbours = min(JUDGED_NEIGHBOURS, (len(judged[0]) - 1) // 2)
    return float(trustworthiness(*judged, n_neighbors=neighbours))


def _scaled(positions: NDArray[np.float64]) -> Positions:
    """Fills the square; a direction in which nothing differs stays in its middle.

    Each by itself: the directions of t-SNE mean nothing, and room is for seeing.
    """
    low, high = positions.min(axis=0), positions.max(axis=0)
    width = np.where(high > low, high - low, 1.0)
    scaled: Positions = 0.5 + (positions - (low + high) / 2) / width
    return scaled


def _largest_first(groups: NDArray[np.intp]) -> Groups:
    """Numbers groups by size; of the same size, by their first item."""
    found, sizes = np.unique(groups[groups >= 0], return_counts=True)
    renamed = np.full(len(groups), -1, dtype=np.intp)
    for new, old in enumerate(found[np.argsort(-sizes, kind="stable")]):
        renamed[groups == old] = new
    return renamed
