"""What FLYP teaches (Goyal et al. 2023): pictures go to words of their class."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch.nn import functional as F  # noqa: N812

from engine.classify.examples import Rows
from engine.training.networks import ClassificationLesson, tower_groups


class PromptLesson(ClassificationLesson):
    """CLIP's own loss between the pictures of a batch and a wording of each one's class.

    As in the paper, another picture's wording is wrong even where it is of the same class; among
    few classes that bounds the loss from below, and on average pulls in no direction.
    The classifier is made of words, and stays.
    """

    def parameter_groups(self) -> list[dict[str, Any]]:
        """The tower by quarters."""
        return tower_groups(self.network.tower, self._tower_peak)

    def loss(self, rows: Rows, random: np.random.Generator) -> torch.Tensor:
        """Weighted cross-entropy from pictures to wordings and from wordings to pictures."""
        inputs = self._backbone.inputs(rows, random)
        image_features = F.normalize(self.network.tower(inputs), dim=-1)
        classes = self._data.classes[rows]
        drawn = np.stack([random.choice(self._data.wordings[index]) for index in classes])
        text_features = torch.from_numpy(drawn).to(self._device)
        logits = self._data.words.logit_scale * image_features @ text_features.T  # (B, B)
        own = torch.arange(len(rows), device=self._device)
        losses = F.cross_entropy(logits, own, reduction="none")
        losses = losses + F.cross_entropy(logits.T, own, reduction="none")
        return (losses * self._weights[torch.from_numpy(classes)]).mean() / 2
