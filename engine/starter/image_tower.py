"""Teaching the image tower, the text tower being fixed (as in LiT, Zhai et al. 2022).

Three lessons in every batch:

- single pictograms: find the name among all names, and the same thing in another style;
- scenes of several: find the caption among those of the batch;
- crops: find the other crop of the same picture, so that photographs can be told apart.
"""

import json
import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - torch's own custom
from torch import distributed as dist
from torch import nn
from torch.nn.parallel import DistributedDataParallel
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from torch.utils.data import DataLoader, IterableDataset

from engine.starter.distill import padded_tokenizer, read_tokenizer, tokenise
from engine.starter.folder import IMAGE_PX, encode_tokens, new_model, write_folder
from engine.starter.grounds import cut_tiles
from engine.starter.render import GlyphCache, load_cache
from engine.starter.sampling import GlyphSampler
from engine.starter.scenes import GlyphBank, compose_crops, compose_several, compose_single
from engine.starter.schedule import TimeBudget, learning_rate

log = logging.getLogger(__name__)

SEED = 11
_PAIRS, _SCENES, _CROPS = 34, 5, 6
"""Per batch: pairs of drawings, composed scenes, pairs of crops; 85 pictures."""

_SMALL_PX, _SMALL_UNTIL = 40, 0.5
"""Half of the time goes into pictures of 40 pixels, 2.5 times as many (Touvron et al. 2019)."""

_BANK_SAMPLE = 3_000
"""How many of the names a step compares with, beside those of its own pictures."""

_PEAK_LR = 3e-3
_NEIGHBOURS = 0.25
"""Share of the target that goes to names of like meaning."""

_NEIGHBOUR_TEMPERATURE = 0.05
_PAIR_TEMPERATURE = 0.1
_LOG_EVERY, _SAVE_EVERY = 50, 150


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
            plain = plain_share(self.progress.item())
            yield draw_batch(self._sampler, self._bank, self._tiles, plain)


