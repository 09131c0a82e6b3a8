"""The stream of training pictures: what a batch holds and how it gets harder."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch.utils.data import IterableDataset

from engine.starter.grounds import cut_tiles
from engine.starter.render import GlyphCache
from engine.starter.sampling import GlyphSampler
from engine.starter.scenes import GlyphBank, compose_crops, compose_several, compose_single
from engine.starter.schedule import Lesson, lesson


@dataclass(frozen=True)
class Batch:
    """One batch of pictures, float32 (B, 3, 64, 64) each, and what they show."""

    first: torch.Tensor
    second: torch.Tensor
    concept_rows: torch.Tensor
    scenes: torch.Tensor
    scene_captions: list[str]
    crops: torch.Tensor
    other_crops: torch.Tensor


class PictureStream(IterableDataset[Batch]):
    """Batches without end, composed in a process of their own.

    Attributes:
        progress: how much of the training is done, shared with that process: float32 ().
    """

    def __init__(self, sampler: GlyphSampler, bank: GlyphBank, tiles: torch.Tensor) -> None:
        self._sampler = sampler
        self._bank = bank
        self._tiles = tiles
        self.progress = torch.zeros(()).share_memory_()  # type: ignore[no-untyped-call]

    def __iter__(self) -> Iterator[Batch]:
        while True:
            step = lesson(self.progress.item())
            yield draw_batch(self._sampler, self._bank, self._tiles, step)


def draw_batch(sampler: GlyphSampler, bank: GlyphBank, tiles: torch.Tensor, step: Lesson) -> Batch:
    """Compose the pictures of one step."""
    first, second = sampler.pairs(step.pairs, step.emoji_share)
    scenes = sampler.scenes(step.scenes)
    singles = compose_single(bank, first + second, tiles, step.plain_share)
    crops, other_crops = compose_crops(bank, sampler.singles(step.crops), tiles)
    return Batch(
        first=singles[: step.pairs],
        second=singles[step.pairs :],
        concept_rows=torch.tensor(sampler.concept_rows(first)),
        scenes=compose_several(bank, [scene.glyphs for scene in scenes], tiles),
        scene_captions=[scene.caption for scene in scenes],
        crops=crops,
        other_crops=other_crops,
    )


def load_bank(bank_file: Path, cache: GlyphCache) -> GlyphBank:
    """The drawings at training size, made once."""
    if not bank_file.exists():
        bank = GlyphBank.shrink(cache)
        torch.save((bank.colour, bank.mono), bank_file)
    return GlyphBank(*torch.load(bank_file))


def load_tiles(tiles_file: Path, photo_dir: Path, seed: int) -> torch.Tensor:
    """Pieces of photographs, uint8 (N, 3, 128, 128), cut once."""
    if not tiles_file.exists():
        np.save(tiles_file, cut_tiles(photo_dir, seed))
    return torch.from_numpy(np.load(tiles_file))
