"""Paging, judging, going on from a hit, and what becomes of old galleries."""

from __future__ import annotations

import pytest

from bot.standin import Refused
from bot.standin.components import walk
from bot.standin.permissions import Permission
from bot.standin.world import Message
from engine.schemas import Box, ItemKind
from tests.bot.conftest import PICTURE, FakeChat
from tests.bot.reading import buttons_of, text_of

SEE = Permission.VIEW_CHANNEL


def button(message: Message, label: str, nth: int = 0) -> str:
    """The custom id of the nth button with a label."""
    found = [part for part in walk(message.components) if part.get("label") == label]
    return str(found[nth]["custom_id"])


async def searched(chat: FakeChat, count: int) -> Message:
    """An answer with so many hits, alternating pictures and texts."""
    posts = [
        ("Alice", "general", PICTURE if n % 2 else f"picture number {n}") for n in range(count)
    ]
    await chat.remember(*posts)
    return await chat.search("Bob", "general", text="picture")


async def test_pages(chat: FakeChat) -> None:
    """Hits beyond the first page could not be seen."""
    answer = await searched(chat, 6)
    assert "page 1 of 2" in text_of(answer)
    assert buttons_of(answer).count("Helpful") == 4
    await chat.person("Bob").click(answer, "Next")
    await chat.standin.until(lambda: "page 2 of 2" in text_of(answer))
    assert buttons_of(answer).count("Helpful") == 2
    assert "**5.**" in text_of(answer)
    await chat.person("Bob").click(answer, "Previous")
    await chat.standin.until(lambda: "page 1 of 2" in text_of(answer))


async def test_pictures_come_with_thumbnails(chat: FakeChat) -> None:
    """A picture hit would have to be opened to be recognised."""
    answer = await searched(chat, 4)
    shown = [part["media"]["url"] for part in walk(answer.components) if part["type"] == 11]
    assert len(shown) == 2
    assert len(answer.attachments) == 2


async def test_the_part_that_matched_is_marked(chat: FakeChat) -> None:
    """Nobody would see why a crowded picture was found."""
    chat.engine.told["picture.png"] = {"box": Box(x=0.5, y=0.25, width=0.25, height=0.5)}
    await chat.remember(("Alice", "general", PICTURE))
    answer = await chat.search("Bob", "general", text="picture")
    assert "matched in the marked part" in text_of(answer)
    assert chat.engine.framed == ["0.5,0.25,0.25,0.5"]


async def test_judgement_is_stored_and_shown(chat: FakeChat) -> None:
    """People's judgements would be lost, or they would not see that they were taken."""
    answer = await searched(chat, 2)
    await chat.person("Bob").click(answer, button(answer, "Not it", 1))
    await chat.standin.until(lambda: _styles(answer, "Not it") == [2, 3])
    judged = chat.engine.feedback[-1]
    assert (judged.person_id, judged.helpful) == (chat.person("Bob").id, False)
    await chat.person("Bob").click(answer, button(answer, "Helpful", 1))
    await chat.standin.until(lambda: _styles(answer, "Helpful") == [2, 3])
    assert _styles(answer, "Not it") == [2, 2]
    assert len(answer.attachments) == 1, "thumbnails stay"


async def test_more_like_this_answers_anew(chat: FakeChat) -> None:
    """One could not go on from a good hit."""
    await chat.remember(*[("Alice", "general", PICTURE)] * 2, ("Alice", "general", "no picture"))
    answer = await chat.search("Bob", "general", image=("mine.png", PICTURE))
    asked = await chat.person("Bob").click(answer, button(answer, "More like this", 1))
    further = await asked.answer()
    assert further.id != answer.id
    assert further.is_ephemeral
    assert "this hit" in text_of(further)
    assert len([part for part in walk(further.components) if part["type"] == 11]) == 1


async def test_page_is_checked_again_when_it_is_turned(chat: FakeChat) -> None:
    """Hits would be shown after a channel was closed to the person, or after a deletion."""
    await chat.remember(*[("Alice", "general", f"picture {n}") for n in range(4)])
    _, gone = await chat.remember(
        ("Alice", "incidents", "picture secret"), ("Alice", "general", "picture gone")
    )
    answer = await chat.search("Bob", "general", text="picture")
    everyone = chat.standin.world.guild.id
    chat.standin.admin.set_overwrite("incidents", everyone, deny=SEE)
    await chat.person("Alice").delete(gone)
    await chat.until(lambda: "picture gone" not in chat.engine.texts())
    await chat.person("Bob").click(answer, "Next")
    await chat.standin.until(lambda: "page 2 of 2" in text_of(answer))
    assert "may not be shown here any more" in text_of(answer)
    assert "secret" not in text_of(answer)


