"""What a child tells of its progress: JSON lines, about one a second at most."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.schemas import JobProgress, JudgedExample, TrainingMethod
from engine.training.comparison import NAMES
from engine.training.context import Judged, Learning
from engine.training.snapshot import Snapshot

EVERY_S = 1.0

WORK: Mapping[TrainingMethod, float] = {
    TrainingMethod.TIP_ADAPTER: 2.0,
    TrainingMethod.FROM_SCRATCH: 30.0,
    TrainingMethod.LP_FT: 10.0,
    TrainingMethod.LORA: 10.0,
    TrainingMethod.FINE_TUNING: 10.0,
    TrainingMethod.FLYP: 10.0,
    TrainingMethod.SETFIT: 10.0,
}
"""How long each method takes beside those that train no network, roughly."""

SHOWN = 3
"""Of the items that a validation was right about, and as many others."""


@dataclass(frozen=True)
class Turn:
    """Which of a method's trials runs: the first is 0."""

    method: TrainingMethod
    trial: int = 0
    trials: int = 1


class EventLog:
    """Appends progress to a file.

    Args:
        path: of the file.
        methods: that the job runs, in order.
        snapshot: whose items they learn from.
    """

    def __init__(self, path: Path, methods: Sequence[TrainingMethod], snapshot: Snapshot) -> None:
        self._path = path
        self._methods = methods
        self._snapshot = snapshot
        self._work = [WORK.get(method, 1.0) for method in methods]
        self._first: tuple[float, float] | None = None
        self._written_at_s = float("-inf")

    def started(self, turn: Turn) -> None:
        """Says that a trial of a method begins."""
        self._write(turn, Learning(0.0))

    def learning(self, turn: Turn, learning: Learning) -> None:
        """Says how far a method is, unless something was said a moment ago."""
        if time.monotonic() - self._written_at_s >= EVERY_S:
            self._write(turn, learning)

    def _write(self, turn: Turn, learning: Learning) -> None:
        place = self._methods.index(turn.method)
        of_method = (turn.trial + learning.share) / turn.trials
        done = sum(self._work[:place]) + of_method * self._work[place]
        share = done / sum(self._work)
        fold = f", fold {turn.trial + 1} of {turn.trials}" if turn.trials > 1 else ""
        progress = JobProgress(
            method=turn.method,
            share=share,
            eta_s=self._eta_s(share),
            train_loss=list(learning.train_loss),
            validation_accuracy=list(learning.validation_accuracy),
            examples=examples(learning.validated, self._snapshot) if learning.validated else [],
            sentence=(f"Method {place + 1} of {len(self._methods)}: {NAMES[turn.method]}{fold}."),
        )
        with self._path.open("a", encoding="utf-8") as file:
            file.write(f"{progress.model_dump_json()}\n")
        self._written_at_s = time.monotonic()

    def _eta_s(self, share: float) -> float | None:
        """What the rest takes at the pace of this process; what an earlier one did says nothing."""
        if self._first is None:
            self._first = (time.monotonic(), share)
        since_s, from_share = self._first
        if share <= from_share:
            return None
        return (time.monotonic() - since_s) / (share - from_share) * (1 - share)


def examples(judged: Judged, snapshot: Snapshot) -> list[JudgedExample]:
    """Some of the items that a method was asked about, those it was right about first."""
    right = judged.answers == judged.truth
    shown = [*np.flatnonzero(right)[:SHOWN], *np.flatnonzero(~right)[:SHOWN]]
    return [
        JudgedExample(
            item_id=snapshot.rows[judged.rows[n]].item_id,
            truth=snapshot.classes[judged.truth[n]].name,
            answer=snapshot.classes[judged.answers[n]].name,
        )
        for n in shown
    ]
