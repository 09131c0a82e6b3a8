"""Texts by their words: what a map without any model shows, and what groups are called by."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.encoders.ports import Features
from engine.maps.layout import BEFORE_MAP_DIMENSIONS, Groups

NAMING_WORD = r"[^\W\d_]{3,}"
"""A word of letters; what is shorter or a number says little about a group."""

WORD = r"\w+|[^\w\s]+"
"""A run of letters or of other signs, as the method `tfidf` counts them."""

MOST_FEATURES = 20_000
WORDS_A_NAME = 3


def word_features(texts: Sequence[str], seed: int) -> Features:
    """Latent semantic analysis (Deerwester et al. 1990): TF-IDF, its widest directions.

    Returns:
        float32 (N, D), L2-normalised; zero for a text without a word.
    """
    from sklearn.decomposition import TruncatedSVD  # type: ignore[import-untyped]
    from sklearn.feature_extraction.text import TfidfVectorizer  # type: ignore[import-untyped]
    from sklearn.preprocessing import normalize  # type: ignore[import-untyped]

    counter = TfidfVectorizer(token_pattern=WORD, sublinear_tf=True, max_features=MOST_FEATURES)
    nothing = np.zeros((len(texts), 1), dtype=np.float32)
    try:
        weighed = counter.fit_transform(texts)
    except ValueError:  # not one word in all of them
        return nothing
    dimensions = min(BEFORE_MAP_DIMENSIONS, weighed.shape[1] - 1, len(texts) - 1)
    if dimensions < 1:
        return nothing
    spread = TruncatedSVD(dimensions, random_state=seed).fit_transform(weighed)
    kept: Features = normalize(spread).astype(np.float32)
    return kept


def characteristic_words(texts: Sequence[str], groups: Groups) -> list[str]:
    """The words that say most about each group: "coffee, machine, kitchen".

    Class-based TF-IDF (Grootendorst 2022, equation 2): how often a word is used in a group, times
    log(1 + A / f), where A is the mean number of words of a group and f how often the word is used
    in all. Items of no group count as one, so that common words are known as common.
    """
    from sklearn.feature_extraction.text import CountVectorizer

    count = int(groups.max()) + 1
    joined = [_joined(texts, groups, group) for group in range(-1, count)]
    counter = CountVectorizer(
        token_pattern=NAMING_WORD, stop_words="english", max_features=MOST_FEATURES
    )
    try:
        used = counter.fit_transform(joined).toarray().astype(np.float64)  # (1 + G, V)
    except ValueError:  # not one word in all of them
        return [""] * count
    in_a_group = used.sum() / max(int(used.any(axis=1).sum()), 1)
    weights = used * np.log1p(in_a_group / used.sum(axis=0))
    words = counter.get_feature_names_out()
    best = [np.argsort(-row, kind="stable")[:WORDS_A_NAME] for row in weights[1:]]
    return [
        ", ".join(words[word] for word in some if row[word] > 0)
        for row, some in zip(weights[1:], best, strict=True)
    ]


def _joined(texts: Sequence[str], groups: Groups, group: int) -> str:
    return "\n".join(text for text, of in zip(texts, groups, strict=True) if of == group)
