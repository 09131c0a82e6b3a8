"""Pictures as they might look another time: cut a little closer, turned, lighter or darker.

Nothing is mirrored: a letter, a sign or a left hand would become another one.
"""

from __future__ import annotations

import numpy as np
import torch
from torch.nn import functional as F  # noqa: N812

LEAST_SIDE = 0.75
"""Of the picture that is kept: a crop of at least so much of each side."""

MOST_TURN_RAD = 0.17
MOST_CONTRAST = 0.25
MOST_BRIGHTNESS = 0.1


def augmented(pictures: torch.Tensor, random: np.random.Generator) -> torch.Tensor:
    """Alters each picture by its own amounts.

    Args:
        pictures: float32 (N, 3, H, W) from 0 to 1.
        random: decides the amounts.
    """
    count = len(pictures)
    side = random.uniform(LEAST_SIDE, 1, count)
    turn = random.uniform(-MOST_TURN_RAD, MOST_TURN_RAD, count)
    shift = random.uniform(-1, 1, (2, count)) * (1 - side)
    rows = np.array(
        [
            [side * np.cos(turn), -side * np.sin(turn), shift[0]],
            [side * np.sin(turn), side * np.cos(turn), shift[1]],
        ]
    )
    theta = torch.from_numpy(rows.transpose(2, 0, 1)).float()  # (2, 3, N) -> (N, 2, 3)
    grid = F.affine_grid(theta, list(pictures.shape), align_corners=False)
    moved = F.grid_sample(pictures, grid, padding_mode="border", align_corners=False)
    contrast = _by_picture(random.uniform(1 - MOST_CONTRAST, 1 + MOST_CONTRAST, count))
    brightness = _by_picture(random.uniform(-MOST_BRIGHTNESS, MOST_BRIGHTNESS, count))
    return ((moved - 0.5) * contrast + 0.5 + brightness).clamp(0, 1)


def _by_picture(amounts: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(amounts).float().view(-1, 1, 1, 1)
