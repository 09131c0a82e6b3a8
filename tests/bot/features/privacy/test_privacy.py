"""What people are told about what is stored of them, and what they can do about it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.standin.errors import Refused
from bot.standin.world import Message
from engine.schemas import AuditAction, AuditEntry, AuditPage, Problem
from tests.bot.conftest import PICTURE, FakeChat
from tests.bot.reading import buttons_of, text_of

DELETE = "Delete everything of mine"


async def privacy(chat: FakeChat, name: str, command: str, **options: Any) -> Message:
    """The answer to somebody's `/privacy`."""
    return await (await chat.person(name).slash("general", f"privacy {command}", options)).answer()


async def press(chat: FakeChat, name: str, message: Message, button: str, then: str) -> str:
    """What a message says once a button of it has been pressed and `then` is read there."""
    await chat.person(name).click(message, button)
    await chat.standin.until(lambda: then in text_of(message))
    return text_of(message)


async def test_somebody_reads_what_is_stored_of_them_by_channel(chat: FakeChat) -> None:
    """People could not find out what the bot knows of them."""
    await chat.remember(
        ("Alice", "general", "one"),
        ("Alice", "general", PICTURE),
        ("Alice", "incidents", "two"),
        ("Bob", "general", "not hers"),
    )
    answer = await privacy(chat, "Alice", "show")
    general, incidents = (chat.standin.admin.channel(each) for each in ("general", "incidents"))
    said = text_of(answer)
    assert answer.is_ephemeral
    assert "**1** pictures, **2** messages and documents, posted between" in said
    assert f"- <#{general.id}>: **1** pictures, **1** messages" in said
    assert f"- <#{incidents.id}>: **0** pictures, **1** messages" in said
    assert "you never said" in said


async def test_channels_somebody_cannot_read_any_more_are_not_named(chat: FakeChat) -> None:
    """Who was thrown out of a private channel would still learn about it."""
    await chat.remember(("Alice", "leads", "among us"))
    leads = chat.standin.admin.channel("leads")
    chat.standin.admin.set_roles(chat.person("Alice").id, [])
    said = text_of(await privacy(chat, "Alice", "show"))
    assert leads.id not in said
    assert "**1** in smaller channels, or where you cannot read now" in said


async def test_somebody_of_whom_nothing_is_stored_reads_so(chat: FakeChat) -> None:
    """A newcomer would read zeros and dates that make no sense."""
    assert "Nothing you posted is stored." in text_of(await privacy(chat, "Bob", "show"))


async def test_consent_is_given_and_taken_back(chat: FakeChat) -> None:
    """Somebody's yes or no to training would be lost, or could not be changed."""
    answer = await privacy(chat, "Alice", "consent")
    alice = chat.person("Alice").id
    await press(chat, "Alice", answer, "Yes, they may", "you agreed on")
    assert chat.engine.people.wishes[alice].training_consent is True
    await press(chat, "Alice", answer, "No", "you said no on")
    assert chat.engine.people.wishes[alice].training_consent is False
    assert "you said no on" in text_of(await privacy(chat, "Alice", "show"))


async def test_forgetting_is_asked_once_more_and_takes_everything_of_one_person(
    chat: FakeChat,
) -> None:
    """A slip of the finger would delete everything, or a deletion leave something behind."""
    await chat.remember(("Alice", "general", "hers"), ("Alice", "incidents", PICTURE))
    await chat.remember(("Bob", "general", "his"))
    kept = await privacy(chat, "Alice", "forget-me")
    assert "I have **2** items of you" in text_of(kept)
    await press(chat, "Alice", kept, "Keep it", "I deleted nothing")
    assert len(chat.engine.items) == 3
    asked = await privacy(chat, "Alice", "forget-me")
    said = await press(chat, "Alice", asked, DELETE, "Done.")
    assert "**2** items of yours are deleted" in said
    assert buttons_of(asked) == []
    assert chat.engine.texts() == {"his"}
    [request] = chat.engine.forgets
    assert (request.author_id, request.asked_by) == (chat.person("Alice").id,) * 2
    again = await privacy(chat, "Alice", "forget-me")
    assert "**0** items of yours" in await press(chat, "Alice", again, DELETE, "Done.")


async def test_forgetting_while_the_engine_is_away_is_said(chat: FakeChat) -> None:
    """Somebody would believe that everything is deleted, or read that nothing is lost."""
    await chat.remember(("Alice", "general", "hers"))
    asked = await privacy(chat, "Alice", "forget-me")
    await chat.engine.stop()
    said = await press(chat, "Alice", asked, DELETE, "Not everything is deleted.")
    assert "asking twice does no harm" in said
    assert "Nothing was deleted." in text_of(await privacy(chat, "Alice", "forget-me"))
    assert "Nothing was changed." in text_of(await privacy(chat, "Alice", "opt-out"))
    await chat.engine.start()
    asked = await privacy(chat, "Alice", "forget-me")
    await press(chat, "Alice", asked, DELETE, "Done.")
    assert chat.engine.items == {}


