"""Labels as JSON lines and as CSV: one row a label."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from typing import IO

from engine.labels.export_items import ExportedItem

COLUMNS = (
    *("item_id", "sha256", "path", "classes", "labelled_by", "method", "drawn"),
    *("given_at", "consensus"),
)


class JsonlWriter:
    """JSON lines."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def add(self, item: ExportedItem) -> None:
        """Writes one line a label."""
        for record in item.records():
            self._file.write(json_line(record))

    def finish(self) -> None:
        """Nothing is left to do."""


class CsvWriter:
    """CSV as RFC 4180 has it, in UTF-8; several classes in one cell are a JSON list."""

    def __init__(self, file: IO[bytes]) -> None:
        self._text = io.TextIOWrapper(file, "utf-8", newline="", write_through=True)
        self._rows = csv.DictWriter(self._text, COLUMNS)
        self._rows.writeheader()

    def add(self, item: ExportedItem) -> None:
        """Writes one row a label."""
        for record in item.records():
            cells = {name: _cell(record[name]) for name in ("classes", "consensus")}
            self._rows.writerow({**record, **cells})

    def finish(self) -> None:
        """Leaves the file to its owner."""
        self._text.detach()


def json_line(record: object) -> bytes:
    """One record of JSON lines."""
    return json.dumps(record, ensure_ascii=False).encode() + b"\n"


def _cell(classes: Sequence[str]) -> str:
    """One name as it is, unless it could be taken for a list; several as a JSON list."""
    if len(classes) == 1 and not classes[0].startswith("["):
        return classes[0]
    return json.dumps(classes, ensure_ascii=False) if classes else ""
