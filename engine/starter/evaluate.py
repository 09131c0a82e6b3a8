"""``python -m engine.starter.evaluate``: measures the starter model and writes its card's table.

Only drawings that training never saw in this combination are queries: "held-out" concepts were
never trained on, "unseen" styles neither.
"""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Final

import numpy as np
import numpy.typing as npt
import typer
from PIL import Image

from engine.starter.card import measured_tables, update_card
from engine.starter.categories import CATEGORIES, category_row
from engine.starter.encode import StarterEncoder
from engine.starter.folder import WEIGHTS_DIR
from engine.starter.measures import (
    Features,
    chance_recall,
    colour_histogram,
    raw_pixels,
    recall_at,
)
from engine.starter.photo_search import measure_photo_search
from engine.starter.render import Glyph, GlyphCache, load_cache

SPLITS: Final = ("trained", "held-out")
TRAINED_STYLE: Final = "twemoji"
UNSEEN_STYLE: Final = "openmoji"
MONO_STYLES: Final = {
    "trained": "emojione-monotone",
    "unseen": "fluent-emoji-high-contrast",
}
SAMPLES_DIR: Final = Path(__file__).parents[2] / "bot" / "demo" / "pictures"
EVALUATION_FILE: Final = Path(__file__).with_name("evaluation.json")


@dataclass(frozen=True)
class Gallery:
    """All emoji drawings of one style.

    Attributes:
        concepts: the key of each drawing, in order.
        held_out: bool (N,).
        pictures: the drawings on white.
        features: float32 (N, D), L2-normalised.
    """

    concepts: list[str]
    held_out: npt.NDArray[np.bool_]
    pictures: list[Image.Image]
    features: Features

    @cached_property
    def raw_pixels(self) -> Features:
        """The drawings compared as they are: float32 (N, 3072), L2-normalised."""
        return raw_pixels(self.pictures)

    @cached_property
    def colour_histogram(self) -> Features:
        """The drawings compared by their colours: float32 (N, 216), L2-normalised."""
        return colour_histogram(self.pictures)

    def rows_of(self, split: str) -> npt.NDArray[np.intp]:
        """The rows whose concepts are "trained" or "held-out"."""
        return np.flatnonzero(self.held_out if split == "held-out" else ~self.held_out)

    def relevant(self, concepts: list[str]) -> npt.NDArray[np.intp]:
        """Where those concepts stand in this gallery; -1 where it has no such drawing."""
        row_of = {key: row for row, key in enumerate(self.concepts)}
        return np.array([row_of.get(key, -1) for key in concepts], dtype=np.intp)


def evaluate(folder: Path, cache_dir: Path, photo_dir: Path | None) -> dict[str, Any]:
    """Measure everything the model card says.

    Args:
        folder: the open_clip folder.
        cache_dir: the rendered glyphs.
        photo_dir: real photographs; None leaves that part out.
    """
    encoder = StarterEncoder(folder)
    cache = load_cache(cache_dir)
    trained = _gallery(cache, TRAINED_STYLE, encoder)
    unseen = _gallery(cache, UNSEEN_STYLE, encoder)
    names = {key: concept.name for key, concept in cache.concepts.items()}
    styles = {"trained": trained, "unseen": unseen}
    queries_in = {"unseen style to trained style": unseen} | {
        f"{which} monochrome style to colour": _gallery(cache, style, encoder)
        for which, style in MONO_STYLES.items()
    }
    report: dict[str, Any] = {
        "text_search": [
            _text_search(gallery, names, encoder, split, style, among_split=among_split)
            for split, among_split in (("trained", False), ("held-out", False), ("held-out", True))
            for style, gallery in styles.items()
        ],
        "picture_search": [
            _picture_search(gallery, trained, split, style)
            for style, gallery in queries_in.items()
            for split in SPLITS
        ],
        "zero_shot": [
            _zero_shot(gallery, cache, encoder, split, style)
            for style, gallery in styles.items()
            for split in SPLITS
        ],
    }
    report["sample_search"] = _sample_search(encoder)
    if photo_dir is not None:
        report["photo_search"] = measure_photo_search(photo_dir, encoder.encode_images)
    return report


