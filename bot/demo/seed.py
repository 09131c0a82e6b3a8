"""Puts the made-up messages into the stand-in, the way people would have: by posting them.

An admin uses `/library watch` first, so the bot takes the messages in as it would any others.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from bot.standin import Human, NoAnswer, StandIn, Upload
from bot.ui import Tone

WATCHED_CHANNELS = ("general", "design", "incidents", "leads", "after-dark")

ADMIN = "Erin"
WATCH_TIMEOUT_S = 60.0
WATCH_AGAIN_AFTER_S = 0.25
ANSWER_TIMEOUT_S = 10.0


@dataclass(frozen=True)
class Seeded:
    """How many items the bot will hand to the engine for what was posted."""

    pictures: int = 0
    texts: int = 0


async def seed(standin: StandIn, *, now: datetime | None = None) -> Seeded:
    """Fills an empty stand-in; one that people have used already stays as it is.

    The bot must be connected. What it is to remember is on its way to the engine when this
    returns, and all there when the engine counts as many items as the answer says.

    Raises:
        TimeoutError: the bot could not watch the channels within a minute.
    """
    if any(standin.messages(channel) for channel in WATCHED_CHANNELS):
        return Seeded()
    async with asyncio.timeout(WATCH_TIMEOUT_S):
        for channel in WATCHED_CHANNELS:
            await _watch(standin.human(ADMIN), channel)
    moment = now or datetime.now(UTC)
    posts = read_posts()
    for number, post in enumerate(posts):
        await standin.human(post["author"]).say(
            post["channel"],
            post["text"],
            files=_picture(post, number),
            at=_posted_at(post, moment),
        )
    return Seeded(
        pictures=sum("picture" in post for post in posts),
        texts=sum(bool(post["text"]) for post in posts),
    )


def read_posts() -> list[dict[str, Any]]:
    """The messages, oldest first: channel, author, text, days_ago, time, and maybe a picture."""
    posts: list[dict[str, Any]] = json.loads(
        _folder().joinpath("messages.json").read_text(encoding="utf-8")
    )
    return posts


async def _watch(admin: Human, channel: str) -> None:
    """Uses the command until it succeeds: the engine may still be starting."""
    while True:
        asked = await admin.slash(channel, "library watch")
        try:
            answer = await asked.answer(ANSWER_TIMEOUT_S)
        except NoAnswer:
            continue
        succeeded = answer.components[0].get("accent_color") == Tone.GOOD
        await admin.dismiss(answer)
        if succeeded:
            return
        await asyncio.sleep(WATCH_AGAIN_AFTER_S)


def _picture(post: dict[str, Any], number: int) -> list[Upload]:
    """The post's picture, named as a phone names it: found by what it shows, not by its name."""
    if "picture" not in post:
        return []
    data = _folder().joinpath("pictures", f"{post['picture']}.webp").read_bytes()
    return [Upload(f"IMG_{2000 + number}.webp", data)]


def _posted_at(post: dict[str, Any], now: datetime) -> datetime:
    day = (now - timedelta(days=post["days_ago"])).date()
    return datetime.combine(day, time.fromisoformat(post["time"]), tzinfo=UTC)


def _folder() -> Traversable:
    return files("bot.demo")
