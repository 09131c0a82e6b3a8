"""Redrawing glyphs in other styles: ink, line art, posters, other colours.

All functions take and return premultiplied RGBA, float32 (B, 4, H, W) in 0..1, unless said
otherwise, and treat each picture of the batch on its own.
"""

import math

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own custom

_LUMA = torch.tensor([0.299, 0.587, 0.114])
"""ITU-R BT.601 weights."""

_TO_YIQ = torch.tensor([[0.299, 0.587, 0.114], [0.596, -0.274, -0.322], [0.211, -0.523, 0.312]])
"""NTSC's YIQ: hue is the angle in the IQ plane."""


def luma(rgb: torch.Tensor) -> torch.Tensor:
    """Brightness: (B, 3, H, W) to (B, 1, H, W)."""
    return (rgb * _LUMA.view(1, 3, 1, 1)).sum(dim=1, keepdim=True)


def chance(count: int, probability: float) -> torch.Tensor:
    """A coin per picture: bool (count,)."""
    return torch.rand(count) < probability


def uniform(count: int, low: float, high: float) -> torch.Tensor:
    """A number per picture, shaped to multiply pictures: (count, 1, 1, 1)."""
    return torch.empty(count, 1, 1, 1).uniform_(low, high)


def restyle(glyphs: torch.Tensor) -> torch.Tensor:
    """Draw each colour glyph in a style of chance; most keep their own."""
    glyphs = shift_colours(glyphs, strength=0.35)
    for share, change in ((0.10, posterise), (0.12, grey), (0.05, negative), (0.12, line_art)):
        chosen = chance(len(glyphs), share)
        if chosen.any():
            glyphs[chosen] = change(glyphs[chosen])
    return glyphs


def shift_colours(glyphs: torch.Tensor, strength: float) -> torch.Tensor:
    """Turn the hue, scale the saturation and the brightness, and tint a little.

    The angle is normal with a deviation of ``strength`` times 90 degrees.
    """
    count = len(glyphs)
    angle = torch.randn(count) * strength * math.pi / 2
    saturation = torch.empty(count).uniform_(0.5, 1.4)
    gain = torch.empty(count).uniform_(0.75, 1.2)
    turn = torch.zeros(count, 3, 3)
    turn[:, 0, 0] = 1
    turn[:, 1, 1] = turn[:, 2, 2] = saturation * angle.cos()
    turn[:, 1, 2] = -saturation * angle.sin()
    turn[:, 2, 1] = saturation * angle.sin()
    matrix = gain.view(-1, 1, 1) * (torch.linalg.inv(_TO_YIQ) @ turn @ _TO_YIQ)
    rgb = torch.einsum("bij,bjhw->bihw", matrix, glyphs[:, :3])
    alpha = glyphs[:, 3:]
    return torch.cat([rgb.clamp(min=0).minimum(alpha), alpha], dim=1)


def posterise(glyphs: torch.Tensor) -> torch.Tensor:
    """Keep two to four levels a channel."""
    levels = torch.randint(1, 4, (len(glyphs), 1, 1, 1)).float()
    alpha = glyphs[:, 3:]
    rgb = (glyphs[:, :3] / alpha.clamp(min=1e-3) * levels).round() / levels * alpha
    return torch.cat([rgb, alpha], dim=1)


def grey(glyphs: torch.Tensor) -> torch.Tensor:
    """Take the colour away."""
    return torch.cat([luma(glyphs[:, :3]).expand(-1, 3, -1, -1), glyphs[:, 3:]], dim=1)


def negative(glyphs: torch.Tensor) -> torch.Tensor:
    """Invert the colours inside the outline."""
    alpha = glyphs[:, 3:]
    return torch.cat([alpha - glyphs[:, :3], alpha], dim=1)


def line_art(glyphs: torch.Tensor) -> torch.Tensor:
    """Trace the edges of colour and outline; half of the drawings keep a pale filling.

    The lines are black; ``ink`` gives them a colour.
    """
    alpha = glyphs[:, 3:]
    light = luma(glyphs[:, :3]) + 1 - alpha
    edge = (_slope(light) * 2 + _slope(alpha) * 1.5).clamp(0, 1)
    line = F.max_pool2d(edge, 3, stride=1, padding=1)
    pale = uniform(len(glyphs), 0.0, 0.9) * chance(len(glyphs), 0.5).view(-1, 1, 1, 1)
    filled_alpha = alpha * pale.gt(0)
    filling = (glyphs[:, :3] * pale + alpha * (1 - pale)) * pale.gt(0)
    return torch.cat([filling * (1 - line), line + filled_alpha * (1 - line)], dim=1)


def ink(coverage: torch.Tensor, colour: torch.Tensor) -> torch.Tensor:
    """Print one-colour glyphs.

    Args:
        coverage: (B, 1, H, W) in 0..1.
        colour: (B, 3, 1, 1) in 0..1.
    """
    return torch.cat([coverage * colour, coverage], dim=1)


def _slope(plane: torch.Tensor) -> torch.Tensor:
    """Sobel's edge strength of (B, 1, H, W)."""
    kernel = torch.tensor([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]]) / 4
    kernels = torch.stack([kernel, kernel.T])[:, None]  # (2, 1, 3, 3)
    slopes = F.conv2d(F.pad(plane, (1, 1, 1, 1), mode="replicate"), kernels)  # (B, 2, H, W)
    return slopes.square().sum(dim=1, keepdim=True).sqrt()
