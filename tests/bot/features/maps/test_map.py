"""`/map`: whose channels it covers, what its answer shows, and how it refuses."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest
from yarl import URL

from bot.standin.components import media, walk
from bot.standin.world import Message
from engine.schemas import ItemKind, MapView, Problem
from tests.bot.conftest import FakeChat
from tests.bot.fake_maps import PNG, SENTENCE
from tests.bot.fake_models import card
from tests.bot.features.labels.sets import animals
from tests.bot.reading import buttons_of, text_of


async def mapped(chat: FakeChat, name: str, **options: Any) -> Message:
    """The answer to `/map` in #general."""
    return await (await chat.person(name).slash("general", "map", options)).answer()


async def file_of(chat: FakeChat, message: Message, name: str) -> bytes:
    """The picture in a message."""
    [shown] = media(chat.person(name).reads(message)["components"])
    async with (
        aiohttp.ClientSession(connector=chat.standin.connector()) as session,
        session.get(URL(shown["url"], encoded=True)) as response,
    ):
        return await response.read()


async def test_a_map_is_of_what_the_person_may_read_and_only_they_see_it(chat: FakeChat) -> None:
    """Somebody would see, or show to all, what was posted in channels that are closed to them."""
    await chat.watch("general", "leads", "after-dark")
    answer = await mapped(chat, "Bob")
    assert answer.is_ephemeral
    assert SENTENCE in text_of(answer)
    assert await file_of(chat, answer, "Bob") == PNG
    [asked] = chat.engine.maps.asked
    general = chat.standin.admin.channel("general").id
    assert asked.channel_ids == [general]
    assert asked.channel_names == {general: "general"}
    assert (asked.kind, asked.views) == (ItemKind.IMAGE, [MapView.PIXELS, MapView.FEATURES])
    assert asked.message_link.startswith("https://discord.com/channels/{library_id}/")


async def test_the_page_is_linked_only_where_people_can_reach_it(chat: FakeChat) -> None:
    """A button would lead to an address that works on the engine's machine only."""
    await chat.watch("general")
    linked = await mapped(chat, "Bob")
    [button] = [part for part in walk(linked.components) if part["type"] == 2]
    assert button["url"] == chat.engine.maps.page
    assert "keep the address to yourself" in text_of(linked)
    chat.engine.maps.page = "/maps/m1"
    unlinked = await mapped(chat, "Bob", kind="messages")
    assert buttons_of(unlinked) == []
    assert chat.engine.maps.asked[-1].kind is ItemKind.TEXT


async def test_a_set_gives_colours_and_a_model_is_shown_beside(chat: FakeChat) -> None:
    """A team could not see what training has changed, or a stranger could learn of its sets."""
    await chat.watch("general")
    labelset = animals(chat)
    trained = card(labelset, searches=True)
    chat.engine.models.cards[trained.model_id] = trained
    await mapped(chat, "Erin", set="which animal?", model="Which animal?")
    [asked] = chat.engine.maps.asked
    assert asked.kind is ItemKind.TEXT
    assert (asked.labelset_id, asked.model_id) == (labelset.labelset_id, trained.model_id)
    assert asked.views == [MapView.FEATURES, MapView.TRAINED]
    assert "you need" in text_of(await mapped(chat, "Bob", set="Which animal?"))
    assert "I know no trained model" in text_of(await mapped(chat, "Bob", model="Which animal?"))
    assert len(chat.engine.maps.asked) == 1


@pytest.mark.parametrize(
    ("problem", "told"),
    [
        (
            Problem(title="No", status=400, code="bad_request", detail="There are no pictures."),
            "There are no pictures.",
        ),
        (
            Problem(title="Busy", status=429, code="busy", detail="Others.", retry_after_s=20),
            "try again in 20 s",
        ),
    ],
)
async def test_a_refusal_says_why(chat: FakeChat, problem: Problem, told: str) -> None:
    """Somebody would wait for a map that does not come."""
    await chat.watch("general")
    chat.engine.maps.problem = problem
    assert told in text_of(await mapped(chat, "Bob"))


async def test_nothing_to_map_is_said(chat: FakeChat) -> None:
    """A newcomer would not learn that nothing is remembered yet."""
    assert "I remember nothing here that you may read" in text_of(await mapped(chat, "Bob"))
    assert chat.engine.maps.asked == []
