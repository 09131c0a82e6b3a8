"""What hybrid search reaches when its constants were not chosen on the queries that judge it.

Two folds: for each half of the queries, constants are those that were best on the other half. BM25
alone gets the same chance, so that hybrid search is held against the best of its parts.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar
from unittest.mock import patch

import numpy as np

from benchmarks.quality.document_search import Collection, Outcome, measure, searches_of
from engine.search import retrieval

LENGTHS = (32, 64, 128, 256)
"""Assumed mean lengths, in terms."""

WEIGHTS = (0.2, 0.4, 0.6, 0.8, 1.0, 1.5)
"""What a full coverage of the words adds to nearness."""

FOLDS = 2

Setting = TypeVar("Setting", bound=Hashable)


@dataclass(frozen=True)
class HeldOut(Generic[Setting]):
    """An outcome under constants that other queries chose.

    Attributes:
        chosen: for each fold.
    """

    outcome: Outcome
    chosen: list[Setting]


@dataclass(frozen=True)
class Tuned:
    """Words alone by their assumed length; hybrid by length and weight."""

    bm25: HeldOut[int]
    hybrid: HeldOut[tuple[int, float]]


async def tuned(collection: Collection) -> Tuned:
    """Searches with every setting, and lets each half of the queries choose for the other."""
    words: dict[int, Outcome] = {}
    hybrids: dict[tuple[int, float], Outcome] = {}
    for length in LENGTHS:
        async with searches_of(collection, length) as searches:
            words[length] = await measure("", collection, searches.bm25)
            for weight in WEIGHTS:
                with patch.object(retrieval, "WORDS_WEIGHT", weight):
                    hybrids[length, weight] = await measure("", collection, searches.served)
    return Tuned(held_out("BM25, tuned", words), held_out("hybrid, tuned", hybrids))


def held_out(name: str, outcomes: Mapping[Setting, Outcome]) -> HeldOut[Setting]:
    """Each fold of the queries under the setting with the best nDCG on the other."""
    any_outcome = next(iter(outcomes.values()))
    ndcg, recall = np.empty_like(any_outcome.ndcg), np.empty_like(any_outcome.recall)
    folds = np.arange(len(ndcg)) % FOLDS
    chosen = []
    for fold in range(FOLDS):
        inside, outside = folds == fold, folds != fold
        best = max(outcomes, key=lambda setting: outcomes[setting].ndcg[outside].mean())
        ndcg[inside] = outcomes[best].ndcg[inside]
        recall[inside] = outcomes[best].recall[inside]
        chosen.append(best)
    return HeldOut(Outcome(name, ndcg, recall), chosen)
