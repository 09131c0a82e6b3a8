"""What labelling has brought, and would bring."""

from __future__ import annotations

import numpy as np
import pytest

from engine.classify import Examples
from engine.labels.learning_curve import MORE, learning_curve
from engine.schemas import LearningCurve
from tests.engine.labels.answering import clusters


def measured(examples: Examples) -> LearningCurve:
    """The curve of examples that were all drawn at random."""
    return learning_curve(examples, np.ones(len(examples), np.bool_))


def test_accuracy_grows_with_labels_and_the_estimate_with_it() -> None:
    """The curve would tell a team that labelling does not help while it does."""
    curve = measured(clusters(classes=5, each=12, spread=0.45))
    accuracies = [point.accuracy.value for point in curve.points]
    assert accuracies[-1] > accuracies[0] + 0.1
    assert (curve.points[0].labels, curve.points[-1].labels) == (10, 54)
    assert curve.expected is not None
    assert accuracies[-1] - 0.05 < curve.expected.value <= 1
    assert curve.expected.low <= curve.expected.value <= curve.expected.high
    assert f"{MORE} more labels would bring about" in curve.sentence


def test_the_estimate_holds_when_the_labels_come() -> None:
    """People would be promised more than twenty labels bring."""
    all_examples = clusters(classes=5, each=40, spread=0.35, seed=3)
    now = measured(all_examples.take(np.arange(80)))
    then = measured(all_examples.take(np.arange(100)))
    assert now.expected is not None
    assert then.points[-1].labels == 90
    assert now.expected.low <= then.points[-1].accuracy.value <= now.expected.high


def test_when_more_labels_bring_nothing_it_says_so() -> None:
    """A team would go on labelling what is long learnt."""
    curve = measured(clusters(classes=2, each=60, spread=0.05))
    assert "less than one point" in curve.sentence


@pytest.mark.parametrize(
    ("classes", "each", "reason"), [(1, 50, "two classes"), (3, 2, "two classes"), (2, 5, "10 in")]
)
def test_too_few_labels_give_no_estimate(classes: int, each: int, reason: str) -> None:
    """Noise would be shown as a trend."""
    curve = measured(clusters(classes=classes, each=each))
    assert (curve.points, curve.expected) == ([], None)
    assert reason in curve.sentence


def test_only_what_was_drawn_at_random_is_tested_on() -> None:
    """What people picked because it was clear would make a classifier look good."""
    easy, hard = clusters(classes=3, each=40, spread=0.05), clusters(classes=3, each=40, spread=1.0)
    mixed = Examples(
        np.concatenate([easy.features, hard.features]),
        np.concatenate([easy.classes, hard.classes]),
        np.arange(240),
        class_count=3,
    )
    honest = learning_curve(mixed, np.arange(240) >= 120)
    flattering = learning_curve(mixed, np.zeros(240, np.bool_))
    assert honest.points[-1].accuracy.value < flattering.points[-1].accuracy.value - 0.1
    assert "Measured on what people chose" in flattering.sentence
    assert "Measured on" not in honest.sentence


def test_copies_do_not_count_as_knowledge() -> None:
    """Ten reposts of one picture would look like ten examples learnt."""
    random_features = clusters(classes=2, each=30, spread=50.0, copies=4)
    assert measured(random_features).points[-1].accuracy.low < 0.6
