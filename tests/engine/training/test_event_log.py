"""What a run tells while it goes on."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from engine.jobs.events import EventFile
from engine.schemas import ItemKind, JobProgress, TrainingMethod
from engine.training import event_log
from engine.training.context import Judged, Learning
from engine.training.event_log import EventLog, Turn
from engine.training.snapshot import LabelClass, Row, Snapshot, Split

METHODS = [TrainingMethod.PROBE, TrainingMethod.LP_FT]
SNAPSHOT = Snapshot(
    kind=ItemKind.IMAGE,
    classes=[LabelClass("cat"), LabelClass("dog")],
    rows=[Row(f"i{n}", f"{n:064x}", n % 2, Split.VALIDATION, n) for n in range(12)],
    seed=0,
    encoder="",
)


def _told(tmp_path: Path, turn: Turn, learning: Learning) -> JobProgress:
    log = EventLog(tmp_path / "events.jsonl", METHODS, SNAPSHOT)
    log.learning(turn, learning)
    progress = EventFile(tmp_path / "events.jsonl").news()
    assert progress is not None
    return progress


def test_some_of_what_was_validated_is_told_the_right_ones_first(tmp_path: Path) -> None:
    """A team would see how well a network does, and never at what."""
    rows = np.arange(2, 12)
    truth = rows % 2
    answers = np.where(rows < 8, 1 - truth, truth)
    told = _told(tmp_path, Turn(METHODS[1]), Learning(0.5, validated=Judged(rows, truth, answers)))
    assert [each.item_id for each in told.examples] == ["i8", "i9", "i10", "i2", "i3", "i4"]
    assert (told.examples[0].truth, told.examples[0].answer) == ("cat", "cat")
    assert (told.examples[-1].truth, told.examples[-1].answer) == ("cat", "dog")
    assert len(told.examples) == 2 * event_log.SHOWN


def test_a_fold_is_a_part_of_its_method(tmp_path: Path) -> None:
    """The bar would run to its end and back five times."""
    told = _told(tmp_path, Turn(METHODS[0], 1, 4), Learning(0.5))
    of_method = event_log.WORK.get(METHODS[0], 1.0) / sum(
        event_log.WORK.get(each, 1.0) for each in METHODS
    )
    assert told.share == of_method * 1.5 / 4
    assert told.sentence.endswith(", fold 2 of 4.")
