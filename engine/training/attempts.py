"""One method after the other through all its trials: what each has shown, none of them twice."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from engine.errors import EngineError, StorageFailed
from engine.schemas import MethodResult, TrainingMethod
from engine.training.context import Learning, RunContext
from engine.training.data import TrainingData
from engine.training.evaluation import Answered, Exam, Outcome, Paper, Predictor, joined, marked
from engine.training.event_log import EventLog, Turn
from engine.training.files import write_atomically
from engine.training.general_search import GeneralSearches, general_searches
from engine.training.methods import METHODS
from engine.training.preferring import RUNGS
from engine.training.run import RunFiles
from engine.training.snapshot import Split
from engine.training.trials import Trial, crossings, everything, trials

OUTCOME, PAPER = "outcome.json", "paper.json"


class Attempts:
    """Has the methods of a run learn, and be judged.

    Args:
        data: that they learn from.
        log: told of progress.
        files: of the run; what is there already is not learnt again.
        seed: of batches and weights.
        stop_asked: ends everything with `Stopped`.
    """

    def __init__(
        self,
        data: TrainingData,
        log: EventLog,
        files: RunFiles,
        seed: int,
        stop_asked: Callable[[], bool],
    ) -> None:
        self._data = data
        self._log = log
        self._files = files
        self._seed = seed
        self._stop_asked = stop_asked
        self._latest: tuple[Path, Predictor] | None = None

    @cached_property
    def _general(self) -> GeneralSearches:
        return general_searches(self._data)

    def outcome(self, method: TrainingMethod) -> Outcome:
        """What a method has shown, now or in an earlier process.

        Raises:
            Stopped: as asked; it can go on.
            StorageFailed: there is no room for what is learnt.
        """
        path = self._files.of_method(method) / OUTCOME
        if path.is_file():
            return _outcome(json.loads(path.read_text("utf-8")))
        path.parent.mkdir(parents=True, exist_ok=True)
        started_s = time.monotonic()
        try:
            found = self._judged(method)
        except StorageFailed:
            raise
        except EngineError as error:
            found = Outcome(MethodResult(method=method, failure=error.detail))
        took_s = time.monotonic() - started_s
        found = replace(found, result=found.result.model_copy(update={"took_s": took_s}))
        described = vars(found) | {"result": found.result.model_dump(mode="json")}
        write_atomically(path, json.dumps(described, default=asdict))
        return found

    def fitted(self, method: TrainingMethod) -> Predictor:
        """What a method has learnt from all that it may learn from: what is worth keeping.

        Raises:
            Stopped: as asked; it can go on.
            EngineError: it cannot learn.
        """
        return self._learnt(Turn(method), everything(self._data.snapshot), [], [])

    def _judged(self, method: TrainingMethod) -> Outcome:
        of_method = trials(self._data.snapshot)
        papers = [
            self._paper(Turn(method, n, len(of_method)), trial) for n, trial in enumerate(of_method)
        ]
        found = marked(method, papers, self._data.classes)
        if method in RUNGS:
            return replace(found, crossed=self._crossed(method))
        if found.changes_network and (tower := self.fitted(method).tower()) is not None:
            general = self._general.measured(tower)
            return replace(found, result=found.result.model_copy(update={"general": general}))
        return found

    def _paper(self, turn: Turn, trial: Trial) -> Paper:
        path = self._files.of_method(turn.method) / trial.name / PAPER
        if path.is_file():
            return _paper(json.loads(path.read_text("utf-8")))
        notes: list[str] = []
        counts: list[int] = []
        predictor = self._learnt(turn, trial, notes, counts)
        paper = replace(
            self._exam().sit(predictor),
            notes=notes,
            trained_parameters=counts[-1] if counts else None,
        )
        write_atomically(path, json.dumps(asdict(paper)))
        return paper

    def _crossed(self, method: TrainingMethod) -> Answered:
        """What models say of rows to learn from, each having learnt from the others."""
        context = RunContext(
            self._seed, self._files.of_method(method), _unsaid, self._stop_asked, _unsaid
        )
        found = []
        for trial in crossings(self._data.snapshot):
            self._data.divide(trial.splits)
            predictor = METHODS[method].run(self._data, context)
            found.append(self._exam().sit(predictor).tested)
        return joined(found)

    def _learnt(self, turn: Turn, trial: Trial, notes: list[str], counts: list[int]) -> Predictor:
        folder = self._files.of_method(turn.method) / trial.name
        self._data.divide(trial.splits)
        if self._latest is not None and self._latest[0] == folder:
            return self._latest[1]
        folder.mkdir(parents=True, exist_ok=True)
        self._log.started(turn)

        def report(learning: Learning) -> None:
            self._log.learning(turn, learning)

        context = RunContext(
            self._seed,
            folder,
            report,
            self._stop_asked,
            notes.append,
            counts.append,
            beside=lambda other: self._files.of_method(other) / trial.name,
        )
        predictor = METHODS[turn.method].run(self._data, context)
        self._latest = (folder, predictor)
        return predictor

    def _exam(self) -> Exam:
        data = self._data
        train, test = data.rows(Split.TRAIN), data.rows(Split.TEST)
        return Exam(train, test, data.classes, data.class_count, data.rows(Split.VALIDATION))


def _unsaid(_: object) -> None:
    """What would be said of a model that only helps to choose."""


def _paper(stored: dict[str, Any]) -> Paper:
    answered = {name: Answered(**stored[name]) for name in ("tested", "validated")}
    return Paper(**stored | answered)


def _outcome(stored: dict[str, Any]) -> Outcome:
    """Reads one that an earlier version has written as well, before it said all of this."""
    answered = {name: Answered(**stored.get(name, {})) for name in ("validated", "crossed")}
    return Outcome(**stored | answered | {"result": MethodResult(**stored["result"])})
