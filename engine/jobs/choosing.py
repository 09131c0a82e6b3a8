"""Which methods suit a label set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.errors import BadRequest
from engine.schemas import ItemKind, TrainingMethod
from engine.training.backbone_name import BackboneName
from engine.training.methods import ON_ANY_NETWORK, suiting

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
    kind: ItemKind, wanted: Sequence[TrainingMethod], *, smallest_class: int, backbone: str = ""
) -> tuple[list[TrainingMethod], str]:
    """The methods to compare, simplest first and each once, and why these.

    Args:
        kind: of the items.
        wanted: by the asker; none: those that suit.
        smallest_class: different examples of the class that has fewest.
        backbone: the network to learn with; empty: the one that serves.

    Raises:
        BadRequest: a wanted method is for another kind of items, or needs the network that serves;
            or there is no such backbone, or none for texts.
    """
    if backbone:
        _refuse_unknown(backbone, kind)
    suited = [each for each in suiting(kind) if not backbone or each in ON_ANY_NETWORK]
    if wanted:
        _refuse_others(kind, wanted, suited, backbone)
        return [method for method in suited if method in wanted], "Chosen by whoever asked."
    methods = [method for method in BY_DEFAULT[kind] if method in suited]
    if smallest_class < TUNED_FROM:
        return methods, (
            f"A baseline and what learns from few labels; the smallest class has {smallest_class} "
            f"examples, and fine-tuning is worth a try from {TUNED_FROM}."
        )
    return [*methods, TUNED[kind]], (
        f"A baseline, what learns from few labels, and the gentlest fine-tuning, as each class has "
        f"{smallest_class} examples or more."
    )


def _refuse_unknown(backbone: str, kind: ItemKind) -> None:
    if kind is not ItemKind.IMAGE:
        raise BadRequest(
            f"{backbone} is a network for pictures, and this set is of texts; leave it out."
        )
    BackboneName.read(backbone)


def _refuse_others(
    kind: ItemKind,
    wanted: Sequence[TrainingMethod],
    suited: Sequence[TrainingMethod],
    backbone: str,
) -> None:
    others = [method.value for method in wanted if method not in suited]
    if others:
        network = f" with {backbone}" if backbone else ""
        raise BadRequest(
            f"Not for {kind.value}s{network}: {', '.join(others)}. "
            f"There is {', '.join(method.value for method in suited)}."
        )
