"""A team labels on the chat page, by every way there is, with the real engine."""

from __future__ import annotations

import json
from typing import Any

import aiohttp
import pytest
from playwright.async_api import Locator, expect
from yarl import URL

from bot.standin.components import media, walk
from bot.standin.world import Message
from engine.schemas import Label
from tests.bot.reading import text_of
from tests.bot.standin_page.chat_page import ChatPage, chromium
from tests.e2e.conftest import RealChat, picture

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

PICTURES = {
    "a-fox-in-the-snow": "fox",
    "a-dog-in-a-meadow": "dog",
    "a-lion-in-the-savanna": "lion",
    "a-penguin-on-ice": "bird",
}
CLASSES = "fox\ndog: also wolves\nlion\nbird"
TEAM = ("Admin", "Design", "Engineering")


async def create_set(page: ChatPage, name: str) -> None:
    """Makes a set of pictures in the form of `/labels create`."""
    await page.begin_command("labels create")
    await page.find("option-input", option="about").click()
    await page.find("option-choice", value="pictures").click()
    await page.find("send").click()
    form = page.find("modal")
    await expect(form).to_be_visible()
    await page.find("modal-field", custom_id="name").fill(name)
    await page.find("modal-field", custom_id="classes").fill(CLASSES)
    await page.find("modal-field", custom_id="roles").click()
    for role in TEAM:
        await page.find("select-option").filter(has_text=role).click()
    await page.find("select-done").click()
    await page.find("modal-submit").click()
    made = page.message(f"{name} · pictures · 4 classes")
    await expect(made).to_contain_text("@Design")
    await page.find("composer-input").click()


async def choose(page: ChatPage, message: Locator, listed: str, entry: str, then: str) -> None:
    """Chooses an entry of a list in a message, and waits for what follows."""
    await message.get_by_test_id("component-select").filter(has_text=listed).click()
    await page.find("select-option").filter(has_text=entry).first.click()
    await expect(message).to_contain_text(then)


async def label_by_menu(page: ChatPage, posted: Locator, name: str) -> None:
    """**Apps → Label** on a message with a picture."""
    await page.use_menu(posted, "Label")
    menu = page.message("What is “IMG_1.webp”?").last
    await expect(menu.get_by_test_id("thumbnail")).to_be_visible()
    await choose(page, menu, "Class", name, f"Labelled “IMG_1.webp” as {name}.")


async def search(page: ChatPage, words: str) -> Locator:
    """Uses `/search`; the answer."""
    await page.begin_command("search")
    await page.find("option-add", option="text").click()
    await page.find("option-input", option="text").fill(words)
    await page.find("send").click()
    answer = page.message(f"“{words}”")
    await expect(answer).to_be_visible()
    return answer


async def post(chat: RealChat) -> dict[str, Message]:
    """A message for each picture, by somebody who does not label."""
    return {
        name: await chat.person("Dave").say("general", files=[picture(slug)])
        for slug, name in PICTURES.items()
    }


async def labels(chat: RealChat, title: str) -> list[Label]:
    """What counts in a set."""
    sets = await chat.engine.labels.sets(chat.library)
    labelset = next(each for each in sets if each.name == title)
    return [each async for each in chat.engine.labels.labels(labelset.labelset_id)]


async def command(chat: RealChat, name: str, command: str, **options: Any) -> Message:
    """The answer to somebody's command."""
    return await (await chat.person(name).slash("general", command, options)).answer(60.0)


async def attached(chat: RealChat, name: str, message: Message) -> bytes:
    """The file that somebody finds in a message."""
    [file] = media(chat.person(name).reads(message)["components"])
    async with (
        aiohttp.ClientSession(connector=chat.standin.connector()) as session,
        session.get(URL(file["url"], encoded=True)) as response,
    ):
        return await response.read()


def value_of(message: Message, label: str) -> str:
    """What an entry of a message's lists stands for."""
    offered = (each for part in walk(message.components) for each in part.get("options", ()))
    return next(str(each["value"]) for each in offered if each["label"] == label)


