"""The training loop of every method that learns by gradients.

AdamW, a warm-up and a half cosine, clipped gradients, a validation after each epoch, of which the
best weights are kept. It goes on from its last checkpoint bit for bit.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import torch
from torch import nn

from engine.classify.examples import Rows
from engine.errors import LimitExceeded
from engine.starter.schedule import learning_rate
from engine.training.checkpoint import (
    State,
    Weights,
    load_learnt,
    load_training,
    save_learnt,
    save_training,
    weights_of,
)
from engine.training.context import Judged, Learning, RunContext, Stopped

CHECKPOINT, LEARNT = "checkpoint.safetensors", "learnt.safetensors"
SAVE_EVERY_S = 15.0
MAX_GRADIENT_NORM = 1.0
WEIGHT_DECAY = 0.01
PEAK = "peak"
"""Of a group of parameters: its highest learning rate."""


class Lesson(Protocol):
    """What a method teaches a network."""

    @property
    def network(self) -> nn.Module:
        """What is trained."""
        ...

    def parameter_groups(self) -> list[dict[str, Any]]:
        """Parameters with their `PEAK`."""
        ...

    def order(self, rows: Rows, random: np.random.Generator) -> Rows:
        """The rows of one epoch in their order."""
        ...

    def loss(self, rows: Rows, random: np.random.Generator) -> torch.Tensor:
        """Mean loss over some rows, a scalar."""
        ...

    def judged(self, rows: Rows) -> Judged:
        """What the network says of some rows, as it is now."""
        ...


@dataclass(frozen=True)
class Recipe:
    """How long a lesson is."""

    epochs: int
    batch_size: int = 32


def train(
    lesson: Lesson, train_rows: Rows, validation_rows: Rows, recipe: Recipe, context: RunContext
) -> None:
    """Trains a network and leaves it with its best weights.

    Args:
        lesson: network and loss.
        train_rows: to learn from.
        validation_rows: to choose the epoch by; the last one where there are none.
        recipe: epochs and batches.
        context: where checkpoints lie.

    Raises:
        Stopped: as asked; the checkpoint is kept.
        LimitExceeded: a single item does not fit into memory.
        StorageFailed: a checkpoint does not fit on the disk; the one before is kept.
    """
    _Training(lesson, train_rows, validation_rows, recipe, context).run()


class _Training:
    def __init__(
        self,
        lesson: Lesson,
        train_rows: Rows,
        validation_rows: Rows,
        recipe: Recipe,
        context: RunContext,
    ) -> None:
        self._lesson = lesson
        self._train_rows = train_rows
        self._validation_rows = validation_rows
        self._recipe = recipe
        self._context = context
        groups = lesson.parameter_groups()
        context.counted(sum(each.numel() for group in groups for each in group["params"]))
        self._optimizer = torch.optim.AdamW(groups, weight_decay=WEIGHT_DECAY)
        self._batches_an_epoch = math.ceil(len(train_rows) / recipe.batch_size)
        self._state = State(part_rows=recipe.batch_size)
        self._best: Weights = {}
        self._validated: Judged | None = None
        self._saved_at_s = time.monotonic()

    def run(self) -> None:
        context, network = self._context, self._lesson.network
        context.folder.mkdir(parents=True, exist_ok=True)
        learnt = context.folder / LEARNT
        if learnt.is_file():
            self._state, self._best = load_learnt(learnt)
        else:
            self._learn()
            save_learnt(learnt, self._state, self._best)
            (context.folder / CHECKPOINT).unlink(missing_ok=True)
        if self._state.halted:
            context.say(self._state.halted)
        network.load_state_dict(self._best)

    def _learn(self) -> None:
        checkpoint = self._context.folder / CHECKPOINT
        if checkpoint.is_file():
            self._state, self._best = load_training(
                checkpoint, self._lesson.network, self._optimizer
            )
        else:
            self._validate()
        while self._state.epoch < self._recipe.epochs and not self._state.halted:
            self._run_epoch()

    def _run_epoch(self) -> None:
        state, random = self._state, self._random(self._state.epoch)
        order = self._lesson.order(self._train_rows, random)
        batches = np.array_split(order, self._batches_an_epoch)
        self._lesson.network.train()
        while state.step < len(batches):
            if self._context.stop_asked():
                self._save()
                raise Stopped
            loss = self._take_step(batches[state.step])
            if loss is None:
                state.halted = (
                    f"Training diverged in epoch {state.epoch + 1}; what it had learnt until the "
                    "best epoch before was kept."
                )
                return
            state.loss_sum += loss
            state.step += 1
            self._report()
            if time.monotonic() - self._saved_at_s > SAVE_EVERY_S:
                self._save()
        state.train_loss.append(state.loss_sum / len(batches))
        state.epoch, state.step, state.loss_sum = state.epoch + 1, 0, 0.0
        self._validate()

    def _take_step(self, batch: Rows) -> float | None:
        """One step of the optimizer; None, and no step, where loss or gradients are not finite."""
        for group in self._optimizer.param_groups:
            group["lr"] = learning_rate(self._share, group[PEAK])
        loss = self._gradients(batch)
        norm = nn.utils.clip_grad_norm_(self._lesson.network.parameters(), MAX_GRADIENT_NORM)
        if not (math.isfinite(loss) and math.isfinite(norm.item())):
            return None
        self._optimizer.step()
        return loss

    def _gradients(self, batch: Rows) -> float:
        """Sets the gradients of a batch, in as many parts as memory needs, and gives its loss."""
        while True:
            parts = np.array_split(batch, math.ceil(len(batch) / self._state.part_rows))
            try:
                return self._gradients_of(parts, len(batch))
            except torch.OutOfMemoryError as error:
                if self._state.part_rows == 1:
                    raise LimitExceeded(
                        "The device has too little memory to train this model on even one item at "
                        "a time. Use a smaller model, or another device."
                    ) from error
                self._state.part_rows = math.ceil(self._state.part_rows / 2)

    def _gradients_of(self, parts: Sequence[Rows], count: int) -> float:
        self._optimizer.zero_grad()
        random = self._random(self._state.epoch, self._state.step)
        torch.manual_seed(int(random.integers(2**31)))
        total = 0.0
        for part in parts:
            loss = self._lesson.loss(part, random) * (len(part) / count)
            loss.backward()  # type: ignore[no-untyped-call]
            total += loss.item()
        return total

    def _validate(self) -> None:
        """Keeps the weights when none were better; where nothing validates, the last ones."""
        state, accuracy = self._state, 0.0
        if len(self._validation_rows):
            self._validated = self._lesson.judged(self._validation_rows)
            accuracy = self._validated.accuracy
            state.validation_accuracy.append(accuracy)
        if state.best is None or accuracy >= state.best:
            state.best = accuracy
            self._best = weights_of(self._lesson.network)

    def _save(self) -> None:
        path = self._context.folder / CHECKPOINT
        save_training(path, self._state, self._best, self._lesson.network, self._optimizer)
        self._saved_at_s = time.monotonic()

    @property
    def _share(self) -> float:
        done = self._state.epoch * self._batches_an_epoch + self._state.step
        return done / (self._recipe.epochs * self._batches_an_epoch)

    def _report(self) -> None:
        state = self._state
        self._context.report(
            Learning(self._share, state.train_loss, state.validation_accuracy, self._validated)
        )

    def _random(self, *place: int) -> np.random.Generator:
        """The generator of one place in the training, the same whoever comes there."""
        return np.random.default_rng((self._context.seed, *place))
