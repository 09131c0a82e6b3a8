"""Models in words: a line in a list, a report card, what using one means."""

from __future__ import annotations

from collections.abc import Sequence

import discord

from bot.quote import escape, shortened
from bot.ui import MAX_TEXT_CHARS, bar, percent, points
from engine.schemas import (
    GeneralSearch,
    ItemKind,
    ModelCard,
    ModelState,
    Reindex,
    ReindexState,
    ServingModel,
    model_id_of,
)

NOUN = {ItemKind.IMAGE: "pictures", ItemKind.TEXT: "texts"}
MOST_NAME_CHARS = 60
MOST_CHOICE_NAME_CHARS = 30
"""So that all of a choice fits into the 100 characters that Discord allows."""

MOST_CLASSES = 12

STATES = {
    ModelState.BUILDING: "**is taking over**",
    ModelState.SERVING: "**searches now**",
    ModelState.RETIRED: "searched before; a rollback goes back to it",
}
RETRAIN = "⚠️ to be trained again"


def unnamed(card: ModelCard) -> str:
    """What a model is called, without markdown."""
    return f"{shortened(card.labelset_name, MOST_NAME_CHARS)} · {card.method.value}"


def named(card: ModelCard) -> str:
    """What a model is called, as Discord markdown."""
    return f"**{escape(card.labelset_name)}** (`{card.method.value}`)"


def choice_name(card: ModelCard) -> str:
    """A model in a list to choose from."""
    again = ", to be trained again" if card.retrain_reason else ""
    name = shortened(card.labelset_name, MOST_CHOICE_NAME_CHARS)
    day = f"{card.created_at:%Y-%m-%d}{again}"
    return f"{name} · {card.method.value} · {day} · {card.model_id[:8]}"


def describe_serving(
    serving: ServingModel, card: ModelCard | None, before: ModelCard | None
) -> str:
    """What searches items of a kind, in a line.

    Args:
        serving: it.
        card: of the trained model that it is, where it is one that may be told of.
        before: of the one that a rollback goes back to, likewise.
    """
    name = named(card) if card is not None else _encoder(serving.name)
    line = f"- {NOUN[serving.kind].capitalize()} are searched with {name}"
    if serving.previous is not None:
        previous = named(before) if before is not None else _encoder(serving.previous)
        line = f"{line}; a rollback goes back to {previous}"
    if card is not None and card.retrain_reason:
        line = f"{line}\n  {RETRAIN}: {escape(card.retrain_reason)}"
    return line


def describe_take_over(reindex: Reindex, card: ModelCard | None) -> str:
    """How far a model is that takes over, in two lines."""
    name = named(card) if card is not None else "A trained model"
    return f"- {name} is taking over: {bar(share(reindex))}\n  {progress(reindex)}"


def describe_line(card: ModelCard) -> str:
    """A model in a line of a list."""
    lead = f"leads by {points(card.lead)}" if card.lead is not None else ""
    parts = [
        named(card),
        lead,
        STATES.get(card.state) or _may(card),
        RETRAIN if card.retrain_reason else "",
        discord.utils.format_dt(card.created_at, "R"),
    ]
    return f"- {' · '.join(filter(None, parts))}"


def describe_card(card: ModelCard) -> str:
    """The report card of a model."""
    lines = [f"### {escape(card.labelset_name)} · `{card.method.value}`"]
    if card.retrain_reason:
        lines.append(f"⚠️ **Train it again:** {escape(card.retrain_reason)}")
    lines.append(f"{escape(card.verdict)}{_state(card)}")
    lines += [*_accuracies(card), *_general(card.result.general), _classes(card.classes)]
    on = f" on {card.backbone}" if card.backbone else ""
    lines.append(
        f"-# {discord.utils.format_dt(card.created_at, 'f')} · learns {NOUN[card.kind]}{on} · "
        f"snapshot {card.snapshot[:12]} · seed {card.seed} · Magpie {card.code_version} · "
        f"{card.device} · model {card.model_id}"
    )
    return "\n".join(lines)[:MAX_TEXT_CHARS]


def describe_use(card: ModelCard, rollback: str) -> str:
    """What happens when a model is used, before somebody says that it shall be.

    Args:
        card: of the model.
        rollback: the command that goes back.
    """
    noun = NOUN[card.kind]
    lines = [f"### Search {noun} with {named(card)}?", escape(card.verdict)]
    if card.retrain_reason:
        lines.append(
            f"⚠️ **It should be trained again first:** {escape(card.retrain_reason)} What it has "
            "learnt from them would go on being used."
        )
    lines += [
        f"1. All {noun} are encoded with it, beside what is there. Searches go on meanwhile.",
        "2. When all are there and checked, searches switch to it within a moment.",
        f"3. What searches now is kept: {rollback} goes back to it at once.",
        "Everybody in this server finds things by it then.",
    ]
    return "\n".join(lines)[:MAX_TEXT_CHARS]


def describe_back(serving: ServingModel, card: ModelCard | None) -> str:
    """What searches again after a rollback.

    Args:
        serving: it.
        card: of the trained model that it is, where it is one that may be told of.
    """
    name = named(card) if card is not None else _encoder(serving.name)
    return f"{NOUN[serving.kind].capitalize()} are searched with {name} again."


def share(reindex: Reindex) -> float:
    """How far a take-over is, from 0 to 1."""
    return min(reindex.done / reindex.total, 1.0) if reindex.total else 0.0


def progress(reindex: Reindex) -> str:
    """What a take-over that is under way is doing."""
    if reindex.state is ReindexState.VERIFYING:
        return "What was encoded is checked; then searches switch to it."
    return (
        f"{reindex.done} of {reindex.total} {NOUN[reindex.kind]} are encoded. Searches go on as "
        "they are."
    )


def _encoder(name: str) -> str:
    if model_id_of(name) is not None:
        return "a trained model"
    return f"`{shortened(name.replace('`', chr(39)), MOST_NAME_CHARS)}`"


def _may(card: ModelCard) -> str:
    if not card.searches:
        return "changes no search"
    return "may take over searching" if card.servable else "may not take over searching"


def _state(card: ModelCard) -> str:
    doing = STATES.get(card.state)
    return f" It {doing}." if doing else ""


def _accuracies(card: ModelCard) -> list[str]:
    lines = []
    if card.result.test_top1 is not None:
        learnt = card.result.train_top1
        of_known = "" if learnt is None else f"; {100 * learnt:.0f} % of what it has learnt from"
        lines.append(f"Right about {percent(card.result.test_top1)} it had not seen{of_known}.")
    baseline = card.baseline
    if baseline is not None and baseline.test_top1 is not None and card.lead is not None:
        lines.append(
            f"`{baseline.method.value}`, with the network as it is: {percent(baseline.test_top1)}; "
            f"so it leads by {points(card.lead)}."
        )
    return lines


def _general(general: GeneralSearch | None) -> list[str]:
    if general is None:
        return []
    before, after = (f"{100 * each:.1f} %" for each in (general.before, general.after))
    return [f"Recall@10 of {general.queries} other searches: {after}, {before} before."]


def _classes(classes: Sequence[str]) -> str:
    shown = ", ".join(escape(each) for each in classes[:MOST_CLASSES])
    more = len(classes) - MOST_CLASSES
    return f"Classes: {shown}, and {more} more" if more > 0 else f"Classes: {shown}"
