"""The recipe's parts that decide whether the model card's numbers can be believed."""

import json
from pathlib import Path

import numpy as np
import pytest

from engine.starter.captions import count_caption, plural, with_article
from engine.starter.card import measured_tables, update_card
from engine.starter.concepts import Concept, split_concepts, telling_words
from engine.starter.measures import chance_recall, recall_at
from engine.starter.schedule import learning_rate
from engine.starter.sources import IconSet, read_icons, spoken_name


def _concepts() -> list[Concept]:
    words = [f"{letter}{vowel}nk" for letter in "bcdfghjklmnprstvwz" for vowel in "aeiou"]
    emoji = [Concept(f"1f{i}", word, (f"{word}ish",), "tool") for i, word in enumerate(words)]
    icons = [Concept(f"icon:{word} closed", f"{word} closed") for word in words]
    return emoji + icons


def test_no_trained_name_shares_a_word_with_a_held_out_concept() -> None:
    """The card's held-out numbers would be too good: the thing was seen under another name."""
    split = split_concepts(_concepts())
    held_words = {w for c in split if c.split == "held_out" for w in telling_words(c.name)}
    trained = [c for c in split if c.split == "trained"]
    assert held_words
    assert trained
    assert not any(telling_words(concept.name) & held_words for concept in trained)


def test_split_is_the_same_every_time() -> None:
    """Training and evaluation would disagree about what was held out."""
    assert split_concepts(_concepts()) == split_concepts(_concepts())


def test_icons_without_skin_tones_and_skipped_variants(tmp_path: Path) -> None:
    """Training would drown in near copies of hands."""
    folder = tmp_path / "node_modules" / "@iconify-json" / "tiny"
    folder.mkdir(parents=True)
    body = {"body": '<path d="M0 0h9v9z" fill="currentColor"/>'}
    names = ["waving-hand", "waving-hand-dark-skin-tone", "acorn", "acorn-thin"]
    package = {"icons": dict.fromkeys(names, body), "width": 32, "height": 32}
    (folder / "icons.json").write_text(json.dumps(package), "utf-8")
    (folder / "chars.json").write_text(json.dumps({"1f44b-fe0f": "waving-hand", "e001": "acorn"}))
    icon_set = IconSet("tiny", "mono", "MIT", skipped_endings=("-thin",))
    icons = list(read_icons(icon_set, tmp_path))
    assert [(icon.name, icon.codepoints) for icon in icons] == [
        ("waving hand", "1f44b"),
        ("acorn", None),
    ]
    assert 'viewBox="0.0 0.0 32.0 32.0"' in icons[0].svg


def test_spoken_name_drops_drawing_styles() -> None:
    """Captions would speak of 'umbrella outline 2'."""
    assert spoken_name("umbrella-outline-2") == "umbrella"


@pytest.mark.parametrize(
    ("name", "article", "many"),
    [
        ("umbrella", "an umbrella", "umbrellas"),
        ("unicorn", "a unicorn", "unicorns"),
        ("cherry", "a cherry", "cherries"),
        ("glasses", "glasses", "glasses"),
        ("fox", "a fox", "foxes"),
    ],
)
def test_captions_read_like_english(name: str, article: str, many: str) -> None:
    """The text tower would be taught phrases that nobody types."""
    assert with_article(name) == article
    assert plural(name) == many
    assert count_caption(name, 3) == f"three {many}"


def test_a_feature_that_is_always_the_same_finds_nothing() -> None:
    """A collapsed model would be reported as perfect, because every rank is a tie."""
    same = np.full((20, 4), 0.5, dtype=np.float32)
    assert recall_at(same, same, np.arange(20)) == {"R@1": 0.0, "R@5": 0.0, "R@10": 0.0}


def test_perfect_features_find_everything() -> None:
    """Recall would be wrong for the simplest case."""
    axes = np.eye(12, dtype=np.float32)
    assert recall_at(axes, axes, np.arange(12)) == {"R@1": 100.0, "R@5": 100.0, "R@10": 100.0}
    assert chance_recall(200) == {"R@1": 0.5, "R@5": 2.5, "R@10": 5.0}


def test_learning_rate_rises_then_falls() -> None:
    """Training would start with a jump or end on unsettled weights."""
    rates = [learning_rate(progress, peak=1.0) for progress in (0.0, 0.03, 0.5, 1.0)]
    assert rates[0] < rates[2] < rates[1]
    assert rates[3] == pytest.approx(0.01)


def test_card_is_written_from_the_report(tmp_path: Path) -> None:
    """The model card would show numbers that nobody measured."""
    recalls = {"R@1": 1.0, "R@5": 2.0, "R@10": 3.0}
    report = {
        "text_search": [
            {"concepts": "trained", "style": "unseen", "gallery": 9, "queries": 8}
            | {"model": recalls, "chance": recalls}
        ],
        "picture_search": [],
        "zero_shot": [],
    }
    card = tmp_path / "card.md"
    card.write_text("before\n<!-- measured -->\nold\n<!-- end of measured -->\nafter\n")
    update_card(report, card)
    text = card.read_text()
    assert "| trained | unseen | 9 | 8 | 1.0 / 2.0 / 3.0 | 1.0 / 2.0 / 3.0 |" in text
    assert measured_tables(report) in text
    assert "old" not in text
    assert text.startswith("before")
    assert text.endswith("after\n")
