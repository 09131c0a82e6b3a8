"""The examples that classifiers learn from: a team's consensus on items that may be used."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.catalogue.label_votes import ClassInUse, VotedItem, VotedSet, VoteRepository
from engine.labels.answers import Answer
from engine.labels.consensus import Consensus, consensus
from engine.labels.eligibility import obstacle
from engine.schemas import Draw, ItemKind, LabelOutcome


@dataclass(frozen=True)
class Example:
    """An item whose classes the team has settled, and that may be learnt from.

    Attributes:
        at_random: a session drew it at random, so that it is like the items not labelled yet.
    """

    item_id: str
    sha256: str
    perceptual_hash: bytes
    channel_id: str
    class_ids: tuple[str, ...]
    at_random: bool


@dataclass(frozen=True)
class ExampleSet:
    """What a label set teaches.

    Attributes:
        version: of the votes; see `VotedSet`.
        unusable: settled items that may not be learnt from, by reason in words.
    """

    labelset_id: str
    library_id: str
    kind: ItemKind
    name: str
    multi_label: bool
    version: str
    classes: Sequence[ClassInUse]
    usable: Sequence[Example]
    unusable: Mapping[str, int]


class ExampleReader:
    """Reads examples; settling what a team says runs in a thread."""

    def __init__(self, votes: VoteRepository) -> None:
        self._votes = votes

    async def version(self, labelset_id: str) -> str:
        """What changes when the examples may have; cheap to ask.

        Raises:
            NotFound: there is no such set.
        """
        return await self._votes.version(labelset_id)

    async def of(self, labelset_id: str) -> ExampleSet:
        """The examples of a set.

        Raises:
            NotFound: there is no such set.
        """
        voted = await self._votes.of(labelset_id)
        settled = await asyncio.to_thread(consensus_of, voted)
        return example_set(voted, settled)


def answers_of(item: VotedItem) -> list[Answer]:
    """What people answered; who skipped or was unsure has not."""
    return [
        Answer(item.item_id, vote.person_id, vote.class_ids)
        for vote in item.votes
        if vote.outcome is LabelOutcome.LABELLED
    ]


def consensus_of(voted: VotedSet) -> Consensus:
    """What a team says of each item of a set; may take seconds."""
    answers = [answer for item in voted.items for answer in answers_of(item)]
    return consensus(answers, multi_label=voted.multi_label)


def example_set(voted: VotedSet, settled: Consensus) -> ExampleSet:
    """What a set teaches, once it is settled what the team says."""
    usable = []
    unusable: Counter[str] = Counter()
    for item in voted.items:
        class_ids = settled.classes.get(item.item_id, ())
        if not class_ids:
            continue
        reason = obstacle(item, training_enabled=voted.training_enabled)
        if reason is not None:
            unusable[reason.value] += 1
            continue
        usable.append(
            Example(
                item.item_id,
                item.sha256,
                item.perceptual_hash,
                item.channel_id,
                class_ids,
                at_random=any(vote.drawn is Draw.RANDOM for vote in item.votes),
            )
        )
    return ExampleSet(
        labelset_id=voted.labelset_id,
        library_id=voted.library_id,
        kind=voted.kind,
        name=voted.name,
        multi_label=voted.multi_label,
        version=voted.version,
        classes=voted.classes,
        usable=usable,
        unusable=unusable,
    )
