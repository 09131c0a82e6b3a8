"""A picture posted in chat is found by words and by picture, by those who may see it."""

from __future__ import annotations

from bot.standin.components import walk
from bot.standin.world import Message
from tests.bot.reading import text_of
from tests.e2e.conftest import RealChat, picture

BIKE = "a-bicycle-on-the-road"
CAKE = "a-birthday-cake-on-a-striped-ground"
DOG = "a-dog-in-a-meadow"
PIZZA = "a-slice-of-pizza"


def first_hit(message: Message) -> str:
    """What is written about the best hit."""
    numbered = text_of(message).split("**1.**")
    assert len(numbered) == 2, text_of(message)
    return numbered[1].split("**2.**")[0]


async def test_words_find_the_picture_another_person_posted(chat: RealChat) -> None:
    """Magpie would not do its main job."""
    await chat.watch("general", "incidents")
    posted = await chat.post("Alice", "general", BIKE)
    await chat.post("Carol", "incidents", CAKE)
    await chat.post("Carol", "general", DOG)
    await chat.searchable(3)

    answer = await chat.search("Bob", "general", text="a bicycle")

    assert posted.id in first_hit(answer)
    assert chat.person("Alice").mention in first_hit(answer)
    assert [part["type"] for part in walk(answer.components)].count(11) >= 1, "a thumbnail"


async def test_words_find_words(chat: RealChat) -> None:
    """Messages could not be found by their meaning."""
    await chat.watch("general")
    posted = await chat.person("Alice").say("general", "The office wifi password has changed.")
    await chat.person("Alice").say("general", "Lunch is at noon, there will be soup.")
    await chat.searchable(2)
    answer = await chat.search("Bob", "general", text="how do I get on the wireless network?")
    assert posted.id in first_hit(answer)


async def test_similar_pictures_by_menu_reply_and_attachment(chat: RealChat) -> None:
    """One of the three ways to search by a picture would be broken."""
    await chat.watch("general")
    original = await chat.post("Alice", "general", PIZZA)
    await chat.post("Alice", "general", DOG)
    await chat.searchable(2)
    bob = chat.person("Bob")
    again = await chat.post("Bob", "incidents", PIZZA)

    by_menu = await (await bob.menu(again, "Find similar")).answer()
    by_attachment = await chat.search("Bob", "general", image=picture(PIZZA))
    said = await bob.reply(again, f"<@{chat.standin.world.bot_id}> like this")
    await chat.standin.until(lambda: _replies(chat, said), timeout_s=10)
    [by_reply] = _replies(chat, said)

    for answer in (by_menu, by_attachment, by_reply):
        assert original.id in first_hit(answer)


async def test_private_picture_is_found_by_members_only(chat: RealChat) -> None:
    """The pictures of a private channel would be open to everybody."""
    await chat.watch("leads", "general")
    secret = await chat.post("Alice", "leads", BIKE)
    await chat.searchable(1)
    outsider = await chat.search("Bob", "general", image=picture(BIKE))
    member = await chat.search("Alice", "general", image=picture(BIKE))
    assert secret.id not in text_of(outsider)
    assert "no good match" in text_of(outsider)
    assert secret.id in text_of(member)


async def test_sharing_a_private_picture_is_withheld(chat: RealChat) -> None:
    """One click would show a private picture to everybody."""
    await chat.watch("leads", "general")
    await chat.post("Alice", "leads", BIKE)
    await chat.searchable(1)
    answer = await chat.search("Alice", "general", image=picture(BIKE))
    asked = await chat.person("Alice").click(answer, "Share")
    await chat.standin.until(lambda: asked.follow_ups)
    assert "I withheld this" in text_of(asked.follow_ups[0])
    assert all(message.is_ephemeral for message in chat.standin.messages("general"))


async def test_deleted_picture_is_not_found(chat: RealChat) -> None:
    """What people delete would stay findable."""
    await chat.watch("general")
    posted = await chat.post("Alice", "general", BIKE, text="my new bicycle")
    await chat.searchable(2)
    await chat.person("Alice").delete(posted)
    await chat.searchable(0)
    answer = await chat.search("Bob", "general", text="bicycle")
    assert "no good match" in text_of(answer)


async def test_edited_message_is_found_by_its_new_words(chat: RealChat) -> None:
    """A message would be found by words that are no longer in it."""
    await chat.watch("general")
    posted = await chat.person("Alice").say("general", "The meeting is on Tuesday in the library.")
    await chat.searchable(1)
    await chat.person("Alice").edit(posted, "Please water the tomatoes on the balcony.")

    async def found() -> bool:
        return posted.id in text_of(await chat.search("Bob", "general", text="plants need water"))

    for _ in range(20):
        if await found():
            break
    assert "tomatoes" in text_of(await chat.search("Bob", "general", text="plants need water"))
    gone = await chat.search("Bob", "general", text="when is the meeting?")
    assert "Tuesday" not in text_of(gone)


async def test_judgements_are_kept(chat: RealChat) -> None:
    """What people say about hits would be lost."""
    await chat.watch("general")
    await chat.post("Alice", "general", BIKE)
    await chat.searchable(1)
    answer = await chat.search("Bob", "general", image=picture(BIKE))
    await chat.person("Bob").click(answer, "Helpful")
    await chat.standin.until(
        lambda: any(
            part.get("label") == "Helpful" and part["style"] == 3
            for part in walk(answer.components)
        )
    )


async def test_broken_picture_is_answered_in_words(chat: RealChat) -> None:
    """A person would read an internal error, or nothing."""
    await chat.watch("general")
    await chat.person("Alice").say("general", "hello there")
    await chat.searchable(1)
    answer = await chat.search("Bob", "general", image=("fake.png", b"this is text"))
    assert "I could not do that" in text_of(answer)


def _replies(chat: RealChat, said: Message) -> list[Message]:
    return [
        message
        for message in chat.standin.messages(said.channel_id)
        if message.reference and message.reference.message_id == said.id and message.components
    ]