async def test_a_team_labels_by_every_way_and_sees_how_far_it_is(chat: RealChat) -> None:
    """A way to label would not end in a label, or nobody would see that people disagree."""
    await chat.watch("general")
    posted = await post(chat)
    await chat.searchable(4)
    async with chromium() as browser:
        erin = await ChatPage.open(browser, chat.standin.url, "Erin")
        await create_set(erin, "Animals")
        react = {"emoji": "🔥", "set": "Animals", "class": "lion"}
        assert "🔥 gives **lion**" in text_of(await command(chat, "Erin", "labels react", **react))

        for name, seen in (("Alice", "fox"), ("Bob", "dog"), ("Carol", "lion")):
            page = await ChatPage.open(browser, chat.standin.url, name)
            message = page.find("message", message_id=posted["fox"].id)
            await label_by_menu(page, message, seen)
            assert page.problems == []
            await page.close()

        await chat.person("Alice").react(posted["lion"], "🔥")
        image = picture("a-parrot-in-the-jungle")
        add = {"set": "Animals", "class": "bird", "image": image}
        assert "as **bird**" in text_of(await command(chat, "Carol", "labels add", **add))

        await chat.searchable(5)
        gallery = await search(erin, "a bird")
        await choose(erin, gallery, "Label…", "Label hit 1", "“a bird”")
        single = erin.message("What is “IMG_1.webp”?").last
        await choose(erin, single, "Class", "bird", "as bird.")
        await gallery.get_by_test_id("component-select").click()
        await erin.find("select-option").filter(has_text="Label these").click()
        together = erin.message("What are these").last
        await choose(erin, together, "Class", "lion", "pictures as lion.")
        await together.get_by_role("button", name="Undo").click()
        await expect(together).to_contain_text("Taken back")

        said = await labels(chat, "Animals")
        assert {each.method for each in said} == {"menu", "reaction", "command", "hit"}

        await erin.begin_command("labels progress")
        await erin.find("option-input", option="set").press_sequentially("anim")
        await erin.find("option-choice").filter(has_text="Animals").click()
        await erin.find("send").click()
        progress = erin.message("of them disputed")
        await expect(progress).to_be_visible(timeout=60_000)
        await expect(progress).to_contain_text("labelled by 4 people, 1 of them disputed")
        await expect(progress.get_by_test_id("gallery-item")).to_be_visible()
        assert erin.problems == []


async def test_what_was_exported_is_imported_the_same(chat: RealChat) -> None:
    """A team that moves its labels would lose who said what, when, how, or of which picture."""
    await chat.watch("general")
    posted = await post(chat)
    await chat.searchable(4)
    async with chromium() as browser:
        for name in ("Animals", "Animals again"):
            erin = await ChatPage.open(browser, chat.standin.url, "Erin")
            await create_set(erin, name)
            assert erin.problems == []
    for name, seen in (("Alice", "fox"), ("Bob", "dog"), ("Carol", "lion")):
        for shown in ("fox", "lion"):
            menu = await (await chat.person(name).menu(posted[shown], "Label")).answer()
            await chat.person(name).select(menu, [value_of(menu, seen)], "Class")
            await chat.standin.until(lambda: "Labelled" in text_of(menu), timeout_s=20)  # noqa: B023

    first = await attached(
        chat, "Erin", await command(chat, "Erin", "labels export", set="Animals", format="jsonl")
    )
    file = ("animals.jsonl", first)
    told = text_of(await command(chat, "Erin", "labels add", set="Animals again", file=file))
    assert "**6** labels are new in **Animals again**." in told
    again = await command(chat, "Erin", "labels export", set="Animals again", format="jsonl")
    second = await attached(chat, "Erin", again)

    lines = sorted(first.splitlines())
    assert sorted(second.splitlines()) == lines
    assert len(lines) == 6
    assert {json.loads(line)["labelled_by"] for line in lines} == {
        chat.person(name).id for name in ("Alice", "Bob", "Carol")
    }
