"""What people say of items, as the measures of quality take it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Answer:
    """What one person says of one item, as it counts now: who only saw it has given no answer.

    Attributes:
        class_ids: sorted, at least one, without those archived; of merged ones, where they went.
    """

    item_id: str
    person_id: str
    class_ids: tuple[str, ...]


def by_item(answers: Iterable[Answer]) -> Mapping[str, list[Answer]]:
    """The answers about each item, in the order of item ids."""
    grouped: dict[str, list[Answer]] = defaultdict(list)
    for answer in answers:
        grouped[answer.item_id].append(answer)
    return dict(sorted(grouped.items()))


def shared(answers: Iterable[Answer]) -> Mapping[str, list[Answer]]:
    """The same, only of items that two or more people have answered."""
    return {item_id: votes for item_id, votes in by_item(answers).items() if len(votes) > 1}


def differ(votes: Iterable[Answer]) -> bool:
    """Whether people say different things of one item."""
    return len({vote.class_ids for vote in votes}) > 1
