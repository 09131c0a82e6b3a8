"""Which items are one and the same, so that no test asks what training has seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array  # type: ignore[import-untyped]
from scipy.sparse.csgraph import (  # type: ignore[import-untyped]
    connected_components,
)

from engine.encoders.ports import Features
from engine.search.duplicates import MIN_COSINE
from engine.search.hash_neighbours import HashNeighbours


class Content(Protocol):
    """What tells copies of an item."""

    @property
    def sha256(self) -> str:
        """Of its bytes."""
        ...

    @property
    def perceptual_hash(self) -> bytes:
        """Of what a picture looks like; may be empty."""
        ...


def duplicate_groups(contents: Sequence[Content], features: Features) -> NDArray[np.intp]:
    """A group number for each content: (N,), the same for copies and near-duplicates of one thing.

    Chains count, unlike in search: when A is like B and B like C, all three stay together.

    Args:
        contents: of items of one kind.
        features: theirs, float32 (N, D), L2-normalised.
    """
    pairs = np.concatenate([_same_content(contents), _look_alikes(contents, features)])
    links = coo_array(
        (np.ones(len(pairs), np.bool_), (pairs[:, 0], pairs[:, 1])), shape=(len(contents),) * 2
    )
    _, groups = connected_components(links, directed=False)
    return np.asarray(groups, dtype=np.intp)


def _same_content(contents: Sequence[Content]) -> NDArray[np.intp]:
    """Pairs (M, 2) of each content and the first with the same bytes."""
    first: dict[str, int] = {}
    pairs = [(n, first.setdefault(each.sha256, n)) for n, each in enumerate(contents)]
    return np.array(pairs, dtype=np.intp).reshape(-1, 2)


def _look_alikes(contents: Sequence[Content], features: Features) -> NDArray[np.intp]:
    """Pairs (M, 2) on which hash and vector agree, as in `engine.search.duplicates`."""
    hashed = np.array([n for n, each in enumerate(contents) if each.perceptual_hash], np.intp)
    found = [np.empty((0, 2), np.intp)]
    neighbours = HashNeighbours([contents[n].perceptual_hash for n in hashed])
    start = 0
    while start < len(neighbours):
        pairs, start = neighbours.of_block(start)
        ones, others = hashed[pairs[:, 0]], hashed[pairs[:, 1]]
        near = np.einsum("nd,nd->n", features[ones], features[others]) >= MIN_COSINE
        found.append(np.stack([ones[near], others[near]], axis=1))
    return np.concatenate(found)
