"""`/search` and **Find similar**, from the person's side."""

from __future__ import annotations

from typing import Any

import pytest

from engine.schemas import ItemKind, PassageLocation, Problem
from tests.bot.conftest import PICTURE, FakeChat
from tests.bot.reading import buttons_of, text_of

OTHER = PICTURE + b"other"


async def test_text_hit_quotes_the_message(chat: FakeChat) -> None:
    """A person could not tell which message was found, by whom, where and when."""
    await chat.remember(("Alice", "general", "the wifi password is *swordfish*"))
    answer = await chat.search("Bob", "general", text="wifi")
    text, alice = text_of(answer), chat.person("Alice")
    assert r"> the wifi password is \*swordfish\*" in text
    assert f"{alice.mention} in <#{alice.channel('general').id}>" in text
    assert "https://discord.com/channels/" in text
    assert ":R>" in text


async def test_document_hit_names_the_file_and_quotes_what_matches_and_where(
    chat: FakeChat,
) -> None:
    """A person would have to read a whole manual to see why it was found."""
    await chat.watch("general")
    files = [("manual.pdf", b"First plug it in. Then switch the wifi on.")]
    posted = await chat.person("Alice").say("general", files=files)
    await chat.until(lambda: chat.engine.filenames() == {"manual.pdf"})
    location = PassageLocation(page=12, heading="Setup › Network")
    chat.engine.told["manual.pdf"] = {"location": location, "marks": [(18, 42)]}
    text = text_of(await chat.search("Bob", "general", text="wifi"))
    assert "📄 **manual.pdf** · strong match" in text
    assert "> First plug it in. **Then switch the wifi on.**\n-# page 12 · Setup › Network" in text
    assert f"/{posted.id}" in text


async def test_text_in_a_picture_is_quoted_as_read_there(chat: FakeChat) -> None:
    """A person would not see why a screenshot answers their words."""
    await chat.remember(("Alice", "general", PICTURE))
    location = PassageLocation(in_picture=True)
    chat.engine.told["picture.png"] = {"passage": "Error 42", "location": location}
    text = text_of(await chat.search("Bob", "general", text="picture"))
    assert "> Error 42\n-# read in the picture" in text


async def test_longest_hits_fit_into_one_message(chat: FakeChat) -> None:
    """Discord would refuse the whole answer for being too long."""
    for number in range(4):
        said = f"{number} " + "word *** " * 200
        await chat.remember(("Alice", "general", said))
        item = next(each for each in chat.engine.items.values() if each.text == said.strip())
        chat.engine.other_places[item.place] = [
            item.place.model_copy(update={"message_id": str(n)}) for n in range(9)
        ]
    answer = await chat.search("Bob", "general", text="word")
    assert buttons_of(answer).count("Helpful") == 4


@pytest.mark.parametrize("words", ["bike", "nothing"])
async def test_weakness_of_the_model_is_told_with_and_without_hits(
    chat: FakeChat, words: str
) -> None:
    """A person would blame their words for what the model cannot do."""
    await chat.remember(("Alice", "general", "red bike"))
    chat.engine.hint = "This model knows English best."
    text = text_of(await chat.search("Bob", "general", text=words))
    assert "-# This model knows English best." in text


@pytest.mark.parametrize(
    ("options", "suggestion"),
    [
        ({"text": "nothing"}, "Try other or fewer words"),
        ({"text": "nothing", "not": "cats"}, "Try it without `not:`"),
        ({"text": "nothing", "after": "3d", "kind": "messages"}, "without `after:` and `kind:`"),
        ({"image": ("mine.png", b"x")}, "Try a picture that shows less"),
        ({"image": ("mine.png", b"x"), "text": "nothing"}, "the picture alone, or the words"),
    ],
)
async def test_no_good_match_suggests_what_fits_the_question(
    chat: FakeChat, options: dict[str, Any], suggestion: str
) -> None:
    """A person would be told to change what they did not use."""
    await chat.remember(("Alice", "general", "red bike"))
    text = text_of(await chat.search("Bob", "general", **options))
    assert "no good match" in text
    assert suggestion in text


async def test_private_channel_is_found_by_its_members_only(chat: FakeChat) -> None:
    """Secrets of a private channel would be found by anybody."""
    await chat.remember(("Alice", "leads", "salary table"), ("Bob", "general", "salary joke"))
    outsider = text_of(await chat.search("Bob", "general", text="salary"))
    insider = text_of(await chat.search("Alice", "general", text="salary"))
    assert "joke" in outsider
    assert "table" not in outsider
    assert "table" in insider


