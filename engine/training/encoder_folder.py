"""A CLIP model whose image tower was trained further, as an ordinary folder of open_clip."""

from __future__ import annotations

from pathlib import Path

from torch import nn

from engine.encoders.clip import ClipModel, split_name
from engine.training.files import write_atomically


def write_clip_folder(model: ClipModel, source: str, image_tower: nn.Module, folder: Path) -> None:
    """Writes configuration, weights and tokeniser, so that open_clip loads them offline.

    Args:
        model: all but the image tower is taken from it.
        source: the name or folder it was loaded from.
        image_tower: of the same shape as the model's.
        folder: made where it is missing.

    Raises:
        StorageFailed: there is no room.
    """
    import open_clip  # type: ignore[import-untyped]
    from open_clip.push_to_hf_hub import (  # type: ignore[import-untyped]
        HF_CONFIG_NAME,
        HF_SAFE_WEIGHTS_NAME,
        save_config_for_hf,
    )
    from safetensors.torch import save

    folder.mkdir(parents=True, exist_ok=True)
    architecture, _ = split_name(source)
    settings = open_clip.get_model_config(architecture)
    if hasattr(model.tokenize, "save_pretrained"):  # not so CLIP's own, which is part of open_clip
        model.tokenize.save_pretrained(folder)
        settings["text_cfg"].setdefault("hf_tokenizer_name", "tokenizer.json")
    save_config_for_hf(model.network, folder / HF_CONFIG_NAME, settings)
    weights = model.network.state_dict()
    weights |= {f"visual.{name}": each for name, each in image_tower.state_dict().items()}
    stored = {name: each.cpu().contiguous() for name, each in weights.items()}
    write_atomically(folder / HF_SAFE_WEIGHTS_NAME, save(stored, {"format": "pt"}))
