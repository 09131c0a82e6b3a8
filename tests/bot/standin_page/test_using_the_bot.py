"""People and the bot: commands, menus, buttons, selects, forms."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import expect

from bot.standin import StandIn
from tests.bot.standin.pictures import png
from tests.bot.standin_page.conftest import OpenPage
from tests.bot.standin_page.sample_bot import SampleBot

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_slash_command_with_pills(
    sample: SampleBot, open_page: OpenPage, tmp_path: Path
) -> None:
    """The main command could not be filled in."""
    picture = tmp_path / "query.png"
    picture.write_bytes(png())
    chat = await open_page("Alice")
    await chat.begin_command("find")
    await chat.find("send").click()
    await expect(chat.find("composer-error")).to_contain_text("“text” is required")
    await chat.find("option-input", option="text").press_sequentially("bo")
    await chat.find("option-choice", value="boathouse").click()
    await chat.find("option-add", option="in").click()
    await chat.page.keyboard.type("inci")
    await chat.page.keyboard.press("Enter")
    await chat.find("option-add", option="image").click()
    await chat.find("option-file", option="image").set_input_files(picture)
    await chat.find("send").click()
    answer = chat.message("Found for boathouse")
    await expect(answer.get_by_test_id("gallery-item")).to_have_count(3)
    await expect(answer.get_by_test_id("used-command")).to_contain_text("Alice used /find")
    assert sample.searched == {"text": "boathouse", "in": "incidents", "image": png()}
    await answer.get_by_test_id("gallery-item").first.click()
    await expect(chat.find("lightbox").locator("img")).to_be_visible()


async def test_hint_fills_the_command(sample: SampleBot, open_page: OpenPage) -> None:
    """A newcomer's first click would do nothing."""
    chat = await open_page("Alice")
    await chat.find("hint-example").click()
    await expect(chat.find("option-input", option="text")).to_have_value("red barn")
    await chat.find("send").click()
    await expect(chat.message("Found for red barn")).to_be_visible()
    assert sample.searched["text"] == "red barn"


async def test_dropped_picture_becomes_an_option(sample: SampleBot, open_page: OpenPage) -> None:
    """A picture dropped on a half-written command would be lost."""
    chat = await open_page("Alice")
    await chat.begin_command("find")
    await chat.drop("query.png", png())
    await expect(chat.find("option-pill", option="image")).to_contain_text("query.png")
    await chat.find("option-input", option="text").fill("like this")
    await chat.page.keyboard.press("Enter")
    await expect(chat.message("Found for like this")).to_be_visible()
    assert sample.searched["image"] == png()


async def test_ephemeral_answer_is_seen_by_one(
    standin: StandIn, sample: SampleBot, open_page: OpenPage
) -> None:
    """Private search results would be shown to everybody."""
    await standin.human("Carol").say("general", "mine", files=[("cat.png", png(30, 30))])
    alice, bob = await open_page("Alice"), await open_page("Bob")
    await alice.use_menu(alice.message("mine"), "Find similar")
    answer = alice.message("Similar to cat.png")
    await expect(answer).to_contain_text("Only you can see this")
    await standin.human("Carol").say("general", "later")
    await expect(bob.message("later")).to_be_visible()
    await expect(bob.message("Similar to")).to_have_count(0)
    await bob.act_as("Alice")
    await expect(bob.message("Similar to cat.png")).to_be_visible()
    await answer.get_by_test_id("ephemeral-dismiss").click()
    await expect(answer).to_have_count(0)
    await expect(bob.message("Similar to")).to_have_count(0)


async def test_button_select_and_silence(sample: SampleBot, open_page: OpenPage) -> None:
    """Result pages could not be turned, and a dead button would say nothing."""
    chat = await open_page("Alice")
    await chat.begin_command("panel")
    await chat.find("send").click()
    await expect(chat.message("Page 1")).to_be_visible()
    await chat.find("component-button", custom_id="next").click()
    await expect(chat.message("Page 2")).to_be_visible()
    await chat.find("component-select", custom_id="sort").click()
    await chat.find("select-option", value="Newest").click()
    await expect(chat.message("Sorted by Newest")).to_be_visible()
    await chat.find("component-button", custom_id="silent").click()
    await expect(chat.find("message-problem")).to_contain_text("did not respond")


async def test_form_is_checked_and_sent(sample: SampleBot, open_page: OpenPage) -> None:
    """Forms could not be filled in."""
    chat = await open_page("Alice")
    await chat.begin_command("panel")
    await chat.find("send").click()
    await chat.find("component-button", custom_id="why").click()
    await expect(chat.find("modal")).to_contain_text("Why is that?")
    await chat.find("modal-submit").click()
    await expect(chat.find("modal")).to_contain_text("Please fill this in.")
    await chat.find("modal-field", custom_id="reason").fill("because")
    await chat.page.keyboard.press("Enter")
    await expect(chat.message("Noted: because")).to_be_visible()
    await expect(chat.find("modal")).to_have_count(0)
