"""What a borrowed trainer calls: it validates, reports, has checkpoints saved, and stops."""

from __future__ import annotations

import time

import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.model import BaseModel
from sentence_transformers.sentence_transformer.evaluation import SentenceEvaluator
from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from engine.classify.examples import Rows
from engine.training import loop
from engine.training.backbone import batches
from engine.training.context import Judged, Learning, RunContext, Stopped
from engine.training.data import TrainingData

ACCURACY = "eval_accuracy"


class Diverged(Exception):
    """Gradients are no numbers any more."""


class Validation(SentenceEvaluator):
    """Accuracy on the validation rows, and what it was made of."""

    def __init__(self, data: TrainingData, rows: Rows) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._data = data
        self._rows = rows
        self.possible = len(rows) > 0
        self.judged: Judged | None = None

    def __call__(
        self,
        model: BaseModel,
        output_path: str | None = None,  # noqa: ARG002
        epoch: int = -1,  # noqa: ARG002
        steps: int = -1,  # noqa: ARG002
    ) -> dict[str, float]:
        """Asks the model about the rows; where and when does not matter."""
        model.eval()
        with torch.inference_mode():
            answers = [
                model(dict(self._data.backbone.inputs(part)))["sentence_embedding"].argmax(dim=1)
                for part in batches(self._rows)
            ]
        found = torch.cat(answers).cpu().numpy().astype(np.intp)
        self.judged = Judged(self._rows, self._data.classes[self._rows], found)
        return {ACCURACY: self.judged.accuracy}


class Progress(TrainerCallback):
    """Reports, keeps checkpoints, and ends the training where it has to end."""

    def __init__(
        self, context: RunContext, validation: Validation, model: SentenceTransformer
    ) -> None:
        self._context = context
        self._validation = validation
        self._before = [validation(model)[ACCURACY]] if validation.possible else []
        self._model = model
        self._stopping = False
        self._saved_at_s = time.monotonic()

    def on_pre_optimizer_step(self, *_: object, **__: object) -> None:
        """Lets nothing be learnt from what is no number."""
        gradients = (each.grad for each in self._model.parameters() if each.grad is not None)
        if not all(torch.isfinite(each).all() for each in gradients):
            raise Diverged

    def on_step_end(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        **_: object,
    ) -> None:
        """Has a checkpoint saved now and then, and before stopping."""
        history = state.log_history
        self._context.report(
            Learning(
                state.global_step / state.max_steps,
                [entry["loss"] for entry in history if "loss" in entry],
                self._before + [entry[ACCURACY] for entry in history if ACCURACY in entry],
                self._validation.judged,
            )
        )
        steps_an_epoch = state.max_steps // args.num_train_epochs
        # The last step's checkpoint has to wait until its epoch is validated.
        control.should_save = state.global_step % steps_an_epoch != 0 and self.due()

    def on_epoch_end(
        self,
        args: TrainingArguments,  # noqa: ARG002
        state: TrainerState,  # noqa: ARG002
        control: TrainerControl,
        **_: object,
    ) -> None:
        """Where nothing validates, this is the end of an epoch."""
        control.should_save = self.due()

    def due(self) -> bool:
        """Whether it is time for a checkpoint."""
        self._stopping = self._context.stop_asked()
        return self._stopping or time.monotonic() - self._saved_at_s > loop.SAVE_EVERY_S

    def on_save(self, *_: object, **__: object) -> None:
        """Stops where asked, now that it is saved."""
        if self._stopping:
            raise Stopped
        self._saved_at_s = time.monotonic()
