"""What a label set teaches, as classifiers and measures take it: features, classes, groups."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.classify import Examples
from engine.labels.duplicate_groups import duplicate_groups
from engine.labels.examples import Example, ExampleSet
from engine.labels.item_features import ItemFeatures, stacked


@dataclass(frozen=True)
class ExampleFeatures:
    """The usable examples of a set that are in the index.

    Attributes:
        items: N; one of several classes is there once for each.
        examples: their features, classes (by their order in the set) and near-duplicates.
        at_random: bool (N,): which a session drew at random.
    """

    items: Sequence[Example]
    examples: Examples
    at_random: NDArray[np.bool_]


async def example_features(
    features: ItemFeatures, taught: ExampleSet, *, embed_dim: int
) -> ExampleFeatures:
    """Reads features of usable examples, and groups near-duplicates in a thread.

    Args:
        features: where they come from.
        taught: the examples.
        embed_dim: D of their features.
    """
    stored = await features.of(taught.kind, [each.item_id for each in taught.usable])
    column = {each.class_id: n for n, each in enumerate(taught.classes)}
    pairs = [
        (example, column[class_id])
        for example in taught.usable
        if example.item_id in stored
        for class_id in example.class_ids
    ]
    items = [example for example, _ in pairs]
    rows = stacked([stored[each.item_id] for each in items], embed_dim)
    groups = await asyncio.to_thread(duplicate_groups, items, rows)
    classes = np.array([n for _, n in pairs], dtype=np.intp)
    return ExampleFeatures(
        items,
        Examples(rows, classes, groups, len(column)),
        np.array([each.at_random for each in items], dtype=np.bool_),
    )
