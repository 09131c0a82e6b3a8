"""What a team as a whole says of each item."""

from __future__ import annotations

import numpy as np

from engine.labels.answers import Answer, by_item
from engine.labels.consensus import LEAST_ITEMS_A_CLASS, consensus
from tests.engine.labels.answering import answers, crowd


def test_the_majority_is_the_consensus_and_a_tie_is_none() -> None:
    """One person's slip would decide, or a coin would where two people differ."""
    found = consensus(answers({"ann": "aaa", "bob": "aab", "cid": "ab "}), multi_label=False)
    assert found.classes == {"item-000": ("a",), "item-001": ("a",), "item-002": ()}
    assert found.skills == {}


def test_what_one_person_alone_says_counts() -> None:
    """A team of one would never have anything to learn from."""
    assert consensus(answers({"ann": "ab"}), multi_label=False).classes == {
        "item-000": ("a",),
        "item-001": ("b",),
    }


def test_people_who_are_often_right_outweigh_those_who_guess() -> None:
    """Three careless labellers would overrule the two who know."""
    truth = np.random.default_rng(1).choice(["a", "b"], 200).tolist()
    skills = {"ann": 0.97, "bob": 0.97, "cid": 0.6, "dee": 0.6, "eve": 0.6}
    said = crowd(truth, skills, classes="ab")
    found = consensus(said, multi_label=False)
    right = {f"item-{n:03}": (class_id,) for n, class_id in enumerate(truth)}
    wrong = [each for each in right if found.classes[each] not in ((), right[each])]
    outvoted = [
        item_id
        for item_id, votes in by_item(said).items()
        if 2 * sum(vote.class_ids == right[item_id] for vote in votes) < len(votes)
    ]
    assert len(wrong) < len(outvoted) / 2
    assert sum(map(bool, found.classes.values())) > 0.9 * len(truth)
    assert min(found.skills["ann"], found.skills["bob"]) > 0.9
    assert max(found.skills["cid"], found.skills["dee"], found.skills["eve"]) < 0.75


def test_few_shared_items_leave_it_to_the_majority() -> None:
    """Error rates guessed from a handful of items would overrule what two of three say."""
    truth = "ab" * (LEAST_ITEMS_A_CLASS - 1)
    said = crowd(truth, {"ann": 0.9, "bob": 0.8, "cid": 0.8}, classes="ab")
    assert consensus(said, multi_label=False).skills == {}


def test_everybody_giving_one_class_is_no_error() -> None:
    """A set where everything is alike so far would have no progress page."""
    said = answers(dict.fromkeys(("ann", "bob", "cid"), "a" * 3 * LEAST_ITEMS_A_CLASS))
    assert set(consensus(said, multi_label=False).classes.values()) == {("a",)}


def test_several_classes_are_decided_one_by_one() -> None:
    """Where people share one of two classes, both would be thrown away."""
    said = [
        Answer("sea", "ann", ("boat", "water")),
        Answer("sea", "bob", ("water",)),
        Answer("sea", "cid", ("sky", "water")),
        Answer("bay", "ann", ("boat",)),
        Answer("bay", "bob", ("sky",)),
    ]
    found = consensus(said, multi_label=True)
    assert found.classes == {"sea": ("water",), "bay": ()}
