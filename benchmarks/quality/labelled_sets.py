"""Sets with known classes, as features: what classifiers and the order of labelling are tried on.

Photographs of hands and texts lie in MAGPIE_BENCH_DATA (see `benchmarks.quality.sets`). The
pictograms are drawings that the starter model was never trained on, held-out concepts in all
styles and all concepts in the unseen styles; MAGPIE_BENCH_GLYPHS names the folder they were
rendered into (`WORK/cache` of the recipe in `engine/starter/MODEL_CARD.md`).
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from benchmarks.quality.rig import clip_encoder, encoded, read_picture, sentence_encoder
from benchmarks.quality.sets import (
    BANKING77,
    SIGN_DIGITS,
    SetMissing,
    read_banking77,
    sign_digits,
)
from engine.classify import Examples, ZeroShot, averaged, class_texts
from engine.encoders.clip import ClipEncoder
from engine.encoders.ports import Features, Pixels, TextEncoder
from engine.schemas import ItemKind
from engine.starter.categories import CATEGORIES, category_row
from engine.starter.evaluate import drawn_on_white
from engine.starter.render import load_cache, unseen_styles

TESTED_SHARE = 0.4
TESTED_TEXTS = 1_500
POOL_TEXTS = 3_000
PICTURES_AT_ONCE = 256


@dataclass(frozen=True)
class LabelledSet:
    """Items with their true classes, and the classes in words.

    Attributes:
        pool: what may be labelled; with `tested` left empty it is split anew for each seed.
        tested: what classifiers are judged on.
    """

    name: str
    pool: Examples
    tested: Examples
    words: ZeroShot

    def drawn(self, seed: int) -> tuple[Examples, Examples]:
        """What may be labelled and what is judged on, with no near-duplicates across."""
        state = np.random.default_rng(seed)
        if len(self.tested):
            pool = self.pool.take(state.permutation(len(self.pool))[:POOL_TEXTS])
            return pool, self.tested.take(state.permutation(len(self.tested))[:TESTED_TEXTS])
        groups = state.permutation(np.unique(self.pool.groups))
        is_tested = np.isin(self.pool.groups, groups[: int(TESTED_SHARE * len(groups))])
        return self.pool.take(~is_tested), self.pool.take(is_tested)


def processes() -> ProcessPoolExecutor:
    """Workers for what is not timed; fresh ones, as a fork of a process with torch may hang."""
    return ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn"))


async def labelled_sets() -> list[LabelledSet]:
    """The sets there are; says which are missing.

    Raises:
        SetMissing: none is there.
    """
    found = []
    for read in (photographed_digits, pictograms, questions):
        try:
            found.append(await read())
        except SetMissing as missing:
            print(missing)
    if not found:
        raise SetMissing("There is no set to measure on.")
    return found


async def photographed_digits() -> LabelledSet:
    """600 photographs of hands that show a digit; the starter model knows no photographs."""
    labelled = [(digit, file) for digit, files in sign_digits().items() for file in files]
    classes = np.array([digit for digit, _ in labelled])
    async with clip_encoder() as encoder:
        features = await encoded_pictures(encoder, [read_picture(file) for _, file in labelled])
        names = [f"a hand that shows the number {digit}" for digit in range(10)]
        words = await in_words(encoder, names, ItemKind.IMAGE)
    examples = Examples(features, classes, np.arange(len(classes)), 10)
    return LabelledSet(SIGN_DIGITS, examples, examples.take(np.arange(0)), words)


async def pictograms() -> LabelledSet:
    """Drawings of 25 categories; all drawings of one thing are tested, or none."""
    drawings = untrained_drawings()
    async with clip_encoder() as encoder:
        features = await encoded_pictures(encoder, [pixels for pixels, _, _ in drawings])
        words = await in_words(encoder, list(CATEGORIES), ItemKind.IMAGE)
    _, groups = np.unique([concept for _, concept, _ in drawings], return_inverse=True)
    classes = np.array([category for _, _, category in drawings])
    examples = Examples(features, classes, groups, len(CATEGORIES))
    return LabelledSet("pictograms", examples, examples.take(np.arange(0)), words)


def untrained_drawings() -> list[tuple[Pixels, str, int]]:
    """Each drawing with what it shows and its category.

    Raises:
        SetMissing: they have not been rendered.
    """
    folder = os.environ.get("MAGPIE_BENCH_GLYPHS")
    if folder is None or not Path(folder).is_dir():
        raise SetMissing("Set MAGPIE_BENCH_GLYPHS to the rendered pictograms of the starter model.")
    cache = load_cache(Path(folder))
    unseen = {style.name for style in unseen_styles()}
    found = []
    for glyph in cache.glyphs:
        concept = cache.concepts[glyph.concept]
        category = category_row(concept.category)
        if category < 0:
            continue
        if concept.split == "held_out" or (concept.split == "trained" and glyph.style in unseen):
            pixels = np.asarray(drawn_on_white(cache, glyph))
            found.append((pixels, concept.key, category))
    return found


async def questions() -> LabelledSet:
    """Questions of 77 intents, with the published test part."""
    parts = {part: read_banking77(part) for part in ("train", "test")}
    intents = sorted({question.intent for question in parts["train"]})
    examples = []
    async with sentence_encoder() as encoder:
        for part in parts.values():
            texts = [question.text for question in part]
            classes = np.array([intents.index(question.intent) for question in part])
            features = await encoded(encoder, texts)
            examples.append(Examples(features, classes, np.arange(len(texts)), len(intents)))
        words = await in_words(encoder, intents, ItemKind.TEXT)
    return LabelledSet(BANKING77, pool=examples[0], tested=examples[1], words=words)


async def in_words(encoder: TextEncoder, names: Sequence[str], kind: ItemKind) -> ZeroShot:
    """Classes by their names, as the engine puts them."""
    rows = [await encoder.encode_texts(class_texts(name, "", kind)) for name in names]
    return ZeroShot(averaged(rows), encoder.card.logit_scale)


async def encoded_pictures(encoder: ClipEncoder, pictures: Sequence[Pixels]) -> Features:
    """The features of many pictures; kept between runs as `encoded` keeps those of texts."""
    folder = os.environ.get("MAGPIE_BENCH_CACHE")
    digest = hashlib.sha256(encoder.card.fingerprint.encode())
    for picture in pictures:
        digest.update(picture.tobytes())
    file = Path(folder or "") / f"{digest.hexdigest()}.npy"
    if folder is not None and file.exists():
        return np.asarray(np.load(file), dtype=np.float32)
    parts = [
        await encoder.encode_images(pictures[start : start + PICTURES_AT_ONCE])
        for start in range(0, len(pictures), PICTURES_AT_ONCE)
    ]
    features = np.vstack(parts)
    if folder is not None:
        np.save(file, features)
    return features
