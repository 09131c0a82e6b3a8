"""The training loop on a network of a few weights."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812

from engine.classify.examples import Rows
from engine.errors import LimitExceeded, StorageFailed
from engine.training.checkpoint import load_learnt
from engine.training.context import Judged, Learning, RunContext, Stopped
from engine.training.loop import CHECKPOINT, LEARNT, PEAK, Recipe, train

TRAIN, VALIDATION = np.arange(60), np.arange(60, 80)
RECIPE = Recipe(epochs=4, batch_size=16)


class _Lesson:
    """Two overlapping clouds of points, told apart by a network with dropout and batch norm."""

    def __init__(self, fails: Callable[[Rows], None] = lambda _: None) -> None:
        torch.manual_seed(1)
        self.network = nn.Sequential(
            nn.Linear(8, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Dropout(0.3), nn.Linear(16, 2)
        )
        random = np.random.default_rng(3)
        self._classes = np.arange(80) % 2
        points = random.normal(size=(80, 8)) + 0.7 * self._classes[:, None]
        self._points = torch.from_numpy(points.astype(np.float32))
        self._fails = fails
        self.broken_from: int | None = None
        self.steps = 0

    def parameter_groups(self) -> list[dict[str, Any]]:
        """One learning rate for all."""
        return [{"params": list(self.network.parameters()), PEAK: 0.02}]

    def order(self, rows: Rows, random: np.random.Generator) -> Rows:
        """Shuffled."""
        return random.permutation(rows)

    def loss(self, rows: Rows, random: np.random.Generator) -> torch.Tensor:
        """Cross-entropy of points with noise; not a number from a given step on."""
        self._fails(rows)
        self.steps += 1
        noise = random.normal(scale=0.1, size=(len(rows), 8)).astype(np.float32)
        logits = self.network(self._points[rows] + torch.from_numpy(noise))
        loss = F.cross_entropy(logits, torch.from_numpy(self._classes[rows]))
        broken = self.broken_from is not None and self.steps > self.broken_from
        return loss * float("nan") if broken else loss

    def judged(self, rows: Rows) -> Judged:
        """By the likelier class."""
        self.network.eval()
        with torch.inference_mode():
            answers = self.network(self._points[rows]).argmax(dim=1).numpy()
        return Judged(rows, self._classes[rows], answers)


def _context(
    folder: Path, *, stop_after: float = float("inf"), said: list[str] | None = None
) -> tuple[RunContext, list[Learning]]:
    """A context that asks to stop after so many reports, and what was reported."""
    told: list[Learning] = []
    sentences = [] if said is None else said
    context = RunContext(
        seed=5,
        folder=folder,
        report=told.append,
        stop_asked=lambda: len(told) >= stop_after,
        say=sentences.append,
    )
    return context, told


def _weights(lesson: _Lesson) -> dict[str, torch.Tensor]:
    return {name: each.clone() for name, each in lesson.network.state_dict().items()}


def _same(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> bool:
    return all(torch.equal(one[name], other[name]) for name in one)


def test_an_interrupted_training_ends_with_the_same_weights(tmp_path: Path) -> None:
    """A job that was interrupted would give another model than the same job undisturbed."""
    straight = _Lesson()
    context, told = _context(tmp_path / "straight")
    train(straight, TRAIN, VALIDATION, RECIPE, context)
    for steps in (1, 3, 5):
        folder = tmp_path / f"every {steps} steps"
        while True:
            pieces = _Lesson()
            context, pieces_told = _context(folder, stop_after=steps)
            try:
                train(pieces, TRAIN, VALIDATION, RECIPE, context)
                break
            except Stopped:
                continue
        assert _same(_weights(pieces), _weights(straight))
        if pieces_told:
            assert pieces_told[-1].train_loss == told[-1].train_loss
            assert pieces_told[-1].validation_accuracy == told[-1].validation_accuracy


def test_it_learns_and_keeps_the_best_epoch(tmp_path: Path) -> None:
    """Training would be of no use, or end with an epoch that had been worse."""
    lesson = _Lesson()
    before = lesson.judged(TRAIN).accuracy
    context, told = _context(tmp_path)
    train(lesson, TRAIN, VALIDATION, Recipe(epochs=12, batch_size=16), context)
    assert lesson.judged(TRAIN).accuracy > max(before, 0.7)
    best = max(told[-1].validation_accuracy)
    assert lesson.judged(VALIDATION).accuracy == pytest.approx(best, abs=0.05)
    assert told[-1].validated is not None
    assert told[-1].validated.rows.tolist() == VALIDATION.tolist()


def test_a_diverging_training_keeps_what_was_good(tmp_path: Path) -> None:
    """A loss that is no number would end in a model that answers nothing."""
    lesson = _Lesson()
    lesson.broken_from = 6
    said: list[str] = []
    context, told = _context(tmp_path, said=said)
    train(lesson, TRAIN, VALIDATION, RECIPE, context)
    assert said == [
        "Training diverged in epoch 2; what it had learnt until the best epoch before was kept."
    ]
    assert all(torch.isfinite(each).all() for each in lesson.network.state_dict().values())
    assert lesson.judged(VALIDATION).accuracy == max(told[-1].validation_accuracy)


def test_a_diverged_training_is_not_taken_up_again(tmp_path: Path) -> None:
    """A restarted job would train on from where it had failed, and say nothing of it."""
    first, said = _Lesson(), list[str]()
    first.broken_from = 6
    train(first, TRAIN, VALIDATION, RECIPE, _context(tmp_path)[0])
    again = _Lesson()
    train(again, TRAIN, VALIDATION, RECIPE, _context(tmp_path, said=said)[0])
    assert again.steps == 0
    assert len(said) == 1
    assert _same(_weights(again), _weights(first))


def test_out_of_memory_halves_what_is_held_at_once(tmp_path: Path) -> None:
    """A job would fail on a smaller card although its batches could be done in parts."""
    largest: list[int] = []

    def too_large(rows: Rows) -> None:
        if len(rows) > 4:
            raise torch.OutOfMemoryError
        largest.append(len(rows))

    lesson = _Lesson(too_large)
    context, told = _context(tmp_path)
    train(lesson, TRAIN, VALIDATION, RECIPE, context)
    assert max(largest) == 4
    assert told[-1].share == 1
    assert sum(largest) == 4 * len(TRAIN)


def test_no_memory_at_all_is_said(tmp_path: Path) -> None:
    """A job would halve its batches for ever, or end with a traceback."""

    def never(rows: Rows) -> None:
        raise torch.OutOfMemoryError

    with pytest.raises(LimitExceeded, match="too little memory"):
        train(_Lesson(never), TRAIN, VALIDATION, RECIPE, _context(tmp_path)[0])


def test_a_full_disk_keeps_the_last_checkpoint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A checkpoint cut short would replace a whole one, and the job could never go on."""
    with pytest.raises(Stopped):
        train(_Lesson(), TRAIN, VALIDATION, RECIPE, _context(tmp_path, stop_after=3)[0])
    kept = (tmp_path / CHECKPOINT).read_bytes()

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(StorageFailed, match="No space left"):
            train(_Lesson(), TRAIN, VALIDATION, RECIPE, _context(tmp_path)[0])
    assert (tmp_path / CHECKPOINT).read_bytes() == kept
    assert not list(tmp_path.glob("*.part"))


def test_without_validation_the_last_epoch_is_kept(tmp_path: Path) -> None:
    """With few labels nothing would be learnt: the untrained weights would be the best."""
    lesson = _Lesson()
    train(lesson, TRAIN, VALIDATION[:0], RECIPE, _context(tmp_path)[0])
    trained, untrained = _weights(lesson), _weights(_Lesson())
    assert not _same(trained, untrained)
    assert _same(load_learnt(tmp_path / LEARNT)[1], trained)
