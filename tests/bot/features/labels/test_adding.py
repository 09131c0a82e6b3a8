"""`/labels add`: own examples, and files of labels."""

from __future__ import annotations

import csv
import io
import json

from bot.standin.world import Message
from engine.schemas import ItemKind
from tests.bot.features.labels.conftest import LabelChat
from tests.bot.reading import text_of
from tests.e2e.conftest import picture


def example_in(team: LabelChat, channel: str = "general") -> Message:
    """What the bot posted in a channel for everybody."""
    bot_id = team.standin.world.bot_id
    [posted] = [
        each
        for each in team.standin.messages(channel)
        if each.author_id == bot_id and not each.is_ephemeral
    ]
    return posted


async def test_an_own_text_becomes_a_labelled_item(team: LabelChat) -> None:
    """Nobody could give an example that nobody has posted yet."""
    await team.watch("general")
    await team.create("Animals", roles=("Design",))
    told = await team.command("Alice", "add", set="animals", class_="cat", text="it purrs")
    assert "as **cat** to **Animals**" in told
    assert await team.said("Animals") == [("Alice", "it purrs", ["cat"], "command")]
    [item] = [each async for each in team.engine.items(team.library)]
    posted = example_in(team)
    assert (item.author_id, item.place.message_id) == (team.person("Alice").id, posted.id)
    assert posted.content == "it purrs"


async def test_sets_and_their_classes_are_suggested(team: LabelChat) -> None:
    """Names of sets and classes would have to be known by heart, to the letter."""
    made = await team.create("Animals")
    await team.create("Vehicles", "car\nbus")
    erin = team.person("Erin")
    sets = await erin.autocomplete("general", "labels add", "set", {"set": "NIM"})
    assert [(each["name"], each["value"]) for each in sets] == [("Animals", made.labelset_id)]
    for chosen in (made.labelset_id, "animals"):
        options = {"set": chosen, "class": "d"}
        classes = await erin.autocomplete("general", "labels add", "class", options)
        assert [each["name"] for each in classes] == ["dog", "bird"]


async def test_an_own_picture_becomes_a_labelled_item(team: LabelChat) -> None:
    """A picture could be labelled only after posting it and finding it again."""
    await team.watch("general")
    await team.create("Animals", about="pictures")
    image = picture("a-dog-in-a-meadow")
    told = await team.command("Erin", "add", set="Animals", class_="dog", image=image)
    assert "as **dog**" in told
    assert await team.said("Animals") == [("Erin", "IMG_1.webp", ["dog"], "command")]
    [item] = [each async for each in team.engine.items(team.library)]
    assert item.kind is ItemKind.IMAGE
    assert [each.id for each in example_in(team).attachments] == [item.place.attachment_id]


async def test_an_example_outlives_a_restart_and_goes_with_its_message(team: LabelChat) -> None:
    """What was added would be taken for a message that nobody posted, and be forgotten."""
    await team.watch("general")
    await team.create("Animals")
    await team.command("Erin", "add", set="Animals", class_="cat", text="it purrs")
    await team.person("Alice").say("general", "something else")
    await team.searchable(2)
    await team.restart_bot()
    await team.person("Alice").say("general", "read after the restart")
    await team.searchable(3)
    assert await team.said("Animals") == [("Erin", "it purrs", ["cat"], "command")]
    await team.person("Erin").delete(example_in(team))
    await team.searchable(2)
    assert await team.said("Animals") == []


async def test_a_channel_that_is_not_remembered_takes_no_example(team: LabelChat) -> None:
    """Something would be stored of a channel that no admin chose."""
    await team.create("Animals")
    told = await team.command("Erin", "add", set="Animals", class_="cat", text="it")
    assert "I remember nothing that is posted here" in told
    assert [each async for each in team.engine.items(team.library)] == []


async def test_who_has_opted_out_adds_nothing(team: LabelChat) -> None:
    """An opt-out would be undone by labelling."""
    await team.watch("general")
    await team.create("Animals", roles=("Design",))
    await (await team.person("Alice").slash("general", "privacy opt-out")).answer()
    told = await team.command("Alice", "add", set="Animals", class_="cat", text="it")
    assert "You have opted out" in told
    assert "it" not in {each.content for each in team.standin.messages("general")}


