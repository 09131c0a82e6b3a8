"""Deletions that take more than one message with them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import cast

import discord
import pytest

from bot.cdn import FileReader
from bot.features.library._change import Change
from bot.features.library._indexer import Indexer, Outcome
from bot.features.library._recorder import Recorder
from bot.settings import BotSettings
from engine.client import EngineClient
from engine.schemas import NewItem, Place
from tests.bot.fake_engine import FakeEngine

GUILD, CHANNEL = 1, 2


async def no_message(_change: Change) -> discord.Message | None:
    """Discord, where every message is gone."""
    return None


async def remembered(engine: EngineClient, *messages: int) -> None:
    """Texts in one channel."""
    for message in messages:
        place = Place(library_id=str(GUILD), channel_id=str(CHANNEL), message_id=str(message))
        await engine.add_item(NewItem(place=place, posted_at=datetime.now(UTC), text="x"))


@pytest.mark.parametrize(
    ("change", "left"),
    [
        (Change(GUILD, CHANNEL, 10, deleted=True), 1),
        (Change(GUILD, CHANNEL, 10), 1),  # to be fetched, and not there any more
        (Change(GUILD, CHANNEL, deleted=True), 0),
        (Change(GUILD, deleted=True), 0),
    ],
)
async def test_what_goes_with_a_message_a_channel_and_a_server(change: Change, left: int) -> None:
    """A server that removes the bot would leave its messages behind."""
    async with FakeEngine() as fake, EngineClient(fake.url, fake.token) as engine:
        await remembered(engine, 10, 11)
        indexer = Indexer(engine, cast("FileReader", None), no_message)
        assert await indexer.apply(change) == Outcome()
        assert len(fake.items) == left


async def test_history_read_before_a_deletion_brings_nothing_back() -> None:
    """A backfill would restore a message that was deleted while its page was on the way."""
    settled: list[Change] = []
    recorder = Recorder(
        cast("Indexer", None),
        BotSettings(discord_token="x", engine_url="x", engine_token="x"),
        settled=lambda change, _: settled.append(change),
        lost=settled.append,
    )
    recorder.happened(Change(GUILD, CHANNEL, 10, deleted=True))
    await recorder.read(Change(GUILD, CHANNEL, 10))
    assert [change.message_id for change in settled] == [10]
    recorder.happened(Change(GUILD, CHANNEL, deleted=True))
    await recorder.read(Change(GUILD, CHANNEL, 11))
    assert [change.message_id for change in settled] == [10, 11]
