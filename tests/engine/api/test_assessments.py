"""Trained models judged and asked over HTTP: the real engine, and the process beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.client import EngineClient, EngineRefused
from engine.schemas import JobState, LabelMethod, LabelSet, NewLabels, TrainingMethod
from tests.engine.api.conftest import picture_item, png
from tests.engine.api.test_jobs import labelled

PAGE = Path(__file__).parents[3] / "docs" / "training.md"
PETS = {"cat": 10, "dog": 10}


async def test_a_trained_model_is_judged_and_asked(client: EngineClient, library: str) -> None:
    """A team could train, but not use what came of it, nor find out how good it still is."""
    pets = await labelled(client, library, counts=PETS)
    page = _code_of_the_page()
    job = await page["fit"](client, pets.labelset_id, TrainingMethod.PROTOTYPE)
    assert job.state is JobState.SUCCEEDED, job.reason
    asked = await page["predict"](client, job.job_id, png(3), b"no picture", png(103))
    likeliest = [each[0].name if each else None for each in asked.answers]
    assert (likeliest[1], [each.place for each in asked.refused]) == (None, [1])
    assert "no picture of a kind that can be read" in asked.refused[0].reason
    assert sum(each.probability for each in asked.answers[0]) == pytest.approx(1)
    with pytest.raises(EngineRefused, match="send pictures, not texts"):
        await client.models.predict_texts(job.job_id, ["a cat"])
    with pytest.raises(EngineRefused, match="no snapshot 0000"):
        await client.models.evaluate(job.job_id, "0" * 64)
    with pytest.raises(EngineRefused, match="has learnt from all"):
        await client.models.evaluate(job.job_id)  # of so few, everything is learnt from
    await _label_more(client, library, pets)
    taken = await client.models.take_snapshot(pets.labelset_id, seed=1)
    assert (taken.items, taken.classes) == (22, ["cat", "dog"])
    assert (await client.models.take_snapshot(pets.labelset_id, seed=1)) == taken
    judged = await page["evaluate"](client, job.job_id, pets.labelset_id)
    assert (judged.test_items, judged.left_out) == (2, 20)
    assert [sum(row) for row in judged.confusion] == [1, 1]


def _code_of_the_page() -> dict[str, Any]:
    """The functions that docs/training.md shows."""
    code = PAGE.read_text("utf-8").split("```python\n")[1].split("```")[0]
    functions: dict[str, Any] = {}
    exec(compile(code, PAGE.name, "exec"), functions)
    return functions


async def _label_more(client: EngineClient, library: str, pets: LabelSet) -> None:
    """One more picture of each class."""
    for place, each in enumerate(pets.classes):
        posted = picture_item(library, f"more{place}")
        item = await client.add_item(posted, png(100 * place + 50))
        await client.labels.give(
            NewLabels(
                labelset_id=pets.labelset_id,
                person_id="erin",
                item_ids=[item.item_id],
                class_ids=[each.class_id],
                method=LabelMethod.COMMAND,
                channel_ids=None,
            )
        )
    await client.library(library, wait_embedded_s=30)


async def test_a_model_that_is_not_there_is_said(client: EngineClient) -> None:
    """A wrong id would look like a broken engine."""
    with pytest.raises(EngineRefused, match="no such model"):
        await client.models.evaluate("none")
    with pytest.raises(EngineRefused, match="no such model"):
        await client.models.predict_texts("none", ["a"])
    with pytest.raises(EngineRefused, match="at least one"):
        await client.models.predict_texts("none", [])