async def test_nsfw_is_found_in_nsfw_only(chat: FakeChat) -> None:
    """Adult content would be shown in ordinary channels."""
    await chat.remember(("Dave", "after-dark", "spicy memes"))
    assert "no good match" in text_of(await chat.search("Dave", "general", text="spicy"))
    assert "spicy memes" in text_of(await chat.search("Dave", "after-dark", text="spicy"))


async def test_filters_reach_the_engine(chat: FakeChat) -> None:
    """`in:`, `from:`, `after:`, `before:`, `kind:` or `not:` would be ignored."""
    await chat.remember(("Alice", "general", "red bike"), ("Bob", "incidents", "red alert"))
    bob = chat.person("Bob")
    await chat.search(
        "Bob",
        "general",
        text="red",
        **{
            "in": bob.channel("incidents").id,
            "from": bob.id,
            "not": "bike",
            "after": "yesterday",
            "before": "1h",
            "kind": "messages",
        },
    )
    asked = chat.engine.searches[-1]
    assert asked.channel_ids == [bob.channel("incidents").id]
    assert asked.author_ids == [bob.id]
    assert [(part.text, part.weight) for part in asked.parts] == [("red", 1.0), ("bike", -0.5)]
    assert asked.kinds == [ItemKind.TEXT]
    assert asked.after is not None
    assert asked.before is not None


async def test_channel_is_searched_with_its_archived_threads(chat: FakeChat) -> None:
    """Forum posts and threads would not be found in their channel once they are archived."""
    await chat.remember(("Alice", "design", "red sketch"))
    await chat.remember(("Alice", "logo-ideas", "red logo"))
    chat.standin.admin.archive_thread("logo-ideas")
    design = chat.person("Bob").channel("design")
    answer = await chat.search("Bob", "general", text="red", **{"in": design.id})
    assert "red sketch" in text_of(answer)
    assert "red logo" in text_of(answer)


async def test_channel_without_memory_is_answered_in_words(chat: FakeChat) -> None:
    """A person would think that nothing like it was ever posted."""
    await chat.remember(("Alice", "general", "red bike"))
    incidents = chat.person("Bob").channel("incidents")
    answer = await chat.search("Bob", "general", text="red", **{"in": incidents.id})
    assert "I remember nothing you may read from that channel" in text_of(answer)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({}, "Tell me what to look for"),
        ({"not": "cats"}, "Tell me what to look for"),
        ({"text": "cat", "after": "2099-01"}, "is in the future"),
        ({"text": "cat", "after": "soonish"}, "I cannot read `soonish` as a date"),
    ],
)
async def test_unusable_request_is_answered_in_words(
    chat: FakeChat, options: dict[str, str], sentence: str
) -> None:
    """A person would see "interaction failed" instead of what to do."""
    answer = await chat.search("Bob", "general", **options)
    assert sentence in text_of(answer)
    assert answer.is_ephemeral


async def test_nothing_remembered_yet_names_the_way_to_start(chat: FakeChat) -> None:
    """The first search of a new server would look like a failed one."""
    text = text_of(await chat.search("Bob", "general", text="cat"))
    assert "Nothing is remembered here yet" in text
    assert "</library watch:" in text


async def test_slash_attachment_finds_the_same_picture(chat: FakeChat) -> None:
    """Searching by an uploaded picture would not work."""
    await chat.remember(("Alice", "general", PICTURE), ("Alice", "general", OTHER))
    answer = await chat.search("Bob", "general", image=("mine.png", PICTURE))
    assert buttons_of(answer).count("More like this") == 1
    assert "your picture" in text_of(answer)


async def test_menu_finds_others_but_not_the_message_itself(chat: FakeChat) -> None:
    """The first hit of **Find similar** would be the picture one already has."""
    await chat.remember(("Alice", "general", PICTURE))
    posted = await chat.person("Bob").say("general", files=[("again.png", PICTURE)])
    await chat.until(lambda: len(chat.engine.items) == 2)
    answer = await (await chat.person("Bob").menu(posted, "Find similar")).answer()
    assert buttons_of(answer).count("More like this") == 1
    assert chat.person("Alice").mention in text_of(answer)


