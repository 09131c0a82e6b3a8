"""Items of a library beside a snapshot, by which other searches are measured before and after.

Nothing is learnt from them. The snapshot's hash has their digest as they were drawn; what people
delete later is taken out of the file, and the others are measured by.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from engine.training.files import write_atomically

SAMPLE = "general.jsonl"


@dataclass(frozen=True)
class SampledItem:
    """An item of the library.

    Attributes:
        text: the beginning of what it says; empty for a picture.
    """

    item_id: str
    sha256: str
    text: str = ""


def digest(items: Sequence[SampledItem]) -> str:
    """What a snapshot's hash says of them; empty without any."""
    return hashlib.sha256(_lines(items).encode()).hexdigest() if items else ""


def write_sample(folder: Path, items: Sequence[SampledItem]) -> None:
    """Writes items into the folder of a snapshot, in place of those that are there.

    Raises:
        StorageFailed: there is no room; those from before are still there.
    """
    write_atomically(folder / SAMPLE, _lines(items))


def read_sample(folder: Path) -> Sequence[SampledItem]:
    """The items beside a snapshot; none beside one of before there were any."""
    path = folder / SAMPLE
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="\n") as file:
        return [SampledItem(**json.loads(line)) for line in file]


def _lines(items: Iterable[SampledItem]) -> str:
    return "".join(f"{json.dumps(asdict(each), ensure_ascii=False)}\n" for each in items)
