"""The sentence model that serves."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Transformer
from sentence_transformers.util import batch_to_device
from torch import nn

from engine.classify.examples import Rows
from engine.encoders.ports import EncoderCard, Features
from engine.encoders.sentence import SentenceStages
from engine.encoders.stages import to_features
from engine.errors import ModelUnavailable, StorageFailed
from engine.training.backbone import BATCH


class SentenceTower(nn.Module):
    """A sentence model as a network from its inputs to embeddings (N, D)."""

    def __init__(self, network: SentenceTransformer) -> None:
        super().__init__()
        self.network = network

    def forward(self, inputs: dict[str, torch.Tensor]) -> torch.Tensor:
        """Embeds; the network adds to the dictionary it is given, so it gets a copy."""
        embeddings: torch.Tensor = self.network(dict(inputs))["sentence_embedding"]
        return embeddings


class TextBackbone:
    """A `Backbone` for texts."""

    serves = True

    def __init__(
        self, network: SentenceTransformer, card: EncoderCard, texts: Sequence[str]
    ) -> None:
        self.card = card
        self._stages = SentenceStages(network)
        self._tower = SentenceTower(network)
        self._texts = texts

    def inputs(
        self,
        rows: Rows,
        random: np.random.Generator | None = None,  # noqa: ARG002
    ) -> dict[str, torch.Tensor]:
        """Tokens, padded to the longest; a text looks the same another time."""
        return self.prepared([self._texts[row] for row in rows])

    def tower(self) -> nn.Module:
        """A copy of the sentence model."""
        return deepcopy(self._tower)

    def untrained_tower(self) -> nn.Module:
        """A sentence model of the same shape with random weights from torch's generator.

        Raises:
            ModelUnavailable: it is not made of a transformer.
        """
        tower = deepcopy(self._tower)
        first = tower.network[0]
        if not isinstance(first, Transformer):
            raise ModelUnavailable(
                f"{self.card.model} is no transformer, so it cannot be begun from random weights."
            )
        shape = type(first.auto_model)
        first.auto_model.load_state_dict(shape(first.auto_model.config).state_dict())
        return tower

    def encode_texts(self, texts: Sequence[str]) -> Features:
        """Texts in the space of the texts."""
        found = []
        with torch.inference_mode():
            for start in range(0, len(texts), BATCH):
                inputs = self.prepared(texts[start : start + BATCH])
                found.append(to_features(self._tower(inputs)))
        return np.concatenate(found)

    def write_encoder(self, tower: nn.Module, folder: Path) -> None:
        """The sentence model as a folder of sentence-transformers."""
        assert isinstance(tower, SentenceTower)
        try:
            tower.network.save(str(folder), create_model_card=False)
        except (OSError, SafetensorError) as error:
            raise StorageFailed(
                f"The model could not be written ({error}). Free some space, and the run goes on."
            ) from error

    def prepared(self, texts: Sequence[str]) -> dict[str, torch.Tensor]:
        """What a tower takes for texts, on the device."""
        return batch_to_device(self._stages.encode_pre(texts), torch.device(self.card.device))
