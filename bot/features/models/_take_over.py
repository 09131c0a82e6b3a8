"""The message that shows how far a model is that takes over searching."""

from __future__ import annotations

import asyncio

import discord

from bot.features.models._words import NOUN, named, progress, share
from bot.patience import patiently
from bot.resources import Resources
from bot.ui import ProgressMessage
from engine.client import EngineRefused
from engine.schemas import ModelCard, Reindex, ReindexState

HOW_LONG = "-# It goes on whatever is restarted meanwhile; {models} shows it, too."


async def report(card: ModelCard, channel: discord.abc.Messageable, resources: Resources) -> None:
    """Posts a message about a take-over that has begun, and keeps it true until that has ended."""
    title = f"Searching {NOUN[card.kind]} with {card.labelset_name} ({card.method.value})"
    message = await ProgressMessage.post(channel, title)
    work = _follow(card, message, resources)
    resources.tasks.start(work, name=f"take-over of {card.model_id}")


async def _follow(card: ModelCard, message: ProgressMessage, resources: Resources) -> None:
    settings, models = resources.settings, resources.engine.models
    hint = HOW_LONG.format(models=resources.mentions.of("models list"))
    try:
        reindex = await patiently(models.reindex, settings)
        while reindex.model_id == card.model_id and reindex.under_way:
            await message.update(share(reindex), f"{progress(reindex)}\n{hint}")
            await asyncio.sleep(settings.progress_every_s)
            reindex = await patiently(models.reindex, settings)
    except EngineRefused as refusal:
        await message.finish(str(refusal), good=False)
        return
    good = reindex.model_id == card.model_id and reindex.state is ReindexState.ACTIVE
    await message.finish(_ending(card, reindex, resources), good=good)


def _ending(card: ModelCard, reindex: Reindex, resources: Resources) -> str:
    noun = NOUN[card.kind]
    if reindex.model_id != card.model_id:
        return f"Another model is taking over instead. {named(card)} changed nothing."
    match reindex.state:
        case ReindexState.ACTIVE:
            rollback = resources.mentions.of("models rollback")
            return (
                f"Done: {noun} are searched with {named(card)} now. What searched before is kept; "
                f"{rollback} goes back to it at once."
            )
        case ReindexState.CANCELLED:
            return f"Stopped. {noun.capitalize()} are searched as before."
        case _:
            return f"It failed: {reindex.reason} {noun.capitalize()} are searched as before."
