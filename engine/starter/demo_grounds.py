"""The grounds of the sample pictures: landscapes, tables, patterns and charts, as SVG.

Every ground fills 100 by 100 units.
"""

import random
from collections.abc import Callable
from typing import Final

_SKIES: Final = {
    "rain": ("#8fa3b8", "#c9d3dc"),
    "night": ("#0d1440", "#3a3f86"),
    "sea": ("#bfe6ff", "#eaf8ff"),
    "sunset": ("#ff8a5c", "#ffe0a3"),
    "clouds": ("#7cc4f5", "#d9f1ff"),
    "meadow": ("#a9dcff", "#eefaff"),
    "mountains": ("#9fd0f2", "#f2f8fb"),
    "snow": ("#a9c7e8", "#eef5fb"),
    "road": ("#bfe3f7", "#f3fbff"),
    "water": ("#2aa5c9", "#0b4f86"),
}


def ground_svg(kind: str, detail: str, rng: random.Random) -> str:
    """One ground.

    Args:
        kind: the name of a landscape, or of a ground that takes a detail.
        detail: a colour, or which chart; landscapes take none.
        rng: where drops, stars and dots fall.

    Raises:
        KeyError: there is no such ground.
    """
    return _GROUNDS[kind](detail, rng) if kind in _GROUNDS else _landscape(kind, rng)


def _landscape(kind: str, rng: random.Random) -> str:
    high, low = _SKIES[kind]
    front = _FRONTS[kind](rng) if kind in _FRONTS else ""
    return _gradient("sky", high, low) + front


def _gradient(name: str, high: str, low: str) -> str:
    return (
        f'<defs><linearGradient id="{name}" x1="0" y1="0" x2="0" y2="1"><stop stop-color="{high}"/>'
        f'<stop offset="1" stop-color="{low}"/></linearGradient></defs>'
        f'<rect width="100" height="100" fill="url(#{name})"/>'
    )


def _scattered(rng: random.Random, count: int, shape: str) -> str:
    return "".join(
        shape.format(x=rng.uniform(0, 100), y=rng.uniform(0, 100), r=rng.uniform(0.3, 1))
        for _ in range(count)
    )


def _rain(rng: random.Random) -> str:
    return _scattered(
        rng, 70, '<path d="m{x} {y}l-1.6 5" stroke="#fff" stroke-width=".5" opacity=".6"/>'
    )


def _stars(rng: random.Random) -> str:
    return _scattered(rng, 60, '<circle cx="{x}" cy="{y}" r="{r}" fill="#fff" opacity=".8"/>')


def _cloud(x: float, y: float, scale: float) -> str:
    puffs = ((0, 0, 9), (9, -4, 10), (19, 0, 8), (9, 3, 9))
    return "".join(
        f'<circle cx="{x + dx * scale}" cy="{y + dy * scale}" r="{r * scale}" fill="#fff"'
        ' opacity=".85"/>'
        for dx, dy, r in puffs
    )


def _clouds(rng: random.Random) -> str:
    places = ((4, 22), (62, 14), (18, 84), (66, 88))
    return "".join(_cloud(x, y, rng.uniform(0.8, 1.3)) for x, y in places)


def _sea(_: random.Random) -> str:
    waves = (("#5bb8e8", 62), ("#3b9fd8", 72), ("#2582bd", 84))
    return "".join(
        f'<path d="M-10 {y}q10-5 20 0t20 0 20 0 20 0 20 0 20 0V110H-10z" fill="{colour}"/>'
        for colour, y in waves
    )


def _sunset(_: random.Random) -> str:
    return (
        '<circle cx="66" cy="52" r="15" fill="#fff3c4" opacity=".9"/>'
        '<rect y="62" width="100" height="14" fill="#e8703f" opacity=".55"/>'
        '<path d="M0 78q50-10 100 0v22H0z" fill="#f2d6a0"/>'
    )


def _meadow(_: random.Random) -> str:
    return (
        '<path d="M0 66q26-14 52-4t48-2v40H0z" fill="#8fcf6b"/>'
        '<path d="M0 76q30-10 60-2t40-3v29H0z" fill="#6fb84f"/>' + _cloud(8, 18, 0.8)
    )


def _mountains(_: random.Random) -> str:
    return (
        '<path d="m-5 80 30-46 18 26 16-20 46 44z" fill="#8b9dc3"/>'
        '<path d="m25 34-8 12 6-2 4 4 3-4 4 3zm34 6-7 9 5-1 4 3 4-4z" fill="#fff"/>'
        '<path d="M0 80q50-10 100 0v20H0z" fill="#7cbf62"/>'
    )


def _snow(rng: random.Random) -> str:
    return '<path d="M0 74q40-12 100-2v28H0z" fill="#fff"/>' + _stars(rng)


def _road(_: random.Random) -> str:
    dashes = "".join(
        f'<rect x="{x}" y="87" width="10" height="2" fill="#fff"/>' for x in range(2, 100, 18)
    )
    return (
        '<rect y="62" width="100" height="14" fill="#8ccf74"/>'
        f'<rect y="74" width="100" height="26" fill="#5d6470"/>{dashes}' + _cloud(62, 20, 0.9)
    )


