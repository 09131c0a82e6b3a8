"""Fine-tuning of a sentence model by sentence-transformers' own trainer.

The classifier is a layer of the sentence model while it learns, so that the trainer's checkpoints
hold all there is. A kill may leave the newest of them half-written: it is thrown away, as the one
before is deleted only when the newest is whole.
"""

from __future__ import annotations

import json
import math
import shutil
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from datasets import Dataset  # type: ignore[import-untyped]
from safetensors import SafetensorError
from sentence_transformers import (
    SentenceTransformer,
    SentenceTransformerTrainer,
    SentenceTransformerTrainingArguments,
)
from sentence_transformers.base.model import BaseModel
from sentence_transformers.base.sampler import DefaultBatchSampler
from sentence_transformers.sentence_transformer.evaluation import SentenceEvaluator
from sentence_transformers.sentence_transformer.modules import Dense, Normalize
from torch import nn
from torch.nn import functional as F  # noqa: N812
from torch.utils.data import RandomSampler
from transformers import (
    PrinterCallback,
    TrainerCallback,
    TrainerControl,
    TrainerState,
    TrainingArguments,
)

from engine.classify.examples import Rows
from engine.classify.methods import ProbeScorer
from engine.errors import StorageFailed
from engine.training import loop
from engine.training.backbone import batches
from engine.training.checkpoint import State, load_learnt, save_learnt, weights_of
from engine.training.context import Judged, Learning, RunContext, Stopped
from engine.training.data import TrainingData
from engine.training.networks import HEAD_PEAK, ClassifierNetwork, class_weights, tower_groups
from engine.training.snapshot import Split
from engine.training.text_backbone import SentenceTower

STATE = "trainer_state.json"
"""The file of a checkpoint that is written last."""

ACCURACY = "eval_accuracy"
WARM_UP = 0.03
"""Share of the steps; as in the loop of the other methods."""


class Diverged(Exception):
    """Gradients are no numbers any more."""


def train_by_trainer(
    network: ClassifierNetwork,
    data: TrainingData,
    recipe: loop.Recipe,
    context: RunContext,
    *,
    tower_peak: float,
) -> None:
    """Trains a classifier on a sentence model and leaves it with its best weights.

    Args:
        network: with a `SentenceTower`.
        data: texts and classes.
        recipe: epochs and batches.
        context: where checkpoints lie.
        tower_peak: learning rate of the tower's last layers.

    Raises:
        Stopped: as asked; the checkpoint is kept.
        StorageFailed: a checkpoint does not fit on the disk; the one before is kept.
    """
    learnt = context.folder / loop.LEARNT
    if learnt.is_file():
        state, best = load_learnt(learnt)
    else:
        halted = _Fitting(network, data, recipe, context, tower_peak).run()
        state, best = State(part_rows=recipe.batch_size, halted=halted), weights_of(network)
        save_learnt(learnt, state, best)
        for checkpoint in _checkpoints(context.folder):
            shutil.rmtree(checkpoint)
    if state.halted:
        context.say(state.halted)
    network.load_state_dict(best)


class _Fitting:
    """One training, from its last checkpoint on."""

    def __init__(
        self,
        network: ClassifierNetwork,
        data: TrainingData,
        recipe: loop.Recipe,
        context: RunContext,
        tower_peak: float,
    ) -> None:
        assert isinstance(network.tower, SentenceTower)
        rows = data.rows(Split.TRAIN)
        self._network = network
        self._tower = network.tower
        self._context = context
        self._classifier, self._model = _as_layer(network, self._tower)
        self._validation = _Validation(data, data.rows(Split.VALIDATION))
        self._progress = _Progress(context, self._validation, self._model)
        groups = [
            {"params": group["params"], "lr": group[loop.PEAK]}
            for group in tower_groups(self._tower, tower_peak)
        ]
        # Adam's steps are as long whatever it multiplies, and the layer's inputs are not scaled.
        scaled = HEAD_PEAK * math.sqrt(self._classifier.in_features)
        groups.append({"params": list(self._classifier.parameters()), "lr": scaled})
        context.counted(sum(each.numel() for group in groups for each in group["params"]))
        self._trainer = _Trainer(
            self._model,
            _arguments(recipe, context, self._tower, validates=self._validation.possible),
            Dataset.from_dict(
                {"text": [data.texts[row] for row in rows], "label": data.classes[rows]}
            ),
            loss=_CrossEntropy(self._model, class_weights(data, rows)),
            evaluator=self._validation if self._validation.possible else None,
            progress=self._progress,
            optimizers=(torch.optim.AdamW(groups, weight_decay=loop.WEIGHT_DECAY), None),
        )
        self._trainer.remove_callback(PrinterCallback)

    def run(self) -> str:
        """Trains; returns why it ended early, or nothing."""
        before = weights_of(self._model)
        halted = ""
        try:
            self._trainer.train(resume_from_checkpoint=_latest(self._context.folder))
        except Diverged:
            halted = self._return_from_divergence(before)
        linear = self._classifier.linear
        weights, biases = (each.detach().cpu().numpy() for each in (linear.weight, linear.bias))
        self._network.start_from(ProbeScorer(weights, biases))
        return halted

    def _return_from_divergence(self, before: Mapping[str, torch.Tensor]) -> str:
        state = self._trainer.state
        epoch = math.floor(state.epoch or 0) + 1
        if state.best_model_checkpoint is None:
            self._model.load_state_dict(before)
            return f"Training diverged in epoch {epoch}; the model was left as it was before."
        kept = SentenceTransformer(state.best_model_checkpoint, device="cpu")
        self._model.load_state_dict(kept.state_dict())
        return (
            f"Training diverged in epoch {epoch}; what it had learnt until the best epoch before "
            "was kept."
        )


