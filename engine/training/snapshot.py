"""What a run learns from and is tested on: an immutable snapshot of a label set.

A folder of its own: `snapshot.json`, `texts.jsonl` for sets of texts, and `features.npz` where the
serving encoder's features were at hand. Its name is the hash of what it says.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np

from engine.encoders.ports import Features
from engine.schemas import ItemKind
from engine.training.files import write_atomically

SNAPSHOT, TEXTS, FEATURES = "snapshot.json", "texts.jsonl", "features.npz"


class Split(StrEnum):
    """What a row is for."""

    TRAIN = "train"
    VALIDATION = "validation"
    TEST = "test"


@dataclass(frozen=True)
class LabelClass:
    """A class in words; they are all that zero-shot has."""

    name: str
    description: str = ""


@dataclass(frozen=True)
class Row:
    """An item and the class it has; one of several classes is there once for each.

    Attributes:
        class_index: its class, by position in `Snapshot.classes`.
        group: near-duplicates of each other share one, and so a split.
        text: what it says; None for a picture.
    """

    item_id: str
    sha256: str
    class_index: int
    split: Split
    group: int
    text: str | None = None


@dataclass(frozen=True)
class Snapshot:
    """Labelled items as they were when a job was asked for.

    Attributes:
        rows: in a fixed order, which that of features and of answers follows.
        seed: of the split.
        encoder: fingerprint of the serving encoder, to whose features the job is compared.
        consent: what made these items usable, such as the number left out by reason.
        folds: of each row, which fold tests it, -1 for none; empty: the rows' splits count.
        general: digest of the library's sample that lies beside it; empty without one.
    """

    kind: ItemKind
    classes: Sequence[LabelClass]
    rows: Sequence[Row]
    seed: int
    encoder: str
    consent: Mapping[str, int] = field(default_factory=dict)
    folds: Sequence[int] = ()
    general: str = ""

    @property
    def fold_count(self) -> int:
        """How many folds there are; 0: one split."""
        return max(self.folds, default=-1) + 1

    @property
    def hash(self) -> str:
        """Hex sha256 of everything in it; texts by their own."""
        return hashlib.sha256(self._canonical().encode()).hexdigest()

    def write(self, folder: Path, features: Features | None = None) -> None:
        """Writes it; `snapshot.json` comes last, so that a folder with it is whole.

        Args:
            folder: named by `hash`.
            features: float32 (N, D), L2-normalised, of the serving encoder, in the order of rows.
        """
        folder.mkdir(parents=True, exist_ok=True)
        if self.kind is ItemKind.TEXT:
            lines = [json.dumps(row.text, ensure_ascii=False) for row in self.rows]
            (folder / TEXTS).write_text("".join(f"{line}\n" for line in lines), "utf-8")
        if features is not None:
            np.savez(folder / FEATURES, features=features)
        write_atomically(folder / SNAPSHOT, self._canonical())

    @classmethod
    def read(cls, folder: Path) -> Snapshot:
        """Reads what `write` wrote."""
        stored = json.loads((folder / SNAPSHOT).read_text("utf-8"))
        texts: list[str | None] = [None] * len(stored["rows"])
        if stored["kind"] == ItemKind.TEXT:
            lines = (folder / TEXTS).read_text("utf-8").split("\n")
            texts = [json.loads(line) for line in lines if line]
        rows = [
            Row(**{**row, "split": Split(row["split"])}, text=text)
            for row, text in zip(stored["rows"], texts, strict=True)
        ]
        classes = [LabelClass(**each) for each in stored["classes"]]
        return cls(**{**stored, "kind": ItemKind(stored["kind"]), "classes": classes, "rows": rows})

    def _canonical(self) -> str:
        described: dict[str, Any] = asdict(self)
        for row in described["rows"]:
            del row["text"]
        for later in ("folds", "general"):  # without them, it is named as before there were any
            if not described[later]:
                del described[later]
        return json.dumps(described, sort_keys=True, separators=(",", ":"))


def read_features(folder: Path) -> Features | None:
    """The features that lie beside a snapshot, float32 (N, D), L2-normalised; None without any."""
    path = folder / FEATURES
    if not path.is_file():
        return None
    with np.load(path) as stored:
        return np.asarray(stored["features"], dtype=np.float32)
