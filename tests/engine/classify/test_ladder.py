"""Which method answers, and how far its answers can be trusted."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.classify import Classifier, Examples, ZeroShot, fit
from engine.classify.calibration import expected_calibration_error
from engine.schemas import ClassifierMethod
from tests.engine.classify.making import LOGIT_SCALE, World, directions


def accuracy(classifier: Classifier, items: Examples) -> float:
    """Share of items whose best class is their own."""
    best = classifier.predict(items.features).among_classes.argmax(axis=1)
    return float((best == items.classes).mean())


def test_without_labels_names_answer() -> None:
    """Nobody could ask anything of a set before its first label."""
    world = World(5, noise=0.5, word_noise=0.5)
    classifier = fit(world.evenly(0), world.words)
    assert classifier.evidence.method is ClassifierMethod.ZERO_SHOT
    assert classifier.evidence.accuracy is None
    assert accuracy(classifier, world.evenly(20)) > 0.95


def test_one_label_of_each_of_two_classes_is_enough_to_begin() -> None:
    """A team would label two pictures and see an error, or no difference."""
    world = World(2, noise=1.0, word_noise=10.0)
    classifier = fit(world.evenly(1), world.words)
    assert accuracy(classifier, world.evenly(50)) > 0.8


def test_a_class_with_a_single_example_is_learnt_beside_full_ones() -> None:
    """The class somebody has just started could never be the answer."""
    world = World(4, noise=0.8, word_noise=10.0)
    classifier = fit(world.items(30, 30, 30, 1), world.words)
    assert accuracy(classifier, world.items(0, 0, 0, 50)) > 0.5


def test_a_class_without_an_example_is_answered_by_its_name() -> None:
    """With the first label of another class, a class would vanish from all answers."""
    world = World(4, noise=0.8, word_noise=0.5)
    classifier = fit(world.items(20, 20, 20, 0), world.words)
    items = world.items(0, 0, 0, 50)
    assert accuracy(classifier, items) > 0.9
    assert not classifier.predict(items.features).none_of_these.any()


def test_names_that_mislead_are_not_believed_once_labels_disagree() -> None:
    """A class without examples whose name draws everything would swallow all answers."""
    world = World(4, noise=0.8)
    swallowing = directions(1, seed=9)[0] * 0.1 + world.evenly(50).features.mean(axis=0)
    texts = np.stack([*world.words.text_features[:3], swallowing / np.linalg.norm(swallowing)])
    examples = world.items(20, 20, 20, 0)
    classifier = fit(examples, ZeroShot(texts[[1, 2, 0, 3]], LOGIT_SCALE))
    assert accuracy(classifier, world.items(50, 50, 50, 0)) > 0.9


def test_examples_win_over_names_as_soon_as_they_are_better() -> None:
    """Labels would not pay back: answers would stay those of the names."""
    world = World(5, noise=1.0, word_noise=10.0)
    tested = world.evenly(50)
    before = fit(world.evenly(0), world.words)
    after = fit(world.evenly(8), world.words)
    assert accuracy(after, tested) > accuracy(before, tested) + 0.3
    assert after.evidence.method is not ClassifierMethod.ZERO_SHOT


def test_names_serve_where_nothing_beats_them() -> None:
    """A handful of labels would make good answers worse."""
    world = World(5, noise=1.0, word_noise=0.1)
    tested = world.evenly(100)
    with_names = accuracy(fit(world.evenly(0), world.words), tested)
    assert accuracy(fit(world.evenly(3), world.words), tested) >= with_names - 0.01


def test_sixty_classes() -> None:
    """A set beyond the 25 options of a menu would fail or take minutes."""
    world = World(60, noise=1.0)
    assert accuracy(fit(world.evenly(4), world.words), world.evenly(5)) > 0.8


@pytest.mark.parametrize("count", [1, 2, 12])
def test_items_that_all_look_the_same(count: int) -> None:
    """Twelve copies of one picture under two classes would break the set with a division by 0."""
    same = np.repeat(directions(1), 2 * count, axis=0)
    examples = Examples(same, np.arange(2 * count) % 2, np.arange(2 * count), 2)
    prediction = fit(examples, ZeroShot(directions(2, seed=1), LOGIT_SCALE)).predict(same[:1])
    assert np.isfinite(prediction.probabilities).all()
    assert prediction.among_classes.max() < 0.7


def test_copies_do_not_make_a_classifier_look_good() -> None:
    """Labels given by dice would be reported as 100 % right, because their copies were seen."""
    world = World(2)
    items = world.evenly(30)
    dice = np.random.default_rng(4).integers(0, 2, 60)
    copies = Examples(
        np.repeat(items.features, 4, axis=0), np.repeat(dice, 4), np.repeat(items.groups, 4), 2
    )
    evidence = fit(copies, world.words).evidence
    assert evidence.accuracy is not None
    assert evidence.accuracy.value < 0.7


def test_probabilities_mean_what_they_say() -> None:
    """Of answers given with 90 %, a third would be wrong."""
    world = World(6, noise=2.5, word_noise=3.0)
    tested = world.evenly(500)
    classes = fit(world.evenly(20), world.words).predict(tested.features).among_classes
    right = classes.argmax(axis=1) == tested.classes
    assert 0.5 < right.mean() < 0.9
    assert expected_calibration_error(classes.max(axis=1), right) < 0.05


def test_the_accuracy_told_is_that_of_new_items() -> None:
    """The bot would promise a quality that new items do not bear out."""
    world = World(6, noise=2.5, word_noise=3.0)
    classifier = fit(world.evenly(30), world.words)
    told = classifier.evidence.accuracy
    assert told is not None
    assert told.low < accuracy(classifier, world.evenly(300)) < told.high


def test_only_random_items_tell_the_accuracy_where_there_are_enough() -> None:
    """A session that shows hard items first would make every classifier look bad."""
    world = World(3, noise=0.8)
    examples = world.evenly(40)
    hard = examples.groups % 3 == 0
    dice = np.random.default_rng(2).integers(0, 3, len(examples))
    mixed = Examples(examples.features, np.where(hard, dice, examples.classes), examples.groups, 3)
    all_tell = fit(mixed, world.words).evidence
    some_tell = fit(mixed, world.words, representative=~hard).evidence
    assert all_tell.accuracy is not None
    assert some_tell.accuracy is not None
    assert some_tell.accuracy.value > all_tell.accuracy.value + 0.1
    assert some_tell.tested == 80


def test_an_item_of_no_class_is_none_of_these() -> None:
    """A picture of something else would be given a class with confidence."""
    world = World(8, noise=0.7)
    known = world.items(20, 20, 20, 20, 0, 0, 0, 0)
    four = Examples(known.features, known.classes, known.groups, 4)
    classifier = fit(four, ZeroShot(world.words.text_features[:4], LOGIT_SCALE))
    inside = classifier.predict(world.items(50, 50, 50, 50, 0, 0, 0, 0).features)
    outside = classifier.predict(world.items(0, 0, 0, 0, 50, 50, 50, 50).features)
    assert inside.none_of_these.mean() < 0.05
    assert outside.none_of_these.mean() > 0.9


def test_general_content_is_none_of_these_before_the_first_label() -> None:
    """Every picture asked about would be one of the classes, whatever it shows."""
    world = World(4, noise=0.7, word_noise=0.7)
    classifier = fit(world.evenly(0), world.words, reference=directions(60, seed=5))
    assert classifier.predict(world.evenly(50).features).none_of_these.mean() < 0.1
    assert classifier.predict(directions(200, seed=6)).none_of_these.mean() > 0.5


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 6), min_size=2, max_size=6), st.booleans())
def test_any_number_of_labels_gives_probabilities(counts: list[int], named: bool) -> None:
    """Some mixture of full, small and empty classes would bring an error instead of an answer."""
    world = World(len(counts), word_noise=0.5 if named else 10.0)
    classifier = fit(world.items(*counts), world.words, reference=directions(10, seed=3))
    prediction = classifier.predict(world.evenly(3).features)
    sums = prediction.probabilities.sum(axis=1) + prediction.none_probability
    assert (prediction.probabilities >= -1e-9).all()
    np.testing.assert_allclose(sums, 1)


def test_the_same_labels_give_the_same_classifier() -> None:
    """The same question would be answered differently after each restart."""
    world = World(5, noise=2.0)
    examples, asked = world.evenly(12), world.evenly(5).features
    one, other = (fit(examples, world.words, seed=1).predict(asked) for _ in range(2))
    np.testing.assert_array_equal(one.probabilities, other.probabilities)
