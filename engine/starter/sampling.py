"""Which glyphs go into a training batch, and the captions that describe them."""

import random
from collections import defaultdict
from dataclasses import dataclass

from engine.starter.captions import count_caption, pair_caption
from engine.starter.render import Glyph, GlyphCache, trained_glyphs


@dataclass(frozen=True)
class Scene:
    """Several glyphs on one ground and what they are called together."""

    glyphs: list[Glyph]
    caption: str


class GlyphSampler:
    """Draws trained glyphs: emoji more often than icons, styles evenly.

    Attributes:
        concepts: what the drawings show, emoji before icons.
    """

    def __init__(self, cache: GlyphCache, seed: int) -> None:
        self._rng = random.Random(seed)  # noqa: S311 - pictures, not secrets
        by_concept: dict[str, list[Glyph]] = defaultdict(list)
        for glyph in trained_glyphs(cache):
            by_concept[glyph.concept].append(glyph)
        self.concepts = sorted(
            (cache.concepts[key] for key in by_concept),
            key=lambda each: (not each.category, each.key),
        )
        self._row_of = {concept.key: row for row, concept in enumerate(self.concepts)}
        self._by_concept = by_concept
        self._emoji = [concept.key for concept in self.concepts if concept.category]
        self._icons = [concept.key for concept in self.concepts if not concept.category]

    def pairs(self, count: int, emoji_share: float) -> tuple[list[Glyph], list[Glyph]]:
        """Two drawings each of ``count`` different concepts, in two styles where there are two."""
        emoji_count = round(count * emoji_share)
        keys = self._rng.sample(self._emoji, emoji_count)
        keys += self._rng.sample(self._icons, count - emoji_count)
        drawn = [self._two_of(key) for key in keys]
        return [first for first, _ in drawn], [second for _, second in drawn]

    def singles(self, count: int) -> list[Glyph]:
        """Any emoji drawings."""
        return [
            self._rng.choice(self._by_concept[self._rng.choice(self._emoji)]) for _ in range(count)
        ]

    def scenes(self, count: int) -> list[Scene]:
        """Half of them two different things side by side, half two to four of a kind."""
        return [self._several() if i % 2 else self._beside() for i in range(count)]

    def concept_rows(self, glyphs: list[Glyph]) -> list[int]:
        """Where each glyph's concept stands in ``concepts``."""
        return [self._row_of[glyph.concept] for glyph in glyphs]

    def _two_of(self, key: str) -> tuple[Glyph, Glyph]:
        drawings = self._by_concept[key]
        if len(drawings) == 1:
            return drawings[0], drawings[0]
        first, second = self._rng.sample(drawings, 2)
        return first, second

    def _beside(self) -> Scene:
        left, right = self.singles(2)
        names = [self.concepts[row].name for row in self.concept_rows([left, right])]
        return Scene([left, right], pair_caption(names[0], names[1], self._rng))

    def _several(self) -> Scene:
        glyph = self.singles(1)[0]
        count = self._rng.randint(2, 4)
        name = self.concepts[self.concept_rows([glyph])[0]].name
        return Scene([glyph] * count, count_caption(name, count))
