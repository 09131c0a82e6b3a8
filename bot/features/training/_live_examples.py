"""Validated items in the message of a job: only what everybody who sees the message may see."""

from __future__ import annotations

from collections.abc import Sequence

from bot.places import jump_url
from bot.quote import escape, shortened
from bot.resources import Resources
from bot.viewers import EverybodyIn
from bot.visibility import Readable
from engine.client import EngineCallFailed
from engine.schemas import Item, ItemKind, JudgedExample

MOST_NAME_CHARS = 60
NOUN = {ItemKind.IMAGE: "picture", ItemKind.TEXT: "message"}


class LiveExamples:
    """What a job tells of its validation, for everybody in one channel.

    Args:
        channel: where it is told.
        resources: know items and channels.
    """

    def __init__(self, channel: object, resources: Resources) -> None:
        self._channel = channel
        self._resources = resources

    async def lines(self, examples: Sequence[JudgedExample]) -> list[str]:
        """A line for each example that may be shown here now, with a link to the message."""
        if not isinstance(self._channel, Readable):
            return []
        items = {each.item_id: await self._item(each.item_id) for each in examples}
        told_in = {
            int(item.place.channel_id)
            for item in items.values()
            if item is not None and item.place.library_id == str(self._channel.guild.id)
        }
        audience = EverybodyIn(self._channel, self._resources.directory)
        readable = {str(each.id) for each in await audience.readable(told_in, for_show=True)}
        return [
            _line(each, item)
            for each in examples
            if (item := items[each.item_id]) is not None and item.place.channel_id in readable
        ]

    async def _item(self, item_id: str) -> Item | None:
        """An item; None when it is gone, or cannot be had now."""
        try:
            return await self._resources.engine.item(item_id)
        except EngineCallFailed:
            return None


def _line(example: JudgedExample, item: Item) -> str:
    link = f"[{NOUN[item.kind]}]({jump_url(item.place)})"
    answer, truth = (
        escape(shortened(name, MOST_NAME_CHARS)) for name in (example.answer, example.truth)
    )
    if example.answer == example.truth:
        return f"-# ✓ this {link} is {answer}"
    return f"-# ✗ this {link} is taken for {answer}, and is {truth}"
