"""Averaged word vectors: learnt from little text, read from files, asked about the unknown."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.errors import ModelUnavailable
from engine.schemas import ItemKind, TrainingMethod
from engine.training.context import RunContext, Stopped
from engine.training.corpus import CorpusText, write_corpus
from engine.training.data import TrainingData
from engine.training.evaluation import Predictor
from engine.training.extractors.word_averages import WordAverages
from engine.training.methods import METHODS
from engine.training.methods.features import fitted_probe
from engine.training.run import Run
from engine.training.snapshot import Split
from engine.training.words import frequencies_of
from tests.engine.training.making import write_run

FEES, CARDS = ("fee", "charge", "price", "cost"), ("card", "parcel", "post", "letter")
TEXTS = [
    (f"about the {words[n % 4]} and the {words[(n + 1) % 4]} number {n}".encode(), index)
    for index, words in enumerate((FEES, CARDS))
    for n in range(12)
]
LIBRARY = [
    CorpusText(f"l{n}", f"{n}", f"the {words[n % 4]} or {words[(n + step) % 4]} of today")
    for words in (FEES, CARDS)
    for step in (1, 2, 3)
    for n in range(20)
]
unclosed = pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")
"""gensim 4.4 forgets a file that has no header."""

LEARNT = (TrainingMethod.CBOW, TrainingMethod.SKIP_GRAM)


def _data(folder: Path, **changed: object) -> TrainingData:
    run_folder = write_run(folder, ItemKind.TEXT, TEXTS, LEARNT)
    write_corpus(folder / "snapshot", LIBRARY)
    run = replace(Run.read(run_folder), **changed)  # type: ignore[arg-type]
    return TrainingData(run, run_folder, lambda: False)


def _learnt(data: TrainingData, method: TrainingMethod, folder: Path, *, stops: bool) -> Predictor:
    context = RunContext(5, folder, lambda _: None, lambda: stops, lambda _: None)
    return METHODS[method].run(data, context)


@pytest.mark.parametrize("method", LEARNT)
def test_words_are_learnt_from_the_library_and_always_alike(
    tmp_path: Path, method: TrainingMethod
) -> None:
    """A method would answer by chance, or another way after each crash."""
    data = _data(tmp_path)
    test = data.rows(Split.TEST)
    first, second = (
        _learnt(data, method, tmp_path, stops=False).log_probabilities(test) for _ in range(2)
    )
    assert np.array_equal(first, second)
    assert (first.argmax(axis=1) == data.classes[test]).mean() >= 0.8


def test_learning_words_stops_when_told(tmp_path: Path) -> None:
    """Who cancels a job would wait until the whole library is read."""
    with pytest.raises(Stopped):
        _learnt(_data(tmp_path), TrainingMethod.CBOW, tmp_path, stops=True)


def _glove_file(folder: Path, *, broken: bool = False) -> Path:
    path = folder / "glove.txt"
    axes = dict.fromkeys(FEES, "1 0 0.2") | dict.fromkeys(CARDS, "0 1 -0.1")
    lines = [f"{word} {numbers}" for word, numbers in axes.items()]
    path.write_text("\n".join([*lines, "odd 1 2"] if broken else lines), "utf-8")
    return path


@unclosed
def test_a_glove_file_is_read(tmp_path: Path) -> None:
    """Who has downloaded word vectors could not use them."""
    data = _data(tmp_path, glove_file=_glove_file(tmp_path))
    test = data.rows(Split.TEST)
    answers = _learnt(data, TrainingMethod.GLOVE, tmp_path, stops=False).log_probabilities(test)
    assert (answers.argmax(axis=1) == data.classes[test]).all()


@unclosed
def test_a_missing_or_broken_glove_file_is_said(tmp_path: Path) -> None:
    """A job would fail with a traceback, and nobody know what to set."""
    with pytest.raises(ModelUnavailable, match="ENGINE_GLOVE_FILE"):
        _learnt(_data(tmp_path / "none"), TrainingMethod.GLOVE, tmp_path, stops=False)
    data = _data(tmp_path / "broken", glove_file=_glove_file(tmp_path, broken=True))
    with pytest.raises(ModelUnavailable, match=r"glove\.txt cannot be read"):
        _learnt(data, TrainingMethod.GLOVE, tmp_path, stops=False)


def test_unknown_words_have_an_answer(tmp_path: Path) -> None:
    """A message in another language would be classified by a division by zero."""
    data = _data(tmp_path)
    data.texts[:3] = ["zzz", "", "Fee!"]
    vectors = np.random.default_rng(0).normal(size=(8, 3)).astype(np.float32)
    learnt = [data.texts[row] for row in data.rows(Split.TRAIN)]
    averages = WordAverages.of([*FEES, *CARDS], vectors, frequencies_of(learnt))
    features = averages.features(data, np.arange(3))
    assert not features[:2].any()
    assert np.linalg.norm(features[2]) == pytest.approx(1)
    without = WordAverages.of([], np.empty((0, 3), np.float32), frequencies_of([]))
    scorer = fitted_probe(data, without.features(data, np.arange(len(data.texts))))
    assert np.isfinite(scorer(without.features(data, np.arange(3)))).all()