async def test_menu_on_a_message_without_picture_says_so(chat: FakeChat) -> None:
    """A person would read an internal error."""
    posted = await chat.person("Bob").say("general", "only words")
    answer = await (await chat.person("Bob").menu(posted, "Find similar")).answer()
    assert "There is no picture in that message" in text_of(answer)


async def test_menu_on_a_document_names_it(chat: FakeChat) -> None:
    """A person would not learn why the file cannot be used."""
    posted = await chat.person("Bob").say("general", files=[("notes.txt", b"hello")])
    answer = await (await chat.person("Bob").menu(posted, "Find similar")).answer()
    assert "`notes.txt` is none" in text_of(answer)


async def test_menu_on_several_pictures_says_which_was_used(chat: FakeChat) -> None:
    """A person would take hits for the second picture that belong to the first."""
    await chat.remember(("Alice", "general", PICTURE))
    files = [("one.png", PICTURE), ("two.png", OTHER)]
    posted = await chat.person("Bob").say("incidents", files=files)
    answer = await (await chat.person("Bob").menu(posted, "Find similar")).answer()
    assert "That message has 2 pictures; I used the first" in text_of(answer)


async def test_forwarded_picture_can_be_searched_by(chat: FakeChat) -> None:
    """A forward holds its picture in a snapshot, and would count as empty."""
    await chat.remember(("Alice", "general", PICTURE))
    posted = await chat.person("Bob").say("incidents", files=[("one.png", PICTURE)])
    forwarded = await chat.person("Bob").forward(posted, "incidents")
    answer = await (await chat.person("Bob").menu(forwarded, "Find similar")).answer()
    assert chat.person("Alice").mention in text_of(answer)


async def test_refused_picture_shows_the_engines_sentence(chat: FakeChat) -> None:
    """A person with a broken file would not learn what is wrong with it."""
    await chat.remember(("Alice", "general", "something"))
    chat.engine.problem = Problem(
        title="Unreadable", status=422, detail="This is not a picture.", code="unreadable_picture"
    )
    answer = await chat.search("Bob", "general", image=("fake.png", b"text"))
    assert "This is not a picture." in text_of(answer)


@pytest.mark.parametrize(
    ("code", "sentence"), [("not_ready", "warming up"), ("busy", "try again in 7 s")]
)
async def test_unavailable_engine_is_told(chat: FakeChat, code: str, sentence: str) -> None:
    """A person would wait for an answer that does not come."""
    chat.engine.problem = Problem(
        title="Later", status=503, detail="later", code=code, retry_after_s=7.0
    )
    assert sentence in text_of(await chat.search("Bob", "general", text="cat"))


async def test_absent_engine_is_told_within_three_seconds(chat: FakeChat) -> None:
    """A person would watch "thinking…" for a minute."""
    await chat.engine.stop()
    asked = await chat.person("Bob").slash("general", "search", {"text": "cat"})
    assert "does not answer" in text_of(await asked.answer(timeout_s=3.0))


async def test_silent_engine_is_told_within_three_seconds(chat: FakeChat) -> None:
    """An engine that hangs would leave the person without a word."""
    await chat.remember(("Alice", "general", "red bike"))
    chat.engine.search_gate.clear()
    asked = await chat.person("Bob").slash("general", "search", {"text": "bike"})
    assert "Still looking" in text_of(await asked.answer(timeout_s=3.0))
    chat.engine.search_gate.set()
    await chat.standin.until(lambda: asked.response and "red bike" in text_of(asked.response))


async def test_dates_are_suggested(chat: FakeChat) -> None:
    """Nobody would know how dates can be written, or be offered one that cannot be read."""
    bob = chat.person("Bob")
    for typed, suggested in (
        ("last", ["last week", "last month", "last year"]),
        ("March 2026", ["March 2026"]),
    ):
        choices = await bob.autocomplete("general", "search", "after", {"after": typed})
        assert [choice["value"] for choice in choices] == suggested


async def test_every_interaction_is_deferred_before_the_engine_is_asked(chat: FakeChat) -> None:
    """A slow engine would make Discord say that the bot did not respond."""
    await chat.watch("general")
    chat.engine.search_gate.clear()
    asked = await chat.person("Bob").slash("general", "search", {"text": "cat"})
    await asked.acknowledged(timeout_s=1.0)
    assert asked.response is not None
    assert asked.response.is_loading
    chat.engine.search_gate.set()
    await asked.answer()
