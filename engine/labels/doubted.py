"""Items whose labels are probably wrong, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.labels.example_features import ExampleFeatures
from engine.labels.examples import Example
from engine.labels.mistakes import likely_mistakes, likely_mistakes_by_class


@dataclass(frozen=True)
class Doubted:
    """An item whose label is probably wrong, and where it was posted.

    Attributes:
        given: what it is said to be, in words.
        likely: what it probably is.
    """

    example: Example
    given: str
    likely: str
    confidence: float


def doubted_items(known: ExampleFeatures, names: Sequence[str]) -> list[Doubted]:
    """Of items with one class each, least trusted first.

    Args:
        known: what may be learnt from.
        names: of the classes, in the order of the set.
    """
    classes = known.examples.classes
    return [
        Doubted(
            known.items[doubt.row],
            names[classes[doubt.row]],
            names[doubt.likely],
            doubt.confidence,
        )
        for doubt in likely_mistakes(known.examples)
    ]


def doubted_classes(known: ExampleFeatures, names: Sequence[str]) -> list[Doubted]:
    """Of items that may have several classes, and are there once for each."""
    item_ids = [example.item_id for example in known.items]
    _, first, item_of = np.unique(item_ids, return_index=True, return_inverse=True)
    memberships = np.zeros((len(first), len(names)), np.bool_)
    memberships[item_of, known.examples.classes] = True
    one_each = known.examples.take(first)
    doubts = likely_mistakes_by_class(one_each.features, memberships, one_each.groups)
    return [
        Doubted(
            known.items[first[doubt.row]],
            _having(names[doubt.class_index], has_it=doubt.given),
            _having(names[doubt.class_index], has_it=not doubt.given),
            doubt.confidence,
        )
        for doubt in doubts
    ]


def _having(name: str, *, has_it: bool) -> str:
    return name if has_it else f"not {name}"
