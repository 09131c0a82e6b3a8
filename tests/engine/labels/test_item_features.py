"""What an item is like by itself, whatever it is found together with."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from engine.labels.item_features import ItemFeatures
from engine.schemas import ItemKind
from engine.vectors.memory import MemoryVectorStore
from tests.engine.ingest.rig import POSTED_AT, Rig, described, open_rig


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Rig]:
    """Ingest without any items."""
    store = MemoryVectorStore()
    async with open_rig(tmp_path, store) as rig:
        yield rig
    await store.close()


async def said(rig: Rig, text: str, after_s: int, author_id: str = "ann") -> str:
    """Somebody says something; answers its id."""
    new_item = described(text, text=text, author_id=author_id)
    at = POSTED_AT + timedelta(seconds=after_s)
    return (await rig.uploads.accept(new_item.model_copy(update={"posted_at": at}), None)).item_id


async def test_a_message_of_a_run_is_learnt_by_itself(rig: Rig) -> None:
    """A team's labels would teach what was said before a message instead of the message."""
    first = await said(rig, "the card was swallowed", 0)
    second = await said(rig, "top up by transfer", 10)
    late = await said(rig, "why was I charged", 500)
    other = await said(rig, "which currencies", 505, author_id="ben")
    await rig.embed()
    features = ItemFeatures(rig.collections, rig.catalogue.runs, rig.sentence)

    found = await features.of(ItemKind.TEXT, [first, second, late, other])

    texts = [
        "the card was swallowed",
        "top up by transfer",
        "why was I charged",
        "which currencies",
    ]
    alone = await rig.sentence.encode_texts(texts)
    assert list(found) == [first, second, late, other]
    np.testing.assert_allclose(np.stack(list(found.values())), alone, atol=1e-6)


async def test_only_messages_of_runs_are_encoded_again(rig: Rig) -> None:
    """A session over ten thousand messages would encode them all, and again with each card."""
    ids = [await said(rig, f"message {n}", 1000 * n) for n in range(3)]
    ids.append(await said(rig, "and another thing", 2001))
    await rig.embed()
    features = ItemFeatures(rig.collections, rig.catalogue.runs, rig.sentence)
    before = len(rig.sentence.batches)

    await features.of(ItemKind.TEXT, ids)
    await features.of(ItemKind.TEXT, ids)

    assert rig.sentence.batches[before:] == [1]
