"""Who cannot train is told what is missing."""

from __future__ import annotations

from engine.jobs.refusal import Standing, why_not
from engine.labels.eligibility import Obstacle


def test_two_classes_with_four_examples_are_enough() -> None:
    """A small team would be kept from training for no reason."""
    assert why_not(Standing("Pets", {"cat": 4, "dog": 4, "cow": 1}, {})) is None


def test_each_lack_comes_with_what_mends_it() -> None:
    """A team would label more and more although consent is what is missing."""
    unusable = {Obstacle.TRAINING_OFF.value: 7, Obstacle.NOT_ASKED.value: 2}
    refused = why_not(Standing("Pets", {"cat": 4, "dog": 3}, unusable, not_indexed=5))
    assert refused is not None
    for said in ("cat 4, dog 3", "7 labelled", "`/settings training`", "2 labelled", "5 more"):
        assert said in refused


def test_a_set_without_classes_says_so() -> None:
    """The sentence would list nothing and explain nothing."""
    refused = why_not(Standing("Pets", {}, {}))
    assert refused is not None
    assert "no classes" in refused


def test_classes_left_out_are_named() -> None:
    """A team would look for a class in the comparison that was never trained on."""
    assert "cow 1" in Standing("Pets", {"cat": 4, "dog": 4, "cow": 1}, {}).left_out
    assert not Standing("Pets", {"cat": 4}, {}).left_out
