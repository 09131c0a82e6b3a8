"""Stored predictors answer as they did in the run that they come from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from engine.blobs.keys import blob_key
from engine.classify.examples import Rows
from engine.encoders.clip import load_clip
from engine.encoders.device import Placement
from engine.encoders.naming import ENCODER, MODELS
from engine.encoders.ports import Features
from engine.encoders.sentence import load_sentence_model
from engine.encoders.stages import to_features
from engine.schemas import ItemKind, TrainingMethod
from engine.training import loop
from engine.training.backbone import features_by
from engine.training.context import RunContext
from engine.training.data import TrainingData
from engine.training.evaluation import Predictor
from engine.training.methods import METHODS, suiting
from engine.training.run import Run
from engine.training.stored import load_predictor
from tests.engine.training.making import coloured_pictures, write_run

TEXTS = [
    (f"{'what does it cost' if n % 2 else 'no card yet'} {n}".encode(), n % 2) for n in range(12)
]
A_PART_EACH = {
    ItemKind.IMAGE: [
        TrainingMethod.PIXELS,
        TrainingMethod.VISUAL_WORDS,
        TrainingMethod.ZERO_SHOT,
        TrainingMethod.PROTOTYPE,
        TrainingMethod.PROBE,
        TrainingMethod.TIP_ADAPTER,
        TrainingMethod.LP_FT,
    ],
    ItemKind.TEXT: [TrainingMethod.TFIDF, TrainingMethod.CBOW, TrainingMethod.SETFIT],
}
"""Methods that together store every kind of part; the last one changes the network."""

NEEDS_A_FILE = {TrainingMethod.GLOVE}
ON_CPU = Placement("cpu", "float32")


@pytest.fixture(scope="module", params=list(ItemKind))
def run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some pictures, or some texts."""
    folder = tmp_path_factory.mktemp("run")
    contents = coloured_pictures(5) if request.param is ItemKind.IMAGE else TEXTS
    return write_run(folder, request.param, contents, [TrainingMethod.PROBE])


@pytest.fixture
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Networks learn for a few steps only."""
    whole = loop.train

    def train(
        lesson: loop.Lesson, rows: Rows, _: Rows, recipe: loop.Recipe, context: RunContext
    ) -> None:
        whole(lesson, rows, rows[:0], loop.Recipe(2, recipe.batch_size // 4), context)

    monkeypatch.setattr(loop, "train", train)


@pytest.mark.usefixtures("_short")
def test_what_is_stored_answers_as_in_the_run(run: Path, tmp_path: Path) -> None:
    """A team would use another model than the one whose report card it has read."""
    data = TrainingData(Run.read(run), run, lambda: False)
    for method in A_PART_EACH[data.snapshot.kind]:
        predictor = _stored(method, data, tmp_path / method)
    tower = predictor.tower()
    assert tower is not None
    _assert_it_serves(data, tower, tmp_path / MODELS / "m1" / ENCODER, run.parent / "blobs")


@pytest.mark.slow
@pytest.mark.timeout(3000)
@pytest.mark.usefixtures("_short")
def test_every_method_answers_as_in_the_run(run: Path, tmp_path: Path) -> None:
    """A team would use another model than the one whose report card it has read."""
    data = TrainingData(Run.read(run), run, lambda: False)
    for method in set(suiting(data.snapshot.kind)) - NEEDS_A_FILE:
        _stored(method, data, tmp_path / method)


def _stored(method: TrainingMethod, data: TrainingData, folder: Path) -> Predictor:
    """What a method has learnt, once it is certain that its files answer the same."""
    folder.mkdir()
    rows = np.arange(len(data.classes))
    context = RunContext(0, folder / "learnt", lambda _: None, lambda: False, lambda _: None)
    predictor = METHODS[method].run(data, context)
    predictor.save(folder)
    stored = load_predictor(folder).log_probabilities(data, rows)
    np.testing.assert_allclose(
        stored, predictor.log_probabilities(rows), rtol=1e-5, atol=1e-5, err_msg=method
    )
    return predictor


def _assert_it_serves(data: TrainingData, tower: nn.Module, folder: Path, blobs: Path) -> None:
    """The folder of an encoder gives the vectors of the tower that was trained, not of before."""
    rows = np.arange(3)
    data.backbone.write_encoder(tower, folder)
    if data.snapshot.kind is ItemKind.IMAGE:
        found = _pictures_served(data, folder, rows, blobs)
    else:
        found = _texts_served(data, folder, rows)
    np.testing.assert_allclose(found, features_by(tower, data.backbone, rows), atol=1e-5)
    assert np.abs(found - data.features[rows]).max() > 1e-3


def _pictures_served(data: TrainingData, folder: Path, rows: Rows, blobs: Path) -> Features:
    model = load_clip(str(folder), ON_CPU)
    assert model.card.model == "model:m1"
    words = to_features(model.network.encode_text(model.tokenize(["red"])).detach())
    np.testing.assert_allclose(words, data.images.encode_texts(["red"]), atol=1e-5)
    files = [blobs / blob_key(data.snapshot.rows[row].sha256) for row in rows]
    pictures = [model.preprocess(Image.open(each)) for each in files]
    return to_features(model.network.encode_image(torch.stack(pictures)).detach())


def _texts_served(data: TrainingData, folder: Path, rows: Rows) -> Features:
    network, card = load_sentence_model(str(folder), ON_CPU)
    assert card.model == "model:m1"
    found: Features = network.encode([data.texts[row] for row in rows])
    return found
