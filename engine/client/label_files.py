"""Labels in a CSV or JSONL file, as they are imported: good rows, and bad ones with reasons.

A row names an item by `item_id`, `sha256` or `path`, of which the first that it has counts, and
what the item is by `classes`. It may say `labelled_by`, `given_at`, `method` and `drawn`; what else
it says is ignored. So what was exported can be imported.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from engine.schemas import ImportRow, RefusedRow

ITEM_COLUMNS = ("item_id", "sha256", "path")
CLASS_COLUMNS = ("classes", "class", "labels", "label")
OPTIONAL_COLUMNS = ("labelled_by", "given_at", "method", "drawn")
DELIMITERS = ",;\t"

_Cells = Mapping[str, Any]


class UnreadableLabelFile(Exception):
    """No row of a file can be read.

    Attributes:
        detail: one sentence for a person: what is wrong with it, and what to do.
    """

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


@dataclass
class LabelFile:
    """What a file holds.

    Attributes:
        rows: those that can be sent to the engine.
        refused: the others, with reasons.
        cells: every row as it stands in the file, by its number.
    """

    rows: list[ImportRow] = field(default_factory=list)
    refused: list[RefusedRow] = field(default_factory=list)
    cells: dict[int, _Cells] = field(default_factory=dict)


def read_label_file(data: bytes, filename: str) -> LabelFile:
    """Reads a file; of a spreadsheet's rows, the one of column names is the first.

    Raises:
        UnreadableLabelFile: it is no text, or its columns name no items or no classes.
    """
    text = _decoded(data)
    is_json = filename.lower().endswith((".jsonl", ".ndjson")) or text.lstrip().startswith("{")
    read = LabelFile()
    for number, cells in _json_rows(text) if is_json else _csv_rows(text):
        read.cells[number] = cells
        try:
            read.rows.append(_row(number, cells))
        except _BadRow as bad:
            read.refused.append(RefusedRow(row=number, reason=str(bad)))
    if not read.cells:
        raise UnreadableLabelFile("The file holds no rows.")
    return read


def refused_file(read: LabelFile, refused: Iterable[RefusedRow]) -> bytes:
    """A CSV file of refused rows as they were, with the reasons; mended, it can be imported."""
    reasons = {each.row: each.reason for each in refused}
    columns = dict.fromkeys(name for number in sorted(reasons) for name in read.cells[number])
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["row", "reason", *columns])
    for number, reason in sorted(reasons.items()):
        cells = read.cells[number]
        writer.writerow([number, reason, *(_as_cell(cells.get(name, "")) for name in columns)])
    return out.getvalue().encode()


class _BadRow(Exception):
    """A row that cannot be imported; says why."""


def _decoded(data: bytes) -> str:
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableLabelFile(
            "The file is not in UTF-8. Save it as “CSV UTF-8” and send it again."
        ) from error


def _json_rows(text: str) -> Iterator[tuple[int, _Cells]]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            cells = json.loads(line)
        except ValueError:
            cells = None
        yield number, cells if isinstance(cells, dict) else {"line": line.strip()}


def _csv_rows(text: str) -> Iterator[tuple[int, _Cells]]:
    first_line = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=first_line.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        columns = [name.strip().lower() for name in next(reader, [])]
        _check_columns(columns)
        for number, cells in enumerate(reader, 2):
            if any(cells):
                yield number, dict(zip(columns, cells, strict=False))
    except csv.Error as error:
        raise UnreadableLabelFile(f"The file is no CSV that can be read: {error}.") from error


def _check_columns(columns: Iterable[str]) -> None:
    for needed, what in ((ITEM_COLUMNS, "the items"), (CLASS_COLUMNS, "their classes")):
        if not set(needed) & set(columns):
            raise UnreadableLabelFile(
                f"No column names {what}: the first line has to name one of {', '.join(needed)}."
            )


def _row(number: int, cells: _Cells) -> ImportRow:
    if "line" in cells and len(cells) == 1:
        raise _BadRow("It is no JSON object.")
    named = next((name for name in ITEM_COLUMNS if _present(cells, name)), None)
    if named is None:
        raise _BadRow(f"It names no item: {', '.join(ITEM_COLUMNS)} are empty.")
    optional = {name: cells[name] for name in OPTIONAL_COLUMNS if _present(cells, name)}
    try:
        return ImportRow(row=number, **{named: cells[named]}, classes=_classes(cells), **optional)
    except ValidationError as error:
        first = error.errors()[0]
        where = str(first["loc"][0])
        raise _BadRow(f"Its {where} cannot be used: {first['msg']}.") from error


def _classes(cells: _Cells) -> list[Any]:
    """One name, or several as a JSON list."""
    given = next((cells[name] for name in CLASS_COLUMNS if _present(cells, name)), None)
    if given is None:
        raise _BadRow("It names no class.")
    if isinstance(given, str) and given.lstrip().startswith("["):
        try:
            parsed = json.loads(given)
        except ValueError:
            return [given.strip()]
        given = parsed
    return [given.strip()] if isinstance(given, str) else given


def _present(cells: _Cells, name: str) -> bool:
    value = cells.get(name)
    return value not in (None, [], "") and (not isinstance(value, str) or bool(value.strip()))


def _as_cell(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
