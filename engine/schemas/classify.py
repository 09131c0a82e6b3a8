"""Classification: what is this picture or text, by a label set?"""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from engine.schemas.base import OpaqueId, Place, Schema
from engine.schemas.label_sets import Name
from engine.schemas.labels import Suggestion
from engine.schemas.quality import Interval


class ClassifierMethod(StrEnum):
    """How an answer was found, simplest first."""

    ZERO_SHOT = "zero_shot"
    NEAREST = "nearest"
    PROTOTYPE = "prototype"
    PROBE = "probe"


class ClassifyRequest(Schema):
    """What to classify (exactly one of text, upload and item_id) and by which classes.

    Attributes:
        labelset_id: classes, descriptions and labels to go by.
        class_names: instead of a set: names alone, for a zero-shot answer.
        channel_ids: the channels the asker may see: labelled examples elsewhere are not shown.
    """

    library_id: OpaqueId
    channel_ids: list[str] | None
    labelset_id: str | None = None
    class_names: list[Name] | None = Field(default=None, min_length=2, max_length=100)
    text: str | None = None
    item_id: str | None = None
    upload: bool = False


class NearestExample(Schema):
    """A labelled item near the one asked about.

    Attributes:
        similarity: cosine, from -1 to 1.
    """

    item_id: str
    place: Place
    class_name: str
    similarity: float
    passage: str = ""


class MethodReport(Schema):
    """How good the method that answered is on this label set.

    Attributes:
        accuracy: cross-validated on labelled items; null when there are none to measure on.
        examples: labelled items it learnt from.
        sentence: which method answered, how good it is, and what would make it better.
    """

    method: ClassifierMethod
    accuracy: Interval | None = None
    examples: int = 0
    sentence: str


class Classification(Schema):
    """Answer to a classification.

    Attributes:
        choices: classes with calibrated probabilities, best first; they sum to one together with
            `none_probability`, unless several classes may hold at once.
        none_of_these: whether the best choice is not to be trusted.
        nearest: the three nearest labelled examples that the asker may see.
    """

    choices: list[Suggestion]
    none_of_these: bool
    none_probability: float | None = None
    nearest: list[NearestExample] = Field(default_factory=list)
    report: MethodReport
    took_ms: dict[str, float] = Field(default_factory=dict)