@pytest.mark.parametrize("click", ["Next", "Helpful"])
async def test_role_lost_while_paging_closes_its_channel(chat: FakeChat, click: str) -> None:
    """Somebody who was removed from the leads could go on reading them in an open gallery."""
    await chat.remember(*[("Alice", "leads", f"picture {n}") for n in range(5)])
    answer = await chat.search("Alice", "general", text="picture")
    assert "> picture" in text_of(answer)
    chat.engine.log.clear()
    chat.standin.admin.set_roles(chat.person("Alice").id, [])
    await chat.person("Alice").click(answer, click)
    await chat.standin.until(lambda: "may not be shown here any more" in text_of(answer))
    assert "> picture" not in text_of(answer)
    assert not [entry for entry in chat.engine.log if entry.startswith("GET /v1/items")]


async def test_more_like_this_is_asked_with_the_roles_of_now(chat: FakeChat) -> None:
    """A button of an old answer would reach into a channel that is closed by now."""
    await chat.remember(*[("Alice", "leads", f"picture {n}") for n in range(2)])
    answer = await chat.search("Alice", "general", text="picture")
    chat.standin.admin.set_roles(chat.person("Alice").id, [])
    asked = await chat.person("Alice").click(answer, "More like this")
    assert "picture" not in text_of(await asked.answer())
    assert chat.engine.searches[-1].channel_ids == []


async def test_thumbnails_are_fetched_only_of_what_may_be_seen(chat: FakeChat) -> None:
    """A small version of a hidden picture would travel with the answer."""
    await chat.remember(("Alice", "leads", PICTURE), ("Alice", "general", PICTURE + b"2"))
    answer = await chat.search("Bob", "general", text="picture")
    general = chat.person("Bob").channel("general").id
    [shown] = [item for item in chat.engine.items.values() if item.place.channel_id == general]
    fetched = [entry for entry in chat.engine.log if entry.endswith("/thumbnail")]
    assert fetched == [f"GET /v1/items/{shown.item_id}/thumbnail"]
    assert len(answer.attachments) == 1


async def test_refining_searches_by_what_was_judged(chat: FakeChat) -> None:
    """Judging hits would change nothing for the person who judges."""
    await chat.remember(
        ("Alice", "general", PICTURE),
        *[("Alice", "general", f"picture {n}") for n in range(2)],
    )
    answer = await chat.search("Bob", "general", text="picture")
    ids = list(chat.engine.items)
    assert "Refine" not in buttons_of(answer)
    for label, nth in (("Helpful", 0), ("Helpful", 1), ("Not it", 2)):
        await chat.person("Bob").click(answer, button(answer, label, nth))
        await chat.standin.until(lambda: _styles(answer, label)[nth] == 3)  # noqa: B023
    asked = await chat.person("Bob").click(answer, "Refine")
    refined = await asked.answer()
    assert "“picture”, refined" in text_of(refined)
    request = chat.engine.searches[-1]
    assert [(part.text or part.item_id, part.weight) for part in request.parts] == [
        ("picture", 1.0),
        (ids[0], 0.375),
        (ids[1], 0.375),
        (ids[2], -0.15),
    ]
    assert request.exclude_item_ids == [ids[2]]
    assert request.kinds == [ItemKind.IMAGE, ItemKind.TEXT]
    assert _styles(refined, "Helpful") == [3, 3]
    assert "Refine" not in buttons_of(refined), "nothing new was judged yet"


async def test_refining_leaves_out_what_is_gone(chat: FakeChat) -> None:
    """One deleted hit among those judged would make refining fail."""
    posted, _ = await chat.remember(
        ("Alice", "general", "picture one"), ("Alice", "general", "picture two")
    )
    answer = await chat.search("Bob", "general", text="picture")
    await chat.person("Bob").click(answer, "Helpful")
    await chat.standin.until(lambda: "Refine" in buttons_of(answer))
    await chat.person("Alice").delete(posted)
    await chat.until(lambda: len(chat.engine.items) == 1)
    await (await chat.person("Bob").click(answer, "Refine")).answer()
    assert [part.text for part in chat.engine.searches[-1].parts] == ["picture"]


async def test_buttons_from_before_a_restart_are_answered(chat: FakeChat) -> None:
    """A click on an old gallery would only say that the interaction failed."""
    answer = await searched(chat, 1)
    await chat.restart_bot()
    asked = await chat.person("Bob").click(answer, "Helpful")
    assert "These buttons have expired" in text_of(await asked.answer())


async def test_expired_gallery_is_greyed_out(chat: FakeChat) -> None:
    """Buttons that do nothing any more would look as if they worked."""
    chat.changes["gallery_timeout_s"] = 0.3
    await chat.restart_bot()
    answer = await searched(chat, 1)
    await chat.standin.until(
        lambda: all(part["disabled"] for part in walk(answer.components) if "custom_id" in part)
    )
    with pytest.raises(Refused, match="cannot be used"):
        await chat.person("Bob").click(answer, "Helpful")


def _styles(answer: Message, label: str) -> list[int]:
    return [part["style"] for part in walk(answer.components) if part.get("label") == label]
