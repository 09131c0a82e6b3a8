"""What made-up people say of made-up items."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from engine.classify import Examples
from engine.labels.answers import Answer


def answers(said: Mapping[str, str]) -> list[Answer]:
    """One item a letter: what each person says of them, from left to right; a space is nothing."""
    return [
        Answer(f"item-{n:03}", person_id, (class_id,))
        for person_id, letters in said.items()
        for n, class_id in enumerate(letters)
        if class_id != " "
    ]


def crowd(
    truth: Sequence[str], skills: Mapping[str, float], *, classes: str, seed: int = 0
) -> list[Answer]:
    """Everybody answers every item, rightly as often as their skill says."""
    random = np.random.default_rng(seed)
    return answers(
        {
            person_id: "".join(
                right
                if random.random() < skill
                else str(random.choice([each for each in classes if each != right]))
                for right in truth
            )
            for person_id, skill in skills.items()
        }
    )


def clusters(
    *, classes: int, each: int, spread: float = 0.5, copies: int = 1, seed: int = 0
) -> Examples:
    """Features around one centre a class, in a random order.

    Args:
        classes: how many.
        each: items a class, before copies.
        spread: of the items around their centre; at 1 classes overlap.
        copies: near-duplicates of each item, in one group.
        seed: of everything random.
    """
    random = np.random.default_rng(seed)
    centres = random.normal(size=(classes, 32))
    of_class = np.repeat(np.arange(classes), each)
    points = centres[of_class] + spread * 4 * random.normal(size=(len(of_class), 32))
    order = random.permutation(np.repeat(np.arange(len(of_class)), copies))
    features = points[order] + 0.01 * random.normal(size=(len(order), 32))
    features /= np.linalg.norm(features, axis=1, keepdims=True)
    return Examples(
        features=features.astype(np.float32),
        classes=of_class[order],
        groups=order,
        class_count=classes,
    )
