"""How well a label set is labelled: consensus, agreement, likely mistakes, progress."""

from __future__ import annotations

from pydantic import Field

from engine.schemas.base import Page, Schema
from engine.schemas.items import Item


class Interval(Schema):
    """A share with its 95 % interval, all from 0 to 1."""

    value: float
    low: float
    high: float


class Agreement(Schema):
    """How far labellers agree beyond chance.

    Attributes:
        overlap: items that two or more people have labelled.
        cohen: Cohen's kappa, mean over pairs of labellers weighted by the items they share.
        fleiss: Fleiss' kappa, over the items with the most common number of labellers.
        krippendorff: Krippendorff's alpha, nominal.
        meaning: what that means, in a sentence.
    """

    overlap: int
    cohen: float | None = None
    fleiss: float | None = None
    krippendorff: float | None = None
    meaning: str


class ClassCount(Schema):
    """Items whose consensus is this class; `usable` of them may be learnt from."""

    class_id: str
    name: str
    items: int
    usable: int


class LabellerCount(Schema):
    """What one person has done.

    Attributes:
        agreement: share of their labels that are the consensus, on items others labelled as well.
        skill: the probability that they are right, by Dawid and Skene (1979); null without overlap.
    """

    person_id: str
    labels: int
    unsure: int
    skipped: int
    agreement: float | None = None
    skill: float | None = None


class CurvePoint(Schema):
    """Cross-validated accuracy with so many labelled items."""

    labels: int
    accuracy: Interval


class LearningCurve(Schema):
    """What labelling has brought and would bring.

    Attributes:
        points: measured, from few labels to all.
        more: how many further labels the estimate is for.
        expected: the accuracy expected with them, by a power law fitted to the points.
        sentence: the same in words, or why there is no estimate yet.
    """

    points: list[CurvePoint] = Field(default_factory=list)
    more: int = 20
    expected: Interval | None = None
    sentence: str


class LabelProgress(Schema):
    """How a label set stands.

    Attributes:
        unusable: consensus items that may not be learnt from, by reason in words.
    """

    labelset_id: str
    labelled: int
    disputed: int
    classes: list[ClassCount]
    labellers: list[LabellerCount]
    agreement: Agreement
    curve: LearningCurve
    unusable: dict[str, int] = Field(default_factory=dict)


class ReviewRequest(Schema):
    """Asks for items worth a second look, of those in the channels the asker may see."""

    channel_ids: list[str] | None
    cursor: str | None = None
    limit: int = Field(default=20, ge=1, le=100)


class Vote(Schema):
    """What one person says an item is, by names."""

    person_id: str
    classes: list[str]


class Dispute(Schema):
    """An item that people label differently."""

    item: Item
    votes: list[Vote]


class LikelyMistake(Schema):
    """A consensus that a classifier which has not seen the item finds unlikely.

    Attributes:
        given: the class it has.
        likely: the class it probably is.
        confidence: in the class given, from 0 to 1; lowest first.
    """

    item: Item
    given: str
    likely: str
    confidence: float


class DisputePage(Page):
    """One page of disputed items, most disputed first."""

    disputes: list[Dispute]


class LikelyMistakes(Schema):
    """Items worth a second look, least trusted first.

    Attributes:
        hint: why there are none, where labels are too few to tell.
    """

    mistakes: list[LikelyMistake]
    hint: str = ""