async def test_opting_out_offers_to_delete_and_can_be_ended(chat: FakeChat) -> None:
    """Somebody could not keep the bot from remembering, or never come back."""
    await chat.remember(("Alice", "general", "before"))
    answer = await privacy(chat, "Alice", "opt-out")
    assert "can still be found" in text_of(answer)
    assert buttons_of(answer) == [DELETE, "Keep it"]
    await chat.person("Alice").say("general", "meanwhile")
    await chat.remember(("Bob", "general", "his"))
    assert chat.engine.texts() == {"before", "his"}
    assert "off since" in text_of(await privacy(chat, "Alice", "show"))
    await press(chat, "Alice", answer, DELETE, "Done.")
    assert "nothing of you from before" in text_of(await privacy(chat, "Alice", "opt-out"))
    ended = await privacy(chat, "Alice", "opt-out", state="off")
    assert "From now on I remember what you post" in text_of(ended)
    await chat.remember(("Alice", "general", "after"))
    assert chat.engine.texts() == {"his", "after"}


async def test_what_is_not_kept_is_not_counted_as_remembered(chat: FakeChat) -> None:
    """A backfill would report as remembered what its author has forbidden."""
    await privacy(chat, "Alice", "opt-out")
    await chat.watch("general")
    await chat.person("Alice").say("general", "unwanted")
    await chat.person("Bob").say("general", "wanted")
    await chat.until(lambda: chat.engine.texts() == {"wanted"})
    asked = await chat.person("Erin").slash("general", "library backfill")
    await asked.answer()
    await chat.standin.until(lambda: [m for m in reports(chat) if "Done" in text_of(m)])
    [report] = reports(chat)
    assert "1 message " in text_of(report)


def reports(chat: FakeChat) -> list[Message]:
    """Progress messages in the channel."""
    return [m for m in chat.standin.messages("general") if "Reading #general" in text_of(m)]


async def test_admins_page_through_the_audit(chat: FakeChat) -> None:
    """An admin could not account for what was deleted, and by whose wish."""
    now = datetime.now(UTC)
    erin, alice = chat.person("Erin"), chat.person("Alice")
    channel = chat.standin.admin.channel("general").id
    newest = [
        AuditEntry(
            at=now,
            action=AuditAction.FORGOT,
            actor_id=alice.id,
            person_id=alice.id,
            amount=12,
        ),
        AuditEntry(
            at=now,
            action=AuditAction.FORGOT,
            actor_id=erin.id,
            channel_id=channel,
            amount=3,
        ),
        AuditEntry(at=now, action=AuditAction.EXPIRED, amount=4),
    ]
    oldest = AuditEntry(at=now, action=AuditAction.OPTED_OUT, actor_id=alice.id, person_id=alice.id)
    chat.engine.people.audit = {
        "": AuditPage(entries=newest, next_cursor="7"),
        "7": AuditPage(entries=[oldest]),
    }
    answer = await privacy(chat, "Erin", "audit")
    said = text_of(answer)
    assert f"{alice.mention} deleted everything of their own: 12 items" in said
    assert f"{erin.mention} deleted everything in <#{channel}>: 3 items" in said
    assert "Magpie deleted what is older than the server keeps posts: 4 items" in said
    await press(chat, "Erin", answer, "Older", f"{alice.mention} opted out")
    await press(chat, "Erin", answer, "Newest", "12 items")


async def test_the_audit_is_for_admins(chat: FakeChat) -> None:
    """Anybody could read who has opted out or deleted something."""
    assert "Manage Server" in text_of(await privacy(chat, "Bob", "audit"))
    assert not [line for line in chat.engine.log if "audit" in line]


async def test_admins_set_how_long_posts_are_kept(chat: FakeChat) -> None:
    """A server could not limit what is remembered, or would not know what holds."""

    async def retention(**options: int) -> str:
        asked = await chat.person("Erin").slash("general", "settings retention", options)
        return text_of(await asked.answer())

    assert "until it is deleted" in await retention()
    assert "**90** days" in await retention(days=90)
    assert "**90** days" in await retention()
    assert chat.engine.people.retention.days == 90
    assert "until it is deleted" in await retention(days=0)
    assert chat.engine.people.retention.days is None
    with pytest.raises(Refused):
        await chat.person("Bob").slash("general", "settings retention", {"days": 1})


async def test_a_refusal_of_the_engine_is_told(chat: FakeChat) -> None:
    """Somebody would read that it worked, or an internal error."""
    asked = await privacy(chat, "Alice", "forget-me")
    chat.engine.problem = Problem(
        title="Storage failed", status=507, detail="The disk is full.", code="storage_failed"
    )
    said = await press(chat, "Alice", asked, DELETE, "Not everything is deleted.")
    assert "The disk is full." in said
