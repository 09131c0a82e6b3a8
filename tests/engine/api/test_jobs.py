"""Training jobs over HTTP: the real engine, its real worker, and real training."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

import httpx
import pytest

from engine.client import EngineClient, EngineRefused
from engine.schemas import (
    ItemKind,
    Job,
    JobState,
    LabelMethod,
    LabelSet,
    NewJob,
    NewLabelClass,
    NewLabels,
    NewLabelSet,
    ReportFormat,
    TrainingMethod,
)
from tests.engine.api.conftest import picture_item, png

EACH = 5
QUICK = [TrainingMethod.PROTOTYPE]


async def labelled(
    client: EngineClient, library: str, *, counts: dict[str, int], author_id: str = ""
) -> LabelSet:
    """A set with so many labelled pictures in each class, all embedded."""
    items: dict[str, list[str]] = {name: [] for name in counts}
    for place, (name, count) in enumerate(counts.items()):
        for n in range(count):
            posted = picture_item(library, f"{name}{n}").model_copy(update={"author_id": author_id})
            items[name].append((await client.add_item(posted, png(100 * place + n))).item_id)
    await client.library(library, wait_embedded_s=30)
    labelset = await client.labels.create(
        NewLabelSet(
            library_id=library,
            name="Pets",
            kind=ItemKind.IMAGE,
            classes=[NewLabelClass(name=name) for name in counts],
            asked_by="erin",
        )
    )
    for each in labelset.classes:
        await client.labels.give(
            NewLabels(
                labelset_id=labelset.labelset_id,
                person_id="erin",
                item_ids=items[each.name],
                class_ids=[each.class_id],
                method=LabelMethod.COMMAND,
                channel_ids=None,
            )
        )
    return labelset


@pytest.fixture
async def pets(client: EngineClient, library: str) -> LabelSet:
    """A set that can be trained on."""
    return await labelled(client, library, counts={"cat": EACH, "dog": EACH})


async def test_a_job_is_followed_to_its_comparison(
    client: EngineClient, pets: LabelSet, library: str
) -> None:
    """A team could not train, or would never hear what came of it."""
    started = await client.jobs.start(NewJob(labelset_id=pets.labelset_id, asked_by="erin"))
    assert (started.state, started.asked_by) == (JobState.QUEUED, "erin")
    assert "baseline" in started.reason
    heard = [job async for job in client.jobs.events(started.job_id)]
    assert heard[-1].state is JobState.SUCCEEDED, heard[-1].reason
    assert JobState.RUNNING in {job.state for job in heard}
    comparison = heard[-1].comparison
    assert comparison is not None
    assert [result.method for result in comparison.results] == started.methods
    assert (comparison.folds, comparison.test_items) == (5, 2 * EACH)
    assert await client.jobs.job(started.job_id) == heard[-1]
    assert (await client.jobs.jobs(library)).jobs == [heard[-1]]
    for form, start in (
        (ReportFormat.MARKDOWN, b"# Pets"),
        (ReportFormat.CSV, b"method,"),
        (ReportFormat.PNG, b"\x89PNG"),
    ):
        assert (await client.jobs.report(started.job_id, form)).startswith(start)


async def test_the_same_key_twice_is_one_job(
    client: EngineClient, pets: LabelSet, library: str
) -> None:
    """A retry after a lost answer would train twice."""
    new = NewJob(labelset_id=pets.labelset_id, methods=QUICK)
    key = f"key-{library}"
    first = await client.jobs.start(new, idempotency_key=key)
    again = await client.jobs.start(new, idempotency_key=key)
    assert first.job_id == again.job_id
    assert len((await client.jobs.jobs(library)).jobs) == 1


async def test_a_job_is_cancelled_twice_without_an_error(
    client: EngineClient, pets: LabelSet
) -> None:
    """Who presses the button again would read an error; or the job would go on."""
    new = NewJob(labelset_id=pets.labelset_id, methods=[TrainingMethod.FROM_SCRATCH])
    job = await client.jobs.start(new)
    await asyncio.gather(*(client.jobs.cancel(job.job_id) for _ in range(2)))
    heard: list[Job] = [job async for job in client.jobs.events(job.job_id)]
    assert heard[-1].state is JobState.CANCELLED
    assert (await client.jobs.cancel(job.job_id)).state is JobState.CANCELLED
    with pytest.raises(EngineRefused, match="cancelled"):
        await client.jobs.report(job.job_id, ReportFormat.CSV)


async def test_learning_is_drawn_while_it_goes_on(client: EngineClient, pets: LabelSet) -> None:
    """Who watches could not see whether it still gets better, or would see an empty picture."""
    new = NewJob(labelset_id=pets.labelset_id, methods=[TrainingMethod.FROM_SCRATCH])
    job = await client.jobs.start(new)
    with pytest.raises(EngineRefused, match="no curve yet"):
        await client.jobs.curve(job.job_id)
    async with aclosing(client.jobs.events(job.job_id)) as events:
        async for heard in events:
            if heard.progress.train_loss:
                break
    assert (await client.jobs.curve(job.job_id)).startswith(b"\x89PNG")
    await client.jobs.cancel(job.job_id)


async def test_too_few_labels_are_refused_with_what_is_missing(
    client: EngineClient, library: str
) -> None:
    """A team would be told no without learning what to do."""
    pets = await labelled(client, library, counts={"cat": EACH, "dog": 1})
    with pytest.raises(EngineRefused, match=f"cat {EACH}, dog 1"):
        await client.jobs.start(NewJob(labelset_id=pets.labelset_id))


async def test_training_that_is_switched_off_is_refused(client: EngineClient, library: str) -> None:
    """What people posted would be learnt from although nobody allowed it."""
    pets = await labelled(client, library, counts={"cat": EACH, "dog": EACH}, author_id="somebody")
    with pytest.raises(EngineRefused, match="/settings training"):
        await client.jobs.start(NewJob(labelset_id=pets.labelset_id))


async def test_a_method_for_texts_is_refused_on_pictures(
    client: EngineClient, pets: LabelSet
) -> None:
    """A job would wait its turn only to fail."""
    new = NewJob(labelset_id=pets.labelset_id, methods=[TrainingMethod.TFIDF])
    with pytest.raises(EngineRefused, match="Not for images: tfidf"):
        await client.jobs.start(new)


async def test_events_of_no_job_are_a_problem(http: httpx.AsyncClient) -> None:
    """A wrong id would look like a job on which nothing happens."""
    answer = await http.get("jobs/none/events")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
