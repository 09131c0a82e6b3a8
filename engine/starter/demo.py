"""``python -m engine.starter.demo``: draws the sample pictures that a newcomer searches first."""

import random
import re
from pathlib import Path
from typing import Annotated, Final

import typer
from PIL import Image

from engine.starter.demo_grounds import ground_svg
from engine.starter.demo_scenes import SCENES, DemoScene, Thing
from engine.starter.render import rasterise
from engine.starter.sources import ICON_SETS, read_icons

SIZE_PX = 360
_ICON_SET = "fluent-emoji"
_DRAWN_PX = 720
_WEBP_QUALITY = 82
_NOTHING_STANDS_ON: Final = frozenset({"night", "sea", "clouds", "rain", "water"})

_LICENCE_NOTE = """# Where these pictures come from

Drawn by `python -m engine.starter.demo`: grounds and charts are this project's own (Apache-2.0),
the pictograms are Microsoft's Fluent emoji (MIT, Copyright (c) Microsoft Corporation),
taken from the npm package `@iconify-json/fluent-emoji`.
"""


def draw_demo(npm_dir: Path, out: Path) -> None:
    """Draw every scene into ``out`` as WebP, named by its caption, with a licence note."""
    icon_set = next(s for s in ICON_SETS if s.name == _ICON_SET)
    icons = {icon.name.replace(" ", "-"): icon.svg for icon in read_icons(icon_set, npm_dir)}
    out.mkdir(parents=True, exist_ok=True)
    for scene in SCENES:
        drawn = Image.fromarray(rasterise(scene_svg(scene, icons), _DRAWN_PX)).convert("RGB")
        name = re.sub(r"[^a-z0-9]+", "-", scene.slug.lower()).strip("-")
        picture = drawn.resize((SIZE_PX, SIZE_PX), Image.Resampling.LANCZOS)
        picture.save(out / f"{name}.webp", quality=_WEBP_QUALITY, method=6)
    (out / "LICENSES.md").write_text(_LICENCE_NOTE, "utf-8")


def scene_svg(scene: DemoScene, icons: dict[str, str]) -> str:
    """A scene as one SVG of 100 by 100 units: the ground, a soft shadow and each thing."""
    kind, _, detail = scene.ground.partition(" ")
    rng = random.Random(scene.slug)  # noqa: S311 - a drawing, not a secret
    parts = [ground_svg(kind, detail, rng)]
    for number, thing in enumerate(scene.things):
        if kind not in _NOTHING_STANDS_ON:
            parts.append(_shadow(thing))
        parts.append(_thing_svg(thing, icons[thing.icon], number))
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
        f' viewBox="0 0 100 100">{"".join(parts)}</svg>'
    )


def _shadow(thing: Thing) -> str:
    side = thing.size * 100
    return (
        f'<ellipse cx="{thing.x * 100}" cy="{thing.y * 100 + side * 0.47}" rx="{side * 0.38}"'
        f' ry="{side * 0.06}" fill="#000" opacity=".16"/>'
    )


def _thing_svg(thing: Thing, svg: str, number: int) -> str:
    side = thing.size * 100
    left, top = thing.x * 100 - side / 2, thing.y * 100 - side / 2
    # Two icons on one picture may use the same gradient ids.
    body = re.sub(r'id="([^"]+)"', rf'id="\1n{number}"', svg)
    body = re.sub(r"url\(#([^)]+)\)", rf"url(#\1n{number})", body)
    body = re.sub(r'href="#([^"]+)"', rf'href="#\1n{number}"', body)
    placed = body.replace("<svg ", f'<svg x="{left}" y="{top}" width="{side}" height="{side}" ', 1)
    middle = f"{thing.x * 100} {thing.y * 100}"
    return f'<g transform="rotate({thing.turn_deg} {middle})">{placed}</g>'


def main(
    npm_dir: Annotated[Path, typer.Option(help="The folder that holds node_modules.")],
    out: Annotated[Path, typer.Option(help="Where to draw.")],
) -> None:
    """Draw the sample pictures."""
    draw_demo(npm_dir, out)


if __name__ == "__main__":
    typer.run(main)
