"""Which messages words may be learnt from."""

from __future__ import annotations

import pytest

from engine.catalogue import Catalogue
from engine.catalogue.label_votes import VotedItem
from engine.labels.eligibility import obstacle
from engine.schemas import PersonUpdate, TrainingUpdate
from tests.engine.catalogue.contents import picture, place, text


@pytest.mark.parametrize("enabled", [True, False])
@pytest.mark.parametrize("consent", [True, False, None])
@pytest.mark.parametrize("author", ["ann", ""])
async def test_the_rule_is_that_of_labelled_items(
    catalogue: Catalogue, author: str, consent: bool | None, enabled: bool
) -> None:
    """What somebody has not agreed to would be done to their messages after all."""
    content = text("said", author_id=author)
    item_id = (await catalogue.items.put(content)).item_id
    await catalogue.training.put("lib", TrainingUpdate(enabled=enabled, asked_by="admin"))
    if consent is not None:
        await catalogue.people.update("lib", "ann", PersonUpdate(training_consent=consent))
    item = VotedItem(item_id, content.sha256, b"", "c", author, "", consent, votes=[])
    allowed = obstacle(item, training_enabled=enabled) is None
    found = await catalogue.learnable.sample("lib", at_most=9, max_chars=2)
    assert [each.text for each in found] == (["sa"] if allowed else [])
    still = await catalogue.learnable.still_learnable({item_id: content.sha256})
    assert still == ({item_id} if allowed else set())


async def test_a_sample_has_each_text_once_and_is_always_the_same(catalogue: Catalogue) -> None:
    """One message posted a thousand times would be all that words are learnt from."""
    for number in range(6):
        at = place(f"m{number}")
        await catalogue.items.put(text(f"said {number // 2}", at, author_id=""))
    await catalogue.items.put(picture(b"p", place("m9"), author_id=""))
    await catalogue.items.put(text("elsewhere", place("m", library_id="l2"), author_id=""))
    everything = await catalogue.learnable.sample("lib", at_most=9, max_chars=99)
    assert sorted(each.text for each in everything) == ["said 0", "said 1", "said 2"]
    assert await catalogue.learnable.sample("lib", at_most=2, max_chars=99) == everything[:2]
