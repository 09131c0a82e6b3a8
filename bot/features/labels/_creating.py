"""From a filled-in form to a label set."""

from __future__ import annotations

import discord

from bot.features.labels._class_lines import read_classes
from bot.features.labels._labellers import require_curator
from bot.features.labels._labelling import Labelling
from bot.features.labels._set_forms import SetDraft
from bot.features.labels._set_words import describe_labellers, describe_set
from bot.ui import Notice, Tone
from engine.schemas import ItemKind, NewLabelSet


async def create_set(
    labelling: Labelling,
    kind: ItemKind,
    several: bool,
    interaction: discord.Interaction,
    draft: SetDraft,
) -> None:
    """Creates a set and answers the deferred form with it, and with the ways to label.

    Args:
        labelling: stores it.
        kind: what it is about.
        several: whether an item may have several classes.
        interaction: of the form.
        draft: what was filled in.
    """
    curator = require_curator(interaction.user)
    created = await labelling.resources.engine.labels.create(
        NewLabelSet(
            library_id=str(curator.guild.id),
            name=draft.name,
            description=draft.description,
            kind=kind,
            multi_label=several,
            labeller_ids=draft.role_ids,
            classes=read_classes(draft.classes),
            asked_by=str(curator.id),
        )
    )
    mention = labelling.resources.mentions.of
    text = (
        f"{describe_set(created)}\n{describe_labellers(created, curator.guild)}\n"
        f"Label with {mention('labels session')}, with **Apps → Label** on a message, with "
        f"**Label** under the hits of a search, or by reactions: {mention('labels react')}."
    )
    await interaction.edit_original_response(view=Notice(text, Tone.GOOD))
