"""Teaching the image tower, the text tower being fixed (as in LiT, Zhai et al. 2022).

Three lessons in every batch:

- single pictograms: find the name among all names, and the same thing in another style;
- scenes of several: find the caption among those of the batch;
- crops: find the other crop of the same picture, so that photographs can be told apart.
"""

import logging
import os
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own custom
from torch import distributed as dist
from torch import nn
from torch.nn.parallel import DistributedDataParallel
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from torch.utils.data import DataLoader

from engine.starter.distill import read_tokenizer
from engine.starter.folder import new_model, write_folder
from engine.starter.losses import batch_losses
from engine.starter.names import NameBank
from engine.starter.pictures import PictureStream, load_bank, load_tiles
from engine.starter.render import load_cache
from engine.starter.sampling import GlyphSampler
from engine.starter.schedule import TimeBudget, learning_rate

log = logging.getLogger(__name__)

SEED = 11
_PEAK_LR = 3e-3
_LOG_EVERY, _SAVE_EVERY = 50, 150


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
        work: the folder of the earlier stages, ``start.pt`` of an adopted model among them or
            not; writes ``image.pt`` there.
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
        sampler, load_bank(work / "bank.pt", cache), load_tiles(work / "tiles.npy", photo_dir, SEED)
    )
    model: Any = new_model().to(memory_format=torch.channels_last)
    model.text.load_state_dict(torch.load(work / "text" / "text.pt"))
    names = NameBank(work / "text", model.text, sampler.concepts)
    if (work / "start.pt").exists():
        start = torch.load(work / "start.pt")
        model.visual.load_state_dict(start["visual"])
        model.logit_scale.data.copy_(start["logit_scale"])
    plain_student = ImageStudent(model.visual, model.logit_scale)
    average = AveragedModel(
        plain_student,
        multi_avg_fn=get_ema_multi_avg_fn(0.995),  # type: ignore[no-untyped-call]
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
        losses = batch_losses(student, names, batch)
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
