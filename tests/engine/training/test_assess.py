"""Stored models judged again, and asked about what they have never seen."""

from __future__ import annotations

import json
import shutil
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

import pytest

from engine.errors import BadRequest, EncoderMismatch, ModelUnavailable
from engine.schemas import ItemKind, ModelCard, TrainingMethod
from engine.training.assess import Asked, evaluate, predict
from engine.training.conduct import conduct
from engine.training.run import CARD, RunFiles
from engine.training.snapshot import LabelClass, Snapshot, Split
from engine.training.stored.files import ARRAYS
from tests.engine.training.making import coloured_pictures, write_run

TOPICS = ("fee", "card")
TEXTS = [(f"{topic} {n}".encode(), index) for index, topic in enumerate(TOPICS) for n in range(12)]
CATALOGUE = {
    "model_id": "j1",
    "library_id": "lib",
    "labelset_id": "set",
    "labelset_name": "Set",
    "created_at": "2026-03-01T00:00:00Z",
}


class Trained:
    """A model as a run leaves it, and what the run knew."""

    def __init__(self, folder: Path, kind: ItemKind, method: TrainingMethod) -> None:
        contents = coloured_pictures(6) if kind is ItemKind.IMAGE else TEXTS
        self._root = folder
        self._files = RunFiles(write_run(folder, kind, contents, [method]))
        self.comparison = conduct(self._files.folder, lambda: False)
        self.snapshot = Snapshot.read(folder / "snapshot")
        stored = json.loads((self.folder / CARD).read_text("utf-8"))
        self.card = ModelCard.model_validate(stored | CATALOGUE)

    @property
    def folder(self) -> Path:
        """Of the model."""
        return self._files.model

    @property
    def blobs(self) -> Path:
        """The originals."""
        return self._root / "blobs"

    @property
    def learnt(self) -> Collection[str]:
        """What it has learnt from."""
        return {row.sha256 for row in self.snapshot.rows if row.split is not Split.TEST}

    def asked(self, scratch: Path) -> Asked:
        """The model, to be asked."""
        return Asked(self.card, self.folder, scratch, "cpu")

    def written(self, snapshot: Snapshot) -> Path:
        """The folder of another snapshot of the same items."""
        snapshot.write(self._root / snapshot.hash)
        return self._root / snapshot.hash


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    """A model of texts."""
    return Trained(tmp_path_factory.mktemp("texts"), ItemKind.TEXT, TrainingMethod.TFIDF)


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    """A model of pictures."""
    return Trained(tmp_path_factory.mktemp("pictures"), ItemKind.IMAGE, TrainingMethod.PROTOTYPE)


def test_on_its_own_snapshot_it_is_as_good_as_its_card_says(texts: Trained, tmp_path: Path) -> None:
    """A team would read two numbers for one thing."""
    own = texts.written(texts.snapshot)
    found = evaluate(texts.asked(tmp_path), own, texts.blobs, texts.learnt)
    assert found.result.test_top1 == texts.card.result.test_top1
    assert found.confusion == texts.comparison.confusion
    assert (found.test_items, found.left_out) == (texts.comparison.test_items, 0)


def test_what_it_has_learnt_from_judges_nothing(texts: Trained, tmp_path: Path) -> None:
    """A model would be praised for knowing again what it was shown, under another split."""
    rows = [replace(row, split=Split.TEST) for row in texts.snapshot.rows]
    everything = texts.written(replace(texts.snapshot, rows=rows))
    found = evaluate(texts.asked(tmp_path), everything, texts.blobs, texts.learnt)
    assert found.test_items == texts.comparison.test_items
    assert found.left_out == len(rows) - found.test_items
    alike = texts.written(replace(texts.snapshot, rows=[replace(row, group=7) for row in rows]))
    with pytest.raises(BadRequest, match="has learnt from all 24 items"):
        evaluate(texts.asked(tmp_path), alike, texts.blobs, texts.learnt)


def test_classes_are_matched_by_their_names(texts: Trained, tmp_path: Path) -> None:
    """Classes in another order would make a good model look bad, and an unknown one be guessed."""
    snapshot = texts.snapshot
    turned = replace(
        snapshot,
        classes=snapshot.classes[::-1],
        rows=[replace(row, class_index=1 - row.class_index) for row in snapshot.rows],
    )
    found = evaluate(texts.asked(tmp_path), texts.written(turned), texts.blobs, texts.learnt)
    assert found.result.test_top1 == texts.card.result.test_top1
    renamed = replace(snapshot, classes=[*snapshot.classes[:1], LabelClass("other")])
    with pytest.raises(BadRequest, match="does not know: other"):
        evaluate(texts.asked(tmp_path), texts.written(renamed), texts.blobs, texts.learnt)


def test_a_snapshot_of_other_items_is_refused(
    texts: Trained, pictures: Trained, tmp_path: Path
) -> None:
    """A model of pictures would be judged on texts."""
    other = texts.written(texts.snapshot)
    with pytest.raises(BadRequest, match="tells pictures apart, and the snapshot is of texts"):
        evaluate(pictures.asked(tmp_path), other, texts.blobs, pictures.learnt)


def test_texts_never_seen_are_answered(texts: Trained, tmp_path: Path) -> None:
    """A trained model could not be used."""
    found = predict(texts.asked(tmp_path), [b"the fee of a card", b"fee", b"", "\u65e5".encode()])
    assert found[1] is not None
    assert found[1][0] > 0.8
    assert all(each is not None and sum(each) == pytest.approx(1) for each in found)


def test_pictures_never_seen_are_answered_and_damaged_ones_are_not(
    pictures: Trained, tmp_path: Path
) -> None:
    """One damaged file among many would fail them all, or be answered by chance."""
    (red, _), (green, _) = coloured_pictures(1)[:2]
    found = predict(pictures.asked(tmp_path), [green, red[:60], b"no picture", red])
    assert [each and each.index(max(each)) for each in found] == [1, None, None, 0]


def test_another_encoder_is_refused(pictures: Trained, tmp_path: Path) -> None:
    """Features of one model would be scored by what was learnt on those of another."""
    copied = shutil.copytree(pictures.folder, tmp_path / "model")
    described = json.loads((copied / "predictor.json").read_text("utf-8"))
    described["extractor"]["encoder"] = "0" * 64
    (copied / "predictor.json").write_text(json.dumps(described), "utf-8")
    asked = replace(pictures.asked(tmp_path / "scratch"), folder=copied)
    with pytest.raises(EncoderMismatch, match="Train again, or bring the weights of then back"):
        predict(asked, [coloured_pictures(1)[0][0]])


@pytest.mark.parametrize("damaged", ["predictor.json", ARRAYS, "run.json"])
def test_a_damaged_model_says_so(texts: Trained, tmp_path: Path, damaged: str) -> None:
    """A person would read a traceback, or an answer of what is left of a model."""
    copied = shutil.copytree(texts.folder, tmp_path / "model")
    (copied / damaged).write_bytes((copied / damaged).read_bytes()[:20])
    with pytest.raises(ModelUnavailable, match="damaged or missing"):
        predict(replace(texts.asked(tmp_path / "scratch"), folder=copied), [b"fee"])
