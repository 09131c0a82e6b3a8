"""Composing pictures without end: pictograms in many styles, placed on grounds, treated badly."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F  # noqa: N812 - torch's own custom

from engine.starter.folder import IMAGE_PX
from engine.starter.grounds import contrasting_ink, draw_grounds
from engine.starter.render import Glyph, GlyphCache
from engine.starter.styles import chance, ink, line_art, restyle, shift_colours, uniform


@dataclass(frozen=True)
class GlyphBank:
    """The drawings at the size they are used.

    Attributes:
        colour: uint8 (N, 4, 64, 64), premultiplied RGBA.
        mono: uint8 (M, 1, 64, 64), coverage.
    """

    colour: torch.Tensor
    mono: torch.Tensor

    @classmethod
    def shrink(cls, cache: GlyphCache) -> "GlyphBank":
        """Average the cached drawings down to the size of the canvas, once."""
        return cls(_shrunk(cache.colour, _premultiplied), _shrunk(cache.mono, _with_channel))


def compose_single(
    bank: GlyphBank, glyphs: list[Glyph], tiles: torch.Tensor, plain_share: float
) -> torch.Tensor:
    """Each glyph alone on its ground, restyled, placed and disturbed: float32 (B, 3, 64, 64).

    Args:
        bank: the drawings.
        glyphs: B of them.
        tiles: pieces of photographs for grounds.
        plain_share: how many are left in their own style, large and on white.
    """
    count = len(glyphs)
    plain = chance(count, plain_share)
    grounds = draw_grounds(count, IMAGE_PX, tiles)
    grounds[plain] = 1.0
    layers = _load_layers(bank, glyphs, grounds, plain)
    scale = torch.empty(count).uniform_(0.5, 1.08)
    scale[plain] = scale[plain] * 0.25 + 0.78
    placed = place(layers, scale, _free_offset(scale), turn_deg=12)
    return disturb(lay_over(grounds, placed))


def compose_several(
    bank: GlyphBank, scenes: list[list[Glyph]], tiles: torch.Tensor
) -> torch.Tensor:
    """Two to four glyphs on one ground, the first on the left: float32 (B, 3, 64, 64)."""
    count = len(scenes)
    pictures = draw_grounds(count, IMAGE_PX, tiles)
    for position in range(max(map(len, scenes))):
        rows = [i for i, scene in enumerate(scenes) if len(scene) > position]
        grounds = pictures[rows]
        layers = _load_layers(bank, [scenes[i][position] for i in rows], grounds)
        spots = torch.tensor([_spot(position, len(scenes[i])) for i in rows])  # (b, 2)
        offset = spots + torch.empty(len(rows), 2).uniform_(-0.1, 0.1)
        scale = torch.empty(len(rows)).uniform_(0.42, 0.56)
        pictures[rows] = lay_over(grounds, place(layers, scale, offset, turn_deg=8))
    return disturb(pictures)


def compose_crops(
    bank: GlyphBank, glyphs: list[Glyph], tiles: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Two crops each of a busy picture, as a camera and a chat program would leave them.

    Returns:
        Two float32 (B, 3, 64, 64): row i of both shows the same picture.
    """
    count = len(glyphs)
    chosen = tiles[torch.randint(len(tiles), (count,))].float() / 255
    opaque = torch.cat([chosen, torch.ones(count, 1, *chosen.shape[2:])], dim=1)
    pictures = shift_colours(opaque, strength=0.5)[:, :3]
    scale = torch.empty(count).uniform_(0.3, 0.8)
    decorated = chance(count, 0.5)
    layers = place(_load_layers(bank, glyphs, pictures), scale, _free_offset(scale), turn_deg=30)
    layers = F.interpolate(layers * decorated.view(-1, 1, 1, 1), chosen.shape[2:], mode="bilinear")
    pictures = lay_over(pictures, layers)
    return disturb(random_crop(pictures)), disturb(random_crop(pictures))


def place(
    layers: torch.Tensor, scale: torch.Tensor, offset: torch.Tensor, turn_deg: float
) -> torch.Tensor:
    """Put each layer somewhere on a 64-pixel canvas.

    Args:
        layers: premultiplied RGBA (B, 4, 64, 64).
        scale: (B,), side of the layer over side of the canvas.
        offset: (B, 2), where the middle comes to lie; the canvas is -1..1, x before y.
        turn_deg: deviation of the rotation.
    """
    count = len(layers)
    angle = torch.randn(count) * turn_deg * math.pi / 180
    stretch = torch.exp(torch.randn(count) * 0.15)
    mirrored = torch.where(chance(count, 0.2), -1.0, 1.0)
    across, down = scale * stretch.sqrt() * mirrored, scale / stretch.sqrt()
    theta = torch.zeros(count, 2, 3)
    theta[:, 0, 0], theta[:, 0, 1] = angle.cos() / across, angle.sin() / across
    theta[:, 1, 0], theta[:, 1, 1] = -angle.sin() / down, angle.cos() / down
    theta[:, :, 2] = -(theta[:, :, :2] @ offset[:, :, None])[:, :, 0]
    grid = F.affine_grid(theta, [count, 4, IMAGE_PX, IMAGE_PX], align_corners=False)
    placed = F.grid_sample(F.avg_pool2d(layers, 2), grid, align_corners=False)
    large = scale > 0.65
    placed[large] = F.grid_sample(layers[large], grid[large], align_corners=False)
    return placed


