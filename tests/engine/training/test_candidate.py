"""The model that a run keeps: whole or not at all, whatever ends the process."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import pytest

from engine.schemas import ItemKind, TrainingMethod
from engine.training import candidate
from engine.training.conduct import conduct
from engine.training.run import CARD, RunFiles
from tests.engine.training.children import CONTEXT
from tests.engine.training.making import write_run

TEXTS = [
    (f"{word} {n}".encode(), index) for index, word in enumerate(("fee", "card")) for n in range(8)
]


def _killed_before_its_last_step(folder: Path) -> None:
    """A child that dies when all of the model is written and nothing is in its place."""
    patch = pytest.MonkeyPatch()
    patch.setattr(candidate, "put_in_place", lambda *_: os.kill(os.getpid(), signal.SIGKILL))
    conduct(folder, lambda: False)


@pytest.mark.timeout(300)
def test_a_kill_leaves_no_half_model_and_the_next_child_writes_it(tmp_path: Path) -> None:
    """A model without half of its weights would be kept, or a job would never end."""
    run = write_run(tmp_path, ItemKind.TEXT, TEXTS, [TrainingMethod.TFIDF])
    files = RunFiles(run)
    child = CONTEXT.Process(target=_killed_before_its_last_step, args=(run,))
    child.start()
    child.join()
    assert child.exitcode == -signal.SIGKILL
    assert not files.model.exists()
    found = conduct(run, lambda: False)
    card = json.loads((files.model / CARD).read_text("utf-8"))
    assert (card["method"], card["snapshot"]) == (found.best, found.snapshot)
    assert card["verdict"].startswith("It changes no search")
    assert {each.name for each in files.model.iterdir()} == {
        CARD,
        "predictor.json",
        "predictor.safetensors",
        "run.json",
    }
    assert not (run / candidate.UNFINISHED).exists()
    written = (files.model / CARD).stat().st_mtime_ns
    conduct(run, lambda: False)
    assert (files.model / CARD).stat().st_mtime_ns == written


def test_without_anything_to_compare_no_model_is_kept(tmp_path: Path) -> None:
    """A team would find a model that has learnt nothing."""
    run = write_run(tmp_path, ItemKind.TEXT, [(b"a", 0), (b"b", 0)], [TrainingMethod.TFIDF])
    conduct(run, lambda: False)
    assert not RunFiles(run).model.exists()
