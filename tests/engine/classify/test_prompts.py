"""How classes are put into words."""

from engine.classify import averaged, class_texts
from engine.schemas import ItemKind
from tests.engine.classify.making import directions


def test_a_description_counts_besides_the_name() -> None:
    """Somebody explains a class with an odd name, and it changes nothing."""
    assert "not a bug" in class_texts("wontfix", "not a bug", ItemKind.TEXT)
    assert any("wontfix" in text for text in class_texts("wontfix", "not a bug", ItemKind.IMAGE))


def test_braces_in_a_name_are_only_characters() -> None:
    """A class called “{}” would break every answer of its set."""
    assert "a picture of {0} 🎉" in class_texts("{0} 🎉", "", ItemKind.IMAGE)


def test_each_class_has_one_feature_of_length_one() -> None:
    """A class described at length would outweigh one with a name alone."""
    features = averaged([directions(1), directions(6, seed=1)])
    assert features.shape == (2, 64)
    assert abs((features**2).sum(axis=1) - 1).max() < 1e-5
