"""What a session shows next."""

import numpy as np

from engine.classify import Choice, Classifier, Examples, choose, fit
from engine.encoders.ports import Features
from engine.schemas import Draw
from tests.engine.classify.making import World

NOTHING = World(1).items(0).features


def chosen(
    candidates: Features,
    count: int,
    *,
    labelled: Features = NOTHING,
    classifier: Classifier | None = None,
    drawn_before: int = 0,
    copies: int = 1,
) -> list[Choice]:
    """A session's choices; every `copies` candidates in a row are near-duplicates."""
    return choose(
        candidates,
        np.arange(len(candidates)) // copies,
        labelled,
        classifier=classifier,
        count=count,
        drawn_before=drawn_before,
    )


def taught(world: World, count: int) -> tuple[Examples, Classifier]:
    """Examples and the classifier they make."""
    examples = world.evenly(count)
    return examples, fit(examples, world.words)


def test_one_in_five_is_drawn_at_random_whatever_the_size_of_the_steps() -> None:
    """Accuracy would be measured on hard items alone, or a fifth of all work be wasted twice."""
    candidates = World(4).evenly(50).features
    at_once = [choice.draw for choice in chosen(candidates, 40)]
    one_by_one = [chosen(candidates, 1, drawn_before=n)[0].draw for n in range(40)]
    assert at_once == one_by_one
    assert at_once.count(Draw.RANDOM) == 8


def test_a_cold_start_shows_every_cluster_before_any_twice() -> None:
    """The first ten cards would be ten pictures of one thing."""
    world = World(10, noise=0.5)
    items = world.items(60, 5, 5, 5, 5, 5, 5, 5, 5, 5)
    found = [c for c in chosen(items.features, 12) if c.draw is Draw.CLUSTER]
    assert len({int(items.classes[choice.row]) for choice in found[:10]}) >= 9


def test_what_is_known_is_not_shown_again() -> None:
    """People would label the hundredth sure case while the unsure ones wait."""
    world = World(4, noise=1.0, word_noise=10.0)
    examples = world.items(30, 30, 3, 3)
    classifier = fit(examples, world.words)
    items = world.evenly(100)
    found = chosen(items.features, 40, labelled=examples.features, classifier=classifier)
    unsure = [choice for choice in found if choice.draw is Draw.UNCERTAIN]
    of_rare = np.isin(items.classes[[choice.row for choice in unsure]], (2, 3))
    assert of_rare.mean() > 0.6


def test_near_duplicates_are_shown_once() -> None:
    """A picture posted ten times would be ten cards."""
    candidates = np.repeat(World(3).evenly(10).features, 10, axis=0)
    found = chosen(candidates, 60, copies=10)
    assert sorted(choice.row // 10 for choice in found) == list(range(30))


def test_fewer_come_when_there_are_no_more() -> None:
    """The last card of a set would be an error."""
    candidates = World(2).evenly(3).features
    assert len(chosen(candidates, 10)) == 6
    assert chosen(candidates[:0], 10) == []


def test_the_same_session_goes_on_the_same_way() -> None:
    """A session resumed after a restart would jump to another order."""
    world = World(4)
    examples, classifier = taught(world, 5)
    candidates = world.evenly(40).features
    one, other = (
        chosen(candidates, 20, labelled=examples.features, classifier=classifier, drawn_before=7)
        for _ in range(2)
    )
    assert one == other


def test_of_a_single_class_everything_is_as_unsure_as_anything() -> None:
    """A set that still has one class could not be labelled at all."""
    world = World(1)
    examples, classifier = taught(world, 12)
    assert len(chosen(world.evenly(9).features, 4, classifier=classifier)) == 4
    assert len(examples) == 12
