"""Other searches, before and after a network was trained further."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from engine.schemas import ItemKind, TrainingMethod
from engine.training.data import TrainingData
from engine.training.general_sample import SampledItem, digest, read_sample, write_sample
from engine.training.general_search import general_searches, halved, posted_again, recall_at_k
from engine.training.run import Run
from tests.engine.training.making import coloured_pictures, write_run


def test_recall_counts_what_is_among_the_first() -> None:
    """A network that finds nothing any more would pass for one that finds all."""
    gallery = np.eye(12, dtype=np.float32)
    nearly = gallery[0] + 0.5 * gallery[1]
    assert recall_at_k(gallery, gallery, np.arange(12), top_k=1) == 1
    queries = np.stack([nearly, nearly, nearly])
    assert recall_at_k(queries, gallery, np.array([0, 1, 2]), top_k=2) == pytest.approx(2 / 3)
    assert recall_at_k(np.ones_like(gallery), gallery, np.arange(12), top_k=10) == 0


@pytest.mark.timeout(300)
@pytest.mark.parametrize("kind", [ItemKind.IMAGE, ItemKind.TEXT])
def test_a_spoilt_network_finds_less_than_the_one_that_serves(
    kind: ItemKind, tmp_path: Path
) -> None:
    """A model that has forgotten all but a team's classes would be let serve every search."""
    contents = coloured_pictures(3) if kind is ItemKind.IMAGE else [(b"a fee", 0), (b"a card", 1)]
    folder = write_run(tmp_path, kind, contents, [TrainingMethod.PROBE])
    run = Run.read(folder)
    words = "the meeting about the new invoices was moved to a Thursday in May"
    items = [SampledItem("i0", "0" * 64, words if kind is ItemKind.TEXT else "")]
    write_sample(run.snapshot, items)
    data = TrainingData(run, folder, lambda: False)
    searches = general_searches(data)
    spoilt = data.backbone.tower()
    with torch.no_grad():
        for each in spoilt.parameters():
            each.add_(torch.randn(each.shape, generator=torch.Generator().manual_seed(0)))
    same = searches.measured(data.backbone.tower())
    assert same.after == same.before > 0.5
    assert searches.measured(spoilt).after < 0.5 * same.before
    assert same.queries == (132 if kind is ItemKind.IMAGE else _halved_sentences() + 1)


def _halved_sentences() -> int:
    from engine.search.reference import reference_texts

    return sum(halved(each) is not None for each in reference_texts())


def test_a_copy_is_smaller_and_not_the_same() -> None:
    """Pictures would be found by copies that no network could miss."""
    picture = Image.effect_noise((200, 100), 80).convert("RGB")
    assert posted_again(picture).size == (80, 40)
    assert posted_again(Image.new("RGB", (1, 1))).size == (1, 1)


def test_a_sample_comes_back_as_it_was_written(tmp_path: Path) -> None:
    """Before and after would be measured on different searches."""
    items = [SampledItem("i1", "aa", "one\u2028two\nthree"), SampledItem("i2", "bb")]
    assert read_sample(tmp_path) == []
    write_sample(tmp_path, items)
    assert read_sample(tmp_path) == items
    assert digest(items) != digest(items[:1])
    assert digest([]) == ""
