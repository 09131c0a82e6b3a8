"""The image tower of the CLIP model that serves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import deepcopy
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import nn

from engine.classify.examples import Rows
from engine.encoders.clip import ClipModel, ClipTextStages, untrained_image_tower
from engine.encoders.ports import Features, Pixels
from engine.training.backbone import BATCH
from engine.training.encoder_folder import write_clip_folder
from engine.training.pictures import prepared_pictures
from engine.training.preprocessing import Preprocessing


class ImageBackbone:
    """A `Backbone` for pictures; words are encoded by the same model's text tower.

    Args:
        model: loaded.
        source: the name or folder it was loaded from.
        sha256s: of the originals, by row of the snapshot.
        blobs: folder of the originals.
        folder: where they are prepared.
        stop_asked: ends that with `Stopped`.

    Attributes:
        pictures: as the model sees them.
    """

    serves = True

    def __init__(
        self,
        model: ClipModel,
        source: str,
        sha256s: Sequence[str],
        blobs: Path,
        folder: Path,
        stop_asked: Callable[[], bool],
    ) -> None:
        self._source = source
        self._model = model
        self.card = model.card
        settings = model.network.visual.preprocess_cfg
        size_px = model.image_size_px
        self._preprocessing = Preprocessing(
            model.preprocess, settings["mean"], settings["std"], size_px
        )
        self.pictures = prepared_pictures(sha256s, blobs, folder, self.prepare, size_px, stop_asked)

    def prepare(self, picture: Image.Image) -> Pixels:
        """The model's preprocessing but for what `normalised` does: (3, H, W)."""
        return self._preprocessing.pixels(picture)

    def inputs(self, rows: Rows, random: np.random.Generator | None = None) -> torch.Tensor:
        """Normalised pictures: float32 (N, 3, H, W)."""
        return self.normalised(self.pictures.pixels[rows], random)

    def normalised(
        self, pixels: NDArray[np.uint8], random: np.random.Generator | None = None
    ) -> torch.Tensor:
        """What a tower takes for pictures of which `prepare` has made pixels, on the device.

        Args:
            pixels: (N, 3, H, W).
            random: alters each picture as it may look another time.
        """
        return self._preprocessing.normalised(pixels, random).to(self.card.device)

    def tower(self) -> nn.Module:
        """A copy of the image tower."""
        tower: nn.Module = deepcopy(self._model.network.visual)
        return tower

    def untrained_tower(self) -> nn.Module:
        """An image tower that has learnt nothing."""
        return untrained_image_tower(self._source).to(self.card.device)

    def encode_texts(self, texts: Sequence[str]) -> Features:
        """Texts in the space of the pictures."""
        stages = ClipTextStages(self._model)
        parts = (texts[start : start + BATCH] for start in range(0, len(texts), BATCH))
        return np.concatenate(
            [stages.encode_post(stages.encode_core(stages.encode_pre(part))) for part in parts]
        )

    def write_encoder(self, tower: nn.Module, folder: Path) -> None:
        """The model as a folder of open_clip, its image tower replaced."""
        write_clip_folder(self._model, self._source, tower, folder)
