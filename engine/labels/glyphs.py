"""Names as the fonts of this machine can draw them.

A character without a glyph would become a box. An emoji becomes its name, as people type it in
chat; of other scripts nothing readable can be made, and the number of the row has to do.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

BASE_FONT = "DejaVu Sans"
"""Comes with matplotlib."""

MAX_WIDTH = 26
"""Of a name, in letters; the characters of East Asian scripts are two wide."""

_INVISIBLE = {"Cc", "Cf", "Cs", "Mn", "Zl", "Zp"}
"""Categories of characters that are left out where they cannot be drawn: joiners, variants."""


@dataclass(frozen=True)
class Lettering:
    """What names can be written with.

    Attributes:
        families: fonts, to be tried in this order.
        drawable: the code points that one of them has.
    """

    families: Sequence[str]
    drawable: frozenset[int]

    def of(self, name: str, fallback: str) -> str:
        """A name that can be drawn, on one line, cut where it is long; else the fallback."""
        drawn = "".join(map(self._drawable, " ".join(name.split())))
        drawn = " ".join(drawn.split())
        return _cut(drawn) if any(map(str.isalnum, drawn)) else fallback

    def _drawable(self, character: str) -> str:
        category = unicodedata.category(character)
        if category[0] in "CMZ" and category in _INVISIBLE:
            return ""
        if ord(character) in self.drawable:
            return character
        if category == "So":
            return f" :{unicodedata.name(character, 'symbol').lower()}: "
        return ""


def lettering_for(names: Iterable[str]) -> Lettering:
    """The fonts that names need, of those that are there."""
    drawable = set(_base_characters())
    families = [BASE_FONT]
    missing = {ord(character) for name in names for character in name} - drawable
    for path, family in _other_fonts() if missing else ():
        found = missing & _characters(path)
        if found:
            families.append(family)
            drawable |= found
            missing -= found
        if not missing:
            break
    return Lettering(families, frozenset(drawable))


def _cut(name: str) -> str:
    width = 0
    for position, character in enumerate(name):
        width += 2 if unicodedata.east_asian_width(character) in "WF" else 1
        if width > MAX_WIDTH:
            return name[: position - 1].rstrip() + "…"
    return name


def _base_characters() -> frozenset[int]:
    from matplotlib import font_manager

    return _characters(font_manager.findfont(BASE_FONT, fallback_to_default=True))


@cache
def _other_fonts() -> Sequence[tuple[str, str]]:
    """Path and family of the machine's upright fonts; what matplotlib brings is for formulas."""
    from matplotlib import font_manager, get_data_path

    upright = {
        entry.name: entry.fname
        for entry in font_manager.fontManager.ttflist
        if entry.style == "normal" and entry.weight in (400, "normal", "regular")
        if not entry.fname.startswith(get_data_path())
    }
    return sorted((path, family) for family, path in upright.items() if family != BASE_FONT)


@cache
def _characters(path: str) -> frozenset[int]:
    """The code points that a font file has glyphs for; none when it cannot be scaled."""
    from matplotlib.ft2font import FT2Font

    try:
        font = FT2Font(path)
    except (OSError, RuntimeError):
        return frozenset()
    return frozenset(font.get_charmap()) if font.scalable else frozenset()
