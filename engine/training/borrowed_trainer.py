"""The trainer of sentence-transformers as it is, but for what it writes, when, and its loss."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from datasets import Dataset  # type: ignore[import-untyped]
from safetensors import SafetensorError
from sentence_transformers import SentenceTransformer, SentenceTransformerTrainer
from sentence_transformers.base.sampler import DefaultBatchSampler
from torch import nn
from torch.nn import functional as F  # noqa: N812
from torch.utils.data import RandomSampler

from engine.errors import StorageFailed
from engine.training.trainer_progress import Progress


class Trainer(SentenceTransformerTrainer):
    """As it is, but for what it writes, and when.

    Args:
        progress: knows when a checkpoint is due.
    """

    def __init__(self, *args: Any, progress: Progress, **options: Any) -> None:  # noqa: ANN401
        self._progress = progress
        super().__init__(*args, callbacks=[progress], **options)

    def add_model_card_callback(self, default_args_dict: dict[str, Any]) -> None:
        """A model's card is written by the job; this one would quote what people said."""

    def _save(
        self,
        output_dir: str | None = None,
        state_dict: object = None,  # noqa: ARG002
    ) -> None:
        assert output_dir is not None
        self.model.save_pretrained(output_dir, create_model_card=False)

    def _determine_best_metric(self, metrics: dict[str, float], trial: object) -> bool:
        """Whether to save after a validation: the best model, and now and then another."""
        best = super()._determine_best_metric(metrics, trial)
        return self._progress.due() or best

    def _save_checkpoint(self, model: nn.Module, trial: object) -> None:
        try:
            super()._save_checkpoint(model, trial)
        except (OSError, RuntimeError, SafetensorError) as error:
            raise StorageFailed(
                f"A checkpoint could not be written ({error}). What was kept before is still "
                "there; free some space, and the run goes on from it."
            ) from error


class Batches(DefaultBatchSampler):
    """Shuffled anew by seed and epoch, so that an epoch can be gone on with in its middle."""

    def __init__(self, dataset: Dataset, *, generator: torch.Generator, **options: Any) -> None:  # noqa: ANN401
        super().__init__(RandomSampler(dataset, generator=generator), **options)
        self._generator = generator
        self._seed = generator.initial_seed()

    def __iter__(self) -> Iterator[list[int]]:
        self._generator.manual_seed(self._seed + self.epoch)
        return super().__iter__()


class CrossEntropy(nn.Module):
    """Classes weigh the same, however unequal their numbers of examples."""

    weights: torch.Tensor

    def __init__(self, model: SentenceTransformer, weights: torch.Tensor) -> None:
        super().__init__()
        self.model = model
        self.register_buffer("weights", weights)

    def forward(
        self, features: list[dict[str, torch.Tensor]], labels: torch.Tensor
    ) -> torch.Tensor:
        """Mean weighted loss of a batch."""
        logits = self.model(features[0])["sentence_embedding"]
        losses = F.cross_entropy(logits, labels, reduction="none")
        return (losses * self.weights[labels]).mean()
