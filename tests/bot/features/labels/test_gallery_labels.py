"""Labelling what a search found: one hit, or all of them at once."""

from __future__ import annotations

from bot.standin.components import walk
from bot.standin.world import Message
from tests.bot.features.labels.conftest import LabelChat, entries
from tests.bot.reading import buttons_of, text_of
from tests.e2e.conftest import picture

TEXTS = tuple(f"the bicycle number {n} is in the shed" for n in range(6))


async def found(team: LabelChat, name: str = "Erin") -> Message:
    """A gallery with six texts, and a label set for them."""
    await team.remembered(*(("Alice", "general", text) for text in TEXTS))
    await team.create("Vehicles", "bicycle\ncar")
    return await team.search(name, "general", text="bicycle in the shed")


async def label(team: LabelChat, gallery: Message, what: str) -> Message:
    """What opens after choosing in a gallery's list."""
    return await (await team.person("Erin").select(gallery, *entries(gallery, [what]))).answer()


async def test_a_single_hit_is_labelled(team: LabelChat) -> None:
    """One would have to look for the message of a hit to label it."""
    gallery = await found(team)
    menu = await label(team, gallery, "Label hit 2")
    await team.pick("Erin", menu, "bicycle", "as **bicycle**")
    assert [method for *_, method in await team.said("Vehicles")] == ["hit"]
    assert "bicycle in the shed" in text_of(gallery), "the gallery stays"


async def test_all_hits_are_labelled_at_once_and_taken_back_at_once(team: LabelChat) -> None:
    """A dozen hits that are clearly the same would cost a dozen clicks, or could not be undone."""
    gallery = await found(team)
    menu = await label(team, gallery, "Label all 6 hits")
    assert "What are these 6 texts?" in text_of(menu)
    await team.pick("Erin", menu, "bicycle", "Labelled 6 texts as **bicycle**.")
    said = await team.said("Vehicles")
    assert [(text, method) for _, text, _, method in said] == [(each, "bulk") for each in TEXTS]
    await team.press("Erin", menu, "Undo", "Taken back: 6 labels.")
    assert await team.said("Vehicles") == []


async def test_hits_of_a_page_are_labelled_without_those_of_others(team: LabelChat) -> None:
    """Hits that somebody has not looked at yet would be labelled along."""
    gallery = await found(team)
    menu = await label(team, gallery, "Label these 4 hits")
    await team.pick("Erin", menu, "bicycle", "Labelled 4 texts as **bicycle**.")
    assert len(await team.said("Vehicles")) == 4


async def test_what_was_deleted_meanwhile_is_left_out(team: LabelChat) -> None:
    """One deleted message would keep all others from being labelled."""
    gallery = await found(team)
    menu = await label(team, gallery, "Label all 6 hits")
    await team.person("Alice").delete(team.saying(TEXTS[0]))
    await team.searchable(5)
    await team.pick("Erin", menu, "bicycle", "Labelled 5 texts as **bicycle**. 1 could not")


async def test_who_may_not_label_is_offered_nothing(team: LabelChat) -> None:
    """People without a part in labelling would learn of it, and be in the way."""
    gallery = await found(team, "Bob")
    assert "Share" in buttons_of(gallery)
    assert [part for part in walk(gallery.components) if part["type"] == 3] == []


async def test_a_repost_is_labelled_where_it_may_be_read(team: LabelChat) -> None:
    """A picture first posted in a closed channel could not be labelled in an open one."""
    await team.watch("leads", "general")
    await team.post("Alice", "leads", "a-dog-in-a-meadow")
    await team.post("Dave", "general", "a-dog-in-a-meadow")
    await team.searchable(2)
    await team.create("Animals", "dog\ncat", about="pictures", roles=("Engineering",))
    shown = picture("a-dog-in-a-meadow")
    gallery = await team.search("Bob", "general", image=shown)
    menu = await (
        await team.person("Bob").select(gallery, *entries(gallery, ["Label hit 1"]))
    ).answer()
    await team.pick("Bob", menu, "dog", "as **dog**")
    [item_id] = [
        each.item_id
        async for each in team.engine.items(team.library)
        if each.author_id == team.person("Dave").id
    ]
    labelset = await team.set_named("Animals")
    labels = [each async for each in team.engine.labels.labels(labelset.labelset_id)]
    assert [each.item_id for each in labels] == [item_id]
