"""How a label set stands: who has said what, and what follows from it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from engine.catalogue.label_votes import VotedItem, VotedSet
from engine.labels.agreement import agreement
from engine.labels.answers import differ
from engine.labels.consensus import Consensus
from engine.labels.examples import ExampleSet, answers_of, consensus_of, example_set
from engine.schemas import Agreement, ClassCount, LabellerCount, LabelOutcome


@dataclass(frozen=True)
class Standing:
    """A label set with everything said in it, settled.

    Attributes:
        taught: what may be learnt from it.
    """

    voted: VotedSet
    settled: Consensus
    taught: ExampleSet
    agreement: Agreement

    @classmethod
    def of(cls, voted: VotedSet) -> Standing:
        """Settles what the team says; may take seconds."""
        settled = consensus_of(voted)
        answers = [answer for item in voted.items for answer in answers_of(item)]
        return cls(voted, settled, example_set(voted, settled), agreement(answers))

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Names of the classes in use, by id."""
        return {each.class_id: each.name for each in self.voted.classes}

    @cached_property
    def labelled(self) -> Sequence[VotedItem]:
        """The items that somebody has labelled."""
        return [item for item in self.voted.items if answers_of(item)]

    @cached_property
    def disputed(self) -> Sequence[VotedItem]:
        """The items that people label differently, most disputed first."""
        items = [item for item in self.labelled if differ(answers_of(item))]
        return sorted(items, key=lambda item: (self.dispute_rank(item), item.item_id))

    def dispute_rank(self, item: VotedItem) -> str:
        """Sorts disputes: the undecided first, then by how few agree, then by how many said it."""
        answers = answers_of(item)
        most_common = Counter(answer.class_ids for answer in answers).most_common(1)[0][1]
        settled = bool(self.settled.classes.get(item.item_id))
        return f"{settled:d}-{most_common / len(answers):.4f}-{9_999 - len(answers):04}"

    def class_counts(self) -> list[ClassCount]:
        """Items by class, in the order of the set."""
        settled = Counter(
            class_id for class_ids in self.settled.classes.values() for class_id in class_ids
        )
        usable = Counter(
            class_id for example in self.taught.usable for class_id in example.class_ids
        )
        return [
            ClassCount(
                class_id=class_id, name=name, items=settled[class_id], usable=usable[class_id]
            )
            for class_id, name in self.names.items()
        ]

    def labeller_counts(self) -> list[LabellerCount]:
        """What each person has done, the busiest first."""
        outcomes: dict[str, Counter[LabelOutcome]] = defaultdict(Counter)
        for item in self.voted.items:
            for vote in item.votes:
                outcomes[vote.person_id][vote.outcome] += 1
        agreed = self._agreed()
        counts = [
            LabellerCount(
                person_id=person_id,
                labels=counted[LabelOutcome.LABELLED],
                unsure=counted[LabelOutcome.UNSURE],
                skipped=counted[LabelOutcome.SKIPPED],
                agreement=agreed.get(person_id),
                skill=self.settled.skills.get(person_id),
            )
            for person_id, counted in outcomes.items()
        ]
        return sorted(counts, key=lambda each: (-each.labels, each.person_id))

    def _agreed(self) -> Mapping[str, float]:
        """Share of each person's answers that are the consensus, where others answered, too."""
        answered: Counter[str] = Counter()
        as_the_team: Counter[str] = Counter()
        for item in self.labelled:
            settled = self.settled.classes.get(item.item_id, ())
            answers = answers_of(item)
            if settled and len(answers) > 1:
                answered.update(answer.person_id for answer in answers)
                as_the_team.update(each.person_id for each in answers if each.class_ids == settled)
        return {person_id: as_the_team[person_id] / n for person_id, n in answered.items()}
