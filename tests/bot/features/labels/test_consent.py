"""Asking who posted something whether models may learn from it."""

from __future__ import annotations

import asyncio

from bot.standin.permissions import EVERYONE, Permission
from bot.standin.traffic import Failure
from bot.standin.world import Message
from tests.bot.features.labels.conftest import LabelChat
from tests.bot.reading import buttons_of, text_of

CANNOT_SEND = 50007  # to somebody who takes no direct messages
ASKED = "has labelled something that you posted"


async def training(team: LabelChat, state: str) -> str:
    """What an administrator reads after turning the switch."""
    asked = await team.person("Erin").slash("general", "settings training", {"state": state})
    return text_of(await asked.answer())


async def label(team: LabelChat, name: str, message: Message) -> None:
    """Somebody labels a text."""
    menu = await team.menu(name, message)
    await team.pick(name, menu, "cat", "as **cat**")


def questions(team: LabelChat) -> list[Message]:
    """Every question of this kind, wherever it stands."""
    return [
        message
        for channel in team.standin.world.channels.values()
        for message in team.standin.messages(channel.id)
        if ASKED in text_of(message)
    ]


async def settled(team: LabelChat) -> None:
    """Waits until the bot has nothing more on its mind than its usual work."""
    names = {"asking for consent"}
    async with asyncio.timeout(20):
        while any(task.get_name() in names for task in asyncio.all_tasks()):
            await asyncio.sleep(0.02)


async def test_who_posted_is_asked_once_and_the_answer_is_kept(team: LabelChat) -> None:
    """People would be trained on unasked, or be asked with every label."""
    posts = await team.remembered(("Dave", "general", "it purrs"), ("Dave", "general", "it mews"))
    await team.create("Animals", roles=("Design",))
    assert "Models may learn" in await training(team, "on")
    await asyncio.gather(label(team, "Alice", posts[0]), label(team, "Carol", posts[1]))
    await team.standin.until(lambda: questions(team), timeout_s=20)
    await settled(team)
    [question] = questions(team)
    assert team.standin.world.channels[question.channel_id].recipients[0] == team.person("Dave").id
    assert buttons_of(question) == ["Yes, they may", "No"]
    await team.restart_bot()
    await team.press("Dave", question, "Yes, they may", "Thank you")
    dave = await team.engine.person(team.library, team.person("Dave").id)
    assert dave.training_consent is True


async def test_who_labels_their_own_is_not_asked(team: LabelChat) -> None:
    """Somebody would be asked about what they have just submitted themselves."""
    [post] = await team.remembered(("Alice", "general", "it purrs"))
    await team.create("Animals", roles=("Design",))
    await training(team, "on")
    await label(team, "Alice", post)
    await settled(team)
    assert questions(team) == []


async def test_nobody_is_asked_while_training_is_off(team: LabelChat) -> None:
    """People would be bothered about something that does not happen."""
    [post] = await team.remembered(("Dave", "general", "it purrs"))
    await team.create("Animals", roles=("Design",))
    assert "Models learn from nothing" in await training(team, "off")
    await label(team, "Alice", post)
    await settled(team)
    assert questions(team) == []


async def test_who_takes_no_direct_messages_is_asked_in_place(team: LabelChat) -> None:
    """Their posts could never be used, as nobody could ask them; or anybody could answer."""
    [post] = await team.remembered(("Dave", "general", "it purrs"))
    await team.create("Animals", roles=("Design",))
    await training(team, "on")
    route = "/channels/{channel_id}/messages"
    team.standin.failures.add(Failure(403, "POST", route, code=CANNOT_SEND))
    await label(team, "Alice", post)
    await team.standin.until(lambda: questions(team), timeout_s=20)
    [question] = questions(team)
    assert question.channel_id == post.channel_id
    asked = await team.person("Bob").click(question, "Yes, they may")
    await team.standin.until(lambda: asked.follow_ups, timeout_s=10)
    assert "Only the person I asked" in text_of(asked.follow_ups[0])
    await team.press("Dave", question, "No", "Nothing that you posted is learnt from")
    dave = await team.engine.person(team.library, team.person("Dave").id)
    assert dave.training_consent is False


async def test_only_administrators_turn_the_switch(team: LabelChat) -> None:
    """Somebody who may manage the server's name would decide about training on its people."""
    admin = team.standin.admin
    admin.add_role("Managers", EVERYONE | Permission.MANAGE_GUILD)
    admin.set_roles(team.person("Bob").id, ["Managers"])
    asked = await team.person("Bob").slash("general", "settings training", {"state": "on"})
    assert "you need the permission Administrator" in text_of(await asked.answer())
    assert not (await team.engine.training(team.library)).enabled
