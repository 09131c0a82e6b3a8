"""How a model's marks and answers look in a terminal, and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.shell.evaluate.asking import Asked
    from engine.schemas import Evaluation, Interval

CHOICES_SHOWN = 3
CLASSES_SHOWN = 12
"""A confusion matrix of more is no longer legible in a terminal."""


def show_evaluation(judged: Evaluation, *, as_json: bool) -> None:
    """Prints how good a model is, and which classes it takes for which."""
    from bot.shell.screen import print_json, results

    if as_json:
        print_json(judged.model_dump(mode="json"))
        return
    console = results()
    console.print(_sentence(judged), markup=False)
    if len(judged.classes) <= CLASSES_SHOWN:
        console.print()
        _show_confusion(judged)


def show_answers(asked: Sequence[Asked], *, as_json: bool) -> None:
    """Prints what a model says of each input."""
    from rich.markup import escape
    from rich.table import Table

    from bot.shell.screen import print_json, results

    if as_json:
        print_json({"answers": [_described(each) for each in asked]})
        return
    table = Table(box=None, pad_edge=False, show_header=False)
    for each in asked:
        said = ", ".join(
            f"{choice.name} {choice.probability:.0%}" for choice in each.choices[:CHOICES_SHOWN]
        )
        table.add_row(escape(each.input), escape(said or f"refused: {each.refused}"))
    results().print(table)


def _sentence(judged: Evaluation) -> str:
    result = judged.result
    said = (
        f"{result.method.value} ({judged.model_id}) is right for {_share(result.test_top1)} of "
        f"{judged.test_items} items that it has not learnt from"
    )
    if result.test_top5 is not None:
        said += f"; {_share(result.test_top5)} are among its five likeliest classes"
    if judged.left_out:
        said += f". Left out: {judged.left_out} that it has learnt from, or near-duplicates of them"
    return f"{said}. Snapshot {judged.snapshot[:12]}, {judged.took_s:.1f} s."


def _show_confusion(judged: Evaluation) -> None:
    from rich.markup import escape
    from rich.table import Table

    from bot.shell.screen import results

    table = Table("is ↓  taken for →", *(escape(name) for name in judged.classes), box=None)
    for name, counts in zip(judged.classes, judged.confusion, strict=True):
        table.add_row(escape(name), *(str(count) if count else "·" for count in counts))
    results().print(table)


def _share(share: Interval | None) -> str:
    return "–" if share is None else f"{share.value:.0%} ({share.low:.0%} to {share.high:.0%})"


def _described(asked: Asked) -> dict[str, object]:
    return {
        "input": asked.input,
        "choices": [choice.model_dump(mode="json") for choice in asked.choices],
        "refused": asked.refused,
    }
