"""Classification against bare scikit-learn: ``python -m benchmarks.quality.classify_speed``.

On the same vectors, in turns, on one core: the ladder against one logistic regression. Then over
HTTP with the real engine: texts classified by a label set, against asking the engine for their
vectors and giving those to the logistic regression. Needs MAGPIE_BENCH_DATA (see
`benchmarks.quality.sets`).
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

from benchmarks.quality.classifier_ladder import a_class_each
from benchmarks.quality.labelled_sets import LabelledSet, labelled_sets
from benchmarks.quality.sets import Question, read_banking77
from benchmarks.report import write_section
from engine.classify import Examples, fit
from engine.client import EngineClient
from engine.schemas import (
    ClassifyRequest,
    ItemKind,
    LabelMethod,
    LabelSet,
    NewItem,
    NewLabelClass,
    NewLabels,
    NewLabelSet,
    Place,
    TrainingUpdate,
)
from tests.engine_process import EngineProcess

LABELS_A_CLASS = 16
ROUNDS = 5
MANY = 1_000
INTENTS = 10
ASKED = 100
LIBRARY, CHANNEL, PERSON = "benchmark", "questions", "labeller"


@dataclass
class Times:
    """Seconds of one thing, by ours and by scikit-learn, in turns."""

    ours: list[float] = field(default_factory=list)
    theirs: list[float] = field(default_factory=list)

    def add(self, ours: Callable[[], object], theirs: Callable[[], object]) -> None:
        """Times both once."""
        for work, times in ((ours, self.ours), (theirs, self.theirs)):
            started_s = time.perf_counter()
            work()
            times.append(time.perf_counter() - started_s)

    def __str__(self) -> str:
        ours, theirs = np.median(self.ours), np.median(self.theirs)
        return f"{ours * 1_000:.1f} | {theirs * 1_000:.1f} | {ours / theirs:.1f}"


def on_vectors(known: LabelledSet) -> list[str]:
    """Rows of one set: fitting, answering one question, answering many."""
    pool, tested = known.drawn(0)
    examples = a_class_each(pool, LABELS_A_CLASS, 0)
    one, many = tested.features[:1], np.resize(tested.features, (MANY, tested.features.shape[1]))
    learning, answering_one, answering_many = Times(), Times(), Times()
    for _ in range(ROUNDS):
        learning.add(lambda: fit(examples, known.words), lambda: bare(examples))
    classifier, model = fit(examples, known.words), bare(examples)
    for _ in range(20 * ROUNDS):
        answering_one.add(lambda: classifier.predict(one), lambda: model.predict_proba(one))
    for _ in range(ROUNDS):
        answering_many.add(lambda: classifier.predict(many), lambda: model.predict_proba(many))
    ours = classifier.predict(tested.features).among_classes.argmax(axis=1)
    accuracies = f"{share(ours, tested)} | {share(model.predict(tested.features), tested)}"
    return [
        f"| {known.name}, {len(examples)} labels | {what} | {accuracies} | {times} |"
        for what, times in (
            ("learning", learning),
            ("one answer", answering_one),
            (f"{MANY:,} answers", answering_many),
        )
    ]


def bare(examples: Examples) -> LogisticRegression:
    """One fit with scikit-learn's defaults."""
    return LogisticRegression(max_iter=1_000).fit(examples.features, examples.classes)


def share(found: NDArray[np.intp], tested: Examples) -> str:
    """The share of right answers."""
    return f"{np.mean(found == tested.classes):.3f}"


