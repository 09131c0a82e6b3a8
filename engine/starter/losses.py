"""The image tower's three lessons as losses."""

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own custom
from torch import nn

from engine.starter.names import NameBank
from engine.starter.pictures import Batch

_PAIR_TEMPERATURE = 0.1


def batch_losses(student: nn.Module, names: NameBank, batch: Batch) -> dict[str, torch.Tensor]:
    """The three lessons' losses, weighted."""
    parts = [batch.first, batch.second, batch.scenes, batch.crops, batch.other_crops]
    pictures = torch.cat(parts) * 2 - 1  # (B, 3, 64, 64)
    pictures = pictures.contiguous(memory_format=torch.channels_last)
    features, scale = student(pictures)  # (B, D)
    first, second, scenes, crops, other_crops = features.split([len(part) for part in parts])
    words, meant = names.lesson(batch.concept_rows)
    captions = names.encode(batch.scene_captions)
    return {
        "names": name_loss(torch.cat([first, second]), words, meant.repeat(2, 1), scale),
        "pairs": 0.3 * pair_loss(first, second),
        "scenes": 0.2 * scene_loss(scenes, captions, scale),
        "crops": 0.3 * pair_loss(crops, other_crops),
    }


def name_loss(
    features: torch.Tensor, words: torch.Tensor, meant: torch.Tensor, scale: torch.Tensor
) -> torch.Tensor:
    """Cross-entropy against all words, each wanted as much as it is meant.

    Args:
        features: image features (B, D), L2-normalised.
        words: text features (n, D), L2-normalised.
        meant: share of each word in what a picture shows, (B, n), rows sum to 1.
        scale: logit scale.
    """
    logits = (scale * features @ words.T).log_softmax(dim=-1)  # (B, n)
    return -(meant * logits).sum(dim=-1).mean()


def pair_loss(first: torch.Tensor, second: torch.Tensor) -> torch.Tensor:
    """Symmetric InfoNCE (van den Oord et al. 2018): row i of both belong together."""
    logits = first @ second.T / _PAIR_TEMPERATURE
    rows = torch.arange(len(first))
    return (F.cross_entropy(logits, rows) + F.cross_entropy(logits.T, rows)) / 2


def scene_loss(scenes: torch.Tensor, captions: torch.Tensor, scale: torch.Tensor) -> torch.Tensor:
    """CLIP's symmetric loss among the scenes of the batch (Radford et al. 2021)."""
    logits = scale * scenes @ captions.T
    rows = torch.arange(len(scenes))
    return (F.cross_entropy(logits, rows) + F.cross_entropy(logits.T, rows)) / 2
