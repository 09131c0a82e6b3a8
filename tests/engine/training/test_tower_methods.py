"""Methods that build on the model that serves, on pictures whose class names say nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from open_clip.transformer import VisionTransformer  # type: ignore[import-untyped]
from safetensors.torch import load_file
from torch import nn

from engine.classify.examples import Rows
from engine.schemas import ItemKind, TrainingMethod
from engine.training.checkpoint import weights_of
from engine.training.data import TrainingData
from engine.training.evaluation import Predictor
from engine.training.loop import LEARNT
from engine.training.methods import fine_tuning, wise_ft
from engine.training.methods.lora import with_adapters
from engine.training.run import Run
from engine.training.snapshot import Split
from tests.engine.training.making import coloured_pictures, write_run
from tests.engine.training.pupil import Pupil

LEARNING = [TrainingMethod.TIP_ADAPTER, TrainingMethod.LORA, TrainingMethod.FLYP]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> TrainingData:
    """Twelve pictures of each of three colours."""
    folder = tmp_path_factory.mktemp("pictures")
    names = ("the first", "the second", "the third")
    run = write_run(folder, ItemKind.IMAGE, coloured_pictures(12), [], class_names=names)
    return TrainingData(Run.read(run), run, lambda: False)


@pytest.fixture
def pupil(data: TrainingData, tmp_path: Path) -> Pupil:
    """Somebody who has not learnt anything yet."""
    return Pupil(data, tmp_path)


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three epochs, of one step each."""
    monkeypatch.setattr(fine_tuning, "MOST_EPOCHS", 3)


def _accuracy(predictor: Predictor, data: TrainingData, rows: Rows) -> float:
    answers = predictor.log_probabilities(rows).argmax(axis=1)
    return float((answers == data.classes[rows]).mean())


@pytest.mark.parametrize("method", LEARNING)
def test_what_names_do_not_say_is_learnt(
    data: TrainingData, pupil: Pupil, monkeypatch: pytest.MonkeyPatch, method: TrainingMethod
) -> None:
    """A method would train for nothing, and answer by chance."""
    monkeypatch.setattr(fine_tuning, "MOST_EPOCHS", 10)
    test = data.rows(Split.TEST)
    assert _accuracy(pupil.learn(TrainingMethod.ZERO_SHOT), data, test) < 0.7
    assert _accuracy(pupil.learn(method), data, test) >= 0.8
    losses = pupil.told[-1].train_loss
    assert losses[-1] < losses[0]


@pytest.mark.usefixtures("short")
@pytest.mark.parametrize(
    "method", [TrainingMethod.TIP_ADAPTER, TrainingMethod.FLYP, TrainingMethod.WISE_LORA]
)
def test_a_stopped_method_goes_on_to_the_same_answers(
    data: TrainingData, tmp_path: Path, method: TrainingMethod
) -> None:
    """A job that was interrupted would give another model than the same job undisturbed."""
    straight = Pupil(data, tmp_path / "straight").answers(method)
    rows = np.arange(len(data.classes))
    pieces = Pupil(data, tmp_path / "pieces").learn_in_pieces(method).log_probabilities(rows)
    np.testing.assert_array_equal(pieces, straight)


@pytest.mark.usefixtures("short")
def test_adapters_leave_the_weights_and_become_part_of_them(
    data: TrainingData, pupil: Pupil
) -> None:
    """What is promised to be light would train everything, or could serve only with peft."""
    tower = pupil.learn(TrainingMethod.LORA).tower()
    before = data.backbone.tower().state_dict()
    assert tower is not None
    assert tower.state_dict().keys() == before.keys()
    assert any(not torch.equal(each, before[name]) for name, each in tower.state_dict().items())
    assert pupil.counts[-1] < sum(each.numel() for each in before.values()) / 10
    learnt = load_file(pupil.folder_of(TrainingMethod.LORA) / LEARNT)
    prefix = "tower.base_model.model."
    kept = {
        name.removeprefix(prefix).replace(".base_layer", ""): each
        for name, each in learnt.items()
        if name.startswith(prefix) and "lora_" not in name
    }
    assert kept.keys() == before.keys()
    assert all(torch.equal(each, before[name]) for name, each in kept.items())


