"""Channels are found, memberships asked for, and both remembered for a while."""

from __future__ import annotations

from typing import Any
from unittest.mock import Mock

import discord
import pytest

from bot.channels import ChannelDirectory
from bot.viewers import EverybodyIn, OneViewer
from tests.bot.test_visibility import (
    GUILD,
    HISTORY,
    READ,
    SEE,
    channel,
    guild_of,
    member_of,
    text_channel,
    thread,
)


class Members:
    """Discord's answers about who belongs to a thread, counted."""

    def __init__(self, *inside: int) -> None:
        self.inside = inside
        self.asked = 0

    async def fetch_member(self, person_id: int) -> None:
        """404 for strangers, as Discord does."""
        self.asked += 1
        if person_id not in self.inside:
            raise discord.NotFound(Mock(status=404, reason="Not Found"), "unknown member")


def with_private_thread(
    monkeypatch: pytest.MonkeyPatch, *inside: int
) -> tuple[discord.Guild, Members]:
    """A server with an open channel 10, a closed channel 11, and private threads 30 and 31."""
    guild = guild_of({GUILD: READ}, [text_channel(10, {}), text_channel(11, {GUILD: (0, SEE)})])
    for thread_id, parent_id in ((30, 10), (31, 11)):
        guild._add_thread(thread(guild, thread_id, parent_id, private=True))
    members = Members(*inside)

    async def fetch_member(_thread: discord.Thread, person_id: int) -> None:
        await members.fetch_member(person_id)

    monkeypatch.setattr(discord.Thread, "fetch_member", fetch_member)
    return guild, members


@pytest.mark.parametrize(("person", "found"), [(4, [30]), (99, [])])
async def test_private_thread_is_readable_for_its_members(
    monkeypatch: pytest.MonkeyPatch, person: int, found: list[int]
) -> None:
    """What a few people said among themselves would be found by the whole channel."""
    guild, _ = with_private_thread(monkeypatch, 4)
    viewer = OneViewer(member_of(guild, (), person), channel(guild, 10), ChannelDirectory())
    assert [each.id for each in await viewer.readable([30])] == found


async def test_membership_is_asked_once_and_only_where_it_matters(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each search would cost a request for every private thread there is."""
    guild, members = with_private_thread(monkeypatch, 4)
    viewer = OneViewer(member_of(guild, ()), channel(guild, 10), ChannelDirectory())
    for _ in range(3):
        assert [each.id for each in await viewer.readable([10, 11, 30, 31])] == [10, 30]
    assert members.asked == 1


async def test_who_left_a_private_thread_is_shown_nothing_of_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Somebody taken out of a private thread could read on in it for a minute."""
    guild, members = with_private_thread(monkeypatch, 4)
    viewer = OneViewer(member_of(guild, ()), channel(guild, 10), ChannelDirectory())
    assert [each.id for each in await viewer.readable([30])] == [30]
    members.inside = ()
    assert await viewer.readable([30], for_show=True) == []
    assert await viewer.readable([30]) == []


async def test_archived_thread_is_fetched_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was said in archived threads could not be found, or would cost a request a search."""
    guild = guild_of({GUILD: READ}, [text_channel(10, {})])
    archived = thread(guild, 30, 10, private=False)
    asked: list[int] = []

    async def fetch_channel(_guild: discord.Guild, channel_id: int) -> Any:
        asked.append(channel_id)
        if channel_id == archived.id:
            return archived
        raise discord.NotFound(Mock(status=404, reason="Not Found"), "unknown channel")

    monkeypatch.setattr(discord.Guild, "fetch_channel", fetch_channel)
    viewer = OneViewer(member_of(guild, ()), channel(guild, 10), ChannelDirectory())
    for _ in range(3):
        assert [each.id for each in await viewer.readable([30, 77])] == [30]
    assert asked == [30, 77]


async def test_deleted_thread_is_not_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was said in an archived thread would be shown for minutes after it was deleted."""
    guild = guild_of({GUILD: READ}, [text_channel(10, {})])
    there = {30: thread(guild, 30, 10, private=False)}

    async def fetch_channel(_guild: discord.Guild, channel_id: int) -> Any:
        if channel_id in there:
            return there[channel_id]
        raise discord.NotFound(Mock(status=404, reason="Not Found"), "unknown channel")

    monkeypatch.setattr(discord.Guild, "fetch_channel", fetch_channel)
    directory = ChannelDirectory()
    viewer = OneViewer(member_of(guild, ()), channel(guild, 10), directory)
    assert [each.id for each in await viewer.readable([30])] == [30]
    there.clear()
    directory.forget(GUILD, 30)
    assert await viewer.readable([30]) == []


async def test_everybody_reads_what_each_may_read() -> None:
    """A public answer would hold what only some may read."""
    guild = guild_of({GUILD: READ}, [text_channel(10, {}), text_channel(11, {GUILD: (0, HISTORY)})])
    everybody = EverybodyIn(channel(guild, 10), ChannelDirectory())
    assert [each.id for each in await everybody.readable([10, 11])] == [10]
