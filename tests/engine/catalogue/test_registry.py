"""Trained models in the catalogue: one a job, and outdated with what they have learnt from."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest

from engine.catalogue import Catalogue
from engine.catalogue.jobs import JobOrder
from engine.catalogue.registry import LearntItem
from engine.errors import NotFound
from engine.schemas import (
    AuditAction,
    ForgetRequest,
    Interval,
    ItemKind,
    JobState,
    MethodResult,
    ModelCard,
    PersonUpdate,
    TrainingMethod,
    UndoRequest,
)
from tests.engine.catalogue.contents import place, text
from tests.engine.catalogue.test_labels import PETS, say

AGREED = PersonUpdate(training_consent=True)


def card(model_id: str, *, library_id: str = "lib", labelset_id: str = "pets") -> ModelCard:
    """The card of a model that differs from others in what the test names."""
    return ModelCard(
        model_id=model_id,
        library_id=library_id,
        labelset_id=labelset_id,
        labelset_name="Pets",
        kind=ItemKind.TEXT,
        classes=["Cat", "Dog"],
        method=TrainingMethod.LP_FT,
        seed=1,
        snapshot="0" * 64,
        code_version="1",
        device="cpu",
        created_at=datetime.now(UTC),
        result=MethodResult(
            method=TrainingMethod.LP_FT, test_top1=Interval(value=0.9, low=0.8, high=0.95)
        ),
        searches=True,
        servable=True,
        verdict="It may serve.",
    )


async def order(catalogue: Catalogue, job_id: str, *, library_id: str = "lib") -> None:
    """Orders the job whose model is to be registered."""
    await catalogue.jobs.order(
        JobOrder(
            job_id=job_id,
            library_id=library_id,
            labelset_id="pets",
            labelset_name="Pets",
            methods=[TrainingMethod.LP_FT],
            seed=1,
            snapshot="0" * 64,
        ),
        max_waiting=9,
    )


async def learnt(catalogue: Catalogue, *authors: str) -> list[LearntItem]:
    """Stores a message of each author, and answers them as items that were learnt from."""
    items = []
    for n, author in enumerate(authors):
        content = text(f"message {n}", place(f"m{n}"), author_id=author)
        put = await catalogue.items.put(content)
        items.append(LearntItem(put.item_id, content.sha256))
    return items


async def register(catalogue: Catalogue, items: list[LearntItem], *, labelset_id: str) -> None:
    """A model that has learnt from these."""
    await order(catalogue, "m")
    assert await catalogue.models.register(card("m", labelset_id=labelset_id), items)


async def reason(catalogue: Catalogue) -> str:
    """Why that model has to be trained again."""
    return (await catalogue.models.get("m")).retrain_reason


async def noted(catalogue: Catalogue) -> list[int]:
    """How many items each entry of the audit about an outdated model counts."""
    page = await catalogue.audit.page("lib")
    return [each.amount for each in page.entries if each.action is AuditAction.OUTDATED_MODEL]


async def test_a_model_is_registered_once(catalogue: Catalogue) -> None:
    """A worker killed while it settles a job would leave two models, or fail for ever."""
    items = await learnt(catalogue, "", "")
    await order(catalogue, "m")
    for _ in range(2):
        assert await catalogue.models.register(card("m"), items)
    assert (await catalogue.models.get("m")).model_id == "m"
    assert await catalogue.models.ids() == {"m"}


async def test_a_job_cancelled_meanwhile_leaves_no_model(catalogue: Catalogue) -> None:
    """A model would stay of what somebody has deleted, or stopped, before it was done."""
    await order(catalogue, "m")
    await catalogue.job_runs.end("m", JobState.CANCELLED, reason="deleted")
    assert not await catalogue.models.register(card("m"), [])
    assert not await catalogue.models.register(card("of no job"), [])
    assert await catalogue.models.ids() == frozenset()


async def test_pages_are_newest_first_and_complete(catalogue: Catalogue) -> None:
    """A list of models would repeat some and lose others, or show another server's."""
    now = datetime.now(UTC)
    for n, model_id in enumerate("abcde"):
        await order(catalogue, model_id)
        dated = card(model_id).model_copy(update={"created_at": now + timedelta(seconds=n)})
        await catalogue.models.register(dated, [])
    await order(catalogue, "x", library_id="other")
    await catalogue.models.register(card("x", library_id="other"), [])
    listed: list[str] = []
    cursor = None
    while True:
        page = await catalogue.models.page("lib", cursor=cursor, limit=2)
        listed += [each.model_id for each in page.cards]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert listed == list("edcba")


async def _forget(catalogue: Catalogue) -> None:
    await catalogue.items.forget(ForgetRequest(library_id="lib", message_id="m0"), limit=10)


