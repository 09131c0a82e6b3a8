"""Which methods suit a label set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.errors import BadRequest
from engine.schemas import ItemKind, TrainingMethod
from engine.training.methods import suiting

BY_DEFAULT: Mapping[ItemKind, Sequence[TrainingMethod]] = {
    ItemKind.IMAGE: (
        TrainingMethod.PIXELS,
        TrainingMethod.ZERO_SHOT,
        TrainingMethod.PROTOTYPE,
        TrainingMethod.PROBE,
    ),
    ItemKind.TEXT: (
        TrainingMethod.TFIDF,
        TrainingMethod.ZERO_SHOT,
        TrainingMethod.PROTOTYPE,
        TrainingMethod.PROBE,
    ),
}
"""What takes seconds: a baseline, and the ways to use the network's features as they are."""

TUNED: Mapping[ItemKind, TrainingMethod] = {
    ItemKind.IMAGE: TrainingMethod.LP_FT,
    ItemKind.TEXT: TrainingMethod.SETFIT,
}
"""The way to change the network that is gentlest with few labels."""

TUNED_FROM = 8
"""Examples of the smallest class from which changing the network has something to go by."""


def chosen(
    kind: ItemKind, wanted: Sequence[TrainingMethod], *, smallest_class: int
) -> tuple[list[TrainingMethod], str]:
    """The methods to compare, simplest first and each once, and why these.

    Args:
        kind: of the items.
        wanted: by the asker; none: those that suit.
        smallest_class: different examples of the class that has fewest.

    Raises:
        BadRequest: a wanted method is for another kind of items.
    """
    if wanted:
        suited = suiting(kind)
        _refuse_others(kind, wanted, suited)
        return [method for method in suited if method in wanted], "Chosen by whoever asked."
    methods = list(BY_DEFAULT[kind])
    if smallest_class < TUNED_FROM:
        return methods, (
            f"A baseline and what learns from few labels; the smallest class has {smallest_class} "
            f"examples, and fine-tuning is worth a try from {TUNED_FROM}."
        )
    return [*methods, TUNED[kind]], (
        f"A baseline, what learns from few labels, and the gentlest fine-tuning, as each class has "
        f"{smallest_class} examples or more."
    )


def _refuse_others(
    kind: ItemKind, wanted: Sequence[TrainingMethod], suited: Sequence[TrainingMethod]
) -> None:
    others = [method.value for method in wanted if method not in suited]
    if others:
        raise BadRequest(
            f"Not for {kind.value}s: {', '.join(others)}. "
            f"There is {', '.join(method.value for method in suited)}."
        )
