"""What happens to a picture between two posts of it: cropped, re-encoded, mirrored, screenshot."""

from __future__ import annotations

import io
import random
from collections.abc import Callable

from PIL import Image, ImageDraw, ImageOps

Damage = Callable[[Image.Image, random.Random], Image.Image]

WINDOW_PX = (900, 1000)
WINDOW, BAR, INK = (49, 51, 56), (30, 31, 34), (219, 222, 225)
CHAT = ("Erin  Today at 09:12", "did anybody see where this was taken?", "Bob  Today at 09:14")


def crop(share: float) -> Damage:
    """Keeps a piece of `share` of the area, of the picture's own shape, from anywhere in it."""

    def damage(picture: Image.Image, state: random.Random) -> Image.Image:
        width, height = (round(side * share**0.5) for side in picture.size)
        left = state.randint(0, picture.width - width)
        top = state.randint(0, picture.height - height)
        return picture.crop((left, top, left + width, top + height))

    return damage


def re_encode(quality: int, shrink: int = 1) -> Damage:
    """Stores as JPEG of a quality, `shrink` times smaller."""

    def damage(picture: Image.Image, _state: random.Random) -> Image.Image:
        stored = io.BytesIO()
        picture.reduce(shrink).save(stored, "JPEG", quality=quality)
        return Image.open(stored).convert("RGB")

    return damage


def mirror(picture: Image.Image, _state: random.Random) -> Image.Image:
    """Left and right exchanged."""
    return ImageOps.mirror(picture)


def screenshot(picture: Image.Image, state: random.Random) -> Image.Image:
    """The picture inside a chat window; it covers about a third of it."""
    window = Image.new("RGB", WINDOW_PX, WINDOW)
    pen = ImageDraw.Draw(window)
    pen.rectangle((0, 0, 140, WINDOW_PX[1]), fill=BAR)
    shown = ImageOps.contain(picture, (620, 520))
    top = state.randint(120, 300)
    for line, at in zip(CHAT, (top - 80, top - 45, top + shown.height + 30), strict=True):
        pen.ellipse((160, at - 4, 190, at + 26), fill=(88, 101, 242))
        pen.text((205, at), line, fill=INK, font_size=20)
    window.paste(shown, (205, top))
    return window


DAMAGES: dict[str, Damage] = {
    "crop to 75 % of the area": crop(0.75),
    "crop to 50 %": crop(0.5),
    "crop to 25 %": crop(0.25),
    "JPEG, quality 30": re_encode(30),
    "JPEG, quality 15, a third of the size": re_encode(15, shrink=3),
    "mirrored": mirror,
    "screenshot of a chat window": screenshot,
}
