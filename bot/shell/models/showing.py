"""How models look in a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.schemas import Interval, MethodResult, ModelCard, ServingModel


def serving_line(serving: ServingModel) -> str:
    """What searches items of a kind."""
    line = f"{serving.kind.value}s are searched with {serving.name}"
    return line if serving.previous is None else f"{line}; before that, with {serving.previous}"


def lead_of(card: ModelCard) -> str:
    """How far a model is ahead; empty for a classifier."""
    lead = card.lead
    if lead is None:
        return ""
    return f"{100 * lead.value:z.0f} points ({100 * lead.low:z.0f} to {100 * lead.high:z.0f})"


def show_card(card: ModelCard) -> None:
    """Prints a report card."""
    from rich.table import Table

    from bot.shell.screen import results

    table = Table(show_header=False, box=None, pad_edge=False)
    for name, value in _facts(card):
        if value:
            table.add_row(name, value)
    console = results()
    console.print(table)
    for sentence in (card.verdict, card.retrain_reason and f"Train again: {card.retrain_reason}"):
        if sentence:
            console.print(sentence, markup=False)


def _facts(card: ModelCard) -> list[tuple[str, str]]:
    from rich.markup import escape

    general = card.result.general
    return [
        ("model", card.model_id),
        ("set", escape(card.labelset_name)),
        ("classes", escape(", ".join(card.classes))),
        ("method", card.method.value),
        ("backbone", escape(card.backbone)),
        ("state", card.state.value),
        ("test", _share(card.result.test_top1)),
        ("baseline", "" if card.baseline is None else _named_share(card.baseline)),
        ("lead", lead_of(card)),
        (
            "other searches",
            ""
            if general is None
            else f"recall@10 {general.before:.3f} before, {general.after:.3f} now, of "
            f"{general.queries}",
        ),
        ("trained", f"{card.created_at.astimezone():%Y-%m-%d %H:%M} on {card.device}"),
        ("snapshot", card.snapshot),
        ("seed", str(card.seed)),
        ("Magpie", card.code_version),
    ]


def _named_share(result: MethodResult) -> str:
    return f"{result.method.value}, {_share(result.test_top1)}"


def _share(share: Interval | None) -> str:
    return "" if share is None else f"{share.value:.0%} ({share.low:.0%} to {share.high:.0%})"
