"""A run from its manifest to its comparison, and to the model that it keeps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from engine.classify.examples import Rows
from engine.schemas import Comparison
from engine.training.attempts import Attempts
from engine.training.candidate import Shown, keep_candidate
from engine.training.comparison import NAMES, NOUN, compare
from engine.training.data import TrainingData
from engine.training.event_log import EventLog, Turn
from engine.training.run import Run, RunFiles
from engine.training.snapshot import Split
from engine.training.trials import trials


def conduct(folder: Path, stop_asked: Callable[[], bool]) -> Comparison:
    """Runs what a folder's manifest says, from where an earlier process came to.

    Raises:
        Stopped: as asked.
        EngineError: the model cannot be loaded, or there is no room for what is learnt.
    """
    run, files = Run.read(folder), RunFiles(folder)
    data = TrainingData(run, folder, stop_asked)
    log = EventLog(files.events, run.methods, data.snapshot)
    log.started(Turn(run.methods[0]))
    learnt, tested = _rows(data)
    obstacle = _obstacle(data, learnt, tested)
    attempts = Attempts(data, log, files, run.seed, stop_asked)
    outcomes = [] if obstacle else [attempts.outcome(method) for method in run.methods]
    notes = [f"{NAMES[each.result.method]}: {note}" for each in outcomes for note in each.notes]
    said = " ".join([*filter(None, [obstacle, _unreadable(data)]), *notes])
    test = np.concatenate(tested)
    comparison = compare(
        data.snapshot,
        np.unique(np.concatenate(learnt)),
        test,
        outcomes,
        said,
        device=data.device,
    ).model_copy(update={"backbone": run.backbone})
    keep_candidate(files, run, data, Shown(outcomes, test, comparison.best), attempts.fitted)
    return comparison


def _rows(data: TrainingData) -> tuple[Sequence[Rows], Sequence[Rows]]:
    """The rows that are learnt from, and those that are tested on, in each trial."""
    learnt, tested = [], []
    for trial in trials(data.snapshot):
        data.divide(trial.splits)
        learnt.append(data.rows(Split.TRAIN))
        tested.append(data.rows(Split.TEST))
    return learnt, tested


def _obstacle(data: TrainingData, learnt: Sequence[Rows], tested: Sequence[Rows]) -> str:
    """Why nothing can be compared; empty where something can."""
    if any(len(np.unique(data.classes[rows])) < 2 for rows in learnt):
        return "Only one class has examples to learn from: label some of another one."
    if not sum(map(len, tested)):
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