def _bubbles(rng: random.Random) -> str:
    return _scattered(
        rng, 26, '<circle cx="{x}" cy="{y}" r="{r}" fill="none" stroke="#fff" opacity=".6"/>'
    )


def _studio(colour: str, _: random.Random) -> str:
    return (
        f'<rect width="100" height="100" fill="{colour}"/>'
        '<defs><radialGradient id="lamp"><stop stop-color="#fff" stop-opacity=".75"/>'
        '<stop offset="1" stop-color="#fff" stop-opacity="0"/></radialGradient></defs>'
        '<circle cx="50" cy="44" r="60" fill="url(#lamp)"/>'
    )


def _stripes(colour: str, _: random.Random) -> str:
    bands = "".join(
        f'<path d="M{x} 0h10L{x - 30} 100h-10z" fill="#fff" opacity=".55"/>'
        for x in range(0, 150, 20)
    )
    return f'<rect width="100" height="100" fill="{colour}"/>{bands}'


def _dots(colour: str, rng: random.Random) -> str:
    paint = ("#fff", "#ffffff80", "#00000018", "#ff6b6b", "#4dabf7", "#ffd43b")
    dots = "".join(
        f'<circle cx="{rng.uniform(0, 100)}" cy="{rng.uniform(0, 100)}"'
        f' r="{rng.uniform(0.8, 2.4)}" fill="{rng.choice(paint)}"/>'
        for _ in range(50)
    )
    return _studio(colour, rng) + dots


def _desk(_: str, rng: random.Random) -> str:
    grain = "".join(
        f'<path d="M0 {y}q25 {rng.uniform(-2, 2)} 50 0t50 0" stroke="#8a5a34" stroke-width=".5"'
        ' fill="none" opacity=".45"/>'
        for y in range(4, 100, 6)
    )
    return _gradient("wood", "#d9a066", "#b97b44") + grain


def _whiteboard(_: str, __: random.Random) -> str:
    return (
        '<rect width="100" height="100" fill="#9aa5b1"/>'
        '<rect x="4" y="4" width="92" height="88" rx="2" fill="#fdfdfd"/>'
        '<path d="M12 82q14-6 26 0t24-1 22 1" stroke="#2f6fde" fill="none" stroke-width="1.2"/>'
    )


def _chart(kind: str, rng: random.Random) -> str:
    axes = '<path d="M16 14v70h72" stroke="#3c4654" stroke-width="1.4" fill="none"/>'
    page = '<rect width="100" height="100" fill="#fbfcfe"/>'
    paint = ("#4c78a8", "#f58518", "#54a24b", "#e45756")
    if kind == "bars":
        bars = (
            f'<rect x="{20 + 11 * i}" y="{74 - 9 * i}" width="8" height="{10 + 9 * i}"'
            f' fill="{paint[0]}"/>'
            for i in range(6)
        )
        return page + axes + "".join(bars)
    if kind == "lines":
        lines = ""
        for colour, start in zip(paint, (70, 56, 40), strict=False):
            points = " ".join(
                f"{18 + 9 * i},{start - 3 * i + rng.uniform(-5, 5):.1f}" for i in range(8)
            )
            lines += f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>'
        return page + axes + lines
    if kind == "pie":
        return (
            f'{page}<circle cx="50" cy="50" r="36" fill="{paint[0]}"/>'
            f'<path d="M50 50V14a36 36 0 0 1 34 48z" fill="{paint[1]}"/>'
            f'<path d="M50 50l34 12a36 36 0 0 1-40 23z" fill="{paint[2]}"/>'
        )
    boxes = ((12, 14), (58, 14), (58, 58), (12, 58))
    drawn = "".join(
        f'<rect x="{x}" y="{y}" width="30" height="18" rx="3" fill="#fff" stroke="{colour}"'
        ' stroke-width="1.4"/>'
        for (x, y), colour in zip(boxes, paint, strict=True)
    )
    arrows = (
        '<path d="M43 23h12m-3-3 3 3-3 3M73 33v22m-3-3 3 3 3-3M57 67H45m3-3-3 3 3 3"'
        ' stroke="#3c4654" stroke-width="1.3" fill="none"/>'
    )
    return _whiteboard("", rng) + drawn + arrows


_FRONTS: Final[dict[str, Callable[[random.Random], str]]] = {
    "rain": _rain,
    "night": _stars,
    "sea": _sea,
    "sunset": _sunset,
    "clouds": _clouds,
    "meadow": _meadow,
    "mountains": _mountains,
    "snow": _snow,
    "road": _road,
    "water": _bubbles,
}
_GROUNDS: Final[dict[str, Callable[[str, random.Random], str]]] = {
    "studio": _studio,
    "stripes": _stripes,
    "dots": _dots,
    "desk": _desk,
    "whiteboard": _whiteboard,
    "chart": _chart,
}
