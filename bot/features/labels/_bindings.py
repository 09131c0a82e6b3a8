"""Which reaction gives which class in which channel, kept at hand: people react often."""

from __future__ import annotations

import time

import discord

from bot.errors import NotUnderstood
from engine.client import EngineClient
from engine.schemas import ReactionBinding

KEEP_S = 30.0
VARIATION = "\ufe0f"  # some clients send it behind an emoji, others do not


def read_emoji(typed: str) -> str:
    """An emoji as the engine keeps it: a sign of Unicode, or one of the server's own.

    Raises:
        NotUnderstood: it is no emoji.
    """
    emoji = discord.PartialEmoji.from_str(typed.strip())
    if emoji.id is None and (not emoji.name or emoji.name.isascii() or " " in emoji.name):
        raise NotUnderstood(
            "Give me one emoji, as you would react with it: 🐱, or one of this server's own."
        )
    return key_of(emoji)


def key_of(emoji: discord.PartialEmoji) -> str:
    """What an emoji is known by; one of a server's own by its id, as its name may change."""
    if emoji.id is not None:
        return f"<{'a' if emoji.animated else ''}:_:{emoji.id}>"
    return emoji.name.replace(VARIATION, "")


class Bindings:
    """The bindings of every server, a little old at most; what is changed here counts at once."""

    def __init__(self, engine: EngineClient) -> None:
        self._engine = engine
        self._kept: dict[int, tuple[float, list[ReactionBinding]]] = {}

    async def of(self, guild_id: int) -> list[ReactionBinding]:
        """Every binding of a server."""
        kept_until, bindings = self._kept.get(guild_id, (0.0, []))
        if kept_until < time.monotonic():
            bindings = await self._engine.labels.reactions(str(guild_id))
            self._kept[guild_id] = (time.monotonic() + KEEP_S, bindings)
        return bindings

    async def has(self, guild_id: int, emoji: str) -> bool:
        """Whether an emoji gives a class anywhere in a server."""
        return any(each.emoji == emoji for each in await self.of(guild_id))

    async def find(
        self, guild_id: int, channel_ids: set[int], emoji: str
    ) -> ReactionBinding | None:
        """What an emoji gives in one of these channels: a thread, or the channel it is in."""
        names = {str(channel_id) for channel_id in channel_ids}
        return next(
            (
                each
                for each in await self.of(guild_id)
                if each.emoji == emoji and each.channel_id in names
            ),
            None,
        )

    async def bind(self, binding: ReactionBinding) -> None:
        """Makes an emoji give a class, in place of what it gave in the channel."""
        await self._engine.labels.bind_reaction(binding)
        self._kept.pop(int(binding.library_id), None)

    async def unbind(self, guild_id: int, channel_id: int, emoji: str) -> None:
        """Makes an emoji mean nothing in a channel."""
        await self._engine.labels.unbind_reaction(str(guild_id), str(channel_id), emoji)
        self._kept.pop(guild_id, None)