def _as_layer(
    network: ClassifierNetwork, tower: SentenceTower
) -> tuple[Dense, SentenceTransformer]:
    """The classifier as the last layer of a sentence model, which shares the tower's weights."""
    probe = network.as_probe()
    classes, embed_dim = probe.weights.shape
    layer = Dense(
        embed_dim,
        classes,
        activation_function=nn.Identity(),
        init_weight=torch.from_numpy(probe.weights.copy()),
        init_bias=torch.from_numpy(probe.biases.copy()),
    )
    device = next(tower.parameters()).device
    model = SentenceTransformer(modules=[*tower.network, Normalize(), layer], device=str(device))
    return layer, model


def _arguments(
    recipe: loop.Recipe, context: RunContext, tower: SentenceTower, *, validates: bool
) -> SentenceTransformerTrainingArguments:
    prompts = tower.network.prompts
    return SentenceTransformerTrainingArguments(
        output_dir=str(context.folder),
        num_train_epochs=recipe.epochs,
        per_device_train_batch_size=recipe.batch_size,
        auto_find_batch_size=True,
        batch_sampler=_Batches,
        prompts=prompts.get(tower.network.default_prompt_name or ""),
        lr_scheduler_type="cosine",
        warmup_steps=WARM_UP,
        max_grad_norm=loop.MAX_GRADIENT_NORM,
        seed=context.seed,
        use_cpu=next(tower.parameters()).device.type == "cpu",
        dataloader_pin_memory=False,
        eval_strategy="epoch" if validates else "no",
        save_strategy="best" if validates else "no",
        save_total_limit=1,
        load_best_model_at_end=validates,
        metric_for_best_model=ACCURACY,
        greater_is_better=True,
        logging_strategy="epoch",
        report_to=[],
        disable_tqdm=True,
    )


class _Trainer(SentenceTransformerTrainer):
    """As it is, but for what it writes, and when.

    Args:
        progress: knows when a checkpoint is due.
    """

    def __init__(self, *args: Any, progress: _Progress, **options: Any) -> None:  # noqa: ANN401
        self._progress = progress
        super().__init__(*args, callbacks=[progress], **options)

    def add_model_card_callback(self, default_args_dict: dict[str, Any]) -> None:
        """A model's card is written by the job; this one would quote what people said."""

    def _save(
        self,
        output_dir: str | None = None,
        state_dict: object = None,  # noqa: ARG002
    ) -> None:
        assert output_dir is not None
        self.model.save_pretrained(output_dir, create_model_card=False)

    def _determine_best_metric(self, metrics: dict[str, float], trial: object) -> bool:
        """Whether to save after a validation: the best model, and now and then another."""
        best = super()._determine_best_metric(metrics, trial)
        return self._progress.due() or best

    def _save_checkpoint(self, model: nn.Module, trial: object) -> None:
        try:
            super()._save_checkpoint(model, trial)
        except (OSError, RuntimeError, SafetensorError) as error:
            raise StorageFailed(
                f"A checkpoint could not be written ({error}). What was kept before is still "
                "there; free some space, and the run goes on from it."
            ) from error


class _Batches(DefaultBatchSampler):
    """Shuffled anew by seed and epoch, so that an epoch can be gone on with in its middle."""

    def __init__(self, dataset: Dataset, *, generator: torch.Generator, **options: Any) -> None:  # noqa: ANN401
        super().__init__(RandomSampler(dataset, generator=generator), **options)
        self._generator = generator
        self._seed = generator.initial_seed()

    def __iter__(self) -> Iterator[list[int]]:
        self._generator.manual_seed(self._seed + self.epoch)
        return super().__iter__()


class _CrossEntropy(nn.Module):
    """Classes weigh the same, however unequal their numbers of examples."""

    weights: torch.Tensor

    def __init__(self, model: SentenceTransformer, weights: torch.Tensor) -> None:
        super().__init__()
        self.model = model
        self.register_buffer("weights", weights)

    def forward(
        self, features: list[dict[str, torch.Tensor]], labels: torch.Tensor
    ) -> torch.Tensor:
        """Mean weighted loss of a batch."""
        logits = self.model(features[0])["sentence_embedding"]
        losses = F.cross_entropy(logits, labels, reduction="none")
        return (losses * self.weights[labels]).mean()


class _Validation(SentenceEvaluator):
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


class _Progress(TrainerCallback):
    """Reports, keeps checkpoints, and ends the training where it has to end."""

    def __init__(
        self, context: RunContext, validation: _Validation, model: SentenceTransformer
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


def _latest(folder: Path) -> str | None:
    """The newest whole checkpoint; those that are not are deleted."""
    whole = []
    for checkpoint in _checkpoints(folder):
        try:
            whole.append((json.loads((checkpoint / STATE).read_text())["global_step"], checkpoint))
        except (FileNotFoundError, ValueError):
            shutil.rmtree(checkpoint)
    return str(max(whole)[1]) if whole else None


def _checkpoints(folder: Path) -> list[Path]:
    return list(folder.glob("checkpoint-*"))
