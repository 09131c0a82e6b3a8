"""Reactions that give labels."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from tests.bot.features.labels.conftest import LabelChat

Said = list[tuple[str, str, list[str], str]]


async def becomes(team: LabelChat, title: str, *wanted: tuple[str, list[str]]) -> None:
    """Waits until exactly these people say exactly this, by reactions."""
    expected = sorted((name, classes) for name, classes in wanted)

    async def said() -> bool:
        given = await team.said(title)
        assert {method for *_, method in given} <= {"reaction"}
        return [(name, classes) for name, _, classes, _ in given] == expected

    await eventually(said)


async def eventually(holds: Callable[[], Awaitable[bool]]) -> None:
    """Waits until the engine has heard of what happened in Discord."""
    async with asyncio.timeout(20):
        while not await holds():
            await asyncio.sleep(0.02)


async def bound(team: LabelChat, *, several: bool = False) -> None:
    """Has two reactions mean something in #general, for two teams."""
    await team.create("Animals", roles=("Design", "Engineering"), several=several)
    for emoji, name in (("🐱", "cat"), ("🐶", "dog")):
        told = await team.command("Erin", "react", emoji=emoji, set="Animals", class_=name)
        assert f"{emoji} gives **{name}** (Animals)" in told


async def test_a_reaction_labels_and_taking_it_back_undoes(team: LabelChat) -> None:
    """The way to label that costs least would do nothing, or could not be taken back."""
    [message] = await team.remembered(("Dave", "general", "it purrs"))
    await bound(team)
    await team.person("Alice").react(message, "🐱")
    await team.person("Bob").react(message, "🐶")
    await becomes(team, "Animals", ("Alice", ["cat"]), ("Bob", ["dog"]))
    await team.person("Bob").react(message, "🐶", on=False)
    await becomes(team, "Animals", ("Alice", ["cat"]))


async def test_of_two_reactions_the_one_left_counts(team: LabelChat) -> None:
    """Whoever corrects a reaction would be left with the wrong label, or with none."""
    [message] = await team.remembered(("Dave", "general", "it purrs"))
    await bound(team)
    alice = team.person("Alice")
    await alice.react(message, "🐱")
    await alice.react(message, "🐶")
    await becomes(team, "Animals", ("Alice", ["dog"]))
    await alice.react(message, "🐱", on=False)
    await alice.react(message, "🐶", on=False)
    await becomes(team, "Animals")


async def test_several_reactions_are_several_classes_where_the_set_allows_it(
    team: LabelChat,
) -> None:
    """In a multi-label set the second reaction would take the first class away."""
    [message] = await team.remembered(("Dave", "general", "it purrs"))
    await bound(team, several=True)
    alice = team.person("Alice")
    await alice.react(message, "🐱")
    await alice.react(message, "🐶")
    await becomes(team, "Animals", ("Alice", ["cat", "dog"]))
    await alice.react(message, "🐱", on=False)
    await becomes(team, "Animals", ("Alice", ["dog"]))
    await alice.react(message, "🐶", on=False)
    await becomes(team, "Animals")


async def test_who_may_not_label_reacts_in_vain(team: LabelChat) -> None:
    """Anybody who likes cats would label by accident."""
    [message] = await team.remembered(("Bob", "general", "it purrs"))
    await bound(team)
    await team.person("Dave").react(message, "🐱")
    await team.person("Alice").react(message, "🐱")
    await becomes(team, "Animals", ("Alice", ["cat"]))


async def test_a_reaction_means_something_in_its_channel_only(team: LabelChat) -> None:
    """A heart in the chat room would label what was meant for nothing."""
    posted = await team.remembered(
        ("Dave", "general", "it purrs"), ("Dave", "incidents", "it barks")
    )
    await bound(team)
    await team.person("Alice").react(posted[1], "🐶")
    await team.person("Alice").react(posted[0], "🐱")
    await becomes(team, "Animals", ("Alice", ["cat"]))


async def test_a_message_reacted_to_at_once_is_labelled(team: LabelChat) -> None:
    """Whoever reacts before the message is in the library would have labelled nothing."""
    await team.watch("general")
    await bound(team)
    message = await team.person("Dave").say("general", "it purrs")
    await team.person("Alice").react(message, "🐱")
    await team.searchable(1)
    await becomes(team, "Animals", ("Alice", ["cat"]))


async def test_a_binding_ends(team: LabelChat) -> None:
    """An emoji could never be used for chatting again."""
    [message] = await team.remembered(("Dave", "general", "it purrs"))
    await bound(team)
    told = await team.command("Erin", "react", emoji="🐱")
    assert "🐶 gives **dog**" in told
    assert "🐱" not in told
    await team.person("Alice").react(message, "🐱")
    await team.person("Bob").react(message, "🐶")
    await becomes(team, "Animals", ("Bob", ["dog"]))


async def test_what_is_no_emoji_is_refused(team: LabelChat) -> None:
    """A binding that nobody can ever trigger would be accepted."""
    await team.watch("general")
    await team.create("Animals")
    told = await team.command("Erin", "react", emoji="cat", set="Animals", class_="cat")
    assert "Give me one emoji" in told
