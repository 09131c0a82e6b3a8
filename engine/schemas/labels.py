"""Labels, and the sessions in which people give them.

A label is what one person said of one version of one item; nothing else ever counts as one.
"""

from __future__ import annotations

from enum import StrEnum

from pydantic import AwareDatetime, Field

from engine.schemas.base import OpaqueId, Page, Schema
from engine.schemas.items import Item

MAX_LABELS_A_REQUEST = 200


class LabelOutcome(StrEnum):
    """What a person said of an item; all but `LABELLED` only mean that they saw it."""

    LABELLED = "labelled"
    SKIPPED = "skipped"
    UNSURE = "unsure"


class LabelMethod(StrEnum):
    """How a label was given."""

    MENU = "menu"
    HIT = "hit"
    REACTION = "reaction"
    BULK = "bulk"
    SESSION = "session"
    COMMAND = "command"
    IMPORT = "import"
    SUGGESTION = "suggestion"


class Draw(StrEnum):
    """Why a session showed an item.

    Only what was drawn at random may measure how good a classifier is on the whole library.
    """

    RANDOM = "random"
    CLUSTER = "cluster"
    UNCERTAIN = "uncertain"
    DISAGREEMENT = "disagreement"


class Label(Schema):
    """What one person said of one version of one item.

    Attributes:
        class_ids: as given; empty unless the outcome is `LABELLED`.
        item_sha256: names the version; a label of another version than the present counts no more.
        drawn: why the item was shown, when a session showed it.
        batch_id: shared by labels that were given by one action and are undone together.
        stale: the item has changed since.
    """

    label_id: str
    labelset_id: str
    item_id: str
    item_sha256: str
    person_id: str
    outcome: LabelOutcome
    class_ids: list[str]
    method: LabelMethod
    drawn: Draw | None = None
    batch_id: str
    given_at: AwareDatetime
    stale: bool = False


class LabelPage(Page):
    """One page of labels, newest first."""

    labels: list[Label]


class NewLabels(Schema):
    """What one person says of one or many items; later words about an item replace earlier ones.

    Attributes:
        item_ids: each gets the same classes.
        class_ids: one, or several where the set allows it; empty unless the outcome is `LABELLED`.
        channel_ids: the channels the labeller may see; None is refused for the bot's token.
        labeller_ids: the labeller's roles and own id, checked against the set's when it has any.
    """

    labelset_id: OpaqueId
    person_id: OpaqueId
    item_ids: list[OpaqueId] = Field(min_length=1, max_length=MAX_LABELS_A_REQUEST)
    outcome: LabelOutcome = LabelOutcome.LABELLED
    class_ids: list[OpaqueId] = Field(default_factory=list)
    method: LabelMethod
    drawn: Draw | None = None
    channel_ids: list[str] | None
    labeller_ids: list[str] | None = None


class RefusedLabel(Schema):
    """An item that got no label, and why."""

    item_id: str
    reason: str


class LabelsAck(Schema):
    """Labels that are durable, under the id that undoes them; and those refused."""

    batch_id: str
    labelled: int
    refused: list[RefusedLabel] = Field(default_factory=list)


class UndoRequest(Schema):
    """Takes back what a person last said: of a batch, or without one their latest in the set."""

    labelset_id: OpaqueId
    person_id: OpaqueId
    batch_id: str | None = None


class UndoAnswer(Schema):
    """What was taken back; what the person had said of these items before counts again."""

    item_ids: list[str]


class CardRequest(Schema):
    """Asks for the next item to label.

    Attributes:
        channel_ids: the channels the labeller may see; None is refused for the bot's token.
        after_item_id: the card just answered; without one, an unanswered card comes again, so that
            an interrupted session goes on where it was.
    """

    labelset_id: OpaqueId
    person_id: OpaqueId
    channel_ids: list[str] | None
    labeller_ids: list[str] | None = None
    after_item_id: str | None = None


class Suggestion(Schema):
    """A classifier's guess. Never a label by itself."""

    class_id: str
    name: str
    probability: float


class SessionProgress(Schema):
    """How far a labeller, and the team, have come.

    Attributes:
        yours: items this person has answered in the set.
        labelled: items anybody has labelled.
        total: items there are, of those this person may see.
    """

    yours: int
    labelled: int
    total: int


class Card(Schema):
    """The next item to label, or none when all is answered.

    Attributes:
        passage: the words of a text, cut where they are long.
        suggestions: the classifier's guesses, best first; empty as long as there is none.
    """

    item: Item | None = None
    passage: str = ""
    drawn: Draw | None = None
    suggestions: list[Suggestion] = Field(default_factory=list)
    progress: SessionProgress
