"""`/labels progress` and `/labels export`."""

from __future__ import annotations

import json

from engine.schemas import ItemKind, NewLabelSet, TrainingUpdate
from tests.bot.conftest import FakeChat
from tests.bot.features.labels.conftest import LabelChat
from tests.bot.reading import text_of

PNG = b"\x89PNG\r\n\x1a\n"


async def labelled(team: LabelChat) -> None:
    """Two texts, one of them labelled by two people who disagree, one where not all may read."""
    shown = await team.remembered(("Dave", "general", "it purrs"), ("Alice", "leads", "it barks"))
    await team.create("Animals", roles=("Design", "Leads", "Engineering"))
    for name, message, label in (
        ("Alice", shown[0], "cat"),
        ("Bob", shown[0], "dog"),
        ("Alice", shown[1], "dog"),
    ):
        menu = await team.menu(name, message)
        await team.pick(name, menu, label, f"as **{label}**")


async def test_progress_is_told_in_a_picture_and_in_words(team: LabelChat) -> None:
    """A team could not see how far it is, or that it disagrees."""
    await labelled(team)
    answer = await team.answer("Alice", "progress", set="Animals")
    told = text_of(answer)
    assert answer.is_ephemeral
    assert "**2** labelled by 2 people, **1** of them disputed." in told
    assert (await team.file_of("Alice", answer))[1].startswith(PNG)


async def test_what_is_disputed_is_settled_one_by_one(team: LabelChat) -> None:
    """A team would see that it disagrees, and not about what; or about what it may not read."""
    await labelled(team)
    progress = await team.answer("Bob", "progress", set="Animals")
    asked = await team.person("Bob").click(progress, "What is disputed?")
    doubts = await asked.answer(timeout_s=60)
    told = text_of(doubts)
    alice, bob = team.person("Alice"), team.person("Bob")
    assert "[it purrs](" in told
    assert f"{alice.mention} cat" in told
    assert f"{bob.mention} dog" in told
    menu = await (await bob.click(doubts, "Label them one by one")).answer(timeout_s=60)
    await team.pick("Bob", menu, "cat", "Labelled “it purrs” as **cat**.")
    again = await (await bob.click(progress, "What is disputed?")).answer(timeout_s=60)
    assert "Nobody disagrees" in text_of(again)


async def test_it_is_said_when_labels_are_too_few_to_find_mistakes(team: LabelChat) -> None:
    """A team would read that nothing is wrong while nobody can tell yet."""
    await labelled(team)
    progress = await team.answer("Alice", "progress", set="Animals")
    asked = await team.person("Alice").click(progress, "What is probably wrong?")
    assert "Too few to tell" in text_of(await asked.answer(timeout_s=60))


async def test_a_wrong_label_is_found_among_right_ones(team: LabelChat) -> None:
    """Wrong labels would be learnt from without anybody ever looking at them again."""
    said = {
        "cats": ("the cat sleeps on the sofa", "my cat chases a mouse", "the kitten drinks milk"),
        "money": ("the invoice is overdue", "please pay this bill", "the bank wired the money"),
    }
    posts = [(f"{text}, number {n}", name) for name in said for text in said[name] for n in "1234"]
    await team.remembered(*(("Erin", "general", text) for text, _ in posts))
    await team.create("Topics", "cats\nmoney")
    names = dict(posts) | {posts[0][0]: "money"}
    ids = {each.item_id: each.text or "" async for each in team.engine.items(team.library)}
    rows = [f"{item_id},{names[text]}" for item_id, text in ids.items()]
    file = ("labels.csv", "\n".join(["item_id,classes", *rows]).encode())
    assert "**24** labels are new" in await team.command("Erin", "add", set="Topics", file=file)
    await team.engine.set_training(team.library, TrainingUpdate(enabled=True))
    progress = await team.answer("Erin", "progress", set="Topics")
    asked = await team.person("Erin").click(progress, "What is probably wrong?")
    told = text_of(await asked.answer(timeout_s=60))
    assert f"1. [{posts[0][0]}]" in told
    assert "labelled **money**, looks more like **cats**" in told


async def test_an_export_holds_what_its_reader_may_see(team: LabelChat) -> None:
    """A file would carry off what stands in channels that its reader may not read."""
    await labelled(team)
    for name, count in (("Alice", 3), ("Bob", 2)):
        answer = await team.answer(name, "export", set="Animals", format="jsonl")
        filename, content = await team.file_of(name, answer)
        assert filename == "animals.jsonl"
        lines = content.decode().splitlines()
        assert len(lines) == count
        assert all("item_id" in json.loads(line) for line in lines)


async def test_an_outsider_reads_neither(team: LabelChat) -> None:
    """Counts and labels of a closed set would be open to everybody."""
    await labelled(team)
    for command in ("progress", "export"):
        told = await team.command("Dave", command, set="Animals")
        assert "you need one of the roles that may label for it" in told


async def test_a_file_too_large_for_discord_is_not_sent(chat: FakeChat) -> None:
    """Somebody would read of an error of Discord's, and not what to do instead."""
    chat.engine.labels.add_set(
        NewLabelSet(library_id=chat.standin.world.guild.id, name="Animals", kind=ItemKind.IMAGE)
    )
    chat.engine.labels.exported = bytes(11 * 1024 * 1024)
    options = {"set": "Animals", "format": "coco"}
    asked = await chat.person("Erin").slash("general", "labels export", options)
    told = text_of(await asked.answer())
    assert "The export has 11.0 MiB, and Discord takes 10 MiB here. Choose `jsonl`" in told
