"""Fine-tuning by sentence-transformers' trainer: stopped, diverging, and always the same."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.classify.examples import LogProbabilities
from engine.encoders.profiles import EncoderChoice
from engine.errors import StorageFailed
from engine.schemas import ItemKind, TrainingMethod
from engine.training import sentence_trainer
from engine.training.context import Learning, RunContext, Stopped
from engine.training.data import TrainingData
from engine.training.methods import METHODS, fine_tuning, text_fine_tuning
from engine.training.run import Run
from engine.training.snapshot import Split
from tests.engine.training.making import write_run
from tests.engine.training.sentence_models import write_sentence_model

WORDS = (("fee", "charge", "price"), ("card", "parcel", "letter"))
TEXTS = [
    (f"{words[n % 3]} {words[(n + 1) % 3]} number {n}".encode(), index)
    for index, words in enumerate(WORDS)
    for n in range(60)
]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> TrainingData:
    """Two classes of texts, and a model of one layer."""
    folder = tmp_path_factory.mktemp("texts")
    run_folder = write_run(folder, ItemKind.TEXT, TEXTS, [TrainingMethod.FINE_TUNING])
    choice = EncoderChoice("starter", write_sentence_model(folder / "sentence"))
    run = replace(Run.read(run_folder), encoders=choice)
    return TrainingData(run, run_folder, lambda: False)


@pytest.fixture(scope="module", autouse=True)
def _short() -> Iterator[None]:
    """A training of nine steps that learn much."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(fine_tuning, "SMALL_TOWER_PEAK", 5e-3)
        patched.setattr(sentence_trainer, "HEAD_PEAK", 2e-2)
        patched.setattr(text_fine_tuning, "STEPS", 6)
        yield


Straight = tuple[LogProbabilities, list[Learning], Path]
"""What an undisturbed training came to, what it told, and its folder."""


@pytest.fixture(scope="module")
def straight(data: TrainingData, tmp_path_factory: pytest.TempPathFactory) -> Straight:
    """A training that nothing interrupts."""
    told: list[Learning] = []
    folder = tmp_path_factory.mktemp("straight")
    return _answers(data, folder, told=told), told, folder


def _answers(
    data: TrainingData,
    folder: Path,
    *,
    stop_after: float = float("inf"),
    told: list[Learning] | None = None,
    said: list[str] | None = None,
) -> LogProbabilities:
    told, said = told if told is not None else [], said if said is not None else []
    context = RunContext(5, folder, told.append, lambda: len(told) >= stop_after, said.append)
    predictor = METHODS[TrainingMethod.FINE_TUNING].run(data, context)
    return predictor.log_probabilities(np.arange(len(TEXTS)))


def test_it_learns_and_tells(data: TrainingData, straight: Straight) -> None:
    """Training would be of no use, or be watched without a curve."""
    answers, told, folder = straight
    test = data.rows(Split.TEST)
    assert (answers[test].argmax(axis=1) == data.classes[test]).mean() >= 0.8
    assert told[-1].share == 1
    assert len(told[-1].validation_accuracy) == len(told[-1].train_loss) + 1 > 2
    assert not list(folder.glob("checkpoint-*"))
    assert np.array_equal(_answers(data, folder), answers)


def test_interrupted_it_learns_the_same(
    data: TrainingData, straight: Straight, tmp_path: Path
) -> None:
    """A job that was stopped or killed would give another model than the same job undisturbed."""
    for steps in (2, 4):  # in the middle of an epoch, and at its end
        with pytest.raises(Stopped):
            _answers(data, tmp_path, stop_after=steps)
        half_written = tmp_path / f"checkpoint-9{steps}"
        half_written.mkdir()
        (half_written / sentence_trainer.STATE).write_text('{"global_step": 9')
    assert np.array_equal(_answers(data, tmp_path), straight[0])


def test_a_diverging_training_keeps_what_was_good(
    data: TrainingData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A loss that is no number would end in a model that answers nothing."""
    monkeypatch.setattr(fine_tuning, "SMALL_TOWER_PEAK", 1e30)
    said: list[str] = []
    answers = _answers(data, tmp_path, said=said)
    assert np.isfinite(answers).all()
    assert "diverged in epoch" in said[0]
    assert np.array_equal(_answers(data, tmp_path, said=said), answers)
    assert said[1:] == said[:1]


def test_a_full_disk_is_said(data: TrainingData, tmp_path: Path) -> None:
    """A job would fail with a traceback, and lose what it had learnt."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        with pytest.raises(StorageFailed, match="free some space"):
            _answers(data, tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_from_scratch_nothing_is_left_of_what_the_model_knew(
    data: TrainingData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A comparison would praise training from nothing for what was pretrained."""
    monkeypatch.setitem(fine_tuning.FROM_SCRATCH_STEPS, ItemKind.TEXT, 3)
    context = RunContext(5, tmp_path, lambda _: None, lambda: False, lambda _: None)
    predictor = METHODS[TrainingMethod.FROM_SCRATCH].run(data, context)
    assert predictor.tower() is None
    assert np.isfinite(predictor.log_probabilities(data.rows(Split.TEST))).all()
    torch.manual_seed(7)
    fresh, served = (
        tower.state_dict() for tower in (data.backbone.untrained_tower(), data.backbone.tower())
    )
    words = next(name for name in served if name.endswith("word_embeddings.weight"))
    padding = 1  # the first word, zeros in both
    assert not torch.isclose(fresh[words], served[words])[padding:].all(dim=1).any()
