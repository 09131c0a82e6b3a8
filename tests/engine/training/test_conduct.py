"""Whole runs on real models, with what teams will bring."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from engine.schemas import Comparison, ItemKind, TrainingMethod
from engine.training.attempts import OUTCOME
from engine.training.conduct import conduct
from engine.training.methods import METHODS, suiting
from engine.training.run import Run, RunFiles
from tests.engine.training.making import coloured_pictures, write_run

FAST_FOR_PICTURES = [
    TrainingMethod.PIXELS,
    TrainingMethod.VISUAL_WORDS,
    TrainingMethod.ZERO_SHOT,
    TrainingMethod.PROTOTYPE,
    TrainingMethod.PROBE,
]


def _conduct(folder: Path) -> Comparison:
    return conduct(folder, lambda: False)


def _accuracies(found: Comparison) -> dict[TrainingMethod, float]:
    return {each.method: each.test_top1.value for each in found.results if each.test_top1}


@pytest.mark.timeout(600)
def test_methods_for_pictures_learn_colours(tmp_path: Path) -> None:
    """A method would answer by chance, or by rows that are not its own."""
    methods = [*FAST_FOR_PICTURES, TrainingMethod.LP_FT]
    found = _conduct(write_run(tmp_path, ItemKind.IMAGE, coloured_pictures(12), methods))
    accuracies = _accuracies(found)
    assert [each.failure for each in found.results] == [""] * len(methods)
    assert accuracies[TrainingMethod.PIXELS] == 1
    assert accuracies[TrainingMethod.PROBE] >= 0.8
    assert accuracies[TrainingMethod.LP_FT] >= 0.8
    assert found.best is TrainingMethod.ZERO_SHOT  # pixels are as right, which is no lead
    assert found.test_items == 9
    by_method = {each.method: each for each in found.results}
    tuned, probe = by_method[TrainingMethod.LP_FT], by_method[TrainingMethod.PROBE]
    assert tuned.general is not None
    assert tuned.general.after > 0.5  # so little training spoils little
    assert probe.general is None
    assert probe.trained_parameters is not None
    assert tuned.trained_parameters is not None
    assert 0 < probe.trained_parameters < tuned.trained_parameters


TOPICS = (
    ("the fee for a transfer", "what does it cost", "why was I charged", "price of a withdrawal"),
    ("my card has not arrived", "when do I get the card", "no card in the post", "track my card"),
)


@pytest.mark.timeout(600)
def test_methods_for_texts_learn_topics(tmp_path: Path) -> None:
    """A method would answer by chance, or by rows that are not its own."""
    texts = [
        (f"{text}{sign}".encode(), index)
        for index, topic in enumerate(TOPICS)
        for text in topic
        for sign in ("", "?", " please")
    ]
    groups = [n // 3 for n in range(len(texts))]
    methods = [
        TrainingMethod.TFIDF,
        TrainingMethod.ZERO_SHOT,
        TrainingMethod.PROBE,
        TrainingMethod.SETFIT,
    ]
    folder = write_run(
        tmp_path,
        ItemKind.TEXT,
        texts,
        methods,
        groups=groups,
        class_names=("costs and fees", "waiting for a card"),
    )
    found = _conduct(folder)
    assert [each.failure for each in found.results] == [""] * len(methods)
    accuracies = _accuracies(found)
    assert accuracies[TrainingMethod.PROBE] == 1
    assert accuracies[TrainingMethod.SETFIT] == 1


def test_a_picture_that_no_longer_decodes_is_left_out(tmp_path: Path) -> None:
    """One damaged original would fail the job, or be learnt as a black picture."""
    pictures = coloured_pictures(6)
    pictures[0] = (pictures[0][0][:60], 0)
    found = _conduct(write_run(tmp_path, ItemKind.IMAGE, pictures, [TrainingMethod.PIXELS]))
    assert found.train_items + found.test_items <= 17
    assert "Left out: 1 pictures that can no longer be read." in found.sentence


def test_a_model_that_cannot_be_had_fails_its_methods_only(tmp_path: Path) -> None:
    """A hub name that does not exist would take the results of the other methods with it."""
    texts = [(f"{'fee' if n % 2 else 'card'} {n}".encode(), n % 2) for n in range(16)]
    folder = write_run(tmp_path, ItemKind.TEXT, texts, [TrainingMethod.TFIDF, TrainingMethod.PROBE])
    run = Run.read(folder)
    missing = replace(run.encoders, sentence=str(tmp_path / "nobody" / "nothing"))
    replace(run, encoders=missing).write(folder)
    found = _conduct(folder)
    assert found.best is TrainingMethod.TFIDF
    assert "could not be loaded" in found.results[1].failure


def test_one_class_is_said(tmp_path: Path) -> None:
    """A team would get a traceback, or be told that a model is always right."""
    texts = [(f"text {n}".encode(), 0) for n in range(9)]
    found = _conduct(write_run(tmp_path, ItemKind.TEXT, texts, [TrainingMethod.TFIDF]))
    assert found.best is None
    assert "Only one class has examples" in found.sentence


def test_two_labels_are_said_to_be_too_few(tmp_path: Path) -> None:
    """A team would be told how good a model is that was never tested."""
    texts = [(b"yes", 0), (b"no", 1)]
    found = _conduct(write_run(tmp_path, ItemKind.TEXT, texts, [TrainingMethod.TFIDF]))
    assert (found.best, found.test_items) == (None, 0)
    assert "No class has two different examples" in found.sentence


def test_near_duplicates_alone_test_nothing(tmp_path: Path) -> None:
    """A model would be praised for knowing again what it was shown."""
    texts = [(f"text {n}".encode(), n % 2) for n in range(12)]
    folder = write_run(
        tmp_path, ItemKind.TEXT, texts, [TrainingMethod.TFIDF], groups=[n % 2 for n in range(12)]
    )
    found = _conduct(folder)
    assert found.test_items == 0
    assert "not near-duplicates" in found.sentence


def test_a_thousand_classes_can_be_learnt(tmp_path: Path) -> None:
    """A team with many classes would wait for ever, or run out of memory."""
    names = [f"topic{n}" for n in range(1000)]
    texts = [(f"{name} {n}".encode(), index) for index, name in enumerate(names) for n in range(3)]
    methods = [TrainingMethod.TFIDF]
    folder = write_run(tmp_path, ItemKind.TEXT, texts, methods, class_names=names)
    found = _conduct(folder)
    assert _accuracies(found)[TrainingMethod.TFIDF] > 0.99
    assert len(found.confusion) == 1000


def test_of_few_labels_each_is_tested_on_once(tmp_path: Path) -> None:
    """A team with few labels would be told a share of five items, or learn from what it tests."""
    texts = [(f"{'fee' if n % 2 else 'card'} {n}".encode(), n % 2) for n in range(12)]
    methods = [TrainingMethod.TFIDF]
    folder = write_run(tmp_path, ItemKind.TEXT, texts, methods, in_folds=True)
    found = _conduct(folder)
    assert (found.folds, found.train_items, found.test_items) == (5, 12, 12)
    assert found.results[0].test_top1 is not None
    assert found.results[0].test_top1.value == 1
    assert "in 5 folds" in found.sentence
    (RunFiles(folder).of_method(TrainingMethod.TFIDF) / OUTCOME).unlink()
    assert _conduct(folder).results[0].took_s < found.results[0].took_s  # its folds are kept


def test_a_run_that_goes_on_asks_no_method_twice(tmp_path: Path) -> None:
    """A restarted job would train for hours what it had trained before."""
    texts = [(f"{'fee' if n % 2 else 'card'} {n}".encode(), n % 2) for n in range(16)]
    folder = write_run(tmp_path, ItemKind.TEXT, texts, [TrainingMethod.TFIDF])
    first = _conduct(folder)
    assert _conduct(folder) == first  # the seconds it took as well


def test_a_run_goes_on_that_an_earlier_version_has_begun(tmp_path: Path) -> None:
    """An update of Magpie would fail the jobs that it interrupts."""
    texts = [(f"{'fee' if n % 2 else 'card'} {n}".encode(), n % 2) for n in range(16)]
    folder = write_run(tmp_path, ItemKind.TEXT, texts, [TrainingMethod.TFIDF])
    first = _conduct(folder)
    files = RunFiles(folder)
    for path, kept in (
        (files.of_method(TrainingMethod.TFIDF) / OUTCOME, {"result", "answers", "notes"}),
        (files.manifest, {"job_id", "methods", "seed", "snapshot", "blobs", "encoders", "device"}),
    ):
        written = json.loads(path.read_text("utf-8"))
        path.write_text(json.dumps({key: written[key] for key in kept}))
    assert _conduct(folder).results == first.results


def test_every_method_is_for_something() -> None:
    """A method could be asked for that no job can run."""
    assert set(METHODS) == set(TrainingMethod)
    assert set(suiting(ItemKind.IMAGE)) | set(suiting(ItemKind.TEXT)) == set(TrainingMethod)
