"""How far people agree, and in which words that is said."""

from __future__ import annotations

import pytest

from engine.labels.agreement import agreement
from tests.engine.labels.answering import answers, crowd


def test_agreement_is_that_of_the_textbooks() -> None:
    """A number would be shown that no one could compare with anything.

    Expected: 0.743 in Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability", C.
    """
    said = {"A": "123321412   ", "B": "1233224125 3", "C": " 3332342251 ", "D": "12332441251 "}
    measured = agreement(answers(said))
    assert measured.krippendorff == pytest.approx(0.743, abs=0.001)


def test_two_people_are_measured_by_cohen() -> None:
    """Kappa of two labellers would be another number than everybody else computes by hand."""
    measured = agreement(
        answers({"ann": "a" * 25 + "b" * 25, "bob": "a" * 20 + "b" * 5 + "a" * 10 + "b" * 15})
    )
    assert measured.cohen == pytest.approx(0.4)
    assert measured.overlap == 50
    assert measured.meaning.startswith("Fair agreement on 50 items")


@pytest.mark.parametrize(
    ("said", "meaning"),
    [
        ({}, "No item has been labelled by two people"),
        ({"ann": "abab"}, "No item has been labelled by two people"),
        ({"ann": "ab  ", "bob": "  ab"}, "No item has been labelled by two people"),
        ({"ann": "aaa", "bob": "aa "}, "Everybody gave the same answer to 2 items"),
    ],
)
def test_what_cannot_be_told_is_said_in_words(said: dict[str, str], meaning: str) -> None:
    """A team just beginning would be shown NaN, or praised for agreeing by chance."""
    measured = agreement(answers(said))
    assert (measured.cohen, measured.fleiss, measured.krippendorff) == (None, None, None)
    assert measured.meaning.startswith(meaning)


@pytest.mark.parametrize(
    ("skill", "words", "advice"),
    [
        (1.0, "Almost perfect agreement", "can be relied on"),
        (0.93, "Substantial agreement", "tentative conclusions"),
        (0.5, "", "too little to rely on"),
    ],
)
def test_numbers_come_with_what_to_do(skill: float, words: str, advice: str) -> None:
    """Nobody who has not studied statistics would know whether 0.7 is good."""
    measured = agreement(crowd("ab" * 100, dict.fromkeys("xyz", skill), classes="ab"))
    assert measured.meaning.startswith(words)
    assert advice in measured.meaning
    assert measured.fleiss == pytest.approx(measured.krippendorff, abs=0.02)


def test_opposite_answers_are_worse_than_chance() -> None:
    """Two people with swapped buttons would be told that they agree slightly."""
    measured = agreement(answers({"ann": "ab" * 10, "bob": "ba" * 10}))
    assert measured.cohen == pytest.approx(-1)
    assert measured.meaning.startswith("No better than chance")
