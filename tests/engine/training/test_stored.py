"""Stored predictors answer as they did in the run that they come from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.schemas import ItemKind, TrainingMethod
from engine.training.context import RunContext
from engine.training.data import TrainingData
from engine.training.methods import METHODS, fine_tuning, setfit, suiting
from engine.training.run import Run
from engine.training.stored import load_predictor
from tests.engine.training.making import coloured_pictures, write_run

TEXTS = [
    (f"{'what does it cost' if n % 2 else 'no card yet'} {n}".encode(), n % 2) for n in range(12)
]


NEEDS_A_FILE = {TrainingMethod.GLOVE}


@pytest.fixture(scope="module", params=list(ItemKind))
def data(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> TrainingData:
    """Some pictures, or some texts."""
    folder = tmp_path_factory.mktemp("run")
    contents = coloured_pictures(5) if request.param is ItemKind.IMAGE else TEXTS
    run = write_run(folder, request.param, contents, [TrainingMethod.PROBE])
    return TrainingData(Run.read(run), run, lambda: False)


def test_what_is_stored_answers_as_in_the_run(
    data: TrainingData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A team would use another model than the one whose report card it has read."""
    monkeypatch.setattr(fine_tuning, "MOST_EPOCHS", 1)
    monkeypatch.setattr(fine_tuning, "LEAST_EPOCHS", 1)
    monkeypatch.setattr(setfit, "MOST_EPOCHS", 1)
    rows = np.flatnonzero(data.readable)
    for method in set(suiting(data.snapshot.kind)) - NEEDS_A_FILE:
        own = tmp_path / method
        own.mkdir()
        context = RunContext(0, own / "learnt", lambda _: None, lambda: False, lambda _: None)
        predictor = METHODS[method].run(data, context)
        predictor.save(own)
        stored = load_predictor(own).log_probabilities(data, rows)
        np.testing.assert_allclose(
            stored, predictor.log_probabilities(rows), rtol=1e-5, atol=1e-5, err_msg=method
        )
