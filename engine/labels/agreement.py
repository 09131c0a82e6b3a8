"""How far people agree beyond chance, and what that means in words.

An answer is compared as a whole: of a set where an item may have several classes, only the same
classes agree.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import combinations

from engine.labels.answers import Answer, shared
from engine.schemas import Agreement

KAPPA_IN_WORDS = (
    (0.8, "almost perfect"),
    (0.6, "substantial"),
    (0.4, "moderate"),
    (0.2, "fair"),
    (0.0, "slight"),
)
"""Landis and Koch (1977), "The Measurement of Observer Agreement for Categorical Data", p. 165."""

RELIABLE_ALPHA = 0.8
TENTATIVE_ALPHA = 0.667
"""Krippendorff (2004), "Content Analysis", p. 241."""

_Votes = Mapping[str, list[Answer]]


def agreement(answers: Sequence[Answer]) -> Agreement:
    """Measures agreement; what cannot be told is None, and the meaning says why.

    Args:
        answers: at most one by each person of each item.
    """
    votes = shared(answers)
    if not votes:
        return Agreement(
            overlap=0,
            meaning="No item has been labelled by two people yet, so nobody knows how far you "
            "agree. Label some of the same items.",
        )
    if len({vote.class_ids for each in votes.values() for vote in each}) == 1:
        return Agreement(
            overlap=len(votes),
            meaning=f"Everybody gave the same answer to {_items(len(votes))} labelled by several. "
            "With one answer only, agreement cannot be told from chance.",
        )
    alpha = _krippendorff(votes)
    return Agreement(
        overlap=len(votes),
        cohen=_cohen(votes),
        fleiss=_fleiss(votes),
        krippendorff=alpha,
        meaning=_meaning(alpha, len(votes)),
    )


def _cohen(votes: _Votes) -> float | None:
    """Mean over pairs of people, weighted by the items they share."""
    from sklearn.metrics import cohen_kappa_score  # type: ignore[import-untyped]

    answers = _answers_by_person(votes)
    weighted, weight = 0.0, 0
    for one, other in combinations(sorted(answers), 2):
        both = sorted(answers[one].keys() & answers[other].keys())
        first = [answers[one][item_id] for item_id in both]
        second = [answers[other][item_id] for item_id in both]
        if len({*first, *second}) < 2:
            continue
        weighted += float(cohen_kappa_score(first, second)) * len(both)
        weight += len(both)
    return weighted / weight if weight else None


def _fleiss(votes: _Votes) -> float | None:
    """Over the items with the most common number of people, the largest of equally common ones."""
    from statsmodels.stats.inter_rater import fleiss_kappa  # type: ignore[import-untyped]

    sizes = Counter(len(each) for each in votes.values())
    size = max(sizes, key=lambda size: (sizes[size], size))
    counted = [Counter(_codes(each)) for each in votes.values() if len(each) == size]
    codes = sorted(set().union(*counted))
    if len(codes) < 2:
        return None
    return float(fleiss_kappa([[counts[code] for code in codes] for counts in counted]))


def _krippendorff(votes: _Votes) -> float:
    import pandas as pd  # type: ignore[import-untyped]
    from crowdkit.metrics.data import alpha_krippendorff

    rows = [
        (item_id, vote.person_id, code)
        for item_id, each in votes.items()
        for vote, code in zip(each, _codes(each), strict=True)
    ]
    return float(alpha_krippendorff(pd.DataFrame(rows, columns=["task", "worker", "label"])))


def _answers_by_person(votes: _Votes) -> Mapping[str, dict[str, str]]:
    answers: dict[str, dict[str, str]] = {}
    for item_id, each in votes.items():
        for vote, code in zip(each, _codes(each), strict=True):
            answers.setdefault(vote.person_id, {})[item_id] = code
    return answers


def _codes(votes: Sequence[Answer]) -> list[str]:
    """One word an answer; ids hold no spaces."""
    return [" ".join(vote.class_ids) for vote in votes]


def _meaning(alpha: float, overlap: int) -> str:
    strength = next((words for least, words in KAPPA_IN_WORDS if alpha > least), None)
    found = "no better than chance" if strength is None else f"{strength} agreement"
    return f"{found.capitalize()} on {_items(overlap)} labelled by several: {_advice(alpha)}"


def _advice(alpha: float) -> str:
    if alpha >= RELIABLE_ALPHA:
        return "these labels can be relied on."
    if alpha >= TENTATIVE_ALPHA:
        return "good enough for tentative conclusions. Talk about the items you differ on."
    return (
        "too little to rely on these labels. Look at the items you differ on together, and say in "
        "the classes' descriptions what belongs where."
    )


def _items(count: int) -> str:
    return "one item" if count == 1 else f"{count} items"
