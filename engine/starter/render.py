"""Drawing every icon once: the glyph cache that training and evaluation read from."""

import io
import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine.starter.concepts import Concept, read_emoji_concepts, read_old_names, split_concepts
from engine.starter.sources import ICON_SETS, Icon, IconSet, read_icons

GLYPH_PX = 96


@dataclass(frozen=True)
class Glyph:
    """One drawing in the cache: row ``row`` of ``colour.npy`` or, for ``mono``, of ``mono.npy``."""

    concept: str
    style: str
    mono: bool
    row: int


@dataclass(frozen=True)
class GlyphCache:
    """The rendered glyphs with what they show.

    Attributes:
        concepts: by key.
        glyphs: every drawing.
        colour: uint8 (N, 96, 96, 4), RGBA, not premultiplied.
        mono: uint8 (M, 96, 96), coverage.
    """

    concepts: dict[str, Concept]
    glyphs: list[Glyph]
    colour: npt.NDArray[np.uint8]
    mono: npt.NDArray[np.uint8]


def render_all(npm_dir: Path, cache_dir: Path) -> None:
    """Draw every icon of every set into ``cache_dir`` and write the index beside them."""
    emoji = read_emoji_concepts()
    concepts = {concept.key: concept for concept in emoji}
    key_of_name = {
        _squashed(name): key for name, key in read_old_names().items() if key in concepts
    }
    key_of_name |= {_squashed(concept.name): concept.key for concept in emoji}
    glyphs: list[Glyph] = []
    colour: list[npt.NDArray[np.uint8]] = []
    mono: list[npt.NDArray[np.uint8]] = []
    for icon_set in ICON_SETS:
        for icon in read_icons(icon_set, npm_dir):
            concept = _concept_of(icon, concepts, key_of_name)
            if concept is None or (icon_set.role == "unseen" and not concept.category):
                continue
            rgba = rasterise(icon.svg, GLYPH_PX)
            if rgba[..., 3].max() == 0:
                continue
            concepts.setdefault(concept.key, concept)
            is_mono = icon_set.kind == "mono"
            target = mono if is_mono else colour
            glyphs.append(Glyph(concept.key, icon_set.name, is_mono, len(target)))
            target.append(rgba[..., 3] if is_mono else rgba)
    cache_dir.mkdir(parents=True, exist_ok=True)
    np.save(cache_dir / "colour.npy", np.stack(colour))
    np.save(cache_dir / "mono.npy", np.stack(mono))
    index = {
        "concepts": [concept.to_json() for concept in split_concepts(concepts.values())],
        "glyphs": [asdict(glyph) for glyph in glyphs],
    }
    (cache_dir / "index.json").write_text(json.dumps(index), "utf-8")


def load_cache(cache_dir: Path) -> GlyphCache:
    """Open the cache that ``render_all`` wrote; the pictures stay on disk until touched."""
    index = json.loads((cache_dir / "index.json").read_text("utf-8"))
    concepts = {
        entry["key"]: Concept(**{**entry, "keywords": tuple(entry["keywords"])})
        for entry in index["concepts"]
    }
    glyphs = [Glyph(**entry) for entry in index["glyphs"]]
    colour = np.load(cache_dir / "colour.npy", mmap_mode="r")
    mono = np.load(cache_dir / "mono.npy", mmap_mode="r")
    return GlyphCache(concepts, glyphs, colour, mono)


def rasterise(svg: str, size_px: int) -> npt.NDArray[np.uint8]:
    """Draw an SVG on a transparent square: uint8 (size, size, 4), RGBA, not premultiplied."""
    import resvg_py  # type: ignore[import-not-found,unused-ignore]
    from PIL import Image

    png = bytes(resvg_py.svg_to_bytes(svg_string=svg, width=size_px, height=size_px))
    drawn = Image.open(io.BytesIO(png)).convert("RGBA")
    square = Image.new("RGBA", (size_px, size_px))
    drawn.thumbnail((size_px, size_px))
    square.paste(drawn, ((size_px - drawn.width) // 2, (size_px - drawn.height) // 2))
    return np.asarray(square)


def trained_glyphs(cache: GlyphCache) -> Iterator[Glyph]:
    """The drawings that training may see: trained concepts in trained styles."""
    seen = {icon_set.name for icon_set in ICON_SETS if icon_set.role == "trained"}
    for glyph in cache.glyphs:
        if glyph.style in seen and cache.concepts[glyph.concept].split == "trained":
            yield glyph


def unseen_styles() -> list[IconSet]:
    """The styles kept for the report."""
    return [icon_set for icon_set in ICON_SETS if icon_set.role == "unseen"]


def _concept_of(
    icon: Icon, concepts: dict[str, Concept], key_of_name: dict[str, str]
) -> Concept | None:
    """The emoji an icon draws, by code points or name, else a concept of its own name."""
    if icon.codepoints in concepts:
        return concepts[icon.codepoints]
    if (key := key_of_name.get(_squashed(icon.name))) is not None:
        return concepts[key]
    words = icon.name.split()
    if (
        icon.codepoints is not None
        or len(icon.name) < 3
        or len(words) > 5
        or len(max(words, key=len)) > 14
    ):
        return None
    return concepts.get(f"icon:{icon.name}") or Concept(f"icon:{icon.name}", icon.name)


def _squashed(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower().replace("flag for ", "flag of "))
