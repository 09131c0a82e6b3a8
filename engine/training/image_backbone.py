"""The image tower of the CLIP model that serves."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path

import numpy as np
from torch import nn

from engine.encoders.clip import ClipModel, ClipTextStages, untrained_image_tower
from engine.encoders.ports import Features
from engine.training.backbone import BATCH
from engine.training.encoder_folder import write_clip_folder
from engine.training.picture_inputs import PictureInputs
from engine.training.pictures import OriginalPictures
from engine.training.preprocessing import Preprocessing


class ImageBackbone(PictureInputs):
    """A `Backbone` for pictures; words are encoded by the same model's text tower.

    Args:
        model: loaded.
        source: the name or folder it was loaded from.
        originals: of every row.
    """

    serves = True

    def __init__(self, model: ClipModel, source: str, originals: OriginalPictures) -> None:
        settings = model.network.visual.preprocess_cfg
        preprocessing = Preprocessing(
            model.preprocess, settings["mean"], settings["std"], model.image_size_px
        )
        super().__init__(model.card, preprocessing, originals)
        self._source = source
        self._model = model

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
