"""`/labels create` and `/labels list`: making label sets, and changing them."""

from __future__ import annotations

from typing import Any

from bot.standin.asked import Asked
from bot.standin.world import Message
from tests.bot.features.labels.conftest import ANIMALS, LabelChat, entries
from tests.bot.reading import buttons_of, text_of


async def opened(team: LabelChat, title: str, name: str = "Erin") -> Message:
    """A set as somebody sees it who opens it in the list."""
    sets = await team.answer(name, "list")
    await team.pick(name, sets, title, "May label:")
    return sets


async def open_class(team: LabelChat, view: Message, name: str) -> None:
    """Turns from a set to one of its classes."""
    await team.person("Erin").select(view, *entries(view, [name]))
    await team.standin.until(lambda: "The label set" in buttons_of(view), timeout_s=20)


async def filled(team: LabelChat, message: Message, button: str, **values: Any) -> Asked:
    """Presses a button that opens a form, and sends that off."""
    asked = await team.person("Erin").click(message, button)
    await asked.modal()
    return await team.person("Erin").submit(asked, values)


async def test_a_set_is_made_in_a_form(team: LabelChat) -> None:
    """A label set would not be what was typed."""
    made = await team.create("Animals", roles=("Design",), several=True)
    assert [(each.name, each.description) for each in made.classes] == [
        ("cat", "small, has whiskers"),
        ("dog", ""),
        ("bird", ""),
    ]
    assert made.multi_label
    assert made.labeller_ids == [team.standin.admin.role("Design").id]
    assert made.created_by == team.person("Erin").id


async def test_only_who_may_manage_messages_makes_sets(team: LabelChat) -> None:
    """Anybody could fill the server with label sets."""
    asked = await team.person("Bob").slash("general", "labels create", {"about": "texts"})
    assert "you need the permission Manage Messages" in text_of(await asked.answer())


async def test_what_was_typed_comes_back_when_it_is_refused(team: LabelChat) -> None:
    """Somebody would have to type sixty classes again because one was there twice."""
    asked = await team.person("Erin").slash("general", "labels create", {"about": "texts"})
    await asked.modal()
    values = {"name": "Animals", "description": "", "classes": f"{ANIMALS}\nCat", "roles": []}
    told = text_of(await (await team.person("Erin").submit(asked, values)).answer())
    assert "“Cat”" in told
    assert f"What you typed, to use it again:\n```\n{ANIMALS}\nCat\n```" in told
    assert await team.engine.labels.sets(team.library) == []


async def test_a_name_too_long_is_told_by_its_beginning(team: LabelChat) -> None:
    """Discord or the engine would refuse the form without saying which line."""
    asked = await team.person("Erin").slash("general", "labels create", {"about": "texts"})
    await asked.modal()
    values = {"name": "Animals", "description": "", "classes": f"cat\n{'y' * 101}", "roles": []}
    told = text_of(await (await team.person("Erin").submit(asked, values)).answer())
    assert "has 101 characters; the name of a class takes up to 100" in told


async def test_the_list_says_how_far_each_set_is(team: LabelChat) -> None:
    """Nobody would see what there is to label, or what was labelled already."""
    [message] = await team.remembered(("Alice", "general", "it purrs"))
    await team.create("Animals")
    menu = await team.menu("Erin", message)
    await team.pick("Erin", menu, "cat", "as **cat**")
    sets = await team.answer("Erin", "list")
    assert sets.is_ephemeral
    assert "**Animals** · texts · 3 classes · 1 text labelled" in text_of(sets)
    await team.pick("Erin", sets, "Animals", "- **cat** · 1 · small, has whiskers")


async def test_a_set_and_a_class_are_renamed(team: LabelChat) -> None:
    """A spelling mistake would stay for ever."""
    await team.create("Animls")
    view = await opened(team, "Animls")
    await filled(team, view, "Rename or describe", name="Animals", description="Which is it?")
    await team.reads(view, "**Animals**")
    await open_class(team, view, "bird")
    await filled(team, view, "Rename or describe", name="birds", description="fly")
    await team.reads(view, "**birds** · 0 · fly")
    changed = await team.set_named("Animals")
    assert changed.description == "Which is it?"
    assert [each.name for each in changed.classes] == ["cat", "dog", "birds"]


async def test_classes_are_added_merged_and_archived(team: LabelChat) -> None:
    """A set could not follow what labellers learn about their task."""
    await team.create("Animals")
    view = await opened(team, "Animals")
    await filled(team, view, "Add classes", classes="kitten: young\nfish")
    await team.reads(view, "- **fish** · 0")
    await open_class(team, view, "kitten")
    await team.pick("Erin", view, "cat", "counts as **cat**")
    await team.press("Erin", view, "The label set", "- **kitten** · 0 · counts as **cat**")
    await open_class(team, view, "fish")
    await team.press("Erin", view, "Archive", "**fish** · 0 · archived")
    await team.person("Erin").click(view, "Restore")
    await team.standin.until(lambda: "archived" not in text_of(view), timeout_s=20)
    classes = {each.name: each for each in (await team.set_named("Animals")).classes}
    assert classes["kitten"].merged_into == classes["cat"].class_id
    assert not classes["fish"].archived


async def test_who_may_label_is_chosen_from_roles_and_people(team: LabelChat) -> None:
    """A team's labellers could not be named."""
    await team.create("Animals")
    view = await opened(team, "Animals")
    design, bob = team.standin.admin.role("Design").id, team.person("Bob").id
    await team.person("Erin").select(view, [design, bob], "Who may label?")
    await team.standin.until(lambda: bob in text_of(view), timeout_s=20)
    assert "**May label:** whoever" not in text_of(view)
    assert sorted((await team.set_named("Animals")).labeller_ids) == sorted([design, bob])
    assert "Animals" in await team.command("Bob", "list")
    assert "Animals" not in await team.command("Dave", "list")


async def test_an_archived_set_is_out_of_the_way_and_comes_back(team: LabelChat) -> None:
    """Old tasks would clutter every list, or be lost."""
    await team.create("Animals")
    view = await opened(team, "Animals")
    await team.press("Erin", view, "Archive", "· archived")
    await team.press("Erin", view, "All label sets", "There is none")
    await team.press("Erin", view, "Archived sets", "**Animals**")
    await team.pick("Erin", view, "Animals", "May label:")
    await team.person("Erin").click(view, "Restore")
    await team.standin.until(lambda: "archived" not in text_of(view), timeout_s=20)
    assert not (await team.set_named("Animals")).archived


async def test_labellers_who_are_no_curators_change_nothing(team: LabelChat) -> None:
    """Every labeller could rename or archive the team's task."""
    await team.create("Animals", roles=("Design",))
    view = await opened(team, "Animals", "Carol")
    assert buttons_of(view) == ["All label sets"]


async def test_sixty_classes_are_shown_page_by_page(team: LabelChat) -> None:
    """Of a large set most classes could be neither read nor changed."""
    await team.create("Many", "\n".join(f"class {n:02}" for n in range(60)))
    view = await opened(team, "Many")
    await team.press("Erin", view, "Classes, page 2 of 3", "- **class 49** · 0")
    await team.press("Erin", view, "Classes, page 3 of 3", "- **class 59** · 0")
    await open_class(team, view, "class 59")
    await team.pick("Erin", view, "class 00", "counts as **class 00**")
