"""Nothing is lost while the engine or the bot is away, and backfills reach the beginning."""

from __future__ import annotations

import pytest

from bot.standin import Refused
from bot.standin.intents import PRIVILEGED, Intent
from bot.standin.standin import StandIn
from tests.bot.conftest import PICTURE, FakeChat, running_chat
from tests.bot.fake_engine import FakeEngine
from tests.bot.reading import text_of


async def test_posts_while_the_engine_is_away_arrive_when_it_is_back(chat: FakeChat) -> None:
    """Whatever people post during an update of the engine would be lost."""
    [first] = await chat.remember(("Alice", "general", "before"))
    await chat.engine.stop()
    await chat.person("Alice").say("general", "meanwhile", files=[("m.png", PICTURE)])
    await chat.person("Alice").delete(first)
    await chat.engine.start()
    await chat.until(lambda: chat.engine.texts() == {"meanwhile"})
    await chat.until(lambda: chat.engine.filenames() == {"m.png"})


async def test_more_posts_than_memory_holds_are_read_again(chat: FakeChat) -> None:
    """A long outage would lose what no longer fits into memory."""
    chat.changes["max_pending"] = 3
    await chat.restart_bot()
    await chat.watch("general")
    await chat.engine.stop()
    for number in range(10):
        await chat.person("Alice").say("general", f"message {number}")
    await chat.engine.start()
    await chat.until(lambda: len(chat.engine.texts()) == 10, timeout_s=10)


async def test_what_happened_while_the_bot_was_away_is_found(chat: FakeChat) -> None:
    """Posts, edits and deletions during a restart of the bot would never be noticed."""
    stays, edited, deleted = await chat.remember(
        ("Alice", "general", "stays"),
        ("Alice", "general", "to be edited"),
        ("Alice", "general", "to be deleted"),
    )
    await chat.stop_bot()
    await chat.person("Alice").edit(edited, "has been edited")
    await chat.person("Alice").delete(deleted)
    await chat.person("Alice").say("general", "posted meanwhile")
    await chat.start_bot()
    await chat.until(
        lambda: chat.engine.texts() == {stays.content, "has been edited", "posted meanwhile"}
    )


async def test_document_is_left_alone_when_nothing_happened(chat: FakeChat) -> None:
    """Each restart of the bot would forget every document and upload it again."""
    await chat.watch("general")
    await chat.person("Alice").say("general", files=[("notes.txt", b"how to restart it")])
    await chat.until(lambda: chat.engine.filenames() == {"notes.txt"})
    await chat.restart_bot()
    await chat.until(lambda: any(entry.startswith("GET /v1/items") for entry in chat.engine.log))
    await chat.person("Alice").say("general", "the comparison is done when this has arrived")
    await chat.until(chat.engine.texts)
    assert "POST /v1/items:forget" not in chat.engine.log


async def test_channel_deleted_while_the_bot_was_away_is_forgotten(chat: FakeChat) -> None:
    """What was posted in it would be kept for ever."""
    await chat.remember(("Alice", "incidents", "gone"), ("Alice", "general", "stays"))
    await chat.stop_bot()
    chat.standin.admin.remove_channel("incidents")
    await chat.start_bot()
    await chat.until(lambda: chat.engine.texts() == {"stays"})


async def test_new_gateway_session_reads_the_gap(chat: FakeChat) -> None:
    """Messages posted during a broken connection would be missing."""
    await chat.remember(("Alice", "general", "before"))
    await chat.standin.drop_gateway(4007)  # invalid sequence: the session cannot be resumed
    await chat.standin.until(lambda: not chat.standin.bot_is_connected)
    await chat.person("Alice").say("general", "in the gap")
    await chat.until(lambda: chat.engine.texts() == {"before", "in the gap"}, timeout_s=20)


async def test_backfill_reads_everything_and_reports(chat: FakeChat) -> None:
    """Old pictures could not be found, and nobody would know how far it is."""
    alice, erin = chat.person("Alice"), chat.person("Erin")
    for number in range(5):
        await alice.say("general", f"old {number}", files=[(f"p{number}.png", PICTURE)])
    await chat.watch("general")
    asked = await erin.slash("general", "library backfill")
    assert "I am reading" in text_of(await asked.answer())
    await chat.until(lambda: len(chat.engine.items) == 10)
    report = next(
        m for m in chat.standin.messages("general") if text_of(m).startswith("**Reading #general")
    )
    await chat.standin.until(
        lambda: "Done: 5 pictures, 5 messages and 0 documents are remembered." in text_of(report)
    )
    assert not report.is_ephemeral


async def test_backfill_goes_on_after_a_restart(chat: FakeChat) -> None:
    """A backfill of days would start over, or stop, with each update of the bot."""
    alice = chat.person("Alice")
    first = await alice.say("general", "old 0")
    for number in range(1, 30):
        await alice.say("general", f"old {number}")
    await chat.watch("general")
    chat.engine.gate.clear()
    await (await chat.person("Erin").slash("general", "library backfill")).answer()
    await chat.until(lambda: "POST /v1/items" in chat.engine.log)
    general = alice.channel("general").id
    await chat.until(lambda: int(chat.engine.channels[general].read_up_to or 0) < int(first.id))
    await chat.stop_bot()
    chat.engine.gate.set()
    await chat.start_bot()
    await chat.until(lambda: len(chat.engine.texts()) == 30)


async def test_backfill_of_an_unwatched_channel_is_refused(chat: FakeChat) -> None:
    """A channel nobody chose to remember would be read."""
    answer = await (await chat.person("Erin").slash("general", "library backfill")).answer()
    assert "is not remembered yet" in text_of(answer)


async def test_status_counts_what_the_asker_may_read(chat: FakeChat) -> None:
    """An admin could not see what is remembered."""
    await chat.remember(
        ("Alice", "general", PICTURE), ("Alice", "general", "words"), ("Alice", "leads", "secret")
    )
    text = text_of(await (await chat.person("Erin").slash("general", "library status")).answer())
    erin = chat.person("Erin")
    assert "**1** pictures and **2** messages and documents" in text
    assert (
        f"<#{erin.channel('general').id}>: 1 picture, 1 message, 0 documents · up to date" in text
    )


async def test_library_is_for_admins(chat: FakeChat) -> None:
    """Anybody could have channels remembered, or forgotten."""
    with pytest.raises(Refused):
        await chat.person("Bob").slash("general", "library watch")


async def test_without_the_message_content_intent() -> None:
    """The bot would not start, or would pretend to remember what it cannot see."""
    async with (
        await StandIn.start(allowed_intents=PRIVILEGED & ~Intent.MESSAGE_CONTENT) as standin,
        FakeEngine() as engine,
        running_chat(standin, engine) as chat,
    ):
        erin = chat.person("Erin")
        watched = await (await erin.slash("general", "library watch")).answer()
        assert "**Message Content** intent is switched off" in text_of(watched)
        posted = await chat.person("Alice").say("general", files=[("one.png", PICTURE)])
        found = await (await chat.person("Bob").menu(posted, "Find similar")).answer()
        assert "no good match" in text_of(found), "the menu still works"
        status = await (await erin.slash("general", "library status")).answer()
        assert "intent is switched off" in text_of(status)
        assert chat.engine.items == {}
