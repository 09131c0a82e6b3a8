"""Asking a stored model: about the items of a snapshot, and about ones that nobody has labelled.

Both functions load networks. They are for a process of their own, never for the engine's.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from engine.blobs.keys import blob_key
from engine.classify.calibration import expected_calibration_error
from engine.classify.examples import LogProbabilities, Rows
from engine.classify.ladder import wilson
from engine.errors import BadRequest, ModelUnavailable
from engine.schemas import Evaluation, ItemKind, MethodResult, ModelCard
from engine.training.comparison import NOUN
from engine.training.data import TrainingData
from engine.training.evaluation import TOP, among_best, confusion
from engine.training.run import Run
from engine.training.snapshot import LabelClass, Row, Snapshot, Split
from engine.training.stored import load_predictor


@dataclass(frozen=True)
class Asked:
    """A stored model, and where it is asked.

    Attributes:
        card: of the model; its classes are in the order of the answers.
        folder: of the model.
        scratch: an empty folder, for as long as it takes.
        device: torch's name, or ``auto``.
    """

    card: ModelCard
    folder: Path
    scratch: Path
    device: str

    def data(self, snapshot: Path, blobs: Path) -> TrainingData:
        """A snapshot as the model's extractor reads it.

        Raises:
            ModelUnavailable: the model's manifest is damaged, or not there.
        """
        try:
            run = Run.read(self.folder)
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise ModelUnavailable(
                f"The manifest of the model {self.card.model_id} is damaged or missing ({error}). "
                "Bring its folder back from a backup, or train again."
            ) from error
        run = replace(run, snapshot=snapshot, blobs=blobs, device=self.device)
        return TrainingData(run, self.scratch, lambda: False)


def evaluate(asked: Asked, snapshot: Path, blobs: Path, learnt: Collection[str]) -> Evaluation:
    """Judges a model on the test items of a snapshot that it has not learnt from.

    Args:
        asked: the model.
        snapshot: its folder.
        blobs: folder of the originals.
        learnt: sha256 of what the model has learnt from.

    Raises:
        BadRequest: other items or classes, or it has learnt from all of them.
        EncoderMismatch: its encoder is not the one at hand.
        ModelUnavailable: its files, or its encoder's, are damaged or missing.
    """
    started_s = time.monotonic()
    card = asked.card
    data = asked.data(snapshot, blobs)
    truth = _truth(card, data.snapshot)
    tested = np.arange(len(truth)) if data.snapshot.fold_count else data.rows(Split.TEST)
    rows = _not_learnt(data, tested, learnt)
    found = load_predictor(asked.folder).log_probabilities(data, rows)
    result = _result(card, found, truth[rows]).model_copy(
        update={"took_s": time.monotonic() - started_s}
    )
    return Evaluation(
        model_id=card.model_id,
        snapshot=data.snapshot.hash,
        test_items=len(rows),
        left_out=len(tested) - len(rows),
        classes=card.classes,
        result=result,
        confusion=confusion(truth[rows], found.argmax(axis=1), len(card.classes)).tolist(),
        took_s=result.took_s,
    )


def predict(asked: Asked, contents: Sequence[bytes]) -> Sequence[Sequence[float] | None]:
    """The probability of each class for items that nobody has labelled.

    Args:
        asked: the model.
        contents: encoded pictures, or texts in UTF-8, as the model's items are.

    Returns:
        For each item the classes' probabilities in the card's order; None for an unreadable one.

    Raises:
        EncoderMismatch: its encoder is not the one at hand.
        ModelUnavailable: its files, or its encoder's, are damaged or missing.
    """
    blobs = asked.scratch / "blobs"
    snapshot = _unlabelled(asked.card, contents, blobs)
    snapshot.write(asked.scratch / "snapshot")
    data = asked.data(asked.scratch / "snapshot", blobs)
    rows = np.flatnonzero(data.readable)
    answers: list[Sequence[float] | None] = [None] * len(contents)
    if len(rows):
        found = np.exp(load_predictor(asked.folder).log_probabilities(data, rows))
        for row, probabilities in zip(rows, found, strict=True):
            answers[row] = probabilities.tolist()
    return answers


def _truth(card: ModelCard, snapshot: Snapshot) -> Rows:
    """The true class of each row, by its place in the card: (N,)."""
    if snapshot.kind is not card.kind:
        raise BadRequest(
            f"This model tells {NOUN[card.kind]} apart, and the snapshot is of "
            f"{NOUN[snapshot.kind]}."
        )
    names = [each.name for each in snapshot.classes]
    unknown = [name for name in names if name not in card.classes]
    if unknown:
        raise BadRequest(
            f"The snapshot has classes that this model does not know: {', '.join(unknown)}. It "
            f"knows {', '.join(card.classes)}. Train a model on the set as it is now."
        )
    places = np.array([card.classes.index(name) for name in names], dtype=np.intp)
    return places[[row.class_index for row in snapshot.rows]]


def _not_learnt(data: TrainingData, tested: Rows, learnt: Collection[str]) -> Rows:
    """Of some rows those that neither the model nor a near-duplicate has taught it."""
    rows = data.snapshot.rows
    groups = {row.group for row in rows if row.sha256 in learnt}
    fresh = [n for n in tested if data.readable[n] and rows[n].group not in groups]
    if not fresh:
        raise BadRequest(
            f"This model has learnt from all {len(tested)} items that the snapshot tests on, or "
            "from near-duplicates of them, so they say nothing about it. Label more, and take a "
            "new snapshot."
        )
    return np.array(fresh, dtype=np.intp)


def _result(card: ModelCard, found: LogProbabilities, truth: Rows) -> MethodResult:
    right = found.argmax(axis=1) == truth
    many = len(card.classes) > TOP
    return MethodResult(
        method=card.method,
        test_top1=wilson(right),
        test_top5=wilson(among_best(found, truth, TOP)) if many else None,
        calibration_error=expected_calibration_error(np.exp(found.max(axis=1)), right),
    )


def _unlabelled(card: ModelCard, contents: Sequence[bytes], blobs: Path) -> Snapshot:
    """Contents as a snapshot; the class of its rows means nothing."""
    rows = []
    for n, content in enumerate(contents):
        sha256 = hashlib.sha256(content).hexdigest()
        blob = blobs / blob_key(sha256)
        blob.parent.mkdir(parents=True, exist_ok=True)
        blob.write_bytes(content)
        text = content.decode() if card.kind is ItemKind.TEXT else None
        rows.append(Row(f"{n}", sha256, 0, Split.TEST, n, text))
    classes = [LabelClass(name) for name in card.classes]
    return Snapshot(card.kind, classes, rows, seed=0, encoder="")
