"""Label sets and classes in words."""

from __future__ import annotations

import discord

from bot.features.labels._targets import NOUNS, many
from bot.quote import escape, shortened
from engine.schemas import LabelClass, LabelSet

DESCRIPTION_CHARS = 120


def describe_set(labelset: LabelSet) -> str:
    """One line about a set: what it is about, how large it is, how far it is labelled."""
    count = len(labelset.offered)
    facts = [
        NOUNS[labelset.kind][1],
        f"{count} class{'es' if count != 1 else ''}",
        *(["several a piece"] if labelset.multi_label else []),
        f"{many(labelset.labelled, labelset.kind)} labelled",
        *(["archived"] if labelset.archived else []),
    ]
    return f"**{escape(labelset.name)}** · {' · '.join(facts)}"


def describe_labellers(labelset: LabelSet, guild: discord.Guild) -> str:
    """Who may label for a set."""
    if not labelset.labeller_ids:
        return "**May label:** whoever may manage messages"
    return f"**May label:** {', '.join(_mention(each, guild) for each in labelset.labeller_ids)}"


def describe_class(each: LabelClass, labelset: LabelSet) -> str:
    """One line about a class: how often it was given, and what it means."""
    facts = [f"**{escape(each.name)}**", str(each.labels)]
    if each.merged_into is not None:
        into = next(one for one in labelset.classes if one.class_id == each.merged_into)
        facts.append(f"counts as **{escape(into.name)}**")
    elif each.archived:
        facts.append("archived")
    if each.description:
        facts.append(escape(shortened(each.description, DESCRIPTION_CHARS)))
    return " · ".join(facts)


def _mention(labeller_id: str, guild: discord.Guild) -> str:
    role = guild.get_role(int(labeller_id)) if labeller_id.isdigit() else None
    return role.mention if role is not None else f"<@{labeller_id}>"
