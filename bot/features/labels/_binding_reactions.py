"""`/labels react`: what a reaction means in a channel."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import discord

from bot.errors import NotUnderstood
from bot.features.labels._bindings import Bindings
from bot.places import readable_ids
from bot.quote import escape
from bot.resources import Resources
from bot.viewers import OneViewer
from bot.visibility import Readable
from engine.schemas import LabelClass, LabelSet, ReactionBinding


@dataclass(frozen=True)
class Binding:
    """An emoji in a channel, about to mean something or nothing any more."""

    channel: Readable
    emoji: str

    async def give(self, chosen: LabelClass, labelset: LabelSet, bindings: Bindings) -> None:
        """Makes it give a class."""
        await bindings.bind(
            ReactionBinding(
                library_id=str(self.channel.guild.id),
                channel_id=str(self.channel.id),
                emoji=self.emoji,
                labelset_id=labelset.labelset_id,
                class_id=chosen.class_id,
            )
        )

    async def end(self, bindings: Bindings) -> None:
        """Makes it mean nothing."""
        await bindings.unbind(self.channel.guild.id, self.channel.id, self.emoji)


async def remembered_channel(interaction: discord.Interaction, resources: Resources) -> Readable:
    """The channel of a command, if what is posted there can be labelled.

    Raises:
        NotUnderstood: nothing posted there is remembered.
    """
    viewer = OneViewer.of(interaction, resources.directory)
    channel, ids = interaction.channel, await readable_ids(viewer, resources.engine)
    if not isinstance(channel, Readable) or str(channel.id) not in ids:
        watch = resources.mentions.of("library watch")
        raise NotUnderstood(
            "I remember nothing that is posted here, so reactions can label nothing. An admin can "
            f"change that with {watch}."
        )
    return channel


async def describe_bindings(
    channel: Readable, known: Iterable[LabelSet], bindings: Bindings
) -> str:
    """What every reaction in a channel means, as far as somebody may know.

    Args:
        channel: the channel.
        known: the sets they may know of.
        bindings: what there is.
    """
    names = {
        (labelset.labelset_id, each.class_id): f"**{escape(each.name)}** ({escape(labelset.name)})"
        for labelset in known
        for each in labelset.classes
    }
    lines = [
        f"{each.emoji} gives {names[each.labelset_id, each.class_id]}"
        for each in await bindings.of(channel.guild.id)
        if each.channel_id == str(channel.id) and (each.labelset_id, each.class_id) in names
    ]
    if not lines:
        return f"No reaction in {channel.mention} gives a label now."
    return "\n".join([f"In {channel.mention}, and in its threads:", *lines])
