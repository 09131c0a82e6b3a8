"""Somebody who learns by one method or another, in one run folder."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from engine.classify.examples import LogProbabilities
from engine.schemas import TrainingMethod
from engine.training.context import Learning, RunContext, Stopped
from engine.training.data import TrainingData
from engine.training.evaluation import Predictor
from engine.training.methods import METHODS


class Pupil:
    """Has methods learn, and remembers what they told.

    Attributes:
        told: progress, of all of them.
        said: sentences.
        counts: how many numbers were learnt.
    """

    def __init__(self, data: TrainingData, folder: Path) -> None:
        self._data = data
        self._folder = folder
        self.told: list[Learning] = []
        self.said: list[str] = []
        self.counts: list[int] = []

    def learn(self, method: TrainingMethod, stop_after: float = float("inf")) -> Predictor:
        """What a method learns; it is asked to stop after so many reports."""
        before = len(self.told)
        context = RunContext(
            0,
            self.folder_of(method),
            self.told.append,
            lambda: len(self.told) - before >= stop_after,
            self.said.append,
            self.counts.append,
            beside=self.folder_of,
        )
        return METHODS[method].run(self._data, context)

    def learn_in_pieces(self, method: TrainingMethod) -> Predictor:
        """What a method learns when it is stopped after each step."""
        while True:
            try:
                return self.learn(method, stop_after=1)
            except Stopped:
                continue

    def answers(self, method: TrainingMethod) -> LogProbabilities:
        """What a method says of all rows."""
        return self.learn(method).log_probabilities(np.arange(len(self._data.classes)))

    def folder_of(self, method: TrainingMethod) -> Path:
        """Where a method keeps what it has learnt."""
        return self._folder / method.value
