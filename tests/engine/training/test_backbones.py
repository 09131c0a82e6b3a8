"""Networks of torchvision and timm, their weights being random ones in local files.

Published weights cannot be had where these tests run; that a network with weights of a file answers
as the library's own does shows what is done with any.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import timm
import torch
import torchvision  # type: ignore[import-untyped]
from safetensors.torch import save_file

from engine.encoders.device import Placement
from engine.errors import BadRequest, ModelUnavailable
from engine.schemas import ItemKind, TrainingMethod
from engine.training.backbone_name import BackboneName
from engine.training.conduct import conduct
from engine.training.pretrained import load_pretrained
from engine.training.run import Run
from tests.engine.training.making import coloured_pictures, write_run

ON_CPU = Placement("cpu", "float32")
TINY = "test_resnet"


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A timm network of few weights, in a file with a classifier of 1000 classes."""
    torch.manual_seed(1)
    path = tmp_path_factory.mktemp("weights") / "tiny.safetensors"
    save_file(timm.create_model(TINY).state_dict(), path)
    return f"timm/{TINY}@{path}"


def test_a_network_of_timm_is_learnt_with(tiny: str, tmp_path: Path) -> None:
    """A team could not compare the network that searches with another."""
    methods = [
        TrainingMethod.PIXELS,
        TrainingMethod.PROBE,
        TrainingMethod.FROM_SCRATCH,
        TrainingMethod.LP_FT,
    ]
    folder = write_run(tmp_path, ItemKind.IMAGE, coloured_pictures(8, 2), methods)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("engine.training.methods.fine_tuning.MOST_EPOCHS", 1)
        replace(Run.read(folder), backbone=tiny).write(folder)
        found = conduct(folder, lambda: False)
    assert [each.failure for each in found.results] == [""] * len(methods)
    assert found.backbone == tiny
    accuracy = found.results[1].test_top1
    assert accuracy is not None
    assert accuracy.value >= 0.75
    assert all(each.general is None for each in found.results)


def test_features_are_those_of_the_library(tiny: str, tmp_path: Path) -> None:
    """The answers of a network would not be those that its weights are published with."""
    name = BackboneName.read(tiny)
    loaded = load_pretrained(name, ON_CPU)
    assert name.weights is not None
    own: Any = timm.create_model(TINY, checkpoint_path=str(name.weights)).eval()
    pixels = np.random.default_rng(0).integers(0, 256, (2, 3, *loaded.preprocessing.size_px))
    inputs = loaded.preprocessing.normalised(pixels.astype(np.uint8))
    with torch.inference_mode():
        expected = own.forward_head(own.forward_features(inputs), pre_logits=True)
        assert torch.allclose(loaded.tower(inputs), expected)
    assert loaded.card.fingerprint == load_pretrained(name, ON_CPU).card.fingerprint


@pytest.mark.parametrize(
    ("network", "embed_dim"),
    [
        ("resnet50", 2048),
        pytest.param("vgg16", 4096, marks=pytest.mark.slow),
        pytest.param("inception_v3", 2048, marks=pytest.mark.slow),
    ],
)
def test_networks_of_torchvision_are_read_from_files(
    network: str, embed_dim: int, tmp_path: Path
) -> None:
    """Who has the seed's networks on their disk could not use them."""
    path = tmp_path / "weights.pth"
    options = {"init_weights": False} if network == "inception_v3" else {}
    torch.save(torchvision.models.get_model(network, **options).state_dict(), path)
    loaded = load_pretrained(BackboneName.read(f"{network}@{path}"), ON_CPU)
    assert loaded.card.embed_dim == embed_dim
    loaded.tower.train()
    inputs = loaded.preprocessing.normalised(
        np.zeros((2, 3, *loaded.preprocessing.size_px), np.uint8)
    )
    assert loaded.tower(inputs).shape == (2, embed_dim)


@pytest.mark.parametrize(
    "name", ["", "resnet51", "timm/", "torch/resnet50", "resnet50@", "vgg16@x.pth"]
)
def test_a_name_that_cannot_be_is_refused(name: str) -> None:
    """A job would wait its turn only to fail."""
    with pytest.raises(BadRequest, match=r"There is no (backbone|file)"):
        BackboneName.read(name)


def test_unknown_networks_and_files_that_do_not_fit_are_said(tmp_path: Path) -> None:
    """A job would end with a traceback, or train what has no weights."""
    with pytest.raises(ModelUnavailable, match="timm knows no network nothing"):
        load_pretrained(BackboneName.read("timm/nothing"), ON_CPU)
    path = tmp_path / "other.safetensors"
    save_file({"a": torch.zeros(1)}, path)
    methods = [TrainingMethod.PROBE]
    folder = write_run(tmp_path, ItemKind.IMAGE, coloured_pictures(4, 2), methods)
    replace(Run.read(folder), backbone=f"timm/{TINY}@{path}").write(folder)
    with pytest.raises(ModelUnavailable, match="could not be loaded"):
        conduct(folder, lambda: False)
