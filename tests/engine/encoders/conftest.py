"""A tiny CLIP folder with random weights, and encoders that are loaded once for all tests."""

import json
from pathlib import Path
from typing import Any

import pytest

from engine.encoders.clip import ClipModel, load_clip
from engine.encoders.device import Placement
from engine.encoders.ports import EncoderCard
from engine.encoders.sentence import MINILM, load_sentence_model, minilm_folder

CPU = Placement("cpu", "float32")
IMAGE_PX = 32


@pytest.fixture(scope="session")
def clip_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An open_clip model folder like the shipped one, only smaller and untrained."""
    import open_clip  # type: ignore[import-untyped]
    import torch
    from safetensors.torch import save_file

    config: dict[str, Any] = {
        "model_cfg": {
            "embed_dim": 16,
            "vision_cfg": {"image_size": IMAGE_PX, "layers": 1, "width": 64, "patch_size": 8},
            "text_cfg": {
                "context_length": 12,
                "vocab_size": 30522,
                "hf_tokenizer_name": "tokenizer.json",
                "width": 32,
                "heads": 2,
                "layers": 1,
            },
        },
        "preprocess_cfg": {"mean": [0.5] * 3, "std": [0.5] * 3, "interpolation": "bicubic"},
    }
    folder = tmp_path_factory.mktemp("models") / "tiny-clip"
    folder.mkdir()
    (folder / "open_clip_config.json").write_text(json.dumps(config))
    for name in ("tokenizer.json", "tokenizer_config.json"):
        (folder / name).write_bytes((minilm_folder() / name).read_bytes())
    torch.manual_seed(0)
    network = open_clip.CLIP(**config["model_cfg"])
    save_file(dict(network.state_dict()), folder / "open_clip_model.safetensors")
    return folder


@pytest.fixture(scope="session")
def clip_model(clip_folder: Path) -> ClipModel:
    """The tiny CLIP, loaded."""
    return load_clip(str(clip_folder), CPU)


@pytest.fixture(scope="session")
def minilm() -> tuple[Any, EncoderCard]:
    """all-MiniLM-L6-v2, loaded from the installed package."""
    return load_sentence_model(MINILM, CPU)
