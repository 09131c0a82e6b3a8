"""The one model that a job keeps: what it has learnt, the encoder it could be, its report card.

A folder of its own, written beside its place and renamed, so that whatever ends the process leaves
all of it or nothing.

==============  ===================================================================
predictor.*     answers for items never seen (`engine.training.stored`)
encoder/        for methods that train the network further that searches use: the
                whole model as open_clip or sentence-transformers load it
run.json        what it was trained with (`engine.training.run`)
card.json       `engine.schemas.ModelCard`, but for what only the catalogue knows
==============  ===================================================================
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from pydantic_core import to_json

from engine.classify.examples import Rows
from engine.encoders.naming import ENCODER
from engine.schemas import TrainingMethod
from engine.training.data import TrainingData
from engine.training.evaluation import Outcome, Predictor
from engine.training.files import put_in_place, write_atomically
from engine.training.promotion import candidate, verdict
from engine.training.run import CARD, Run, RunFiles

UNFINISHED = "model.part"


@dataclass(frozen=True)
class Shown:
    """What all methods of a run have shown.

    Attributes:
        tested: the test rows, in the order of the outcomes' answers.
        best: what the comparison prefers.
    """

    outcomes: Sequence[Outcome]
    tested: Rows
    best: TrainingMethod | None

    @property
    def changing(self) -> Collection[TrainingMethod]:
        """The methods that have trained the network further that searches use."""
        return {each.result.method for each in self.outcomes if each.changes_network}


def keep_candidate(
    files: RunFiles,
    run: Run,
    data: TrainingData,
    shown: Shown,
    fitted: Callable[[TrainingMethod], Predictor],
) -> None:
    """Writes the model that a run keeps; one that is there stays, and none where none was tested.

    Args:
        files: of the run.
        run: its manifest.
        data: that methods have learnt from.
        shown: decides which method's model that is.
        fitted: gives what a method has learnt from all that it may learn from.

    Raises:
        Stopped: as asked.
        EngineError: it cannot be learnt or written, with the reason in a sentence.
    """
    chosen = candidate(shown.outcomes, shown.changing, shown.best)
    if chosen is None or files.model.exists():
        return
    predictor = fitted(chosen)
    unfinished = files.folder / UNFINISHED
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir()
    _write(unfinished, predictor, run, data)
    card = _card(run, data, shown, chosen)
    write_atomically(unfinished / CARD, to_json(card, indent=2))
    put_in_place(unfinished, files.model)


def _write(folder: Path, predictor: Predictor, run: Run, data: TrainingData) -> None:
    predictor.save(folder)
    tower = predictor.tower()
    if tower is not None:
        data.backbone.write_encoder(tower, folder / ENCODER)
    run.write(folder)


def _card(
    run: Run, data: TrainingData, shown: Shown, chosen: TrainingMethod
) -> Mapping[str, object]:
    judged = verdict(shown.outcomes, data.classes[shown.tested], shown.changing, chosen)
    return {
        "kind": data.snapshot.kind,
        "classes": [each.name for each in data.snapshot.classes],
        "method": chosen,
        "backbone": run.backbone,
        "seed": run.seed,
        "snapshot": data.snapshot.hash,
        "code_version": version("magpie"),
        "device": data.device,
        "result": next(each.result for each in shown.outcomes if each.result.method is chosen),
        "baseline": judged.baseline,
        "lead": judged.lead,
        "searches": judged.searches,
        "servable": judged.servable,
        "verdict": judged.sentence,
    }
