"""What is posted, edited and deleted in watched channels, and what the library makes of it."""

from __future__ import annotations

import pytest

from bot.standin.permissions import Permission
from engine.schemas import Problem
from tests.bot.conftest import PICTURE, FakeChat
from tests.bot.reading import text_of


async def test_each_picture_and_the_text_are_items(chat: FakeChat) -> None:
    """The second picture of a message, or its words, could not be found."""
    await chat.watch("general")
    files = [("one.png", PICTURE), ("two.png", PICTURE + b"2"), ("tool.exe", b"plain")]
    posted = await chat.person("Alice").say("general", "look at these", files=files)
    await chat.until(lambda: len(chat.engine.items) == 3)
    assert chat.engine.texts() == {"look at these"}
    assert chat.engine.filenames() == {"one.png", "two.png"}
    item = next(each for each in chat.engine.items.values() if each.text)
    assert (item.place.message_id, item.place.attachment_id) == (posted.id, "")
    assert (item.author_id, item.author_name) == (posted.author_id, "Alice")


@pytest.mark.parametrize("name", ["notes.txt", "plan.pdf", "offer.docx", "sums.csv", "Main.java"])
async def test_documents_are_items(chat: FakeChat, name: str) -> None:
    """Runbooks, offers and programs people post could not be found."""
    await chat.watch("general")
    posted = await chat.person("Alice").say("general", files=[(name, b"how to restart it")])
    await chat.until(lambda: chat.engine.filenames() == {name})
    [item] = chat.engine.items.values()
    assert chat.engine.documents == {item.item_id: "how to restart it"}
    assert item.place.message_id == posted.id
    assert item.place.attachment_id


async def test_mentions_are_remembered_as_names(chat: FakeChat) -> None:
    """A name in a text would be remembered as a number nobody searches for."""
    await chat.watch("general")
    await chat.person("Alice").say("general", f"ask {chat.person('Bob').mention}")
    await chat.until(lambda: chat.engine.texts() == {"ask @Bob"})


async def test_unwatched_channels_and_the_bots_answers_are_left_alone(chat: FakeChat) -> None:
    """Channels nobody chose would be remembered."""
    await chat.watch("general")
    await chat.person("Alice").say("incidents", "not this")
    await (await chat.person("Bob").slash("general", "help")).answer()
    await chat.person("Alice").say("general", "but this")
    await chat.until(lambda: chat.engine.texts() == {"but this"})


async def test_edited_text_replaces_the_old(chat: FakeChat) -> None:
    """A corrected password would still be found by its old words."""
    [posted] = await chat.remember(("Alice", "general", "old words"))
    await chat.person("Alice").edit(posted, "new words")
    await chat.until(lambda: chat.engine.texts() == {"new words"})


async def test_emptied_text_is_forgotten_and_its_picture_kept(chat: FakeChat) -> None:
    """Words that their author has taken away would still be found."""
    await chat.watch("general")
    posted = await chat.person("Alice").say("general", "oops", files=[("one.png", PICTURE)])
    await chat.until(lambda: len(chat.engine.items) == 2)
    await chat.person("Alice").edit(posted, "")
    await chat.until(lambda: not chat.engine.texts() and chat.engine.filenames() == {"one.png"})


async def test_deleted_message_is_forgotten(chat: FakeChat) -> None:
    """A deleted picture would still be found."""
    [posted, _] = await chat.remember(("Alice", "general", PICTURE), ("Bob", "general", "stays"))
    await chat.person("Alice").delete(posted)
    await chat.until(lambda: not chat.engine.filenames())
    assert chat.engine.texts() == {"stays"}


async def test_picture_deleted_while_it_is_indexed(chat: FakeChat) -> None:
    """The deletion would overtake the upload, and the picture would stay for ever."""
    await chat.watch("general")
    chat.engine.gate.clear()
    posted = await chat.person("Alice").say("general", files=[("oops.png", PICTURE)])
    await chat.until(lambda: "POST /v1/items" in chat.engine.log)
    await chat.person("Alice").delete(posted)
    await chat.person("Alice").say("general", "the next message")
    chat.engine.gate.set()
    await chat.until(lambda: chat.engine.texts() and not chat.engine.filenames())


async def test_deletion_from_before_the_bot_started_is_followed(chat: FakeChat) -> None:
    """Messages that left the bot's memory could never be forgotten."""
    [posted] = await chat.remember(("Alice", "general", "old message"))
    await chat.restart_bot()
    await chat.person("Alice").delete(posted)
    await chat.until(lambda: not chat.engine.items)


async def test_deleted_channel_is_forgotten(chat: FakeChat) -> None:
    """What was posted in a deleted channel would still be found."""
    await chat.remember(("Alice", "incidents", "gone"), ("Alice", "general", "stays"))
    chat.standin.admin.remove_channel("incidents")
    await chat.until(lambda: chat.engine.texts() == {"stays"})


async def test_public_threads_follow_their_channel(chat: FakeChat) -> None:
    """Conversations in threads would be missing."""
    await chat.watch("general")
    thread = await chat.person("Alice").open_thread("general", "plans")
    await chat.person("Alice").say(thread, "in the thread")
    await chat.until(lambda: chat.engine.texts() == {"in the thread"})
    answer = await chat.search("Bob", "general", text="thread")
    assert "in the thread" in text_of(answer)


async def test_private_threads_do_not_follow_their_channel(chat: FakeChat) -> None:
    """What people say among themselves would be remembered unasked."""
    await chat.watch("general")
    thread = await chat.person("Alice").open_thread("general", "secret", private=True)
    await chat.person("Alice").say(thread, "whisper")
    await chat.person("Alice").say("general", "loud")
    await chat.until(lambda: chat.engine.texts() == {"loud"})


@pytest.mark.parametrize("name", ["bad.png", "bad.pdf"])
async def test_refused_file_is_counted_and_the_rest_remembered(chat: FakeChat, name: str) -> None:
    """One broken file would stop everything after it, or vanish without a trace."""
    await chat.watch("general")
    chat.engine.refuse_files = Problem(
        title="Unreadable", status=422, detail="broken", code="unreadable"
    )
    await chat.person("Alice").say("general", "with words", files=[(name, b"nothing")])
    await chat.until(lambda: chat.engine.texts() == {"with words"})
    status = await (await chat.person("Erin").slash("general", "library status")).answer()
    assert "1 could not be used" in text_of(status)


async def test_unwatched_channel_keeps_or_forgets(chat: FakeChat) -> None:
    """An admin could not choose whether old content stays."""
    await chat.remember(("Alice", "general", "kept"), ("Alice", "incidents", "dropped"))
    erin = chat.person("Erin")
    kept = await (await erin.slash("general", "library unwatch")).answer()
    assert "What I have of it can be searched" in text_of(kept)
    dropped = await (await erin.slash("incidents", "library unwatch", {"forget": True})).answer()
    assert "I deleted 1 items" in text_of(dropped)
    await chat.person("Alice").say("general", "not remembered")
    assert "kept" in text_of(await chat.search("Bob", "general", text="kept"))
    assert chat.engine.texts() == {"kept"}


async def test_watching_names_the_permission_that_is_missing(chat: FakeChat) -> None:
    """An admin would wonder why nothing is remembered."""
    chat.standin.admin.set_overwrite(
        "general", chat.standin.world.bot_id, deny=Permission.READ_MESSAGE_HISTORY
    )
    answer = await (await chat.person("Erin").slash("general", "library watch")).answer()
    assert "I lack the permission Read Message History" in text_of(answer)
    assert chat.engine.channels == {}
