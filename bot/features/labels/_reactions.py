"""Reactions that give labels: one click, nothing to read, taken back by taking it back.

Nobody is answered: a reaction has no answer that only one person sees. Who may not label, or
reacts to what is not remembered, changes nothing.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass
from weakref import WeakValueDictionary

import discord
from discord.ext import commands

from bot.errors import BotError
from bot.features.labels._bindings import Bindings, key_of
from bot.features.labels._dealer import Labeller
from bot.features.labels._labelling import Labelling
from bot.features.labels._targets import Target
from bot.viewers import OneViewer
from bot.visibility import Readable
from engine.client import EngineCallFailed
from engine.schemas import Item, Label, LabelMethod, ReactionBinding

log = logging.getLogger(__name__)

MOST_KEPT = 5_000
PAUSES_S = (0.5, 2.0, 5.0)  # a message reacted to at once is on its way into the library


@dataclass(frozen=True)
class Reaction:
    """A reaction that means something, added or removed.

    Attributes:
        binding: what it means.
        channel: where the message is, which may be a thread of the channel it is bound in.
    """

    binding: ReactionBinding
    channel: Readable
    message_id: int
    person_id: int

    @property
    def key(self) -> tuple[int, int, str]:
        """Whose it is, on what, and which."""
        return self.message_id, self.person_id, self.binding.emoji


class ReactionLabels(commands.Cog):
    """Follows reactions in channels where they mean something."""

    def __init__(self, bot: commands.Bot, labelling: Labelling, bindings: Bindings) -> None:
        self._bot = bot
        self._labelling = labelling
        self._bindings = bindings
        self._engine = labelling.resources.engine
        self._batches: dict[tuple[int, int, str], tuple[str, ...]] = {}
        self._in_turn: WeakValueDictionary[tuple[int, int], asyncio.Lock] = WeakValueDictionary()

    @commands.Cog.listener()
    async def on_raw_reaction_add(self, event: discord.RawReactionActionEvent) -> None:
        """Somebody reacted."""
        if event.member is not None and not event.member.bot:
            await self._in_order(event)

    @commands.Cog.listener()
    async def on_raw_reaction_remove(self, event: discord.RawReactionActionEvent) -> None:
        """Somebody took a reaction back."""
        await self._in_order(event)

    async def _in_order(self, event: discord.RawReactionActionEvent) -> None:
        """Works off what one person does to one message in the order it happened."""
        key = (event.message_id, event.user_id)
        lock = self._in_turn.setdefault(key, asyncio.Lock())
        async with lock:
            try:
                await self._follow(event)
            except (BotError, EngineCallFailed) as failure:
                log.info("A reaction of %s gives no label: %s", event.user_id, failure)

    async def _follow(self, event: discord.RawReactionActionEvent) -> None:
        guild = self._bot.get_guild(event.guild_id) if event.guild_id else None
        emoji = key_of(event.emoji)
        if guild is None or not await self._bindings.has(guild.id, emoji):
            return
        channel = await self._labelling.resources.directory.find(guild, event.channel_id)
        if channel is None:
            return
        parents = {channel.parent_id} if isinstance(channel, discord.Thread) else set()
        binding = await self._bindings.find(guild.id, {channel.id, *parents}, emoji)
        if binding is None:
            return
        reaction = Reaction(binding, channel, event.message_id, event.user_id)
        if event.event_type == "REACTION_ADD":
            assert event.member is not None
            await self._added(reaction, event.member)
        else:
            await self._removed(reaction)

    async def _added(self, reaction: Reaction, member: discord.Member) -> None:
        labeller = await self._labeller(reaction, member)
        wanted = reaction.binding.class_id
        targets = await self._targets(reaction, labeller)
        if not labeller.labelset.multi_label:
            await self._give(reaction, labeller, targets, {wanted})
            return
        for target in targets:
            said = await self._said(reaction, target.item_id)
            await self._give(
                reaction, labeller, [target], {wanted, *(said.class_ids if said else ())}
            )

    async def _removed(self, reaction: Reaction) -> None:
        """Takes back what the reaction gave, unless the person has said something else since."""
        for batch_id in self._batches.pop(reaction.key, ()):
            await self._undo(reaction, batch_id)
        async for item in self._items(reaction):
            said = await self._said(reaction, item.item_id)
            if not said or said.method is not LabelMethod.REACTION:
                continue
            left = set(said.class_ids) - {reaction.binding.class_id}
            if len(left) == len(said.class_ids):
                continue
            if left:
                member = await self._member(reaction)
                labeller = await self._labeller(reaction, member)
                await self._give(reaction, labeller, [Target.of_item(item)], left)
            else:
                await self._undo(reaction, said.batch_id)

    async def _give(
        self,
        reaction: Reaction,
        labeller: Labeller,
        targets: Sequence[Target],
        class_ids: Collection[str],
    ) -> None:
        if not targets:
            return
        given = await self._labelling.give(
            labeller, targets, sorted(class_ids), LabelMethod.REACTION
        )
        if reaction.binding.class_id in class_ids:
            self._remember(reaction, given.batch_id)

    def _remember(self, reaction: Reaction, batch_id: str) -> None:
        """Keeps what a reaction gave, so that exactly that is taken back with it."""
        batches = self._batches.pop(reaction.key, ())
        if len(self._batches) >= MOST_KEPT:
            del self._batches[next(iter(self._batches))]
        self._batches[reaction.key] = (*batches, batch_id)

    async def _undo(self, reaction: Reaction, batch_id: str) -> None:
        await self._labelling.undo(reaction.binding.labelset_id, reaction.person_id, batch_id)

    async def _labeller(self, reaction: Reaction, member: discord.Member) -> Labeller:
        viewer = OneViewer(member, reaction.channel, self._labelling.resources.directory)
        return await self._labelling.labeller(viewer, reaction.binding.labelset_id)

    async def _member(self, reaction: Reaction) -> discord.Member:
        """Who reacted, with the roles they have now; Discord tells them only with an added one."""
        return await reaction.channel.guild.fetch_member(reaction.person_id)

    async def _targets(self, reaction: Reaction, labeller: Labeller) -> list[Target]:
        """What of the message is remembered and of the set's kind."""
        for pause_s in (*PAUSES_S, None):
            found = [Target.of_item(item) async for item in self._items(reaction)]
            if found or pause_s is None:
                return [each for each in found if each.kind is labeller.labelset.kind]
            await asyncio.sleep(pause_s)
        return []

    def _items(self, reaction: Reaction) -> AsyncIterator[Item]:
        return self._engine.items(
            reaction.binding.library_id,
            channel_id=str(reaction.channel.id),
            message_id=str(reaction.message_id),
        )

    async def _said(self, reaction: Reaction, item_id: str) -> Label | None:
        """What the person says of an item now."""
        labels = self._engine.labels.labels(
            reaction.binding.labelset_id, item_id=item_id, person_id=str(reaction.person_id)
        )
        async for label in labels:
            return label
        return None
