"""Models that were trained: their report cards, what serves, and how they are judged again."""

from __future__ import annotations

from enum import StrEnum

from pydantic import AwareDatetime, Field

from engine.schemas.base import ItemKind, OpaqueId, Page, Schema
from engine.schemas.quality import Interval
from engine.schemas.training import MethodResult, TrainingMethod

MODEL_NAME = "model:"
"""How the name of an encoder begins that is a model of the registry; its id follows."""


class ModelState(StrEnum):
    """What a model of the registry does.

    KEPT: nothing. BUILDING: a collection of its vectors is being built. SERVING: searches use it.
    RETIRED: it served before what serves now; a rollback goes back to it.
    """

    KEPT = "kept"
    BUILDING = "building"
    SERVING = "serving"
    RETIRED = "retired"


class ModelCard(Schema):
    """The report card of a trained model, one a job that has succeeded.

    Attributes:
        model_id: that of the job.
        backbone: empty: the model that served when it was trained.
        snapshot: hash of what it learnt from.
        code_version: of Magpie.
        result: on the items that it had not seen.
        baseline: the best method that leaves the network as it is, on the same items.
        lead: of `result` over `baseline`; null where the model is the baseline itself.
        searches: whether it could take over searching: a network trained further from the one
            that serves.
        servable: whether it may: it leads beyond chance, and other searches suffer little.
        verdict: why, or why not, in a sentence.
        retrain_reason: why it has to be trained again; empty: it has not.
    """

    model_id: str
    library_id: str
    labelset_id: str
    labelset_name: str
    kind: ItemKind
    classes: list[str]
    method: TrainingMethod
    backbone: str = ""
    seed: int
    snapshot: str
    code_version: str
    device: str
    created_at: AwareDatetime
    result: MethodResult
    baseline: MethodResult | None = None
    lead: Interval | None = None
    searches: bool = False
    servable: bool = False
    verdict: str = ""
    state: ModelState = ModelState.KEPT
    retrain_reason: str = ""


class ServingModel(Schema):
    """What searches among items of a kind use now.

    Attributes:
        name: of the encoder's model.
        model_id: of the registry; null for the one the engine was started with.
        previous: name of what a rollback goes back to; null: nothing.
    """

    kind: ItemKind
    name: str
    fingerprint: str
    model_id: str | None = None
    previous: str | None = None

    @property
    def previous_id(self) -> str | None:
        """The model of the registry that a rollback goes back to, if it is one."""
        return None if self.previous is None else model_id_of(self.previous)


class ModelPage(Page):
    """One page of a library's models, newest first, and what serves."""

    models: list[ModelCard]
    serving: list[ServingModel]


class ReindexState(StrEnum):
    """How far a new collection is; the last three are ends."""

    BUILDING = "building"
    VERIFYING = "verifying"
    ACTIVE = "active"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Reindex(Schema):
    """A new collection being built for a model beside the one that serves.

    Attributes:
        done: items that have vectors in it.
        total: items that shall have.
        reason: why it failed, in words.
    """

    model_id: str
    kind: ItemKind
    state: ReindexState
    done: int = 0
    total: int = 0
    reason: str = ""

    @property
    def under_way(self) -> bool:
        """Whether it has not ended yet."""
        return self.state in (ReindexState.BUILDING, ReindexState.VERIFYING)


class RollbackRequest(Schema):
    """Goes back to what served before."""

    kind: ItemKind = ItemKind.IMAGE


class EvaluateRequest(Schema):
    """Judges a stored model again.

    Attributes:
        snapshot: hash of what it is judged on; empty: that which it was tested on.
    """

    snapshot: str = ""


class Evaluation(Schema):
    """A stored model judged on the test items of a snapshot.

    Attributes:
        test_items: that it has not learnt from, nor from near-duplicates of.
        left_out: how many others the snapshot tests on.
        classes: that the model knows, in the order of `confusion`.
        confusion: test items by true class (rows) and answer (columns).
        took_s: seconds, with loading.
    """

    model_id: str
    snapshot: str
    test_items: int
    left_out: int = 0
    classes: list[str]
    result: MethodResult
    confusion: list[list[int]]
    took_s: float


class PredictRequest(Schema):
    """Texts for a stored model; pictures come as files of a form."""

    texts: list[str] = Field(default_factory=list, max_length=1000)


class ClassShare(Schema):
    """A class and how likely it is, from 0 to 1."""

    name: str
    probability: float


class RefusedInput(Schema):
    """An input that was not answered: its place, from 0, and why."""

    place: int
    reason: str


class Predictions(Schema):
    """For each input, in the order given, the likeliest five classes, best first.

    Attributes:
        answers: empty for an input that was refused.
    """

    model_id: str
    answers: list[list[ClassShare]]
    refused: list[RefusedInput] = Field(default_factory=list)


class NewSnapshot(Schema):
    """Takes a snapshot of a label set as it is, to judge models on."""

    labelset_id: OpaqueId
    seed: int = Field(default=0, ge=0, lt=2**31)


class SnapshotTaken(Schema):
    """A snapshot; it is kept for ten minutes after it was last used, and as long as a job has it.

    Attributes:
        snapshot: its hash.
        items: all of them.
        test_items: those that models are judged on.
        left_out: what of the set it does not hold, and why, in a sentence; empty: nothing.
    """

    snapshot: str
    kind: ItemKind
    classes: list[str]
    items: int
    test_items: int
    left_out: str = ""


def model_id_of(name: str) -> str | None:
    """The model of the registry that an encoder's name stands for; None: it stands for none."""
    return name.removeprefix(MODEL_NAME) if name.startswith(MODEL_NAME) else None
