"""Features from an open_clip folder, through open_clip's own loading and preprocessing."""

from pathlib import Path

import numpy as np
from PIL import Image

from engine.starter.measures import Features

_BATCH = 128


class StarterEncoder:
    """Encodes pictures and texts with the model in a folder.

    Args:
        folder: an open_clip folder, loaded without a network.
    """

    def __init__(self, folder: Path) -> None:
        import open_clip  # type: ignore[import-untyped]

        name = f"local-dir:{folder}"
        self._model, self._preprocess = open_clip.create_model_from_pretrained(name)
        self._model.eval()
        self._tokenize = open_clip.get_tokenizer(name)

    def encode_images(self, pictures: list[Image.Image]) -> Features:
        """Image features: float32 (N, 256), L2-normalised."""
        import torch

        parts = []
        for start in range(0, len(pictures), _BATCH):
            batch = torch.stack([self._preprocess(p) for p in pictures[start : start + _BATCH]])
            with torch.inference_mode():
                parts.append(self._model.encode_image(batch, normalize=True).numpy())
        return np.concatenate(parts).astype(np.float32)

    def encode_texts(self, texts: list[str]) -> Features:
        """Text features: float32 (N, 256), L2-normalised."""
        import torch

        parts = []
        for start in range(0, len(texts), _BATCH):
            with torch.inference_mode():
                tokens = self._tokenize(texts[start : start + _BATCH])
                parts.append(self._model.encode_text(tokens, normalize=True).numpy())
        return np.concatenate(parts).astype(np.float32)
