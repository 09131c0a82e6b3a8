"""Which methods suit a label set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

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

ON_FEATURES = frozenset({TrainingMethod.TIP_ADAPTER})
"""What needs some more labels and still leaves the network as it is."""

TUNED: Mapping[ItemKind, TrainingMethod] = {
    ItemKind.IMAGE: TrainingMethod.LP_FT,
    ItemKind.TEXT: TrainingMethod.SETFIT,
}
"""The way to change the network that is gentlest with few labels."""

TUNED_ON_GPU: Mapping[ItemKind, Sequence[TrainingMethod]] = {
    ItemKind.IMAGE: (
        TrainingMethod.WISE_LP_FT,
        TrainingMethod.LORA,
        TrainingMethod.FLYP,
    ),
    ItemKind.TEXT: (TrainingMethod.LP_FT, TrainingMethod.WISE_SETFIT),
}
"""Where each takes a minute, those as well that are better out of distribution (models.md)."""

MOST_TRAINED_ON_CPU = 50_000_000
"""Parameters of a network that a CPU trains within minutes: MiniLM's 23 million, the starter's 2,
not the 93 of the image tower of ViT-B-16."""

TUNED_FROM = 8
"""Examples of the smallest class from which changing the network has something to go by."""


@dataclass(frozen=True)
class Effort:
    """What training the network costs here.

    Attributes:
        device: torch's name.
        parameters: of the network that serves; 0 where they are not known.
    """

    device: str = "cpu"
    parameters: int = 0

    @property
    def on_cpu(self) -> bool:
        """Whether there is no GPU."""
        return self.device == "cpu"

    @property
    def is_too_much(self) -> bool:
        """Whether it would take hours."""
        return self.on_cpu and self.parameters > MOST_TRAINED_ON_CPU


def chosen(
    kind: ItemKind,
    wanted: Sequence[TrainingMethod],
    *,
    smallest_class: int,
    backbone: str = "",
    effort: Effort = Effort(),
) -> tuple[list[TrainingMethod], str]:
    """The methods to compare, simplest first and each once, and why these.

    Args:
        kind: of the items.
        wanted: by the asker; none: those that suit.
        smallest_class: different examples of the class that has fewest.
        backbone: the network to learn with; empty: the one that serves.
        effort: of training the network that serves.

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
    methods, reason = _by_default(kind, smallest_class, effort)
    return [method for method in suited if method in methods], reason


def _by_default(
    kind: ItemKind, smallest_class: int, effort: Effort
) -> tuple[frozenset[TrainingMethod], str]:
    methods = frozenset(BY_DEFAULT[kind])
    if smallest_class < TUNED_FROM:
        return methods, (
            f"A baseline and what learns from few labels; the smallest class has {smallest_class} "
            f"examples, and fine-tuning is worth a try from {TUNED_FROM}."
        )
    methods |= ON_FEATURES if kind is ItemKind.IMAGE else frozenset()
    if effort.is_too_much:
        millions = round(effort.parameters / 1e6)
        return methods, (
            "A baseline and what learns on the network's features; to train the network itself, "
            f"with {millions} million parameters, would take this CPU hours: ask for it by name, "
            "or train on a GPU."
        )
    methods |= {TUNED[kind]}
    enough = f"as each class has {smallest_class} examples or more"
    if effort.on_cpu:
        return methods, (
            f"A baseline, what learns from few labels, and the gentlest fine-tuning, {enough}."
        )
    return methods.union(TUNED_ON_GPU[kind]), (
        f"A baseline, what learns from few labels, and several kinds of fine-tuning, {enough} and "
        "there is a GPU."
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
