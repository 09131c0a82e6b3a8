"""CSV: each row is read with the names of its columns, so that a passage makes sense alone."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from itertools import chain

from engine.extraction.splitting import PASSAGE_CHARS, Section

DELIMITERS = ",;\t|"
SNIFFED_CHARS = 8192
NO_NUMBER = str.maketrans("", "", "0123456789.,+-%/:€$£ ")


def table_sections(text: str) -> Iterator[Section]:
    """Rows as "name: Ada; city: London", as many to a section as fit in one passage."""
    packed: list[str] = []
    first_line, packed_chars = 1, 0
    for line, row in _rows(text):
        if packed and packed_chars + len(row) > PASSAGE_CHARS:
            yield Section("\n".join(packed), line=first_line)
            packed, packed_chars = [], 0
        if not packed:
            first_line = line
        packed.append(row)
        packed_chars += len(row) + 1
    if packed:
        yield Section("\n".join(packed), line=first_line)


def _rows(text: str) -> Iterator[tuple[int, str]]:
    """Each row that has something in it, as a sentence, with the line that it begins on."""
    csv.field_size_limit(sys.maxsize)  # `max_chars`, a setting, is checked instead
    reader = csv.reader(text.splitlines(keepends=True), delimiter=_delimiter(text))
    names = next(reader, [])
    rows: Iterator[list[str]] = reader
    line = reader.line_num + 1
    if not _are_names(names):
        rows, line, names = chain([names], reader), 1, []
    for row in rows:
        sentence = _sentence(names, row)
        if sentence:
            yield line, sentence
        line = reader.line_num + 1


def _delimiter(text: str) -> str:
    try:
        return csv.Sniffer().sniff(text[:SNIFFED_CHARS], DELIMITERS).delimiter
    except csv.Error:  # one column has no delimiter to find
        return ","


def _are_names(row: list[str]) -> bool:
    """Whether a first row names the columns: all filled, and none a number or date."""
    return bool(row) and all(cell.translate(NO_NUMBER) for cell in row)


def _sentence(names: list[str], row: list[str]) -> str:
    named = ((names[place] if place < len(names) else "", cell) for place, cell in enumerate(row))
    cells = ((name, " ".join(cell.split())) for name, cell in named)
    return "; ".join(f"{name.strip()}: {cell}" if name else cell for name, cell in cells if cell)
