"""Trains the small detector that region search is measured with: ``… train_detector OUT``.

No pretrained weights: SSDlite (Sandler et al. 2018) from random ones, on composed scenes, for "a
thing" against the ground. It says nothing about detectors of photographs, which come pretrained.
"""

from __future__ import annotations

import argparse
import itertools
import math
import time
from pathlib import Path

import torch
from torchvision.models.detection import ssdlite320_mobilenet_v3_large  # type: ignore[import-untyped]
from torchvision.transforms.functional import pil_to_tensor  # type: ignore[import-untyped]

from benchmarks.quality.composed_scenes import SIDE_PX, Scene, grounds, pictograms, scenes

STYLES = ("noto", "twemoji", "emojione", "fxemoji")
"""Drawing styles learnt from; the measured scenes are drawn in another."""

PICTOGRAMS_OF_EACH = 250
BATCH = 4
LEARNING_RATE = 1e-3
WARM_UP_SHARE = 0.05
CLASSES = 2
"""The ground, and a thing."""


def train(npm_dir: Path, out: Path, *, minutes: float, seed: int = 0) -> None:
    """Trains for a time and writes the weights as torchvision would load them."""
    torch.manual_seed(seed)
    things = [
        each for style in STYLES for each in pictograms(style, npm_dir, PICTOGRAMS_OF_EACH, seed)
    ]
    endless = scenes(things, grounds(seed), least=1, most=7, seed=seed)
    network = ssdlite320_mobilenet_v3_large(
        weights=None, weights_backbone=None, num_classes=CLASSES
    )
    optimiser = torch.optim.AdamW(network.parameters(), LEARNING_RATE, weight_decay=1e-4)
    network.train()
    started_s = time.perf_counter()
    for step in itertools.count():
        share = (time.perf_counter() - started_s) / (60 * minutes)
        if share >= 1:
            break
        for group in optimiser.param_groups:
            group["lr"] = LEARNING_RATE * _schedule(share)
        batch = list(itertools.islice(endless, BATCH))
        losses = network([_pixels(scene) for scene in batch], [_target(scene) for scene in batch])
        loss = sum(losses.values())
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 5.0)
        optimiser.step()
        if step % 20 == 0:
            print(f"step {step}, {100 * share:.0f} %: loss {loss.item():.3f}", flush=True)
    torch.save(network.state_dict(), out)


def _schedule(share: float) -> float:
    """Warm-up, then a cosine to nothing (Loshchilov and Hutter 2017)."""
    return min(share / WARM_UP_SHARE, 0.5 * (1 + math.cos(math.pi * share))) + 1e-3


def _pixels(scene: Scene) -> torch.Tensor:
    return pil_to_tensor(scene.picture).float() / 255  # type: ignore[no-any-return]


def _target(scene: Scene) -> dict[str, torch.Tensor]:
    boxes = [
        [box.x, box.y, box.x + box.width, box.y + box.height]
        for box in (thing.box for thing in scene.things)
    ]
    return {
        "boxes": torch.tensor(boxes) * SIDE_PX,
        "labels": torch.ones(len(boxes), dtype=torch.int64),
    }


def main() -> None:
    """Trains."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path, help="where to write the weights (.pth)")
    parser.add_argument("--npm-dir", type=Path, required=True, help="holds node_modules")
    parser.add_argument("--minutes", type=float, default=20)
    arguments = parser.parse_args()
    train(arguments.npm_dir, arguments.out, minutes=arguments.minutes)


if __name__ == "__main__":
    main()
