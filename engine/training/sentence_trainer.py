"""Fine-tuning of a sentence model by sentence-transformers' own trainer.

The classifier is a layer of the sentence model while it learns, so that the trainer's checkpoints
hold all there is. A kill may leave the newest of them half-written: it is thrown away, as the one
before is deleted only when the newest is whole.
"""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Mapping
from pathlib import Path

import torch
from datasets import Dataset  # type: ignore[import-untyped]
from sentence_transformers import SentenceTransformer, SentenceTransformerTrainingArguments
from sentence_transformers.sentence_transformer.modules import Dense, Normalize
from torch import nn
from transformers import PrinterCallback

from engine.classify.methods import ProbeScorer
from engine.training import loop
from engine.training.borrowed_trainer import Batches, CrossEntropy, Trainer
from engine.training.checkpoint import State, load_learnt, save_learnt, weights_of
from engine.training.context import RunContext
from engine.training.data import TrainingData
from engine.training.networks import HEAD_PEAK, ClassifierNetwork, class_weights, tower_groups
from engine.training.snapshot import Split
from engine.training.text_backbone import SentenceTower
from engine.training.trainer_progress import ACCURACY, Diverged, Progress, Validation

STATE = "trainer_state.json"
"""The file of a checkpoint that is written last."""

WARM_UP = 0.03
"""Share of the steps; as in the loop of the other methods."""


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
        self._validation = Validation(data, data.rows(Split.VALIDATION))
        self._progress = Progress(context, self._validation, self._model)
        groups = [
            {"params": group["params"], "lr": group[loop.PEAK]}
            for group in tower_groups(self._tower, tower_peak)
        ]
        # Adam's steps are as long whatever it multiplies, and the layer's inputs are not scaled.
        scaled = HEAD_PEAK * math.sqrt(self._classifier.in_features)
        groups.append({"params": list(self._classifier.parameters()), "lr": scaled})
        context.counted(sum(each.numel() for group in groups for each in group["params"]))
        self._trainer = Trainer(
            self._model,
            _arguments(recipe, context, self._tower, validates=self._validation.possible),
            Dataset.from_dict(
                {"text": [data.texts[row] for row in rows], "label": data.classes[rows]}
            ),
            loss=CrossEntropy(self._model, class_weights(data, rows)),
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
        batch_sampler=Batches,
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