def _gallery(cache: GlyphCache, style: str, encoder: StarterEncoder) -> Gallery:
    glyphs = {
        g.concept: g
        for g in cache.glyphs
        if g.style == style
        and cache.concepts[g.concept].category
        and cache.concepts[g.concept].split != "dropped"
    }
    pictures = [drawn_on_white(cache, glyph) for glyph in glyphs.values()]
    return Gallery(
        concepts=list(glyphs),
        held_out=np.array([cache.concepts[key].split == "held_out" for key in glyphs]),
        pictures=pictures,
        features=encoder.encode_images(pictures),
    )


def drawn_on_white(cache: GlyphCache, glyph: Glyph) -> Image.Image:
    """A drawing as it is measured: 96 × 96, RGB; monochrome ones are black."""
    white = Image.new("RGB", (96, 96), "white")
    if glyph.mono:
        white.paste("black", mask=Image.fromarray(np.asarray(cache.mono[glyph.row])))
    else:
        drawn = Image.fromarray(np.asarray(cache.colour[glyph.row]), "RGBA")
        white.paste(drawn, mask=drawn)
    return white


def _text_search(
    gallery: Gallery,
    names: dict[str, str],
    encoder: StarterEncoder,
    split: str,
    style: str,
    *,
    among_split: bool,
) -> dict[str, Any]:
    wanted = gallery.rows_of(split)
    corpus = gallery.features[wanted] if among_split else gallery.features
    relevant = np.arange(len(wanted)) if among_split else wanted
    queries = encoder.encode_texts([names[gallery.concepts[row]] for row in wanted])
    return {
        "concepts": split,
        "style": style,
        "gallery": len(corpus),
        "queries": len(queries),
        "model": recall_at(queries, corpus, relevant),
        "chance": chance_recall(len(corpus)),
    }


def _picture_search(asked: Gallery, corpus: Gallery, split: str, style: str) -> dict[str, Any]:
    wanted = asked.rows_of(split)
    relevant = corpus.relevant([asked.concepts[row] for row in wanted])
    wanted, relevant = wanted[relevant >= 0], relevant[relevant >= 0]
    return {
        "concepts": split,
        "style": style,
        "gallery": len(corpus.concepts),
        "queries": len(wanted),
        "model": recall_at(asked.features[wanted], corpus.features, relevant),
        "raw pixels": recall_at(asked.raw_pixels[wanted], corpus.raw_pixels, relevant),
        "colour histogram": recall_at(
            asked.colour_histogram[wanted], corpus.colour_histogram, relevant
        ),
        "chance": chance_recall(len(corpus.concepts)),
    }


def _zero_shot(
    gallery: Gallery, cache: GlyphCache, encoder: StarterEncoder, split: str, style: str
) -> dict[str, Any]:
    prompts = encoder.encode_texts(list(CATEGORIES))
    truth = np.array([category_row(cache.concepts[key].category) for key in gallery.concepts])
    rows = gallery.rows_of(split)
    rows = rows[truth[rows] >= 0]
    right = (gallery.features[rows] @ prompts.T).argmax(axis=1) == truth[rows]
    return {
        "concepts": split,
        "style": style,
        "pictures": len(rows),
        "categories": len(CATEGORIES),
        "top_1": round(100 * float(right.mean()), 1),
        "chance": round(100 / len(CATEGORIES), 1),
    }


def _sample_search(encoder: StarterEncoder) -> dict[str, Any]:
    """Each sample picture by its caption: drawn scenes, most of them of trained pictograms."""
    files = sorted(SAMPLES_DIR.glob("*.webp"))
    pictures = [Image.open(file).convert("RGB") for file in files]
    captions = encoder.encode_texts([file.stem.replace("-", " ") for file in files])
    return {
        "gallery": len(files),
        "model": recall_at(captions, encoder.encode_images(pictures), np.arange(len(files))),
        "chance": chance_recall(len(files)),
    }


def main(
    work: Annotated[Path, typer.Option(help="The work folder of training.")],
    photos: Annotated[Path | None, typer.Option(help="Real photographs to search.")] = None,
    folder: Annotated[Path, typer.Option(help="The model.")] = WEIGHTS_DIR,
    out: Annotated[Path, typer.Option(help="Where to write the numbers.")] = EVALUATION_FILE,
) -> None:
    """Measure the model; write the numbers as JSON and, for the shipped file, into the card."""
    report = evaluate(folder, work / "cache", photos)
    out.write_text(json.dumps(report, indent=1) + "\n", "utf-8")
    if out == EVALUATION_FILE:
        update_card(report)
    typer.echo(measured_tables(report))


if __name__ == "__main__":
    typer.run(main)
