"""A run from its manifest to its comparison: one method after the other, none of them twice."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from engine.errors import EngineError, StorageFailed
from engine.schemas import Comparison, MethodResult, TrainingMethod
from engine.training.comparison import NAMES, NOUN, compare
from engine.training.context import Learning, RunContext
from engine.training.data import TrainingData
from engine.training.evaluation import Exam, Outcome
from engine.training.event_log import EventLog
from engine.training.files import write_atomically
from engine.training.methods import METHODS
from engine.training.run import Run, RunFiles
from engine.training.snapshot import Split

OUTCOME = "outcome.json"


def conduct(folder: Path, stop_asked: Callable[[], bool]) -> Comparison:
    """Runs what a folder's manifest says, from where an earlier process came to.

    Raises:
        Stopped: as asked.
        EngineError: the model cannot be loaded, or there is no room for what is learnt.
    """
    run = Run.read(folder)
    log = EventLog(RunFiles(folder).events, run.methods)
    log.started(run.methods[0])
    data = TrainingData(run, folder, stop_asked)
    exam = Exam(data.rows(Split.TRAIN), data.rows(Split.TEST), data.classes, data.class_count)
    obstacle = _obstacle(exam)
    outcomes = (
        []
        if obstacle
        else [
            _outcome(method, run.seed, folder, data, exam, log, stop_asked)
            for method in run.methods
        ]
    )
    notes = [f"{NAMES[each.result.method]}: {note}" for each in outcomes for note in each.notes]
    said = " ".join([*filter(None, [obstacle, _unreadable(data)]), *notes])
    return compare(data.snapshot, exam.train, exam.test, outcomes, said)


def _outcome(
    method: TrainingMethod,
    seed: int,
    folder: Path,
    data: TrainingData,
    exam: Exam,
    log: EventLog,
    stop_asked: Callable[[], bool],
) -> Outcome:
    """What a method has shown, now or in an earlier process."""
    own = RunFiles(folder).of_method(method)
    path = own / OUTCOME
    if path.is_file():
        return _read(path)
    own.mkdir(parents=True, exist_ok=True)
    log.started(method)
    notes: list[str] = []

    def report(learning: Learning) -> None:
        log.learning(method, learning)

    started_s = time.monotonic()
    try:
        predictor = METHODS[method].run(
            data, RunContext(seed, own, report, stop_asked, notes.append)
        )
        outcome = exam.take(method, predictor)
    except StorageFailed:
        raise
    except EngineError as error:
        outcome = Outcome(MethodResult(method=method, failure=error.detail))
    took_s = time.monotonic() - started_s
    result = outcome.result.model_copy(update={"took_s": took_s})
    kept = Outcome(result, outcome.answers, notes)
    _write(path, kept)
    return kept


def _obstacle(exam: Exam) -> str:
    """Why nothing can be compared; empty where something can."""
    if len(np.unique(exam.classes[exam.train])) < 2:
        return "Only one class has examples to learn from: label some of another one."
    if not len(exam.test):
        return (
            "No class has two different examples, so that one could be learnt from and the other "
            "tested on: label more, and not near-duplicates."
        )
    return ""


def _unreadable(data: TrainingData) -> str:
    lost = int((~data.readable).sum())
    if not lost:
        return ""
    return f"Left out: {lost} {NOUN[data.snapshot.kind]} that can no longer be read."


def _write(path: Path, outcome: Outcome) -> None:
    described = {
        "result": outcome.result.model_dump(mode="json"),
        "answers": list(outcome.answers),
        "notes": list(outcome.notes),
    }
    write_atomically(path, json.dumps(described))


def _read(path: Path) -> Outcome:
    stored = json.loads(path.read_text("utf-8"))
    return Outcome(MethodResult(**stored["result"]), stored["answers"], stored["notes"])
