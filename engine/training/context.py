"""What a method is given besides its data: a seed, a folder, and whom to tell."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.classify.examples import Rows
from engine.schemas import TrainingMethod


class Stopped(Exception):
    """Somebody asked the run to stop; what was learnt is kept, and it can go on from there."""


@dataclass(frozen=True)
class Judged:
    """Rows that a method was asked about.

    Attributes:
        rows: of the snapshot (N,).
        truth: their classes (N,).
        answers: the classes they were given (N,).
    """

    rows: Rows
    truth: Rows
    answers: Rows

    @property
    def accuracy(self) -> float:
        """Share that it is right about."""
        return float((self.answers == self.truth).mean())


@dataclass(frozen=True)
class Learning:
    """How far a method is.

    Attributes:
        share: of its work, from 0 to 1.
        train_loss: by epoch.
        validation_accuracy: by epoch, from before the first on; empty where nothing validates.
        validated: what the last validation has shown; None before one, and where there is none.
    """

    share: float
    train_loss: Sequence[float] = ()
    validation_accuracy: Sequence[float] = ()
    validated: Judged | None = None


def _uncounted(parameters: int) -> None:
    """Nobody asks."""


@dataclass(frozen=True)
class RunContext:
    """A method's surroundings.

    Attributes:
        folder: for what it has learnt so far; another process goes on from it.
        report: told of progress, as often as there is any.
        stop_asked: whether to stop at the next chance, with `Stopped`.
        say: takes sentences that belong to the result, such as why a training ended early.
        counted: told how many numbers the method learns.
        beside: the folder of what another method learns from the same rows; None: where methods
            that build on others run alone, within `folder`.
    """

    seed: int
    folder: Path
    report: Callable[[Learning], None]
    stop_asked: Callable[[], bool]
    say: Callable[[str], None]
    counted: Callable[[int], None] = _uncounted
    beside: Callable[[TrainingMethod], Path] | None = None

    def folder_of(self, other: TrainingMethod) -> Path:
        """Where another method keeps what it learns from the same rows."""
        return self.folder / other.value if self.beside is None else self.beside(other)