def test_adapters_reach_every_layer_of_a_vision_transformer() -> None:
    """LoRA on a larger model would leave its attention alone, or fail when it is done."""
    tower = VisionTransformer(
        image_size=8, patch_size=4, width=8, layers=1, heads=2, mlp_ratio=2, output_dim=4
    )
    before = weights_of(tower)
    adapted = with_adapters(tower)
    for name, each in adapted.named_parameters():
        if "lora_B" in name:  # zeros at first
            nn.init.normal_(each)
    adapted.eval()
    pictures = torch.randn(2, 3, 8, 8)
    found = adapted(pictures)
    merged = adapted.merge_and_unload()
    torch.testing.assert_close(merged(pictures), found)
    after = weights_of(merged)
    assert after.keys() == before.keys()
    changed = {name for name in before if not torch.equal(after[name], before[name])}
    block = "transformer.resblocks.0"
    assert changed == {
        "conv1.weight",
        f"{block}.attn.in_proj_weight",
        f"{block}.attn.out_proj.weight",
        f"{block}.mlp.c_fc.weight",
        f"{block}.mlp.c_proj.weight",
    }


@pytest.mark.usefixtures("short")
@pytest.mark.parametrize(
    ("wise", "of", "start"),
    [
        (TrainingMethod.WISE_LORA, TrainingMethod.LORA, TrainingMethod.PROBE),
        (TrainingMethod.WISE_FLYP, TrainingMethod.FLYP, TrainingMethod.ZERO_SHOT),
    ],
)
def test_interpolated_weights_lead_from_the_start_to_the_end(
    pupil: Pupil,
    monkeypatch: pytest.MonkeyPatch,
    wise: TrainingMethod,
    of: TrainingMethod,
    start: TrainingMethod,
) -> None:
    """The line between two networks would begin or end at another one than it says."""
    for alpha, end in ((0.0, start), (1.0, of)):
        monkeypatch.setattr(wise_ft, "ALPHAS", (alpha,))
        np.testing.assert_allclose(pupil.answers(wise), pupil.answers(end), atol=1e-4)


@pytest.mark.usefixtures("short")
def test_what_another_method_has_learnt_is_not_learnt_again(pupil: Pupil) -> None:
    """A job with both methods would train for twice as long."""
    pupil.learn(TrainingMethod.LP_FT)
    steps = len(pupil.told)
    assert steps > 0
    pupil.learn(TrainingMethod.WISE_LP_FT)
    assert len(pupil.told) == steps
    assert "was chosen by the validation items." in pupil.said[-1]


@pytest.mark.usefixtures("short")
def test_without_validation_there_are_defaults(data: TrainingData, pupil: Pupil) -> None:
    """A team with few labels would get an error for want of something to choose by."""
    splits = [row.split for row in data.snapshot.rows]
    data.divide([Split.TRAIN if each is Split.VALIDATION else each for each in splits])
    try:
        test = data.rows(Split.TEST)
        assert _accuracy(pupil.learn(TrainingMethod.TIP_ADAPTER), data, test) >= 0.8
        assert _accuracy(pupil.learn(TrainingMethod.WISE_LORA), data, test) >= 0.8
    finally:
        data.divide(splits)
    assert pupil.said == ["alpha is 0.5, as nothing was left to validate on."]


@pytest.mark.usefixtures("short")
def test_a_thousand_classes_almost_all_without_examples(tmp_path: Path) -> None:
    """A team that begins to label many classes would wait for ever, or get answers of no class."""
    pictures = [(content, 999 * index) for content, index in coloured_pictures(8, 2)]
    names = [f"kind {n}" for n in range(1000)]
    run = write_run(tmp_path, ItemKind.IMAGE, pictures, [], class_names=names)
    data = TrainingData(Run.read(run), run, lambda: False)
    pupil = Pupil(data, tmp_path)
    for method in (TrainingMethod.TIP_ADAPTER, TrainingMethod.FLYP, TrainingMethod.WISE_LORA):
        found = pupil.answers(method)
        assert found.shape == (16, 1000)
        np.testing.assert_allclose(np.exp(found).sum(axis=1), 1, atol=1e-6)
