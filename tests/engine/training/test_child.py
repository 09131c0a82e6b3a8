"""The process that trains: killed, stopped, started twice, left alone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock

from engine.schemas import Comparison, ItemKind, JobProgress, TrainingMethod
from engine.training.child import DONE, FAILED, TAKEN
from engine.training.pictures import PIXELS
from engine.training.run import CARD, RunFiles
from engine.training.stop import STOPPED
from tests.engine.training.children import Children, children
from tests.engine.training.making import coloured_pictures, write_run

METHODS = [TrainingMethod.PROBE, TrainingMethod.LP_FT]
TEXTS = [
    (f"{word} {n}".encode(), index) for index, word in enumerate(("fee", "card")) for n in range(8)
]
KILLS = 3
LONG_S = 600


def _lasting(folder: Path) -> Comparison:
    """The comparison of a folder without what depends on the machine's speed."""
    found = Comparison.model_validate_json(RunFiles(folder).result.read_text("utf-8"))
    results = [each.model_copy(update={"took_s": 0.0}) for each in found.results]
    return found.model_copy(update={"results": results})


def _model(folder: Path) -> dict[str, bytes]:
    """The model that a run keeps, without what says where and how fast it was trained."""
    model = RunFiles(folder).model
    return {
        str(path.relative_to(model)): path.read_bytes()
        for path in model.rglob("*.*")
        if path.name not in {CARD, "run.json"}
    }


def _event_count(folder: Path) -> int:
    path = RunFiles(folder).events
    return path.read_text("utf-8").count("\n") if path.is_file() else 0


def _wait_for_events(folder: Path, count: int) -> None:
    """Returns as soon as so many events are there."""
    until = time.monotonic() + LONG_S
    while _event_count(folder) < count:
        assert time.monotonic() < until
        time.sleep(0.02)


def _undisturbed(own: Children) -> int | None:
    child = own.start()
    child.join(LONG_S)
    return child.exitcode


@pytest.mark.slow
@pytest.mark.timeout(3000)
def test_killed_at_20_moments_it_ends_with_the_same_metrics(tmp_path: Path) -> None:
    """A crash would change which model is found best."""
    _kill_and_compare(tmp_path, kills=20)


@pytest.mark.timeout(900)
def test_killed_at_random_moments_it_ends_with_the_same_metrics(tmp_path: Path) -> None:
    """A crash would change which model is found best."""
    _kill_and_compare(tmp_path, KILLS)


def _kill_and_compare(tmp_path: Path, kills: int) -> None:
    pictures = coloured_pictures(a_class=7)
    straight = write_run(tmp_path / "straight", ItemKind.IMAGE, pictures, METHODS)
    with children(straight) as own:
        assert _undisturbed(own) == DONE
    killed = write_run(tmp_path / "killed", ItemKind.IMAGE, pictures, METHODS)
    random = np.random.default_rng(0)
    with children(killed) as own:
        for _ in range(kills):
            before = _event_count(killed)
            child = own.start()
            _wait_for_events(killed, before + 1)
            child.join(random.uniform(0, 3))
            child.kill()
            child.join()
        assert _undisturbed(own) == DONE
    assert _lasting(killed) == _lasting(straight)
    assert _model(killed) == _model(straight)
    assert not (killed / PIXELS).exists()


@pytest.mark.timeout(600)
def test_told_to_stop_it_keeps_what_it_has_and_goes_on_later(tmp_path: Path) -> None:
    """A cancelled job would lose its work, or go on for minutes."""
    folder = write_run(
        tmp_path, ItemKind.IMAGE, coloured_pictures(8), [TrainingMethod.FROM_SCRATCH]
    )
    with children(folder) as own:
        child = own.start()
        _wait_for_events(folder, count=3)
        assert child.pid is not None
        os.kill(child.pid, signal.SIGTERM)
        child.join(LONG_S)
        assert child.exitcode == STOPPED
        assert list(RunFiles(folder).of_method(TrainingMethod.FROM_SCRATCH).glob("checkpoint.*"))
        assert _undisturbed(own) == DONE
    lines = RunFiles(folder).events.read_text("utf-8").splitlines()
    events = [JobProgress.model_validate_json(line) for line in lines]
    assert events[-1].method is TrainingMethod.FROM_SCRATCH
    assert all(0 <= event.share <= 1 for event in events)


@pytest.mark.timeout(600)
def test_as_a_program_it_ends_with_its_starter(tmp_path: Path) -> None:
    """A child would train on when the worker that started it has died."""
    folder = write_run(tmp_path, ItemKind.TEXT, TEXTS, [TrainingMethod.TFIDF])
    command = [sys.executable, "-m", "engine.training.child", str(folder)]
    done = subprocess.run(command, stdin=subprocess.PIPE, check=False, timeout=LONG_S)
    assert done.returncode in {STOPPED, DONE}
    with subprocess.Popen(command, stdin=subprocess.PIPE) as child:
        assert child.wait(LONG_S) == DONE
    assert _lasting(folder).best is TrainingMethod.TFIDF
    again = subprocess.run(command, stdin=subprocess.DEVNULL, check=False, timeout=LONG_S)
    assert again.returncode == DONE


def test_two_children_never_work_on_one_folder(tmp_path: Path) -> None:
    """Two processes would write over each other's checkpoints."""
    folder = write_run(tmp_path, ItemKind.TEXT, TEXTS, [TrainingMethod.TFIDF])
    with FileLock(RunFiles(folder).lock), children(folder) as own:
        assert _undisturbed(own) == TAKEN
    assert not RunFiles(folder).result.exists()


def test_what_fails_says_why(tmp_path: Path) -> None:
    """A team would be told that a job failed, and not what to do."""
    folder = write_run(tmp_path, ItemKind.TEXT, TEXTS, [TrainingMethod.TFIDF])
    (RunFiles(folder).of_method(TrainingMethod.TFIDF) / "outcome.json").mkdir(parents=True)
    command = [sys.executable, "-m", "engine.training.child", str(folder)]
    said = tmp_path / "stderr"
    with (
        said.open("wb") as stderr,
        subprocess.Popen(command, stdin=subprocess.PIPE, stderr=stderr) as child,
    ):
        assert child.wait(LONG_S) == FAILED
    assert "could not be written" in said.read_text("utf-8").splitlines()[-1]