async def over_http() -> str:
    """A row: answers of a served label set, against vectors from the engine and scikit-learn."""
    train, test = _some(read_banking77("train"), LABELS_A_CLASS), _some(read_banking77("test"), 10)
    with tempfile.TemporaryDirectory() as folder, EngineProcess(Path(folder)) as process:
        await asyncio.to_thread(process.start().ready)
        async with process.client() as engine:
            labelset = await _labelled(engine, train)
            vectors = await engine.encode_texts([question.text for question in train])
            model = LogisticRegression(max_iter=1_000)
            model.fit(vectors, [question.intent for question in train])
            ours, theirs = [], []
            times = Times()
            for number, question in enumerate(test[:ASKED]):
                started_s = time.perf_counter()
                served = await engine.classify(_asking(labelset, question.text))
                between_s = time.perf_counter()
                row = await engine.encode_texts([question.text])
                found = model.classes_[model.predict_proba(row).argmax()]
                ended_s = time.perf_counter()
                if number:  # the first question waits for the classifier to be fitted
                    times.ours.append(between_s - started_s)
                    times.theirs.append(ended_s - between_s)
                ours.append(served.choices[0].name == question.intent)
                theirs.append(found == question.intent)
    accuracies = f"{np.mean(ours):.3f} | {np.mean(theirs):.3f}"
    return f"| over HTTP, {len(train)} texts | one answer | {accuracies} | {times} |"


def _some(questions: list[Question], count: int) -> list[Question]:
    """So many questions of each of the first intents, by turns."""
    intents = sorted({question.intent for question in questions})[:INTENTS]
    of_each = [[q for q in questions if q.intent == intent][:count] for intent in intents]
    return [question for row in zip(*of_each, strict=True) for question in row]


async def _labelled(engine: EngineClient, questions: list[Question]) -> LabelSet:
    """A label set whose questions are all stored, embedded and labelled."""
    labelset = await engine.labels.create(
        NewLabelSet(
            library_id=LIBRARY,
            name="Intent",
            kind=ItemKind.TEXT,
            classes=[NewLabelClass(name=each) for each in sorted({q.intent for q in questions})],
        )
    )
    await engine.set_training(LIBRARY, TrainingUpdate(enabled=True, asked_by=PERSON))
    class_of = {each.name: each.class_id for each in labelset.classes}
    items: dict[str, list[str]] = {}
    for number, question in enumerate(questions):
        place = Place(library_id=LIBRARY, channel_id=CHANNEL, message_id=str(number + 1))
        # Hours apart: what one person posts in one go is embedded together, as one thought.
        posted_at = datetime.now(UTC) - timedelta(hours=len(questions) - number)
        new = NewItem(place=place, author_id=PERSON, posted_at=posted_at, text=question.text)
        items.setdefault(question.intent, []).append((await engine.add_item(new)).item_id)
    while (await engine.library(LIBRARY, wait_embedded_s=30)).pending:
        pass
    for intent, item_ids in items.items():
        await engine.labels.give(
            NewLabels(
                labelset_id=labelset.labelset_id,
                person_id=PERSON,
                item_ids=item_ids,
                class_ids=[class_of[intent]],
                method=LabelMethod.BULK,
                channel_ids=[CHANNEL],
            )
        )
    return labelset


def _asking(labelset: LabelSet, text: str) -> ClassifyRequest:
    return ClassifyRequest(
        library_id=LIBRARY,
        channel_ids=[CHANNEL],
        labelset_id=labelset.labelset_id,
        text=text,
    )


async def main() -> None:
    """Measures and writes the section."""
    rows = [row for known in await labelled_sets() for row in on_vectors(known)]
    rows.append(await over_http())
    markdown = f"""## Classification against scikit-learn

The served classifier against one `LogisticRegression` with scikit-learn's defaults, both from
{LABELS_A_CLASS} labels a class, in turns; medians. Ours learns by fitting every method on every
fold; an answer includes calibration and 'none of these'. Over HTTP, ours finds the nearest labelled
examples besides, and theirs gets the vector from the engine's `/v1/encode`.

| what | step | accuracy | of scikit-learn's | ms | of scikit-learn's | ratio |
|---|---|---|---|---|---|---|
{chr(10).join(rows)}

Repeat: `MAGPIE_BENCH_DATA=… OMP_NUM_THREADS=1 uv run --group dev python -m \
benchmarks.quality.classify_speed`
"""
    write_section("classify_speed", markdown)
    print(markdown)


if __name__ == "__main__":
    asyncio.run(main())
