"""What a person reads after labelling, and what they can take back by it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bot.features.labels._targets import Target, many
from bot.quote import escape
from engine.schemas import LabelsAck, LabelSet


@dataclass(frozen=True)
class Receipt:
    """Labels given by one action.

    Attributes:
        batch_id: what undoes them.
        text: what was given to what, in a sentence.
    """

    labelset_id: str
    batch_id: str
    text: str


def said_of(
    targets: Sequence[Target],
    acknowledged: LabelsAck,
    labelset: LabelSet,
    class_ids: Collection[str],
) -> str:
    """That what was labelled is that now, and how many were not."""
    refused = {each.item_id for each in acknowledged.refused}
    labelled = [each for each in targets if each.item_id not in refused]
    what = labelled[0].name if len(labelled) == 1 else many(len(labelled), labelset.kind)
    classes = " and ".join(
        f"**{escape(each.name)}**" for each in labelset.classes if each.class_id in class_ids
    )
    said = f"Labelled {what} as {classes}."
    return f"{said} {len(refused)} could not be labelled." if refused else said
