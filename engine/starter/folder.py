"""The model as an ordinary open_clip folder: its configuration, writing it and reading it."""

import json
from pathlib import Path
from typing import Any, Final

import torch
from torch import nn

from engine.starter.words import PAD_ID, SEP_ID, VOCAB_SIZE

WEIGHTS_DIR: Final = Path(__file__).parent / "weights"
"""The folder that ships: load it with open_clip as ``local-dir:<folder>``."""

EMBED_DIM = 256
IMAGE_PX = 64
CONTEXT_LENGTH = 24
TEXT_WIDTH = 192
_MEAN_STD = [0.5, 0.5, 0.5]

CONFIG: Final[dict[str, Any]] = {
    "model_cfg": {
        "embed_dim": EMBED_DIM,
        "custom_text": True,
        "vision_cfg": {
            "image_size": IMAGE_PX,
            "timm_model_name": "regnetx_002",
            "timm_model_pretrained": False,
            "timm_pool": "avg",
            "timm_proj": "linear",
        },
        "text_cfg": {
            "context_length": CONTEXT_LENGTH,
            "vocab_size": VOCAB_SIZE,
            "hf_tokenizer_name": "tokenizer.json",
            "width": TEXT_WIDTH,
            "heads": 4,
            "layers": 4,
            "pool_type": "eos",
            "eos_id": SEP_ID,
            "pad_id": PAD_ID,
        },
    },
    "preprocess_cfg": {
        "mean": _MEAN_STD,
        "std": _MEAN_STD,
        "interpolation": "bicubic",
        "resize_mode": "squash",
    },
}


def new_model() -> nn.Module:
    """An untrained model of this shape."""
    from open_clip import CustomTextCLIP  # type: ignore[import-untyped]

    shape = {k: v for k, v in CONFIG["model_cfg"].items() if k != "custom_text"}
    model: nn.Module = CustomTextCLIP(**shape)
    return model


def write_folder(model: nn.Module, tokenizer: dict[str, Any], folder: Path) -> None:
    """Write configuration, weights (fp16) and tokenizer so that open_clip loads them offline."""
    from safetensors.torch import save

    folder.mkdir(parents=True, exist_ok=True)
    (folder / "open_clip_config.json").write_text(json.dumps(CONFIG, indent=2) + "\n", "utf-8")
    weights = {
        name: (tensor.half() if tensor.is_floating_point() else tensor).contiguous()
        for name, tensor in model.state_dict().items()
    }
    stored = save(weights, metadata={"format": "pt"})
    (folder / "open_clip_model.safetensors").write_bytes(stored)
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer), "utf-8")
    tokenizer_config = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": CONTEXT_LENGTH,
        "pad_token": "[PAD]",
        "unk_token": "[UNK]",
        "cls_token": "[CLS]",
        "sep_token": "[SEP]",
    }
    (folder / "tokenizer_config.json").write_text(
        json.dumps(tokenizer_config, indent=2) + "\n", "utf-8"
    )


def encode_tokens(text_tower: nn.Module, tokens: torch.Tensor) -> torch.Tensor:
    """Run the text tower on the columns in use only: causal attention makes the rest idle.

    Args:
        text_tower: open_clip's ``TextTransformer``.
        tokens: int64 (B, 24), padded with ``PAD_ID``.

    Returns:
        float32 (B, 256), not normalised; equal to what the tower gives for the padded tokens.
    """
    used = int((tokens != PAD_ID).sum(dim=1).max())
    full_mask: torch.Tensor = text_tower.attn_mask  # type: ignore[assignment]
    text_tower.attn_mask = full_mask[:used, :used]
    try:
        features: torch.Tensor = text_tower(tokens[:, :used])
    finally:
        text_tower.attn_mask = full_mask
    return features
