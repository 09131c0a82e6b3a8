"""A fingerprint follows what decides the vectors, and nothing else."""

import json
import shutil
from pathlib import Path

import pytest

from engine.encoders.clip import ClipModel, load_clip
from engine.encoders.device import Placement
from engine.encoders.fingerprint import fingerprint_of, weight_files

pytestmark = pytest.mark.timeout(400)  # imports torch, which a busy machine takes minutes for

CPU = Placement("cpu", "float32")


def test_same_model_elsewhere_has_the_same_fingerprint(
    clip_folder: Path, clip_model: ClipModel, tmp_path: Path
) -> None:
    """Moving a data folder to another machine would force all vectors to be made anew."""
    elsewhere = shutil.copytree(clip_folder, tmp_path / clip_folder.name)
    assert load_clip(f"local-dir:{elsewhere}", CPU).card == clip_model.card


def test_other_preprocessing_has_another_fingerprint(
    clip_folder: Path, clip_model: ClipModel, tmp_path: Path
) -> None:
    """Vectors of differently resized pictures would be mixed in one collection."""
    folder = shutil.copytree(clip_folder, tmp_path / clip_folder.name)
    config = json.loads((folder / "open_clip_config.json").read_text())
    config["preprocess_cfg"]["resize_mode"] = "squash"
    (folder / "open_clip_config.json").write_text(json.dumps(config))
    assert load_clip(str(folder), CPU).card.fingerprint != clip_model.card.fingerprint


def test_each_part_counts(tmp_path: Path) -> None:
    """Vectors of other weights, tokenisers or number formats would be mixed in one collection."""
    (tmp_path / "a.safetensors").write_bytes(b"a")
    (tmp_path / "b.safetensors").write_bytes(b"b")
    a, b = weight_files(tmp_path)

    def digest(model: str = "m", weights: Path = a, size: int = 224, dtype: str = "float32") -> str:
        return fingerprint_of(
            model=model, weights=[weights], preprocessing={"size": size}, dtype=dtype
        )

    others = [digest(model="n"), digest(weights=b), digest(size=256), digest(dtype="bfloat16")]
    assert digest() == digest()
    assert len({digest(), *others}) == 5


def test_preferred_weight_format_alone_counts(tmp_path: Path) -> None:
    """A second copy of the same weights in another format would look like another model."""
    for name in ("model.safetensors", "pytorch_model.bin"):
        (tmp_path / name).write_bytes(b"weights")
    assert [path.name for path in weight_files(tmp_path)] == ["model.safetensors"]
