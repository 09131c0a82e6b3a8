"""The manifest of a run, and the files of its folder.

`run.json` is written before the child starts and never changes: with the snapshot it repeats the
run. The child appends to `events.jsonl`, keeps what it has learnt below `methods/`, and writes
`result.json` once, at the end.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from engine.encoders.device import AUTO
from engine.encoders.profiles import EncoderChoice
from engine.schemas import TrainingMethod
from engine.training.files import write_atomically

CARD = "card.json"
"""`ModelCard` as JSON, in the folder of a model."""


@dataclass(frozen=True)
class Run:
    """What a child does.

    Attributes:
        methods: trained and compared in this order.
        seed: of batches and weights; that of the split is the snapshot's.
        snapshot: folder of the snapshot.
        blobs: folder of the originals.
        encoders: the models that serve; fine-tuning starts from them.
        device: torch's name, or ``auto``.
        glove_file: word vectors that texts may be learnt with.
        backbone: the network that pictures are learnt with, as `engine.training.backbone_name`
            reads it; empty: the one that serves.
        versions: of what it is computed with, as installed when it was ordered.
    """

    job_id: str
    methods: Sequence[TrainingMethod]
    seed: int
    snapshot: Path
    blobs: Path
    encoders: EncoderChoice
    device: str = AUTO
    glove_file: Path | None = None
    backbone: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)

    def write(self, folder: Path) -> None:
        """Writes `run.json` into the run's folder, which is made where it is missing."""
        folder.mkdir(parents=True, exist_ok=True)
        described = json.dumps(asdict(self), indent=2, default=str)
        write_atomically(RunFiles(folder).manifest, described)

    @classmethod
    def read(cls, folder: Path) -> Run:
        """Reads the run of a folder."""
        stored = json.loads(RunFiles(folder).manifest.read_text("utf-8"))
        glove_file = stored.get("glove_file")
        return cls(
            **{
                **stored,
                "methods": [TrainingMethod(name) for name in stored["methods"]],
                "snapshot": Path(stored["snapshot"]),
                "blobs": Path(stored["blobs"]),
                "encoders": EncoderChoice(**stored["encoders"]),
                "glove_file": glove_file and Path(glove_file),
            }
        )


@dataclass(frozen=True)
class RunFiles:
    """Where things lie in the folder of a run."""

    folder: Path

    @property
    def manifest(self) -> Path:
        """`Run` as JSON."""
        return self.folder / "run.json"

    @property
    def events(self) -> Path:
        """`JobProgress`, one JSON a line."""
        return self.folder / "events.jsonl"

    @property
    def result(self) -> Path:
        """`Comparison` as JSON; there is one as soon as the run is done."""
        return self.folder / "result.json"

    @property
    def model(self) -> Path:
        """The model that the job keeps, with its card; there before `result`, then moved away."""
        return self.folder / "model"

    @property
    def lock(self) -> Path:
        """Held by the child that works on the folder."""
        return self.folder / "lock"

    def of_method(self, method: TrainingMethod) -> Path:
        """The folder of what one method has learnt so far."""
        return self.folder / "methods" / method.value
