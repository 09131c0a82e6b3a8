"""A library's own texts beside a snapshot: what word vectors are learnt from, without labels.

`corpus.jsonl` is no part of the snapshot's hash. Texts that people delete, or no longer let be
learnt from, are taken out of it, and a run goes on with the others.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from engine.training.files import write_atomically

CORPUS = "corpus.jsonl"


@dataclass(frozen=True)
class CorpusText:
    """The beginning of an item's text, and the sha256 of all of it."""

    item_id: str
    sha256: str
    text: str


def write_corpus(folder: Path, texts: Iterable[CorpusText]) -> None:
    """Writes a corpus into the folder of a snapshot, in place of the one that is there.

    Raises:
        StorageFailed: there is no room for it; the one from before is still there.
    """
    lines = (json.dumps(asdict(each), ensure_ascii=False) for each in texts)
    write_atomically(folder / CORPUS, "".join(f"{line}\n" for line in lines))


def read_corpus(folder: Path) -> Sequence[CorpusText]:
    """The corpus beside a snapshot; empty where none was wanted."""
    path = folder / CORPUS
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="\n") as file:
        return [CorpusText(**json.loads(line)) for line in file]
