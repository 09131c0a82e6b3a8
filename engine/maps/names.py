"""What groups of pictures are called: everyday things, and the classes of a label set."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from importlib import resources

import numpy as np

from engine.classify.prompts import unit_rows
from engine.encoders.ports import Features, ImageTextEncoder
from engine.maps.layout import Groups

THINGS = "things.txt"
ENCODED_TOGETHER = 16
"""Searches share the encoder's queue, and go between."""

BEST_NAMES = 5
LEAST_SUPPORT = 0.6
"""Part of a group's pictures among whose best names its name must be: a wrong one is worse than
none."""


class GroupNames:
    """Names groups with the encoder that serves.

    Args:
        clip: reads names and has read the pictures.
    """

    def __init__(self, clip: ImageTextEncoder) -> None:
        self._clip = clip
        self._things: list[str] = []
        self._things_features: Features | None = None

    async def of(self, features: Features, groups: Groups, class_names: Sequence[str]) -> list[str]:
        """A name for each group; empty where none fits.

        Args:
            features: of the pictures, float32 (N, D), L2-normalised.
            groups: of the pictures.
            class_names: of a label set, which may name groups, too.
        """
        if self._things_features is None:
            self._things = await asyncio.to_thread(everyday_things)
            self._things_features = await self._encoded(self._things)
        names = [*self._things, *class_names]
        words = np.concatenate([self._things_features, await self._encoded(class_names)])
        return await asyncio.to_thread(group_names, features, groups, names, words)

    async def _encoded(self, names: Sequence[str]) -> Features:
        parts = [
            await self._clip.encode_texts(names[start : start + ENCODED_TOGETHER])
            for start in range(0, len(names), ENCODED_TOGETHER)
        ]
        return np.concatenate([np.empty((0, self._clip.card.embed_dim), np.float32), *parts])


def everyday_things() -> list[str]:
    """The shipped names: general ones, as groups are."""
    text = (resources.files("engine.maps") / THINGS).read_text(encoding="utf-8")
    return text.splitlines()


def group_names(
    features: Features, groups: Groups, names: Sequence[str], words: Features
) -> list[str]:
    """The best name that most pictures of a group bear out; each is given once, to the largest.

    Zero-shot (Radford et al. 2021), by how much more a name fits a picture than it fits the others
    on the map: some names lie near to every picture (the cone effect: Liang et al. 2022).

    Args:
        features: of pictures (N, D), L2-normalised.
        groups: of the pictures.
        names: to choose from (V).
        words: their features (V, D).
    """
    cosines = features @ unit_rows(words).T  # (N, V)
    fit = cosines - cosines.mean(axis=0)
    ranks = np.argsort(np.argsort(-fit, axis=1), axis=1)
    borne_out = ranks < BEST_NAMES
    chosen: list[str] = []
    for group in range(int(groups.max()) + 1):
        inside = groups == group
        support = borne_out[inside].mean(axis=0)
        best_first = np.argsort(-fit[inside].mean(axis=0), kind="stable")
        fits = (at for at in best_first if support[at] >= LEAST_SUPPORT)
        free = (at for at in fits if names[at] not in chosen)
        at = next(free, None)
        chosen.append("" if at is None else names[at])
    return chosen
