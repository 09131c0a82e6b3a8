"""**Apps → Label**: saying what a message's pictures and texts are."""

from __future__ import annotations

import asyncio

import pytest

from bot.standin.components import walk
from bot.standin.world import Message
from engine.schemas import ItemKind, NewLabelClass, NewLabelSet, Suggestion
from tests.bot.conftest import FakeChat
from tests.bot.fake_classifier import ANSWER
from tests.bot.features.labels.conftest import LabelChat, entries
from tests.bot.reading import buttons_of, text_of

LONG = "x" * 100
ODD = ("🐈 cat", 'the "big" dog', "*star* _line_ `code`", "@everyone", LONG)


def listed(message: Message) -> list[str]:
    """Every entry of a message's lists, in order."""
    return [each["label"] for part in walk(message.components) for each in part.get("options", ())]


async def test_one_choice_labels_a_text(team: LabelChat) -> None:
    """The most direct way to label would not label."""
    [message] = await team.remembered(("Alice", "general", "it purrs"))
    await team.create("Animals")
    menu = await team.menu("Erin", message)
    assert menu.is_ephemeral
    assert "What is “it purrs”?" in text_of(menu)
    assert sorted(listed(menu)) == ["bird", "cat", "dog"]
    await team.pick("Erin", menu, "cat", "Labelled “it purrs” as **cat**.")
    assert await team.said("Animals") == [("Erin", "it purrs", ["cat"], "menu")]


async def test_the_classifiers_guess_comes_first(chat: FakeChat) -> None:
    """Labelling what the classifier knows already would cost a search through the list."""
    [message] = await chat.remember(("Alice", "general", "it purrs"))
    made = chat.engine.labels.add_set(
        NewLabelSet(
            library_id=chat.standin.world.guild.id,
            name="Animals",
            kind=ItemKind.TEXT,
            classes=[NewLabelClass(name=name) for name in ("dog", "cat")],
        )
    )
    guess = Suggestion(class_id=made.classes[1].class_id, name="cat", probability=0.83)
    chat.engine.classifier.answer = ANSWER.model_copy(update={"choices": [guess]})
    menu = await (await chat.person("Erin").menu(message, "Label")).answer()
    [options] = [each["options"] for each in walk(menu.components) if "options" in each]
    assert [each["label"] for each in options] == ["cat", "dog"]
    assert options[0]["description"] == "my guess, 83%"


async def test_undo_gives_back_what_was_said_before(team: LabelChat) -> None:
    """A slip of the finger could not be taken back, or would take an earlier label along."""
    [message] = await team.remembered(("Alice", "general", "it purrs"))
    await team.create("Animals")
    menu = await team.menu("Erin", message)
    await team.pick("Erin", menu, "cat", "as **cat**")
    await team.pick("Erin", menu, "dog", "as **dog**")
    await team.press("Erin", menu, "Undo", "Taken back: 1 label.")
    assert await team.said("Animals") == [("Erin", "it purrs", ["cat"], "menu")]
    assert "Undo" not in buttons_of(menu)


async def test_pictures_of_a_message_are_labelled_one_after_the_other(team: LabelChat) -> None:
    """Of a message with several pictures only the first could be labelled."""
    await team.watch("general")
    message = await team.post("Alice", "general", "a-fox-in-the-snow", "a-dog-in-a-meadow")
    await team.searchable(2)
    await team.create("Animals", "fox\ndog", about="pictures")
    menu = await team.menu("Erin", message)
    assert len(menu.attachments) == 1, "the picture it is about is shown"
    await team.pick("Erin", menu, "fox", "as **fox**")
    await team.pick("Erin", menu, "dog", "as **dog**")
    said = await team.said("Animals")
    assert sorted((classes, method) for _, _, classes, method in said) == [
        (["dog"], "menu"),
        (["fox"], "menu"),
    ]


async def test_two_people_at_once_are_both_heard(team: LabelChat) -> None:
    """Of two labellers who click at the same moment, one would overwrite the other."""
    [message] = await team.remembered(("Alice", "general", "it purrs"))
    await team.create("Animals", roles=("Design", "Engineering"))
    menus = [await team.menu(name, message) for name in ("Alice", "Bob")]
    await asyncio.gather(
        team.pick("Alice", menus[0], "cat", "as **cat**"),
        team.pick("Bob", menus[1], "dog", "as **dog**"),
    )
    assert await team.said("Animals") == [
        ("Alice", "it purrs", ["cat"], "menu"),
        ("Bob", "it purrs", ["dog"], "menu"),
    ]


