"""Why a label set cannot be trained on yet, and what would make it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.labels.eligibility import Obstacle

MIN_CLASSES = 2
MIN_EXAMPLES = 4
"""Of a class, near-duplicates counted once: some to learn from and some to be tested on."""

REMEDIES: Mapping[str, str] = {
    Obstacle.TRAINING_OFF: "an administrator can switch it on with `/settings training`",
    Obstacle.NOT_ASKED: "they can with `/privacy consent`, or by labelling their own posts",
}


@dataclass(frozen=True)
class Standing:
    """What a label set has to learn from.

    Attributes:
        usable: different usable examples by class, in the set's order.
        unusable: labelled items that may not be learnt from, by reason in words.
        not_indexed: usable items whose vectors are still being made.
    """

    name: str
    usable: Mapping[str, int]
    unusable: Mapping[str, int]
    not_indexed: int = 0

    @property
    def kept(self) -> Sequence[str]:
        """Classes with examples enough."""
        return [name for name, count in self.usable.items() if count >= MIN_EXAMPLES]

    @property
    def left_out(self) -> str:
        """The classes without, as a sentence; empty when there are none."""
        few = {name: count for name, count in self.usable.items() if count < MIN_EXAMPLES}
        if not few:
            return ""
        return f"Left out, with too few examples: {_counted(few)}."


def why_not(standing: Standing) -> str | None:
    """What keeps a set from being trained on; None when nothing does."""
    if len(standing.kept) >= MIN_CLASSES:
        return None
    needed = (
        f"“{standing.name}” needs {MIN_CLASSES} classes with {MIN_EXAMPLES} usable examples each; "
        "copies and near-duplicates count once."
    )
    sentences = [needed]
    if standing.usable:
        sentences.append(f"Usable so far: {_counted(standing.usable)}.")
    else:
        sentences.append("It has no classes yet.")
    sentences += [_obstacle(reason, count) for reason, count in standing.unusable.items()]
    if standing.not_indexed:
        sentences.append(
            f"{standing.not_indexed} more are still being indexed; try again in a minute."
        )
    return " ".join(sentences)


def _obstacle(reason: str, count: int) -> str:
    remedy = REMEDIES.get(reason)
    return f"{count} labelled are not usable because {reason}" + (f"; {remedy}." if remedy else ".")


def _counted(classes: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in classes.items())