class NameBank:
    """What the teacher makes of all names, and what the text tower makes of scenes' captions.

    Args:
        text_dir: the folder of the lesson and the text tower.
        text_tower: open_clip's, fixed.
        names: all names, in the sampler's order.
    """

    def __init__(self, text_dir: Path, text_tower: nn.Module, names: list[str]) -> None:
        texts = json.loads((text_dir / "texts.json").read_text("utf-8"))
        row_of = {text: row for row, text in enumerate(texts)}
        targets = np.load(text_dir / "lesson.npz")["targets"]
        self._features = torch.from_numpy(targets[[row_of[name] for name in names]])  # (N, D)
        self._tower = text_tower.eval()
        self._tokenizer = padded_tokenizer(read_tokenizer(text_dir))

    @torch.no_grad()
    def encode(self, captions: list[str]) -> torch.Tensor:
        """Text features of captions: float32 (n, D), L2-normalised."""
        return F.normalize(encode_tokens(self._tower, tokenise(self._tokenizer, captions)), dim=-1)

    def sample(self, rows: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """The names of ``rows`` and some others.

        Returns:
            Text features float32 (n, D), L2-normalised, and where ``rows`` stand among them.
        """
        others = torch.randperm(len(self._features))[:_BANK_SAMPLE]
        chosen = torch.unique(torch.cat([rows, others]))
        return self._features[chosen], torch.searchsorted(chosen, rows)


class ImageStudent(nn.Module):
    """What is trained: the image tower and the logit scale."""

    def __init__(self, visual: nn.Module, logit_scale: nn.Parameter) -> None:
        super().__init__()
        self.visual = visual
        self.logit_scale = logit_scale

    def forward(self, pictures: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Image features (B, D), L2-normalised, and the scale that makes logits of cosines."""
        return F.normalize(self.visual(pictures), dim=-1), self.logit_scale.clamp(max=4.6).exp()


def train_image_tower(work: Path, photo_dir: Path, minutes: float) -> None:
    """Train for a number of minutes, checkpoints included; goes on where it was interrupted.

    Under torchrun every process computes its own batches and the gradients are averaged.

    Args:
        work: the folder of the earlier stages; writes ``image.pt`` there.
        photo_dir: photographs to cut grounds and crops from.
        minutes: the whole budget, that of interrupted runs included.
    """
    rank = int(os.environ.get("RANK", "-1"))
    if rank >= 0:
        dist.init_process_group("gloo")
    seed = SEED + max(rank, 0)
    torch.manual_seed(seed)
    cache = load_cache(work / "cache")
    sampler = GlyphSampler(cache, seed)
    pictures = PictureStream(
        sampler, _load_bank(work / "bank.pt", cache), _load_tiles(work / "tiles.npy", photo_dir)
    )
    model: Any = new_model().to(memory_format=torch.channels_last)
    model.text.load_state_dict(torch.load(work / "text" / "text.pt"))
    names = NameBank(work / "text", model.text, sampler.names)
    plain_student = ImageStudent(model.visual, model.logit_scale)
    average = AveragedModel(
        plain_student,
        multi_avg_fn=get_ema_multi_avg_fn(0.998),  # type: ignore[no-untyped-call]
        use_buffers=True,
    )
    optimizer = torch.optim.AdamW(plain_student.parameters(), lr=_PEAK_LR, weight_decay=0.03)
    checkpoint, step, spent_s = work / "image.pt", 0, 0.0
    if checkpoint.exists():
        state = torch.load(checkpoint)
        plain_student.load_state_dict(state["student"])
        average.load_state_dict(state["average"])
        optimizer.load_state_dict(state["optimizer"])
        step, spent_s = state["step"], state["elapsed_s"]
    student = DistributedDataParallel(plain_student) if rank >= 0 else plain_student
    budget = TimeBudget(minutes * 60, spent_s)
    for batch in DataLoader(pictures, batch_size=None, num_workers=1, prefetch_factor=4):
        pictures.progress.fill_(budget.progress)
        if rank >= 0:
            dist.broadcast(pictures.progress, src=0)
        progress = pictures.progress.item()
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(progress, _PEAK_LR)
        losses = batch_losses(student, names, batch, picture_px(progress))
        loss = torch.stack(list(losses.values())).sum()
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(student.parameters(), 2.0)
        optimizer.step()
        average.update_parameters(plain_student)
        step += 1
        if step % _LOG_EVERY == 0:
            parts = " ".join(f"{name} {value.item():.3f}" for name, value in losses.items())
            log.info("image step %d done %.3f %s", step, progress, parts)
        if rank <= 0 and (step % _SAVE_EVERY == 0 or progress >= 1):
            state = {
                "student": plain_student.state_dict(),
                "average": average.state_dict(),
                "optimizer": optimizer.state_dict(),
                "step": step,
                "elapsed_s": budget.elapsed_s,
            }
            torch.save(state, checkpoint.with_suffix(".part"))
            checkpoint.with_suffix(".part").replace(checkpoint)
        if progress >= 1:
            break


def export_folder(work: Path, folder: Path) -> None:
    """Write the averaged weights of the last checkpoint as an open_clip folder."""
    model: Any = new_model()
    model.text.load_state_dict(torch.load(work / "text" / "text.pt"))
    average = AveragedModel(ImageStudent(model.visual, model.logit_scale), use_buffers=True)
    average.load_state_dict(torch.load(work / "image.pt")["average"])
    model.visual = average.module.visual
    model.logit_scale = average.module.logit_scale
    write_folder(model, read_tokenizer(work / "text"), folder)


def picture_px(progress: float) -> int:
    """The side of the pictures the tower is shown: small first, the full size later."""
    return _SMALL_PX if progress < _SMALL_UNTIL else IMAGE_PX


def plain_share(progress: float) -> float:
    """From easy to hard: how many single pictograms are shown plainly."""
    return max(0.2, 0.8 - 3 * progress)


def draw_batch(sampler: GlyphSampler, bank: GlyphBank, tiles: torch.Tensor, plain: float) -> Batch:
    """Compose the pictures of one step, a share of ``plain`` single ones plainly."""
    first, second = sampler.pairs(_PAIRS)
    scenes = sampler.scenes(_SCENES)
    singles = compose_single(bank, first + second, tiles, plain)
    crops, other_crops = compose_crops(bank, sampler.singles(_CROPS), tiles)
    return Batch(
        first=singles[:_PAIRS],
        second=singles[_PAIRS:],
        concept_rows=torch.tensor(sampler.concept_rows(first)),
        scenes=compose_several(bank, [scene.glyphs for scene in scenes], tiles),
        scene_captions=[scene.caption for scene in scenes],
        crops=crops,
        other_crops=other_crops,
    )


def batch_losses(
    student: nn.Module, names: NameBank, batch: Batch, size_px: int
) -> dict[str, torch.Tensor]:
    """The three lessons' losses, weighted, on pictures of ``size_px``."""
    parts = [batch.first, batch.second, batch.scenes, batch.crops, batch.other_crops]
    pictures = torch.cat(parts) * 2 - 1  # (B, 3, 64, 64)
    if size_px != pictures.shape[-1]:
        pictures = F.interpolate(pictures, size_px, mode="bilinear", antialias=True)
    pictures = pictures.contiguous(memory_format=torch.channels_last)
    features, scale = student(pictures)  # (B, D)
    first, second, scenes, crops, other_crops = features.split([len(part) for part in parts])
    columns, rows = names.sample(batch.concept_rows)
    captions = names.encode(batch.scene_captions)
    return {
        "names": name_loss(torch.cat([first, second]), columns, rows.repeat(2), scale),
        "pairs": 0.5 * pair_loss(first, second),
        "scenes": 0.2 * scene_loss(scenes, captions, scale),
        "crops": 0.3 * pair_loss(crops, other_crops),
    }


def name_loss(
    features: torch.Tensor, names: torch.Tensor, rows: torch.Tensor, scale: torch.Tensor
) -> torch.Tensor:
    """Cross-entropy against all names; names of like meaning share a part of the target.

    Args:
        features: image features (B, D), L2-normalised.
        names: text features (N, D), L2-normalised.
        rows: the right name of each picture, int64 (B,).
        scale: logit scale.
    """
    logits = (scale * features @ names.T).log_softmax(dim=-1)  # (B, N)
    alike = (names[rows] @ names.T / _NEIGHBOUR_TEMPERATURE).softmax(dim=-1)  # (B, N)
    right = logits.gather(1, rows[:, None])[:, 0]
    return -((1 - _NEIGHBOURS) * right + _NEIGHBOURS * (alike * logits).sum(dim=-1)).mean()


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


def _load_bank(bank_file: Path, cache: GlyphCache) -> GlyphBank:
    if not bank_file.exists():
        bank = GlyphBank.shrink(cache)
        torch.save((bank.colour, bank.mono), bank_file)
    return GlyphBank(*torch.load(bank_file))


def _load_tiles(tiles_file: Path, photo_dir: Path) -> torch.Tensor:
    if not tiles_file.exists():
        np.save(tiles_file, cut_tiles(photo_dir, SEED))
    return torch.from_numpy(np.load(tiles_file))
