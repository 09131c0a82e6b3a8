"""Which labelled items a model may learn from.

Discord's developer policy forbids to train on what people posted without their express permission.
So an example counts when an administrator has switched training on and its author either labelled
it themselves or has agreed; who said no is not learnt from, whoever labels. Files that the owner
indexed from a folder have no author and need nobody's permission.
"""

from __future__ import annotations

from enum import StrEnum

from engine.catalogue.label_votes import VotedItem
from engine.schemas import LabelOutcome


class Obstacle(StrEnum):
    """Why an item may not be learnt from, in words."""

    TRAINING_OFF = "training is switched off in this server"
    REFUSED = "their authors said no to training"
    NOT_ASKED = "their authors have not agreed to training yet"


def obstacle(item: VotedItem, *, training_enabled: bool) -> Obstacle | None:
    """What keeps a model from learning from an item; None when nothing does."""
    if not item.author_id:
        return None
    if not training_enabled:
        return Obstacle.TRAINING_OFF
    if item.author_consent is not None:
        return None if item.author_consent else Obstacle.REFUSED
    labelled_by = {v.person_id for v in item.votes if v.outcome is LabelOutcome.LABELLED}
    return None if item.author_id in labelled_by else Obstacle.NOT_ASKED