async def test_a_deleted_text_is_not_labelled(team: LabelChat) -> None:
    """Somebody would believe that they had labelled what is gone."""
    [message] = await team.remembered(("Alice", "general", "it purrs"))
    await team.create("Animals")
    menu = await team.menu("Erin", message)
    await team.person("Alice").delete(message)
    await team.searchable(0)
    await team.pick("Erin", menu, "cat", "not in the library")
    assert "Labelled" not in text_of(menu)


@pytest.mark.parametrize("name", ODD)
async def test_a_class_of_any_name_can_be_given(team: LabelChat, name: str) -> None:
    """A class with emoji, quotes, markdown or a long name would break the menu."""
    [message] = await team.remembered(("Alice", "general", "it purrs"))
    await team.create("Odd", f"{name}\nother")
    menu = await team.menu("Erin", message)
    await team.pick("Erin", menu, name, "Labelled")
    assert await team.said("Odd") == [("Erin", "it purrs", [name], "menu")]


async def test_sixty_classes_are_all_in_reach(team: LabelChat) -> None:
    """Discord's 25 options would leave out all further classes."""
    [message] = await team.remembered(("Alice", "general", "it purrs"))
    await team.create("Many", "\n".join(f"class {n:02}" for n in range(60)))
    menu = await team.menu("Erin", message)
    assert sorted(listed(menu)) == [f"class {n:02}" for n in range(60)]
    form = await team.person("Erin").click(menu, "Find a class")
    await form.modal()
    await team.person("Erin").submit(form, {"wanted": "S 5"})
    await team.reads(menu, "Only classes with “S 5”")
    assert sorted(listed(menu)) == [f"class 5{n}" for n in range(10)]
    await team.pick("Erin", menu, "class 57", "as **class 57**")


async def test_an_item_gets_several_classes_where_the_set_allows_it(team: LabelChat) -> None:
    """In a multi-label set the second class would replace the first."""
    [message] = await team.remembered(("Alice", "general", "it purrs"))
    await team.create("Traits", "small\nloud\ngrey", several=True)
    menu = await team.menu("Erin", message)
    await team.person("Erin").select(menu, *entries(menu, ["small", "grey"]))
    await team.standin.until(lambda: "Save 2" in buttons_of(menu))
    await team.press("Erin", menu, "Save 2", "as **small** and **grey**")
    assert await team.said("Traits") == [("Erin", "it purrs", ["grey", "small"], "menu")]


async def test_a_role_lost_a_moment_ago_counts(team: LabelChat) -> None:
    """Somebody who may not label any more could go on in a menu that is open."""
    [message] = await team.remembered(("Bob", "general", "it purrs"))
    await team.create("Animals", roles=("Design",))
    menu = await team.menu("Carol", message)
    team.standin.admin.set_roles(team.person("Carol").id, [])
    asked = await team.person("Carol").select(menu, *entries(menu, ["cat"]))
    await team.standin.until(lambda: asked.follow_ups, timeout_s=10)
    assert "one of the roles that may label" in text_of(asked.follow_ups[0])
    assert await team.said("Animals") == []


async def test_an_outsider_learns_of_no_set(team: LabelChat) -> None:
    """Names of sets and classes would be told to people who have no part in them."""
    [message] = await team.remembered(("Alice", "general", "it purrs"))
    await team.create("Secret plans", roles=("Leads",))
    assert "no label set for this that you may label for" in text_of(
        await team.menu("Dave", message)
    )
    assert "Secret" not in await team.command("Dave", "list")
    suggested = await team.person("Dave").autocomplete(
        "general", "labels session", "set", {"set": "sec"}
    )
    assert suggested == []


async def test_what_is_not_remembered_cannot_be_labelled(team: LabelChat) -> None:
    """Somebody would wonder why a message offers nothing to label."""
    message = await team.person("Alice").say("general", "nobody watches here")
    await team.create("Animals")
    assert "I remember nothing of that message" in text_of(await team.menu("Erin", message))
