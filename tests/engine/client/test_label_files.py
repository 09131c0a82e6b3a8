"""Files of labels: which rows can be imported, and what is said of the others."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime

import pytest

from engine.client.label_files import UnreadableLabelFile, read_label_file, refused_file
from engine.schemas import Draw, ImportRow, LabelMethod, RefusedRow


def test_a_spreadsheet_is_read_however_it_was_saved() -> None:
    """A file that Excel saved in Germany would be refused."""
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        for delimiter in ",;\t":
            text = "Path;Class\r\na.png;“quoted”\r\n\r\nb.png;🐱 cat\r\n".replace(";", delimiter)
            read = read_label_file(text.encode(encoding), "labels.csv")
            assert read.rows == [
                ImportRow(row=2, path="a.png", classes=["“quoted”"]),
                ImportRow(row=4, path="b.png", classes=["🐱 cat"]),
            ]


def test_every_kind_of_name_and_fact_is_taken() -> None:
    """What an export says would be lost on its way back."""
    line = {
        "item_id": "",
        "sha256": "ab" * 32,
        "path": "ignored.png",
        "classes": ["cat", "[dog]"],
        "labelled_by": "ann",
        "given_at": "2026-03-01T12:00:00+01:00",
        "method": "session",
        "drawn": "random",
        "consensus": ["cat"],
    }
    read = read_label_file(json.dumps(line).encode() + b"\n", "labels.jsonl")
    assert read.rows == [
        ImportRow(
            row=1,
            sha256="ab" * 32,
            classes=["cat", "[dog]"],
            labelled_by="ann",
            given_at=datetime(2026, 3, 1, 11, tzinfo=UTC),
            method=LabelMethod.SESSION,
            drawn=Draw.RANDOM,
        )
    ]


@pytest.mark.parametrize(
    ("cell", "classes"),
    [
        ('["cat", "dog"]', ["cat", "dog"]),
        ("[draft]", ["[draft]"]),
        ("cat, dog", ["cat, dog"]),
        ('say "cheese"', ['say "cheese"']),
    ],
)
def test_a_cell_is_one_class_unless_it_is_a_list(cell: str, classes: list[str]) -> None:
    """A comma or bracket in a class's name would make two classes of it."""
    out = io.StringIO()
    csv.writer(out).writerows([["path", "classes"], ["a.png", cell]])
    assert read_label_file(out.getvalue().encode(), "x.csv").rows[0].classes == classes


def test_good_rows_are_kept_and_bad_ones_come_back_mended_or_not() -> None:
    """37 slips among 10,000 rows would cost all of them, or vanish without a word."""
    rows = [[f"{n}.png", "cat", ""] for n in range(10_000)]
    for n in range(0, 3_700, 100):
        rows[n] = [["", "cat", ""], [f"{n}.png", "", ""], [f"{n}.png", "cat", "yesterday"]][n % 3]
    out = io.StringIO()
    csv.writer(out).writerows([["path", "class", "given_at"], *rows])
    read = read_label_file(out.getvalue().encode(), "labels.csv")
    assert (len(read.rows), len(read.refused)) == (10_000 - 37, 37)
    assert {each.row for each in read.refused} == {n + 2 for n in range(0, 3_700, 100)}
    assert {reason.partition(":")[0] for reason in (each.reason for each in read.refused)} == {
        "It names no item",
        "It names no class.",
        "Its given_at cannot be used",
    }
    back = list(csv.DictReader(io.StringIO(refused_file(read, read.refused).decode())))
    assert len(back) == 37
    assert all(row["reason"] for row in back)
    for row in back:
        row.update({"path": row["path"] or "x.png", "class": "cat", "given_at": ""})
    mended = io.StringIO()
    writer = csv.DictWriter(mended, list(back[0]))
    writer.writeheader()
    writer.writerows(back)
    assert len(read_label_file(mended.getvalue().encode(), "mended.csv").rows) == 37


def test_rows_that_the_engine_refused_come_back_too() -> None:
    """Whoever imported would have to look up row 4711 by hand."""
    lines = b'{"path": "a.png", "classes": ["cat"]}\nnot json\n{"path": "b.png", "label": "dog"}\n'
    read = read_label_file(lines, "labels.jsonl")
    refused = [*read.refused, RefusedRow(row=3, reason="There is no such item.")]
    back = list(csv.DictReader(io.StringIO(refused_file(read, refused).decode())))
    assert [(row["row"], row["reason"]) for row in back] == [
        ("2", "It is no JSON object."),
        ("3", "There is no such item."),
    ]
    assert (back[0]["line"], back[1]["path"], back[1]["label"]) == ("not json", "b.png", "dog")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\x89PNG\r\n\x1a\n\xff", "not in UTF-8"),
        (b"", "No column names the items"),
        (b"name,class\na,b\n", "No column names the items"),
        (b"path,colour\na,b\n", "No column names their classes"),
        (b"path,class\n", "holds no rows"),
        (b'path,class\n"' + b"x" * 200_000 + b'",cat\n', "no CSV that can be read"),
    ],
)
def test_a_file_that_is_none_is_refused_with_a_sentence(data: bytes, reason: str) -> None:
    """A picture sent by mistake would be ten thousand bad rows."""
    with pytest.raises(UnreadableLabelFile, match=reason):
        read_label_file(data, "labels.csv")