async def _edit(catalogue: Catalogue) -> None:
    await catalogue.items.put(text("other words", place("m0"), author_id="ann"))


async def _refuse(catalogue: Catalogue) -> None:
    await catalogue.people.update("lib", "ann", PersonUpdate(training_consent=False))


async def _withdraw(catalogue: Catalogue) -> None:
    await catalogue.people.update("lib", "ann", PersonUpdate(training_consent=None))


async def _opt_out(catalogue: Catalogue) -> None:
    await catalogue.people.update("lib", "ann", PersonUpdate(opted_out=True))


async def _forget_me(catalogue: Catalogue) -> None:
    request = ForgetRequest(library_id="lib", author_id="ann", asked_by="ann")
    while (await catalogue.items.forget(request, limit=10)).item_ids:
        pass


CHANGED = "1 of the 3 items it has learnt from were deleted or edited."
WITHDRAWN = "The authors of 1 of the 3 items it has learnt from do not agree to training any more."


@pytest.mark.parametrize(
    ("happens", "expected"),
    [
        (_forget, CHANGED),
        (_edit, CHANGED),
        (_forget_me, CHANGED),
        (_refuse, WITHDRAWN),
        (_withdraw, WITHDRAWN),
        (_opt_out, WITHDRAWN),
    ],
)
async def test_a_model_is_outdated_at_once(
    catalogue: Catalogue, happens: Callable[[Catalogue], Awaitable[None]], expected: str
) -> None:
    """Somebody takes back what they gave, and what learnt from it goes on as if they had not."""
    for person in ("ann", "bob"):
        await catalogue.people.update("lib", person, AGREED)
    items = await learnt(catalogue, "ann", "bob", "")
    await register(catalogue, items, labelset_id="pets")
    assert (await reason(catalogue), await noted(catalogue)) == ("", [])
    await happens(catalogue)
    assert await reason(catalogue) == expected
    assert (await catalogue.models.page("lib")).cards[0].retrain_reason == expected
    assert await noted(catalogue) == [1]
    await catalogue.people.update("lib", "bob", PersonUpdate(opted_out=True))
    assert await noted(catalogue) == [1], "admins are told once of each model"


async def test_what_is_taken_back_before_a_model_is_registered_counts(
    catalogue: Catalogue,
) -> None:
    """Whoever says no while a training runs would be learnt from without anybody noticing."""
    items = await learnt(catalogue, "ann", "bob")
    await register(catalogue, items, labelset_id="pets")
    assert "authors of 2 of the 2 items" in await reason(catalogue)
    assert await noted(catalogue) == [2]


async def test_authors_who_label_their_own_posts_agree_by_that(catalogue: Catalogue) -> None:
    """A model of what its labellers wrote would be outdated as soon as it is there."""
    created = await catalogue.labelsets.create(PETS.model_copy(update={"kind": ItemKind.TEXT}))
    items = await learnt(catalogue, "ann")
    await say(catalogue, created, [items[0].item_id], "Cat", person="ann")
    await register(catalogue, items, labelset_id=created.labelset_id)
    assert await reason(catalogue) == ""
    await catalogue.labels.undo(UndoRequest(labelset_id=created.labelset_id, person_id="ann"))
    assert "do not agree" in await reason(catalogue)


async def test_words_that_nobody_labelled_need_a_yes(catalogue: Catalogue) -> None:
    """A label would stand for a permission that was given for another use of the same post."""
    created = await catalogue.labelsets.create(PETS.model_copy(update={"kind": ItemKind.TEXT}))
    (item,) = await learnt(catalogue, "ann")
    await say(catalogue, created, [item.item_id], "Cat", person="ann")
    unlabelled = LearntItem(item.item_id, item.sha256, labelled=False)
    await register(catalogue, [unlabelled], labelset_id=created.labelset_id)
    assert "do not agree" in await reason(catalogue)


async def test_forgetting_a_library_forgets_its_models(catalogue: Catalogue) -> None:
    """A server that left would leave behind what was learnt from it, and from which items."""
    await register(catalogue, await learnt(catalogue, "ann"), labelset_id="pets")
    everything = ForgetRequest(library_id="lib", everything=True)
    while (await catalogue.items.forget(everything, limit=10)).item_ids:
        pass
    with pytest.raises(NotFound):
        await catalogue.models.get("m")
    await order(catalogue, "m")
    assert await catalogue.models.register(card("m"), [])
    assert await reason(catalogue) == "", "rows of its items are left"


async def test_a_deleted_model_is_gone(catalogue: Catalogue) -> None:
    """A model that an admin deleted would still be offered."""
    await register(catalogue, await learnt(catalogue, ""), labelset_id="pets")
    for _ in range(2):
        await catalogue.models.delete("m")
    assert (await catalogue.models.page("lib")).cards == []
