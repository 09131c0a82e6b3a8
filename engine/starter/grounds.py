"""What lies behind the pictograms: plain, graded, striped and textured grounds, photographs."""

import math
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F  # noqa: N812 - torch's own custom

from engine.starter.styles import chance, luma, uniform

TILE_PX = 128
_TILES_A_PHOTOGRAPH = 40


def draw_grounds(count: int, size_px: int, tiles: torch.Tensor) -> torch.Tensor:
    """Make ``count`` grounds: float32 (count, 3, size, size) in 0..1.

    Args:
        count: how many.
        size_px: side length.
        tiles: uint8 (N, 3, 128, 128), pieces of photographs; one ground in twelve is such a piece.
    """
    first = torch.rand(count, 3, 1, 1)
    first = torch.where(chance(count, 0.2).view(-1, 1, 1, 1), 0.85 + 0.15 * first, first)
    first[chance(count, 0.35)] = 1.0
    first[chance(count, 0.04)] = 0.0
    second = (first + (torch.rand(count, 3, 1, 1) - 0.5) * uniform(count, 0.1, 1.4)).clamp(0, 1)
    grounds = torch.lerp(first, second, _patterns(count, size_px))
    photographed = chance(count, 1 / 12).nonzero()[:, 0]
    if len(photographed):
        chosen = tiles[torch.randint(len(tiles), (len(photographed),))].float() / 255
        grounds[photographed] = F.interpolate(chosen, size_px, mode="area")
    return grounds


def contrasting_ink(grounds: torch.Tensor) -> torch.Tensor:
    """An ink that shows on each ground, black or white more often than not: (B, 3, 1, 1)."""
    count = len(grounds)
    is_light = luma(grounds).mean(dim=(2, 3), keepdim=True) > 0.5
    tint = torch.rand(count, 3, 1, 1)
    tint *= (0.45 / luma(tint)).clamp(max=1.0) * chance(count, 0.45).view(-1, 1, 1, 1)
    return torch.where(is_light, tint, 1 - tint)


def cut_tiles(photo_dir: Path, seed: int) -> npt.NDArray[np.uint8]:
    """Cut pieces of many sizes out of every photograph below a folder.

    Returns:
        uint8 (N, 3, 128, 128).

    Raises:
        FileNotFoundError: there is no picture in the folder.
    """
    from PIL import Image

    rng = np.random.default_rng(seed)
    files = sorted(p for p in photo_dir.rglob("*") if p.suffix.lower() in {".jpg", ".png", ".webp"})
    if not files:
        raise FileNotFoundError(f"No photographs below {photo_dir}; see MODEL_CARD.md for which.")
    tiles = []
    for file in files:
        with Image.open(file) as opened:
            opened.draft("RGB", (1280, 1280))
            picture = opened.convert("RGB")
        picture.thumbnail((1280, 1280))
        for _ in range(_TILES_A_PHOTOGRAPH):
            side = int(min(picture.size) * rng.uniform(0.15, 1.0))
            left = int(rng.integers(picture.width - side + 1))
            top = int(rng.integers(picture.height - side + 1))
            box = (left, top, left + side, top + side)
            tiles.append(np.asarray(picture.resize((TILE_PX, TILE_PX), box=box)))
    return np.ascontiguousarray(np.stack(tiles).transpose(0, 3, 1, 2))  # (N, 3, 128, 128)


def _patterns(count: int, size_px: int) -> torch.Tensor:
    """How much of the second colour shows where: (count, 1, size, size) in 0..1."""
    axis = torch.linspace(-1, 1, size_px)
    down, across = torch.meshgrid(axis, axis, indexing="ij")
    angle = uniform(count, 0, 2 * math.pi)
    along = across * angle.cos() + down * angle.sin()  # (count, 1, size, size)
    other = down * angle.cos() - across * angle.sin()
    pitch = uniform(count, 2, 12)
    stripes = (torch.sin(along * pitch) > 0).float()
    checks = ((torch.sin(along * pitch) * torch.sin(other * pitch)) > 0).float()
    coarse = torch.rand(count, 1, 6, 6)
    clouds = F.interpolate(coarse, size_px, mode="bicubic", align_corners=False).clamp(0, 1)
    plain = torch.zeros_like(stripes)
    kinds = torch.stack([plain, along / 2 + 0.5, stripes, checks, clouds]).clamp(0, 1)
    share = torch.tensor([0.6, 0.14, 0.07, 0.05, 0.14])
    kind = torch.multinomial(share, count, replacement=True)
    return kinds[kind, torch.arange(count)]