async def test_a_text_is_no_picture(team: LabelChat) -> None:
    """A set of pictures would get texts that no labeller of it ever sees."""
    await team.watch("general")
    await team.create("Animals", about="pictures")
    told = await team.command("Erin", "add", set="Animals", class_="cat", text="it")
    assert "is about pictures, so I added nothing" in told
    image = picture("a-pie-chart")
    told = await team.command("Erin", "add", set="Animals", class_="cat", text="it", image=image)
    assert "Give me a `class:` and either" in told


async def test_the_good_rows_of_a_file_go_in_and_the_bad_ones_come_back(team: LabelChat) -> None:
    """One bad row of thousands would stop an import, or be lost without a word."""
    await team.remembered(*(("Alice", "general", f"text {n}") for n in range(6)))
    await team.create("Animals")
    ids = [each.item_id async for each in team.engine.items(team.library)]
    rows = [f"{each},cat" for each in ids[:4]] + [f"{ids[4]},unicorn", "nowhere,dog", f"{ids[5]},"]
    file = ("labels.csv", "\n".join(["item_id,classes", *rows]).encode())
    answer = await team.answer("Erin", "add", set="Animals", file=file)
    assert "**4** labels are new in **Animals**. **3** rows could not" in text_of(answer)
    assert [method for *_, method in await team.said("Animals")] == ["import"] * 4
    filename, content = await team.file_of("Erin", answer)
    assert filename == "refused.csv"
    refused = list(csv.DictReader(io.StringIO(content.decode())))
    assert [(each["row"], each["item_id"]) for each in refused] == [
        ("6", ids[4]),
        ("7", "nowhere"),
        ("8", ids[5]),
    ]
    assert all(each["reason"] for each in refused)


async def test_a_large_file_is_imported_whole(team: LabelChat) -> None:
    """Of a file with thousands of rows only the first thousand would count."""
    await team.remembered(("Alice", "general", "text 0"), ("Alice", "general", "text 1"))
    await team.create("Animals")
    ids = [each.item_id async for each in team.engine.items(team.library)]
    good = [f"{item},{'cat' if n % 2 else 'dog'},p{n}" for n in range(1_100) for item in ids]
    rows = [*good[:900], *["gone,cat,p0"] * 37, *good[900:]]
    file = ("labels.csv", "\n".join(["item_id,classes,labelled_by", *rows]).encode())
    answer = await team.answer("Erin", "add", set="Animals", file=file)
    await team.reads(answer, "**2200** labels are new in **Animals**. **37** rows could not")


async def test_a_file_makes_classes_where_that_is_wanted(team: LabelChat) -> None:
    """Labels from elsewhere would need every class typed first."""
    [_] = await team.remembered(("Alice", "general", "text"))
    await team.create("Animals")
    [item] = [each async for each in team.engine.items(team.library)]
    line = json.dumps({"item_id": item.item_id, "classes": ["unicorn"]})
    file = ("labels.jsonl", line.encode())
    told = await team.command("Erin", "add", set="Animals", file=file, new_classes=True)
    assert "**1** labels are new" in told
    assert await team.said("Animals") == [("Erin", "text", ["unicorn"], "import")]


async def test_only_a_curators_file_speaks_for_others(team: LabelChat) -> None:
    """A labeller could put words into the mouths of all others, and win every vote."""
    [_] = await team.remembered(("Dave", "general", "text"))
    await team.create("Animals", roles=("Design",))
    [item] = [each async for each in team.engine.items(team.library)]
    bob = team.person("Bob").id
    file = ("labels.csv", f"item_id,classes,labelled_by\n{item.item_id},cat,{bob}\n".encode())
    await team.command("Carol", "add", set="Animals", file=file)
    assert await team.said("Animals") == [("Carol", "text", ["cat"], "import")]


async def test_what_is_no_file_of_labels_is_refused_in_words(team: LabelChat) -> None:
    """Somebody would read that something went wrong, and not what."""
    await team.watch("general")
    await team.create("Animals")
    told = await team.command("Erin", "add", set="Animals", file=("notes.txt", b"hello\nyou"))
    assert "No column names the items" in told
    assert "I imported nothing." in told
