"""How a label set stands: who has said what, and what follows from it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.catalogue.label_votes import VotedItem, VotedSet
from engine.labels.agreement import agreement
from engine.labels.answers import differ
from engine.labels.consensus import Consensus
from engine.labels.examples import ExampleSet, answers_of, consensus_of, example_set
from engine.schemas import (
    Agreement,
    ClassCount,
    LabellerCount,
    LabelOutcome,
    LabelProgress,
    LearningCurve,
)


@dataclass(frozen=True)
class Standing:
    """A label set with everything said in it, settled.

    Attributes:
        taught: what may be learnt from it.
        labelled: the items that somebody has labelled.
        disputed: those of them that people label differently, most disputed first.
        names: of the classes in use, by id.
    """

    voted: VotedSet
    settled: Consensus
    taught: ExampleSet
    agreement: Agreement
    labelled: Sequence[VotedItem]
    disputed: Sequence[VotedItem]
    names: Mapping[str, str]

    @classmethod
    def of(cls, voted: VotedSet) -> Standing:
        """Settles what the team says; may take seconds."""
        settled = consensus_of(voted)
        said = [(item, answers_of(item)) for item in voted.items]
        disputed = [item for item, answers in said if differ(answers)]
        return cls(
            voted=voted,
            settled=settled,
            taught=example_set(voted, settled),
            agreement=agreement([answer for _, answers in said for answer in answers]),
            labelled=[item for item, answers in said if answers],
            disputed=sorted(disputed, key=lambda item: dispute_key(item, settled)),
            names={each.class_id: each.name for each in voted.classes},
        )

    def progress(self, curve: LearningCurve) -> LabelProgress:
        """The same in numbers."""
        return LabelProgress(
            labelset_id=self.voted.labelset_id,
            labelled=len(self.labelled),
            disputed=len(self.disputed),
            classes=self.class_counts(),
            labellers=self.labeller_counts(),
            agreement=self.agreement,
            curve=curve,
            unusable=dict(self.taught.unusable),
        )

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


def dispute_key(item: VotedItem, settled: Consensus) -> tuple[str, str]:
    """Sorts disputes: the undecided first, then by how few agree, then by how many said it."""
    answers = answers_of(item)
    most_common = Counter(answer.class_ids for answer in answers).most_common(1)[0][1]
    is_settled = bool(settled.classes.get(item.item_id))
    rank = f"{is_settled:d}-{most_common / len(answers):.4f}-{9_999 - len(answers):04}"
    return rank, item.item_id
