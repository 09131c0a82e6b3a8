"""Training against bare loops: ``python -m benchmarks.training_speed``.

In turns, in one process: a linear probe on cached features with its evaluation against one
scikit-learn fit, LP-FT against a plain torch loop over open_clip's tower, and contrastive
fine-tuning against a plain loop over sentence-transformers' model, with as many steps and batches
of the same size. The bare loops alter no picture, validate nothing, and keep no checkpoint. Reads
what `benchmarks.quality.taught_sets` says.
"""

from __future__ import annotations

import math
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812

from benchmarks.quality.finetuning import compared
from benchmarks.quality.taught_sets import TaughtSet, taught_sets
from benchmarks.report import write_section
from engine.schemas import TrainingMethod
from engine.training.backbone import features_by
from engine.training.context import RunContext
from engine.training.data import TrainingData
from engine.training.evaluation import Exam
from engine.training.methods import METHODS
from engine.training.methods.fine_tuning import BATCH_SIZE, MOST_EPOCHS, STEPS, recipe
from engine.training.methods.setfit import MOST_EPOCHS as SETFIT_EPOCHS
from engine.training.methods.setfit import STEPS as SETFIT_STEPS
from engine.training.run import Run
from engine.training.snapshot import Split

EXAMPLES = 500
ROUNDS = 3
LEARNING_RATE = 1e-5


@dataclass(frozen=True)
class Turns:
    """One thing done by Magpie and barely, in turns: median seconds.

    Attributes:
        seen: items that went through the network, forward and backward; none: there is none.
    """

    what: str
    ours_s: float
    bare_s: float
    seen: int = 0

    def __str__(self) -> str:
        per_s = [f"{self.seen / each:.0f}" for each in (self.ours_s, self.bare_s) if self.seen]
        took = f"{self.ours_s:.2f} | {self.bare_s:.2f} | {self.ours_s / self.bare_s:.2f}"
        return f"| {self.what} | {took} | {' / '.join(per_s)} |"


def data_of(taught: TaughtSet, folder: Path) -> TrainingData:
    """So many examples of a set, with their features at hand."""
    some = replace(taught, a_class=math.ceil(EXAMPLES / len(taught.classes)))
    compared(some, [TrainingMethod.PROTOTYPE], 0, folder)
    data = TrainingData(Run.read(folder / "run"), folder / "run", lambda: False)
    assert len(data.features) == len(data.classes)
    return data


def in_turns(
    what: str, ours: Callable[[], object], bare: Callable[[], object], seen: int = 0
) -> Turns:
    """Times both a few times."""
    times: dict[Callable[[], object], list[float]] = {ours: [], bare: []}
    for _ in range(ROUNDS):
        for work, taken in times.items():
            started_s = time.perf_counter()
            work()
            taken.append(time.perf_counter() - started_s)
    turns = Turns(what, float(np.median(times[ours])), float(np.median(times[bare])), seen)
    print(turns, flush=True)
    return turns


def learnt(method: TrainingMethod, data: TrainingData) -> None:
    """Learns as a job does, in a folder of its own, and answers the test."""
    with tempfile.TemporaryDirectory() as folder:
        context = RunContext(
            0, Path(folder), lambda _: None, lambda: False, lambda _: None, lambda _: None
        )
        predictor = METHODS[method].run(data, context)
        exam = Exam(
            data.rows(Split.TRAIN),
            data.rows(Split.TEST),
            data.classes,
            data.class_count,
            data.rows(Split.VALIDATION),
        )
        exam.sit(predictor)


def regression(features: np.ndarray, data: TrainingData) -> None:
    """One fit with scikit-learn's defaults, and its answers to train and test items."""
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

    train, test = data.rows(Split.TRAIN), data.rows(Split.TEST)
    model = LogisticRegression(max_iter=1_000).fit(features[train], data.classes[train])
    model.predict_proba(features[train])
    model.predict_proba(features[test])


def bare_classifier(data: TrainingData, steps: int) -> None:
    """A plain loop: the tower, a linear layer, AdamW, cross-entropy."""
    tower = data.backbone.tower()
    network = nn.Sequential(tower, nn.Linear(data.backbone.card.embed_dim, data.class_count))
    optimizer = torch.optim.AdamW(network.parameters(), lr=LEARNING_RATE)
    rows = data.rows(Split.TRAIN)
    network.train()
    for step in range(steps):
        batch = np.random.default_rng(step).choice(rows, BATCH_SIZE)
        optimizer.zero_grad()
        loss = F.cross_entropy(
            network(data.backbone.inputs(batch)), torch.from_numpy(data.classes[batch])
        )
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()


def bare_contrast(data: TrainingData, steps: int) -> None:
    """A plain loop over cosines of all pairs in a batch, then one fit on the new features."""
    tower = data.backbone.tower()
    optimizer = torch.optim.AdamW(tower.parameters(), lr=LEARNING_RATE)
    rows = data.rows(Split.TRAIN)
    tower.train()
    for step in range(steps):
        batch = np.random.default_rng(step).choice(rows, BATCH_SIZE)
        optimizer.zero_grad()
        features = F.normalize(tower(data.backbone.inputs(batch)), dim=-1)
        classes = torch.from_numpy(data.classes[batch])
        alike = (classes[:, None] == classes).float()
        ((features @ features.T - alike) ** 2).mean().backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    regression(features_by(tower, data.backbone, np.arange(len(data.classes))), data)


def steps_of(data: TrainingData, steps: int, most_epochs: int) -> int:
    """How many steps a method takes on these data."""
    items = len(data.rows(Split.TRAIN))
    return recipe(items, steps, most_epochs).epochs * math.ceil(items / BATCH_SIZE)


def main() -> None:
    """Measures all three and writes the section."""
    by_name = {taught.name: taught for taught in taught_sets()}
    with tempfile.TemporaryDirectory() as folder:
        hands = data_of(by_name["sign-digits"], Path(folder) / "hands")
        questions = data_of(by_name["banking77"], Path(folder) / "questions")
        steps = steps_of(hands, STEPS, MOST_EPOCHS)
        setfit_steps = steps_of(questions, SETFIT_STEPS, SETFIT_EPOCHS)
        rows = [
            in_turns(
                f"linear probe, {len(hands.classes)} cached pictures",
                lambda: learnt(TrainingMethod.PROBE, hands),
                lambda: regression(hands.features, hands),
            ),
            in_turns(
                f"LP-FT, {steps} steps",
                lambda: learnt(TrainingMethod.LP_FT, hands),
                lambda: bare_classifier(hands, steps),
                steps * BATCH_SIZE,
            ),
            in_turns(
                f"contrastive fine-tuning, {setfit_steps} steps",
                lambda: learnt(TrainingMethod.SETFIT, questions),
                lambda: bare_contrast(questions, setfit_steps),
                setfit_steps * BATCH_SIZE,
            ),
        ]
    device = "a GPU" if torch.cuda.is_available() else "two cores, no GPU"
    lines = [
        "## Speed of training",
        "",
        f"Medians of {ROUNDS} rounds in turns, on {device}; the starter's tower, all-MiniLM-L6-v2.",
        "Magpie's probe tries several penalties by the validation items; its loops alter pictures,",
        "validate after each epoch, and keep the best weights.",
        "",
        "| what | s | bare, s | ratio | items a second, Magpie / bare |",
        "|---|---|---|---|---|",
        *map(str, rows),
        "",
        "Repeat: `MAGPIE_BENCH_DATA=… uv run --group dev python -m benchmarks.training_speed`",
    ]
    write_section("training_speed", "\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
