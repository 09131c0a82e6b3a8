"""Training: jobs, their progress, and the comparison of methods on a team's own labels."""

from __future__ import annotations

from enum import StrEnum

from pydantic import AwareDatetime, Field

from engine.schemas.base import ItemKind, OpaqueId, Page, Schema
from engine.schemas.quality import Interval


class TrainingMethod(StrEnum):
    """A way to learn a label set, simplest first."""

    PIXELS = "pixels"
    VISUAL_WORDS = "visual_words"
    TFIDF = "tfidf"
    CBOW = "cbow"
    SKIP_GRAM = "skip_gram"
    GLOVE = "glove"
    ZERO_SHOT = "zero_shot"
    PROTOTYPE = "prototype"
    PROBE = "probe"
    TIP_ADAPTER = "tip_adapter"
    FROM_SCRATCH = "from_scratch"
    LP_FT = "lp_ft"
    WISE_LP_FT = "wise_lp_ft"
    LORA = "lora"
    WISE_LORA = "wise_lora"
    FINE_TUNING = "fine_tuning"
    WISE_FINE_TUNING = "wise_fine_tuning"
    FLYP = "flyp"
    WISE_FLYP = "wise_flyp"
    SETFIT = "setfit"
    WISE_SETFIT = "wise_setfit"


class JobState(StrEnum):
    """How far a job is; the last three are ends."""

    QUEUED = "queued"
    RUNNING = "running"
    CANCELLING = "cancelling"
    CANCELLED = "cancelled"
    FAILED = "failed"
    SUCCEEDED = "succeeded"


class NewJob(Schema):
    """A training job to start; the ``Idempotency-Key`` it comes with names it for good.

    Attributes:
        methods: to train and compare on one split; none: those that suit the set, and the reason.
        backbone: the network whose features are read and that is trained further: ``vgg16``,
            ``resnet50``, ``inception_v3``, ``timm/NAME``, with ``@PATH`` for weights of a file on
            the engine's machine; empty: the model that serves.
        seed: of splits, batches and weights; the same seed on the same labels repeats the run.
        channel_id: where progress is shown, for the record.
    """

    labelset_id: OpaqueId
    methods: list[TrainingMethod] = Field(default_factory=list, max_length=len(TrainingMethod))
    backbone: str = Field(default="", max_length=200)
    seed: int = Field(default=0, ge=0, lt=2**31)
    asked_by: str = ""
    channel_id: str = ""


class JobManifest(Schema):
    """What repeats a job where its snapshot still is.

    Attributes:
        job_id: of the job that it is of.
        snapshot: hash of what it learnt from, and of the split.
        clip: the model that served pictures.
        sentence: the model that served texts.
        backbone: as in `NewJob`.
        device: that it trained on.
        versions: of Python, Magpie and the libraries.
        asked_by: who repeats it.
    """

    job_id: str
    library_id: OpaqueId
    labelset_id: OpaqueId
    labelset_name: str
    methods: list[TrainingMethod] = Field(min_length=1, max_length=len(TrainingMethod))
    seed: int = Field(ge=0, lt=2**31)
    snapshot: str = Field(pattern="^[0-9a-f]{64}$")
    clip: str
    sentence: str
    backbone: str = Field(default="", max_length=200)
    device: str
    versions: dict[str, str] = Field(default_factory=dict)
    asked_by: str = ""


class JudgedExample(Schema):
    """A validated item, and the class it was given: class names."""

    item_id: str
    truth: str
    answer: str


class JobProgress(Schema):
    """What a running job is doing.

    Attributes:
        method: that is being trained.
        share: of the whole job, from 0 to 1.
        eta_s: seconds that the rest will probably take; null before that can be told.
        train_loss: by epoch, of the present method.
        validation_accuracy: by epoch, of the present method.
        examples: some validated items, those it was right about first.
        sentence: the same for a person.
    """

    method: TrainingMethod | None = None
    share: float = 0.0
    eta_s: float | None = None
    train_loss: list[float] = Field(default_factory=list)
    validation_accuracy: list[float] = Field(default_factory=list)
    examples: list[JudgedExample] = Field(default_factory=list)
    sentence: str = ""


class GeneralSearch(Schema):
    """How well everything else is still found with a network that was trained further.

    Recall@10 over a fixed sample of the library and the engine's reference: shares of `queries`.
    """

    queries: int
    before: float
    after: float


class MethodResult(Schema):
    """How one method did on the split that no method has seen.

    Attributes:
        train_top1: accuracy on what it learnt from.
        test_top1: accuracy on what it did not, with its 95 % interval.
        test_top5: null for sets of five classes or fewer.
        calibration_error: expected calibration error on the test items, from 0 to 1.
        general: null for a method that changes no network that searches use.
        trained_parameters: how many numbers it has learnt.
        took_s: seconds of training and evaluation.
        failure: why there is no result, in words.
    """

    method: TrainingMethod
    train_top1: float | None = None
    test_top1: Interval | None = None
    test_top5: Interval | None = None
    calibration_error: float | None = None
    general: GeneralSearch | None = None
    trained_parameters: int | None = None
    took_s: float = 0.0
    failure: str = ""


class Comparison(Schema):
    """Methods side by side on one snapshot of a label set.

    Attributes:
        snapshot: hash of the examples, classes and split.
        classes: names, in the order of `confusion`.
        folds: every item was tested on once, by a model that had learnt from the other folds; 0:
            one split.
        backbone: empty: the model that serves.
        device: that trained.
        results: in the order of the methods.
        best: the method to prefer, chosen by what no test has seen where there is one split.
        confusion: of the best method: test items by true class (rows) and answer (columns).
        sentence: the conclusion.
    """

    snapshot: str
    kind: ItemKind
    classes: list[str]
    train_items: int
    test_items: int
    folds: int = 0
    backbone: str = ""
    device: str = ""
    results: list[MethodResult]
    best: TrainingMethod | None = None
    confusion: list[list[int]] = Field(default_factory=list)
    sentence: str


class Job(Schema):
    """A training job.

    Attributes:
        reason: why these methods, or why it failed or was cancelled.
        crashes: how often its process died and was started again from the last checkpoint.
    """

    job_id: str
    library_id: str
    labelset_id: str
    labelset_name: str
    methods: list[TrainingMethod]
    backbone: str = ""
    seed: int
    state: JobState
    reason: str = ""
    asked_by: str = ""
    channel_id: str = ""
    created_at: AwareDatetime
    started_at: AwareDatetime | None = None
    ended_at: AwareDatetime | None = None
    crashes: int = 0
    progress: JobProgress = Field(default_factory=JobProgress)
    comparison: Comparison | None = None


class JobPage(Page):
    """One page of a library's jobs, newest first."""

    jobs: list[Job]


class ReportFormat(StrEnum):
    """How a comparison leaves Magpie."""

    MARKDOWN = "markdown"
    CSV = "csv"
    PNG = "png"
