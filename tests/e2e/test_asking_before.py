"""Has this been said before? Answered by meaning, over what was posted in chat."""

from __future__ import annotations

from tests.bot.reading import text_of
from tests.e2e.conftest import RealChat


async def test_report_in_other_words_is_found(chat: RealChat) -> None:
    """The same bug would be reported again and again, in the words of each who meets it."""
    await chat.watch("general", "incidents")
    report = await chat.person("Alice").say("incidents", "Nobody can sign in since this morning.")
    await chat.person("Carol").say("general", "Lunch is at noon, there will be soup.")
    await chat.searchable(2)
    bob = chat.person("Bob")

    asked = await bob.slash("general", "ask-before", {"text": "the login is broken today"})
    told = text_of(await asked.answer())
    assert told.startswith(("**Probably yes:**", "**Perhaps:**")), told
    assert chat.person("Alice").mention in told.splitlines()[0]
    assert report.id in told

    own = await bob.say("general", "I cannot sign in, nobody here can, since this morning.")
    await chat.searchable(3)
    related = text_of(await (await bob.menu(own, "Related messages")).answer())
    assert report.id in related
    assert own.id not in related


async def test_what_is_new_is_called_new(chat: RealChat) -> None:
    """Everything would seem to have been reported already."""
    await chat.watch("general")
    await chat.person("Carol").say("general", "Lunch is at noon, there will be soup.")
    await chat.searchable(1)
    asked = await chat.person("Bob").slash(
        "general", "ask-before", {"text": "the printer on the second floor is on fire"}
    )
    assert text_of(await asked.answer()).startswith("**Probably not:**")
