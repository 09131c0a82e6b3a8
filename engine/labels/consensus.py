"""What a team as a whole says of each item.

By majority; once enough items have been labelled by several of three or more people, the model of
Dawid and Skene (1979, "Maximum Likelihood Estimation of Observer Error-Rates Using the EM
Algorithm") overrules it, which weighs people by how often they are right. A tie stays one, for a
person to settle. See `docs/adr/0018-team-quality.md`.
"""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from engine.labels.answers import Answer, by_item, shared

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]

LEAST_LABELLERS = 3
LEAST_ITEMS_A_CLASS = 15
"""Labelled by several; with fewer, error rates are guesses, and majority does better."""

LEAST_POSTERIOR = 0.75
"""Below odds of three to one, the model's preference is no consensus."""

MAX_ROUNDS = 30
"""Of expectation and maximisation; most fits end within twenty."""

MAX_FITTED_ITEMS = 2_000
"""Error rates are learnt from so many items, the first by id, which is by no meaning; a second."""


SLIPS = 0.05
"""Of answers are taken for slips of the hand: that somebody never took a cat for a dog in a few
items must not be a veto in all others."""


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
    led = {item_id: weighed.classes.get(item_id, led) for item_id, led in classes.items() if led}
    return Consensus({**classes, **led}, weighed.skills)


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
    """What the model makes of items labelled by several; those of classes it has not met miss."""
    import pandas as pd
    from scipy.special import softmax  # type: ignore[import-untyped]

    table = pd.DataFrame(
        [(vote.item_id, vote.person_id, vote.class_ids[0]) for vote in votes],
        columns=["task", "worker", "label"],
    )
    priors, errors = _error_rates(table)
    table = table[~table.task.isin(table.task[~table.label.isin(errors.columns)])]
    votes_of = pd.MultiIndex.from_frame(table[["worker", "label"]])
    known = np.log(errors.reindex(votes_of).to_numpy())  # (V, C): log P(said | true class)
    item_ids, item_of = np.unique(table.task, return_inverse=True)
    scores = np.tile(np.log(priors.reindex(errors.columns).to_numpy()), (len(item_ids), 1))
    np.add.at(scores, item_of, np.nan_to_num(known))  # who was not met yet, says nothing
    posteriors = softmax(scores, axis=1)  # (N, C)
    best = errors.columns[posteriors.argmax(axis=1)]
    clear = posteriors.max(axis=1) >= LEAST_POSTERIOR
    given = errors.columns.get_indexer(table.label)
    right = pd.Series(posteriors[item_of, given]).groupby(table.worker.to_numpy()).mean()
    return Consensus(
        {
            item_id: (class_id,) if is_clear else ()
            for item_id, class_id, is_clear in zip(item_ids, best, clear, strict=True)
        },
        {person_id: float(skill) for person_id, skill in right.items()},
    )


def _error_rates(table: pd.DataFrame) -> tuple[pd.Series, pd.DataFrame]:
    """How common each class is, and how likely each person says what of it.

    Args:
        table: votes: task, worker, label.

    Returns:
        Priors by class; and by worker and label, one column a true class.
    """
    from crowdkit.aggregation import DawidSkene

    fitted = table[table.task.isin(np.unique(table.task)[:MAX_FITTED_ITEMS])]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # crowd-kit asks pandas in old ways
        model = DawidSkene(n_iter=MAX_ROUNDS).fit(fitted)
    rates: pd.DataFrame = model.errors_
    return model.priors_, (1 - SLIPS) * rates + SLIPS / len(rates.columns)
