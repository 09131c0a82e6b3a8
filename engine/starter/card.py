"""Writing the measured numbers into the model card, so that no table is ever typed by hand."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

CARD_FILE: Final = Path(__file__).with_name("MODEL_CARD.md")
_MARKED: Final = re.compile(r"(<!-- measured -->\n).*(<!-- end of measured -->)", re.DOTALL)
_RECALLS: Final = ("R@1", "R@5", "R@10")
_WAYS: Final = ("model", "raw pixels", "colour histogram", "chance")


def update_card(report: dict[str, Any], card_file: Path = CARD_FILE) -> None:
    """Replace the card's measured part by the tables of a report."""
    tables = measured_tables(report)
    card = card_file.read_text("utf-8")
    card_file.write_text(_MARKED.sub(lambda m: m[1] + tables + m[2], card), "utf-8")


def measured_tables(report: dict[str, Any]) -> str:
    """All of a report's numbers as Markdown."""
    parts = [
        _table(
            "Words to picture",
            ("concepts", "drawing style", "gallery", "queries", "R@1 / 5 / 10", "chance"),
            (
                (
                    row["concepts"],
                    row["style"],
                    row["gallery"],
                    row["queries"],
                    _recalls(row["model"]),
                    _recalls(row["chance"]),
                )
                for row in report["text_search"]
            ),
        ),
        _table(
            "Picture to picture",
            (
                "concepts",
                "from style to style",
                "gallery",
                "queries",
                "R@1 / 5 / 10",
                "raw pixels",
                "colour histogram",
                "chance",
            ),
            (
                (
                    row["concepts"],
                    row["style"],
                    row["gallery"],
                    row["queries"],
                    *(_recalls(row[way]) for way in _WAYS),
                )
                for row in report["picture_search"]
            ),
        ),
        _table(
            "Zero-shot, 25 categories",
            ("concepts", "drawing style", "pictures", "top-1", "chance"),
            (
                (row["concepts"], row["style"], row["pictures"], row["top_1"], row["chance"])
                for row in report["zero_shot"]
            ),
        ),
    ]
    if (samples := report.get("sample_search")) is not None:
        parts.append(
            _table(
                "The sample pictures by their captions",
                ("gallery", "R@1 / 5 / 10", "chance"),
                [(samples["gallery"], _recalls(samples["model"]), _recalls(samples["chance"]))],
            )
        )
    if (photo_search := report.get("photo_search")) is not None:
        parts.append(
            _table(
                f"Finding {photo_search['photographs']} photographs again from a damaged copy",
                ("damage", "R@1 / 5 / 10", "raw pixels", "colour histogram", "chance"),
                (
                    (damage, *(_recalls(row[way]) for way in _WAYS))
                    for damage, row in photo_search["searches"].items()
                ),
            )
        )
    return "\n".join(parts)


def _recalls(measured: dict[str, float]) -> str:
    return " / ".join(f"{measured[name]:.1f}" for name in _RECALLS)


def _table(title: str, heads: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> str:
    lines = [f"**{title}**", "", _line(heads), _line("---" for _ in heads)]
    lines += [_line(row) for row in rows]
    return "\n".join(lines) + "\n"


def _line(cells: Iterable[object]) -> str:
    return f"| {' | '.join(map(str, cells))} |"
