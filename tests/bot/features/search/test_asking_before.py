"""`/ask-before` and **Related messages**: has this been said before?"""

from __future__ import annotations

from bot.standin.permissions import Permission
from bot.standin.world import Message
from engine.schemas import Band, ItemKind
from tests.bot.conftest import PICTURE, FakeChat
from tests.bot.reading import buttons_of, text_of

SEE = Permission.VIEW_CHANNEL


async def ask_before(chat: FakeChat, name: str, text: str) -> Message:
    """The answer to a person's `/ask-before` in #general."""
    return await (await chat.person(name).slash("general", "ask-before", {"text": text})).answer()


async def related(chat: FakeChat, name: str, message: Message) -> Message:
    """The answer to **Related messages** on a message."""
    return await (await chat.person(name).menu(message, "Related messages")).answer()


async def test_answer_leads_with_who_said_it_when_and_where(chat: FakeChat) -> None:
    """A person would have to read the hits to learn whether the bug is reported already."""
    await chat.remember(("Alice", "incidents", "login is broken"))
    answer = await ask_before(chat, "Bob", "the login fails")
    alice = chat.person("Alice")
    first = text_of(answer).splitlines()[0]
    assert first.startswith(f"**Probably yes:** {alice.mention} wrote this <t:")
    assert first.endswith(f"in <#{alice.channel('incidents').id}>.")
    assert answer.is_ephemeral
    assert "More like this" in buttons_of(answer)
    assert chat.engine.searches[-1].kinds == [ItemKind.TEXT]


async def test_oldest_of_the_equally_good_comes_first(chat: FakeChat) -> None:
    """People would answer the latest repetition, and not go to where it was solved."""
    await chat.remember(
        ("Carol", "general", "login vague"),
        ("Alice", "general", "login first report"),
        ("Bob", "general", "login second report"),
    )
    chat.engine.told["login vague"] = {"band": Band.WEAK}
    lines = text_of(await ask_before(chat, "Bob", "login"))
    order = [lines.index(f"> {each}") for each in ("login first", "login second", "login vague")]
    assert order == sorted(order)
    assert lines.startswith(f"**Probably yes:** {chat.person('Alice').mention}")


async def test_weak_hit_is_called_what_it_is(chat: FakeChat) -> None:
    """A person would keep a report to themselves because of something merely related."""
    await chat.remember(("Alice", "general", "login page colours"))
    chat.engine.told["login page colours"] = {"band": Band.WEAK}
    told = text_of(await ask_before(chat, "Bob", "login"))
    assert told.startswith(f"**Perhaps:** {chat.person('Alice').mention} wrote something related")


async def test_nothing_like_it_is_an_answer(chat: FakeChat) -> None:
    """A person would take an empty answer for a failure."""
    await chat.remember(("Alice", "general", "lunch"))
    text = text_of(await ask_before(chat, "Bob", "login"))
    assert text.startswith("**Probably not:** I found nothing like “login”")
    assert "try that word alone" in text


async def test_document_is_named_in_the_sentence(chat: FakeChat) -> None:
    """The sentence would credit somebody with words that stand in a document."""
    await chat.watch("general")
    files = [("runbook_v2.md", b"how to restore the login")]
    await chat.person("Alice").say("general", files=files)
    await chat.until(lambda: chat.engine.filenames() == {"runbook_v2.md"})
    first = text_of(await ask_before(chat, "Bob", "login")).splitlines()[0]
    alice = chat.person("Alice").mention
    assert first.startswith(rf"**Probably yes:** **runbook\_v2.md** says this; {alice} posted it")


async def test_menu_leaves_out_the_message_and_its_attachments(chat: FakeChat) -> None:
    """The answer to "was this said before?" would be: yes, by you, just now."""
    await chat.remember(("Alice", "general", "login is broken"))
    posted = await chat.person("Bob").say(
        "general", "login fails", files=[("login.txt", b"login log"), ("login.png", PICTURE)]
    )
    await chat.until(lambda: len(chat.engine.items) == 4)
    text = text_of(await related(chat, "Bob", posted))
    assert chat.person("Alice").mention in text
    assert posted.id not in text


async def test_menu_on_a_picture_says_what_to_use(chat: FakeChat) -> None:
    """A person would read that nothing was found, when nothing was looked for."""
    await chat.watch("general")
    posted = await chat.person("Bob").say("general", files=[("one.png", PICTURE)])
    assert "Find similar" in text_of(await related(chat, "Bob", posted))


async def test_menu_on_a_document_compares_what_it_says(chat: FakeChat) -> None:
    """Nobody could find out whether an offer or a report is there already."""
    await chat.remember(("Alice", "general", "login runbook"))
    posted = await chat.person("Bob").say("general", files=[("new.md", b"a new runbook")])
    await chat.until(lambda: "new.md" in chat.engine.filenames())
    [document] = chat.engine.documents
    text = text_of(await related(chat, "Bob", posted))
    assert text.startswith(f"**Probably yes:** {chat.person('Alice').mention}")
    assert "### this document" in text
    assert [part.item_id for part in chat.engine.searches[-1].parts] == [document]


async def test_menu_on_an_unread_document_says_so(chat: FakeChat) -> None:
    """A person would read that nothing is like a document that nobody has read."""
    await chat.watch("general")
    posted = await chat.person("Bob").say("incidents", files=[("new.md", b"a new runbook")])
    assert "I have not read the document" in text_of(await related(chat, "Bob", posted))


async def test_very_long_message_can_be_asked_about(chat: FakeChat) -> None:
    """The engine would refuse a forwarded essay as too long a search."""
    await chat.remember(("Alice", "general", "login is broken"))
    posted = await chat.person("Bob").say("general", "login " * 333)
    forwarded = await chat.person("Bob").forward(posted, "general")
    assert "Probably yes" in text_of(await related(chat, "Bob", forwarded))
    [part] = chat.engine.searches[-1].parts
    assert len(part.text or "") <= 2000


async def test_sentence_does_not_tell_of_what_may_not_be_read(chat: FakeChat) -> None:
    """The first sentence would tell an outsider who wrote what in a private channel."""
    await chat.remember(("Alice", "leads", "layoffs planned"), ("Bob", "general", "layoffs rumour"))
    text = text_of(await ask_before(chat, "Bob", "layoffs"))
    assert text.startswith(f"**Probably yes:** {chat.person('Bob').mention}")
    assert chat.person("Alice").mention not in text


async def test_sentence_is_checked_again_with_its_page(chat: FakeChat) -> None:
    """Coming back to the first page would name what was closed to the person meanwhile."""
    await chat.remember(
        ("Alice", "incidents", "login secret"),
        *[("Carol", "general", f"login {n}") for n in range(4)],
    )
    answer = await ask_before(chat, "Bob", "login")
    assert chat.person("Alice").mention in text_of(answer).splitlines()[0]
    await chat.person("Bob").click(answer, "Next")
    await chat.standin.until(lambda: "page 2 of 2" in text_of(answer))
    assert "Probably" not in text_of(answer)
    chat.standin.admin.set_overwrite("incidents", chat.standin.world.guild.id, deny=SEE)
    await chat.person("Bob").click(answer, "Previous")
    await chat.standin.until(lambda: "page 1 of 2" in text_of(answer))
    assert chat.person("Carol").mention in text_of(answer).splitlines()[0]
    assert chat.person("Alice").mention not in text_of(answer)
