"""What is said of methods once they have answered."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.classify.examples import LogProbabilities, Rows
from engine.classify.ladder import wilson
from engine.schemas import Comparison, ItemKind, MethodResult, ReportFormat, TrainingMethod
from engine.training.comparison import NAMES, compare
from engine.training.evaluation import Exam, Outcome, lead, marked
from engine.training.report import report
from engine.training.snapshot import LabelClass, Row, Snapshot, Split


def _snapshot(rows: int, classes: int, name: str = "class {}") -> Snapshot:
    return Snapshot(
        kind=ItemKind.IMAGE,
        classes=[LabelClass(name.format(n)) for n in range(classes)],
        rows=[Row(f"i{n}", f"{n:064x}", n % classes, Split.TEST, n) for n in range(rows)],
        seed=0,
        encoder="",
    )


class _Knows:
    """A predictor that is right about the first so many rows and one class off about others."""

    def __init__(self, snapshot: Snapshot, known: int) -> None:
        self._classes = np.array([row.class_index for row in snapshot.rows])
        self._count = len(snapshot.classes)
        self._known = known

    def log_probabilities(self, rows: Rows) -> LogProbabilities:
        """Certain of one class."""
        said = np.where(rows < self._known, self._classes[rows], self._classes[rows] + 1)
        return np.where(np.eye(self._count, dtype=bool)[said % self._count], 0.0, -5.0)

    def save(self, folder: Path) -> None:
        """Keeps nothing."""

    def tower(self) -> None:
        """Has no network."""


def _compared(known: Mapping[TrainingMethod, int], rows: int = 200, classes: int = 8) -> Comparison:
    snapshot = _snapshot(rows, classes)
    everything = np.arange(rows)
    truth = np.array([row.class_index for row in snapshot.rows])
    exam = Exam(everything, everything, truth, classes)
    outcomes = [exam.take(name, _Knows(snapshot, count)) for name, count in known.items()]
    return compare(snapshot, everything, everything, outcomes)


def test_a_lead_beyond_chance_decides() -> None:
    """A team would be told to keep the weaker method."""
    found = _compared({TrainingMethod.PROBE: 120, TrainingMethod.FINE_TUNING: 180})
    assert found.best is TrainingMethod.FINE_TUNING
    assert "more than chance" in found.sentence
    assert found.results[1].test_top1 is not None
    assert found.results[1].test_top1.value == 0.9
    assert sum(map(sum, found.confusion)) == 200
    assert sum(found.confusion[n][n] for n in range(8)) == 180


def test_within_chance_the_simpler_method_is_preferred() -> None:
    """A team would pay for a network of its own that is no better."""
    found = _compared({TrainingMethod.PROBE: 178, TrainingMethod.FINE_TUNING: 180})
    assert found.best is TrainingMethod.PROBE
    assert "may be chance" in found.sentence


def test_top5_counts_only_with_more_classes() -> None:
    """With five classes, top-5 would be 100 % for whatever was learnt."""
    few, many = (
        _compared({TrainingMethod.PROBE: 100}, classes=count).results[0] for count in (5, 8)
    )
    assert few.test_top5 is None
    assert many.test_top5 is not None
    assert many.test_top5.value >= 0.5


def test_a_lead_is_paired() -> None:
    """Two methods that differ on few items would seem as uncertain as two that differ on many."""
    one, other = np.ones(400, dtype=bool), np.ones(400, dtype=bool)
    other[:12] = False
    ahead = lead(one, other)
    assert ahead.value == 0.03
    assert 0.01 < ahead.low < ahead.high < 0.06


def test_failed_methods_leave_a_comparison_of_the_others() -> None:
    """One method out of memory would cost the results of all."""
    failure = MethodResult(method=TrainingMethod.LP_FT, failure="There was no memory.")
    nothing = np.empty(0, dtype=np.intp)
    found = compare(_snapshot(0, 2), nothing, nothing, [Outcome(failure)], "3 were left out.")
    assert found.best is None
    assert found.sentence.endswith("nothing to compare. 3 were left out.")


def test_calibration_is_judged_over_all_folds() -> None:
    """A model that is sure of everything would pass for one that knows when it is right."""
    snapshot = _snapshot(40, 2)
    truth = np.array([row.class_index for row in snapshot.rows])
    rows = np.arange(40)
    papers = [
        Exam(other, fold, truth, 2).sit(_Knows(snapshot, known=30))
        for fold, other in ((rows[:20], rows[20:]), (rows[20:], rows[:20]))
    ]
    found = marked(TrainingMethod.PROBE, papers, truth)
    assert found.result.calibration_error == pytest.approx(0.25)
    assert (found.result.test_top1, len(found.answers)) == (wilson(rows < 30), 40)
    assert found.result.train_top1 == 0.75


@pytest.mark.parametrize("classes", [2, 8, 1000])
def test_a_comparison_can_be_exported(classes: int) -> None:
    """A report would be empty, unreadable or not drawn at all with many classes."""
    found = _compared({name: 50 + 10 * n for n, name in enumerate(NAMES)}, classes=classes)
    text = report(found, "a | b\nc", ReportFormat.MARKDOWN).decode()
    assert text.count("\n| ") == len(NAMES) + 1
    assert "# a \\| b c" in text
    rows = list(csv.DictReader(io.StringIO(report(found, "", ReportFormat.CSV).decode())))
    assert [row["method"] for row in rows] == list(NAMES)
    assert float(rows[0]["test_top1"]) == 0.25
    assert float(rows[0]["calibration_error"]) == 0.75
    picture = Image.open(io.BytesIO(report(found, "💳 $x$", ReportFormat.PNG)))
    assert picture.width == 1280


def test_every_method_has_a_name_in_words() -> None:
    """A comparison of a new method would fail where it is put into words."""
    assert list(NAMES) == list(TrainingMethod)
