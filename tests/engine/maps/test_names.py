"""What groups on a map are called."""

from __future__ import annotations

import numpy as np
import pytest

from engine.classify.prompts import unit_rows
from engine.maps.names import everyday_things, group_names
from engine.maps.pixels import colour_name
from engine.maps.words import characteristic_words, word_features

NAMES = [f"thing {n}" for n in range(100)]


def test_texts_are_called_by_the_words_that_tell_them_apart() -> None:
    """Groups would be called by words that stand in every message, or by none."""
    texts = ["the coffee machine leaks", "coffee is ready", "a new coffee machine"]
    texts += ["the login page fails", "login is broken again", "the page of the login"]
    groups = np.array([0, 0, 0, 1, 1, 1])
    coffee, login = characteristic_words(texts, groups)
    assert coffee.startswith("coffee, machine")
    assert login.startswith("login, page")


@pytest.mark.parametrize("texts", [["!!", "??", "…"], ["", "", ""], ["1", "22", "333"]])
def test_texts_without_words_are_mapped_without_names(texts: list[str]) -> None:
    """A chat of emoji would break the map."""
    assert characteristic_words(texts, np.zeros(3, dtype=np.intp)) == [""]
    assert np.isfinite(word_features(texts, 0)).all()


def test_a_name_is_given_only_where_the_pictures_bear_it_out() -> None:
    """Groups would have the name that is least wrong, or two groups the same."""
    random = np.random.default_rng(0)
    words = unit_rows(random.normal(size=(100, 64)).astype(np.float32))
    shown = np.concatenate([[0, 0, 0, 1], [10, 16, 22, 28], [0, 1, 1, 1]])
    features = unit_rows(words[shown] + random.normal(0, 0.03, (12, 64)).astype(np.float32))
    groups = np.repeat(np.arange(3), 4)
    first, second, third = group_names(features, groups, NAMES, words)
    assert (first, third) == ("thing 0", "thing 1")
    assert second == ""


@pytest.mark.parametrize(
    ("rgb", "name"),
    [
        ((0.9, 0.1, 0.1), "red"),
        ((0.05, 0.1, 0.35), "dark blue"),
        ((0.8, 0.82, 0.8), "light grey"),
        ((0.1, 0.6, 0.15), "dark green"),
        ((0.95, 0.9, 0.2), "yellow"),
    ],
)
def test_colours_are_called_as_people_call_them(rgb: tuple[float, float, float], name: str) -> None:
    """A group of dark pictures would be called light."""
    assert colour_name(np.array(rgb, dtype=np.float32)) == name


def test_names_are_general_and_each_stands_once() -> None:
    """A typo in the list would name groups by half a line."""
    things = everyday_things()
    assert len(things) == len(set(things)) > 80
    assert all(thing == thing.strip() and thing for thing in things)
