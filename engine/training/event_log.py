"""What a child tells of its progress: JSON lines, about one a second at most."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from engine.schemas import JobProgress, TrainingMethod
from engine.training.comparison import NAMES
from engine.training.context import Learning

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


class EventLog:
    """Appends progress to a file.

    Args:
        path: of the file.
        methods: that the job runs, in order.
    """

    def __init__(self, path: Path, methods: Sequence[TrainingMethod]) -> None:
        self._path = path
        self._methods = methods
        self._work = [WORK.get(method, 1.0) for method in methods]
        self._first: tuple[float, float] | None = None
        self._written_at_s = float("-inf")

    def started(self, method: TrainingMethod) -> None:
        """Says that a method begins."""
        self._write(method, Learning(0.0))

    def learning(self, method: TrainingMethod, learning: Learning) -> None:
        """Says how far a method is, unless something was said a moment ago."""
        if time.monotonic() - self._written_at_s >= EVERY_S:
            self._write(method, learning)

    def _write(self, method: TrainingMethod, learning: Learning) -> None:
        place = self._methods.index(method)
        done = sum(self._work[:place]) + learning.share * self._work[place]
        share = done / sum(self._work)
        progress = JobProgress(
            method=method,
            share=share,
            eta_s=self._eta_s(share),
            train_loss=list(learning.train_loss),
            validation_accuracy=list(learning.validation_accuracy),
            sentence=f"Method {place + 1} of {len(self._methods)}: {NAMES[method]}.",
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
