"""People among themselves: writing, pictures, editing, moving about."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from bot.standin import StandIn
from tests.bot.standin.pictures import png
from tests.bot.standin_page.chat_page import ChatPage
from tests.bot.standin_page.conftest import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_dropped_picture_is_posted(standin: StandIn, open_page: OpenPage) -> None:
    """A picture could not be brought into the chat by dragging it there."""
    chat = await open_page("Alice")
    await chat.drop("barn.png", png(64, 48))
    await expect(chat.find("attachment-preview")).to_contain_text("barn.png")
    await chat.write("look @Bob")
    message = chat.message("look")
    await expect(message.locator("[data-testid=attachment] img")).to_be_visible()
    await expect(message).to_contain_text("@Bob")
    posted = standin.messages("general")[-1]
    assert posted.content == f"look {standin.human('Bob').mention}"
    assert [one.filename for one in posted.attachments] == ["barn.png"]
    await expect(chat.find("attachment-preview")).to_have_count(0)


async def test_file_that_is_no_picture_is_named(standin: StandIn, open_page: OpenPage) -> None:
    """A text renamed .png would be an empty box, before and after it is sent."""
    chat = await open_page("Alice")
    await chat.drop("notes.png", b"these are words")
    await expect(chat.find("attachment-preview").locator("img")).to_have_count(0)
    await chat.write("look")
    await expect(chat.message("look").get_by_test_id("attachment")).to_have_text("notes.png")


async def test_person_is_mentioned_rather_than_a_role(
    standin: StandIn, open_page: OpenPage
) -> None:
    """The role that Discord makes for the bot would be mentioned, which few bots answer."""
    chat = await open_page("Alice")
    await chat.find("composer-input").press_sequentially("@mag")
    await chat.page.keyboard.press("Enter")
    await chat.page.keyboard.type("hello")
    await chat.page.keyboard.press("Enter")
    await expect(chat.message("hello")).to_be_visible()
    assert standin.messages("general")[-1].content == f"<@{standin.world.bot_id}> hello"


async def test_too_long_message_stays_in_the_composer(open_page: OpenPage) -> None:
    """Somebody's long text would be gone, or refused in the words of an API."""
    chat = await open_page("Alice")
    await chat.write("a" * 2001)
    await expect(chat.find("composer-error")).to_have_text(
        "The message has 2001 characters; at most 2000 can be sent."
    )
    await expect(chat.find("composer-input")).to_have_value("a" * 2001)


async def test_long_message_is_shown_from_its_beginning(
    standin: StandIn, open_page: OpenPage
) -> None:
    """The best hit of a search would be above the view, the worst one in it."""
    chat = await open_page("Alice")
    lines = [f"line {number}" for number in range(80)]
    await standin.human("Bob").say("general", "\n".join(lines))
    content = chat.message("line 79").get_by_test_id("message-content")
    await expect(chat.message("line 79").get_by_test_id("message-author")).to_be_in_viewport()
    await chat.find("jump-to-present").click()
    await expect(content.get_by_text("line 79")).to_be_in_viewport()


async def test_tab_leads_from_a_picture_to_its_actions(
    standin: StandIn, open_page: OpenPage
) -> None:
    """Whoever has no mouse would be thrown out of the messages at each picture."""
    await standin.human("Bob").say("general", "look", files=[("barn.png", png(64, 48))])
    chat = await open_page("Alice")
    await chat.find("attachment").focus()
    await chat.page.keyboard.press("Tab")
    await expect(chat.find("message-action", action="react")).to_be_focused()


async def test_text_is_never_markup(standin: StandIn, open_page: OpenPage) -> None:
    """Anybody could run a script in everybody's page."""
    text = "<img src=x onerror=alert(1)> **bold** ||<b>hidden</b>|| [x](javascript:alert(1))"
    await standin.human("Bob").say("general", text)
    chat = await open_page("Alice")
    content = chat.find("message-content")
    await expect(content.locator("strong")).to_have_text("bold")
    await expect(content).to_contain_text("<img src=x onerror=alert(1)>")
    await expect(content.locator("img, b, a")).to_have_count(0)


async def test_own_message_is_edited_answered_and_deleted(
    standin: StandIn, open_page: OpenPage
) -> None:
    """A slip could not be corrected, and an answer not be given."""
    alice = await open_page("Alice")
    await alice.write("hallo")
    await alice.message("hallo").hover()
    await alice.find("message-action", action="edit").click()
    await alice.find("edit-input").fill("hello")
    await alice.page.keyboard.press("Enter")
    bob = await open_page("Bob")
    await bob.message("hello").hover()
    await bob.find("message-action", action="reply").click()
    await bob.write("hi")
    await expect(alice.message("hi").get_by_test_id("reply-preview")).to_contain_text("hello")
    await bob.message("hi").click(button="right")
    await bob.find("react", emoji="👍").first.click()
    await expect(alice.find("reaction", emoji="👍")).to_contain_text("1")
    await alice.message("hello").first.click(button="right")
    await alice.find("menu-item", action="delete").click()
    await expect(bob.message("hello")).to_have_count(0)
    await expect(bob.message("hi")).to_contain_text("was deleted")


async def test_people_see_their_own_channels(standin: StandIn, open_page: OpenPage) -> None:
    """Acting as an outsider would still show private channels."""
    chat = await open_page("Alice")
    await chat.find("channel", channel_name="leads").click()
    await expect(chat.find("channel-header")).to_contain_text("leads")
    await chat.act_as("Dave")
    await expect(chat.find("channel", channel_name="leads")).to_have_count(0)
    await expect(chat.find("channel-header")).to_contain_text("general")
    await standin.human("Alice").say("incidents", "news")
    await expect(chat.find("channel", channel_name="incidents")).to_contain_text("1")


async def test_jump_link_loads_an_old_message(standin: StandIn, open_page: OpenPage) -> None:
    """The links under search results would lead nowhere."""
    bob, start = standin.human("Bob"), datetime.now(UTC) - timedelta(days=9)
    for number in range(130):
        await bob.say("general", f"note {number}.", at=start + timedelta(minutes=10 * number))
    old = standin.messages("general")[3]
    guild = standin.world.guild.id
    link = f"https://discord.com/channels/{guild}/{old.channel_id}/{old.id}"
    await bob.say("incidents", f"see {link}")
    chat = await open_page("Alice")
    await expect(chat.message("note 129.")).to_be_in_viewport()
    await chat.find("channel", channel_name="incidents").click()
    await chat.find("jump-link").click()
    await expect(chat.find("channel-header")).to_contain_text("general")
    await expect(chat.message("note 3.")).to_be_in_viewport()
    await bob.say("general", "fresh")
    await chat.find("jump-to-present").click()
    await expect(chat.message("fresh")).to_be_in_viewport()


async def test_page_reconnects(browser: Browser, tmp_path: Path) -> None:
    """After a restart the page would stand still, without a word."""
    standin = await StandIn.start(state=tmp_path)
    try:
        chat = await ChatPage.open(browser, standin.url, "Alice")
        await chat.write("before")
        await expect(chat.message("before")).to_be_visible()
        port = standin.port
        await standin.close()
        await expect(chat.find("connection-notice")).to_be_visible()
        standin = await StandIn.start(port=port, state=tmp_path)
        await standin.human("Bob").say("general", "after")
        await expect(chat.message("after")).to_be_visible()
        await expect(chat.find("connection-notice")).to_be_hidden()
        await expect(chat.message("before")).to_be_visible()
        await chat.close()
    finally:
        await standin.close()