def lay_over(grounds: torch.Tensor, layers: torch.Tensor) -> torch.Tensor:
    """Porter and Duff's "over" of premultiplied RGBA on an opaque ground."""
    return layers[:, :3] + grounds * (1 - layers[:, 3:])


def random_crop(pictures: torch.Tensor) -> torch.Tensor:
    """A crop of 45 to 100 % of each side, squashed to 64 pixels, one in seven mirrored."""
    count = len(pictures)
    sides = torch.empty(count, 2).uniform_(0.45, 1.0)  # x, y
    middle = (torch.rand(count, 2) * 2 - 1) * (1 - sides)
    theta = torch.zeros(count, 2, 3)
    theta[:, 0, 0] = sides[:, 0] * torch.where(chance(count, 0.15), -1.0, 1.0)
    theta[:, 1, 1] = sides[:, 1]
    theta[:, :, 2] = middle
    grid = F.affine_grid(theta, [count, 3, IMAGE_PX, IMAGE_PX], align_corners=False)
    return F.grid_sample(pictures, grid, align_corners=False, padding_mode="reflection")


def disturb(pictures: torch.Tensor) -> torch.Tensor:
    """Change brightness and contrast, blur, add noise, compress some: what chats do to pictures."""
    count = len(pictures)
    pictures = (pictures - 0.5) * uniform(count, 0.8, 1.15) + 0.5 + uniform(count, -0.08, 0.08)
    blurred = chance(count, 0.15)
    pictures[blurred] = F.avg_pool2d(pictures[blurred], 3, 1, 1, count_include_pad=False)
    noise = uniform(count, 0.0, 0.05) * chance(count, 0.3).view(-1, 1, 1, 1)
    pictures = (pictures + torch.randn_like(pictures) * noise).clamp(0, 1)
    for row in chance(count, 0.12).nonzero()[:, 0].tolist():
        pictures[row] = _through_jpeg(pictures[row])
    return pictures


def _through_jpeg(picture: torch.Tensor) -> torch.Tensor:
    from torchvision.io import decode_jpeg, encode_jpeg  # type: ignore[import-untyped]

    quality = int(torch.randint(25, 90, ()).item())
    stored = encode_jpeg((picture * 255).byte(), quality)
    shown: torch.Tensor = decode_jpeg(stored)
    return shown.float() / 255


def _load_layers(
    bank: GlyphBank, glyphs: list[Glyph], grounds: torch.Tensor, plain: torch.Tensor | None = None
) -> torch.Tensor:
    """The glyphs as premultiplied RGBA, restyled where not ``plain``: float32 (B, 4, 64, 64)."""
    inks = contrasting_ink(grounds)
    is_mono = torch.tensor([glyph.mono for glyph in glyphs])
    layers = torch.empty(len(glyphs), 4, IMAGE_PX, IMAGE_PX)
    if is_mono.any():
        rows = [glyph.row for glyph in glyphs if glyph.mono]
        layers[is_mono] = ink(bank.mono[rows].float() / 255, inks[is_mono])
    if not is_mono.all():
        rows = [glyph.row for glyph in glyphs if not glyph.mono]
        coloured = bank.colour[rows].float() / 255
        free = torch.ones(len(rows)).bool() if plain is None else ~plain[~is_mono]
        coloured[free] = restyle(coloured[free])
        traced = free & chance(len(coloured), 0.1)
        lines = line_art(coloured[traced])
        coloured[traced] = ink(lines[:, 3:], inks[~is_mono][traced])
        layers[~is_mono] = coloured
    return layers


def _free_offset(scale: torch.Tensor) -> torch.Tensor:
    """Anywhere that keeps the glyph about inside the canvas: (B, 2)."""
    room = (1.05 - scale).clamp(min=0.04)
    return (torch.rand(len(scale), 2) * 2 - 1) * room[:, None]


def _spot(position: int, count: int) -> tuple[float, float]:
    """Where the n-th of two, three or four things lies; x before y."""
    rows = {
        1: [(0.0, 0.0)],
        2: [(-0.48, 0.0), (0.48, 0.0)],
        3: [(-0.48, 0.42), (0.48, 0.42), (0.0, -0.45)],
        4: [(-0.46, -0.46), (0.46, -0.46), (-0.46, 0.46), (0.46, 0.46)],
    }
    return rows[count][position]


def _shrunk(
    drawings: npt.NDArray[np.uint8], prepare: Callable[[torch.Tensor], torch.Tensor]
) -> torch.Tensor:
    parts = []
    for start in range(0, len(drawings), 512):
        part = prepare(torch.from_numpy(drawings[start : start + 512].copy()).float())
        small = F.interpolate(part, IMAGE_PX, mode="bilinear", antialias=True)
        parts.append(small.round().clamp(0, 255).byte())
    return torch.cat(parts)


def _premultiplied(rgba: torch.Tensor) -> torch.Tensor:
    """(B, H, W, 4) straight to (B, 4, H, W) premultiplied, both 0..255."""
    planes = rgba.permute(0, 3, 1, 2)
    return torch.cat([planes[:, :3] * planes[:, 3:] / 255, planes[:, 3:]], dim=1)


def _with_channel(coverage: torch.Tensor) -> torch.Tensor:
    return coverage[:, None]
