"""The public sets that quality is measured on, within the folder that MAGPIE_BENCH_DATA names."""

from __future__ import annotations

import csv
import os
import re
from dataclasses import dataclass
from pathlib import Path

CRANFIELD = "cranfield"
"""ir.dcs.gla.ac.uk/resources/test_collections/cran: `cran.all.1400`, `cran.qry`, `cranqrel`."""

BANKING77 = "banking77"
"""github.com/PolyAI-LDN/task-specific-datasets: `train.csv` and `test.csv`."""

PHOTOGRAPHS = "photos"
"""github.com/EliSchwartz/imagenet-sample-images: *.jpg."""

SIGN_DIGITS = "sign-digits"
"""github.com/ardamavi/Sign-Language-Digits-Dataset: a folder for each of ten digits (JPEG)."""

WORST_JUDGED = 4
"""Cranfield's code of a document "of minimum interest"; 1 is a complete answer."""

_RECORD = re.compile(r"^\.I ", re.MULTILINE)
_FIELD = re.compile(r"^\.([TABW])\s*$", re.MULTILINE)


class SetMissing(Exception):
    """The folder of a set is not there; the message says how to name it."""


def folder_of(name: str) -> Path:
    """Where a set lies.

    Raises:
        SetMissing: it does not.
    """
    root = os.environ.get("MAGPIE_BENCH_DATA")
    if root is None or not (Path(root) / name).is_dir():
        raise SetMissing(f"Set MAGPIE_BENCH_DATA to a folder that holds {name}/.")
    return Path(root) / name


@dataclass(frozen=True)
class Cranfield:
    """Abstracts, questions, and which answers which.

    Attributes:
        documents: by number from 0; two of them are empty, as published.
        queries: by their order in the file, which is how the judgements name them.
        gains: for each query, the gain of each relevant document: 4 for a complete answer, down
            to 1. Documents with the unexplained code -1 count as not relevant.
    """

    documents: list[str]
    queries: list[str]
    gains: list[dict[int, int]]


def read_cranfield() -> Cranfield:
    """Reads the collection.

    Raises:
        SetMissing: it is not there.
    """
    folder = folder_of(CRANFIELD)
    queries = _texts(folder / "cran.qry")
    gains: list[dict[int, int]] = [{} for _ in queries]
    for line in (folder / "cranqrel").read_text("ascii").splitlines():
        query, document, code = map(int, line.split())
        if code >= 1:
            gains[query - 1][document - 1] = WORST_JUDGED + 1 - code
    return Cranfield(_texts(folder / "cran.all.1400"), queries, gains)


def _texts(file: Path) -> list[str]:
    """The `.W` field of each record, which repeats a document's title; one line each."""
    records = _RECORD.split(file.read_text("latin-1"))[1:]
    return [_field(record, "W") for record in records]


def _field(record: str, name: str) -> str:
    _, *parts = _FIELD.split(record)
    return " ".join(dict(zip(parts[::2], parts[1::2], strict=True)).get(name, "").split())


@dataclass(frozen=True)
class Question:
    """A customer's question and the one of 77 intents it expresses."""

    text: str
    intent: str


def read_banking77(part: str) -> list[Question]:
    """Reads `train` or `test`.

    Raises:
        SetMissing: it is not there.
    """
    with (folder_of(BANKING77) / f"{part}.csv").open(encoding="utf-8", newline="") as file:
        return [Question(row["text"], row["category"]) for row in csv.DictReader(file)]


def photographs() -> list[Path]:
    """The files of the photographs, in order of name.

    Raises:
        SetMissing: they are not there.
    """
    return sorted(folder_of(PHOTOGRAPHS).glob("*.jpg"))


def sign_digits() -> dict[int, list[Path]]:
    """The photographs of hands by the digit they show, in order of name.

    Raises:
        SetMissing: they are not there.
    """
    folder = folder_of(SIGN_DIGITS)
    return {digit: sorted((folder / str(digit)).glob("*.JPG")) for digit in range(10)}
