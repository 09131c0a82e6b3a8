"""A team that labels in chat, with the real engine behind the bot."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any

import aiohttp
import pytest
from yarl import URL

from bot.standin import StandIn
from bot.standin.components import media, walk
from bot.standin.world import Message
from engine.schemas import Item, LabelSet
from tests.bot.reading import text_of
from tests.e2e.conftest import RealChat
from tests.engine_process import EngineProcess

PATIENCE_S = 60.0  # spent only by the first picture of progress on a busy machine
ANIMALS = "cat: small, has whiskers\ndog\nbird"


class LabelChat(RealChat):
    """What people do when they label, in words as they would tell it."""

    async def command(self, name: str, command: str, **given: Any) -> str:
        """What somebody reads after a command of `/labels` in #general."""
        return text_of(await self.answer(name, command, **given))

    async def answer(self, name: str, command: str, **given: Any) -> Message:
        """The answer to a command; `class_` and `new_classes` stand for what Python forbids."""
        options = {key.rstrip("_").replace("_", "-"): value for key, value in given.items()}
        asked = await self.person(name).slash("general", f"labels {command}", options)
        return await asked.answer(timeout_s=PATIENCE_S)

    async def create(
        self,
        title: str,
        classes: str = ANIMALS,
        *,
        name: str = "Erin",
        about: str = "texts",
        several: bool = False,
        roles: tuple[str, ...] = (),
    ) -> LabelSet:
        """The set that somebody makes by filling in the form."""
        options = {"about": about, "several": several}
        asked = await self.person(name).slash("general", "labels create", options)
        await asked.modal()
        role_ids = [self.standin.admin.role(role).id for role in roles]
        filled = {"name": title, "description": "", "classes": classes, "roles": role_ids}
        told = text_of(await (await self.person(name).submit(asked, filled)).answer())
        assert "Label with" in told, told
        return await self.set_named(title)

    async def set_named(self, title: str) -> LabelSet:
        """The set with a name, as it is now."""
        sets = await self.engine.labels.sets(self.library, include_archived=True)
        return next(each for each in sets if each.name == title)

    async def remembered(self, *posts: tuple[str, str, str]) -> list[Message]:
        """Texts of people in watched channels, once the engine has them."""
        await self.watch(*dict.fromkeys(channel for _, channel, _ in posts))
        messages = [await self.person(who).say(where, text) for who, where, text in posts]
        await self.searchable(len(posts))
        return messages

    async def said(self, title: str) -> list[tuple[str, str, list[str], str]]:
        """What counts in a set, sorted: person, text or file, class names, method."""
        labelset = await self.set_named(title)
        names = {each.class_id: each.name for each in labelset.classes}
        items: dict[str, Item] = {
            item.item_id: item async for item in self.engine.items(self.library)
        }
        users = self.standin.world.users
        said = [
            (
                str(users[label.person_id].global_name),
                items[label.item_id].text or items[label.item_id].filename,
                sorted(names[class_id] for class_id in label.class_ids),
                str(label.method),
            )
            async for label in self.engine.labels.labels(labelset.labelset_id)
        ]
        return sorted(said)

    async def menu(self, name: str, message: Message) -> Message:
        """What somebody sees after **Apps → Label** on a message."""
        return await (await self.person(name).menu(message, "Label")).answer()

    async def file_of(self, name: str, message: Message) -> tuple[str, bytes]:
        """The file or picture that somebody finds in a message: its name, what is in it."""
        [shown] = media(self.person(name).reads(message)["components"])
        url = URL(shown["url"], encoded=True)
        async with (
            aiohttp.ClientSession(connector=self.standin.connector()) as session,
            session.get(url) as response,
        ):
            assert response.status == 200
            return url.name, await response.read()

    async def pick(self, name: str, message: Message, labels: str | list[str], then: str) -> None:
        """Chooses entries of whichever list has them, and waits until `then` can be read."""
        wanted = [labels] if isinstance(labels, str) else labels
        await self.person(name).select(message, *entries(message, wanted))
        await self.reads(message, then)

    async def press(self, name: str, message: Message, button: str, then: str) -> None:
        """Presses a button, and waits until `then` can be read."""
        await self.person(name).click(message, button)
        await self.reads(message, then)

    async def reads(self, message: Message, then: str) -> None:
        """Waits until something can be read in a message."""
        await self.standin.until(lambda: then in text_of(message), timeout_s=20)


def entries(message: Message, labels: list[str]) -> tuple[list[str], str]:
    """The values of these entries, and the id of the list that has them."""
    for part in walk(message.components):
        offered: Mapping[str, str] = {
            each["label"]: each["value"] for each in part.get("options", ())
        }
        if set(labels) <= offered.keys():
            return [offered[label] for label in labels], str(part["custom_id"])
    raise AssertionError(f"no list has {labels}")


@pytest.fixture
async def team(shared_engine: EngineProcess) -> AsyncIterator[LabelChat]:
    """A running bot in a server of its own, watching nothing yet."""
    async with await StandIn.start() as standin, shared_engine.client() as engine:
        chat = LabelChat(standin, shared_engine, engine)
        await chat.start_bot()
        yield chat
        await chat.stop_bot()
        assert standin.unknown_routes == []
