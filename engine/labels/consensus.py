"""What a team as a whole says of each item.

By majority; once enough items have been labelled by several of three or more people, by the model
of Dawid and Skene (1979, "Maximum Likelihood Estimation of Observer Error-Rates Using the EM
Algorithm"), which weighs people by how often they are right. See `docs/adr/0018-team-quality.md`.
"""

from __future__ import annotations

import warnings
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean

from engine.labels.answers import Answer, by_item, shared

LEAST_LABELLERS = 3
LEAST_ITEMS_A_CLASS = 15
"""Labelled by several; with fewer, error rates are guesses, and majority does better."""

LEAST_POSTERIOR = 0.75
"""Below odds of three to one, the model's preference is no consensus."""

MAX_ROUNDS = 50
"""Of expectation and maximisation; most fits end within twenty."""


@dataclass(frozen=True)
class Consensus:
    """What a team says of the items of a label set.

    Attributes:
        classes: the class ids of each item, by item id; none where it is tied.
        skills: how likely each person is right, where that can be told: the mean posterior of what
            they said.
    """

    classes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    skills: Mapping[str, float] = field(default_factory=dict)


def consensus(answers: Sequence[Answer], *, multi_label: bool) -> Consensus:
    """Settles what a team says of each item; may take seconds.

    Args:
        answers: at most one by each person of each item.
        multi_label: whether an item may have several classes; each is then decided by majority.
    """
    votes = by_item(answers)
    if multi_label:
        return Consensus({item_id: _most_classes(each) for item_id, each in votes.items()})
    classes = {item_id: _most_votes(each) for item_id, each in votes.items()}
    overlapping = [vote for votes in shared(answers).values() for vote in votes]
    if not _tells_skills(overlapping):
        return Consensus(classes)
    weighed = _dawid_skene(overlapping)
    return Consensus({**classes, **weighed.classes}, weighed.skills)


def _most_votes(votes: Iterable[Answer]) -> tuple[str, ...]:
    ranked = Counter(vote.class_ids for vote in votes).most_common(2)
    tied = len(ranked) > 1 and ranked[0][1] == ranked[1][1]
    return () if tied else ranked[0][0]


def _most_classes(votes: Sequence[Answer]) -> tuple[str, ...]:
    """The classes that more than half give; none when one has exactly half, or none has more."""
    given = Counter(class_id for vote in votes for class_id in vote.class_ids)
    if any(2 * count == len(votes) for count in given.values()):
        return ()
    return tuple(sorted(each for each, count in given.items() if 2 * count > len(votes)))


def _tells_skills(overlapping: Sequence[Answer]) -> bool:
    people = {vote.person_id for vote in overlapping}
    items = {vote.item_id for vote in overlapping}
    classes = {vote.class_ids for vote in overlapping}
    enough = len(people) >= LEAST_LABELLERS and len(items) >= LEAST_ITEMS_A_CLASS * len(classes)
    return enough and len(classes) > 1


def _dawid_skene(votes: Sequence[Answer]) -> Consensus:
    import pandas as pd  # type: ignore[import-untyped]
    from crowdkit.aggregation import DawidSkene

    table = pd.DataFrame(
        [(vote.item_id, vote.person_id, vote.class_ids[0]) for vote in votes],
        columns=["task", "worker", "label"],
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # crowd-kit asks pandas in old ways
        posteriors = DawidSkene(n_iter=MAX_ROUNDS).fit_predict_proba(table)
    best, posterior = posteriors.idxmax(axis=1), posteriors.max(axis=1)
    classes = {
        item_id: (class_id,) if posterior[item_id] >= LEAST_POSTERIOR else ()
        for item_id, class_id in best.items()
    }
    right: dict[str, list[float]] = defaultdict(list)
    for vote in votes:
        right[vote.person_id].append(float(posteriors.at[vote.item_id, vote.class_ids[0]]))
    return Consensus(classes, {person_id: fmean(each) for person_id, each in right.items()})
