"""A job once more, from its manifest."""

from __future__ import annotations

import numpy as np
import pytest

from engine.catalogue.jobs import JobOrder
from engine.encoders.profiles import PROFILES
from engine.errors import BadRequest, Conflict, NotFound
from engine.jobs.ordering import Terms
from engine.jobs.repeating import JobRepeats
from engine.schemas import (
    Comparison,
    ForgetRequest,
    ItemKind,
    JobManifest,
    Profile,
    TrainingMethod,
)
from engine.training.conduct import conduct
from engine.training.run import Run
from engine.training.snapshot import LabelClass, Row, Snapshot
from engine.training.splitting import split
from engine.training.versions import installed_versions
from tests.engine.catalogue.contents import place, text
from tests.engine.jobs.conftest import Jobs

METHODS = [TrainingMethod.TFIDF]


@pytest.fixture
def repeats(jobs: Jobs) -> JobRepeats:
    """Repeats jobs of the test's folder."""
    terms = Terms(PROFILES[Profile.STARTER], "cpu", max_waiting=10)
    catalogue = jobs.catalogue
    return JobRepeats(catalogue.jobs, catalogue.job_runs, jobs.folders, terms, lambda: None)


@pytest.fixture
async def manifest(jobs: Jobs, repeats: JobRepeats) -> JobManifest:
    """Of a job on sixteen messages."""
    rows: list[Row] = []
    said = [f"{'fee' if n % 2 else 'card'} {n}" for n in range(16)]
    splits = split(said, np.arange(16) % 2, np.arange(16), seed=4)
    for n, words in enumerate(said):
        content = text(words, place(f"m{n}"))
        put = await jobs.catalogue.items.put(content)
        rows.append(Row(put.item_id, content.sha256, n % 2, splits[n], n, words))
    classes = [LabelClass("card"), LabelClass("fee")]
    snapshot = Snapshot(ItemKind.TEXT, classes, rows, seed=4, encoder="")
    snapshot.write(jobs.folders.snapshot(snapshot.hash))
    run = Run(
        "first",
        METHODS,
        4,
        snapshot=jobs.folders.snapshot(snapshot.hash),
        blobs=jobs.folders.blobs,
        encoders=PROFILES[Profile.STARTER],
        device="cpu",
        versions=installed_versions(),
    )
    run.write(jobs.folders.run("first"))
    order = JobOrder("first", "lib", "intents", "Intents", METHODS, 4, snapshot.hash)
    await jobs.catalogue.jobs.order(order, max_waiting=10)
    return await repeats.manifest("first")


def _conducted(jobs: Jobs, job_id: str) -> Comparison:
    found = conduct(jobs.folders.run(job_id), lambda: False)
    results = [each.model_copy(update={"took_s": 0.0}) for each in found.results]
    return found.model_copy(update={"results": results})


async def test_the_same_metrics_come_out(
    jobs: Jobs, repeats: JobRepeats, manifest: JobManifest
) -> None:
    """Nobody could check a number that a team was told."""
    again = await repeats.start(manifest, "key")
    assert again == await repeats.start(manifest, "key")
    assert (again.reason, again.seed, again.methods) == ("Repeats the job first.", 4, METHODS)
    assert await repeats.manifest(again.job_id) == manifest.model_copy(
        update={"job_id": again.job_id}
    )
    assert _conducted(jobs, again.job_id) == _conducted(jobs, "first")


async def test_another_version_is_said_and_no_obstacle(
    repeats: JobRepeats, manifest: JobManifest
) -> None:
    """An update of a library would forbid to repeat a job, or a difference have no reason."""
    then = {**manifest.versions, "torch": "1.0", "gone": "2"}
    other = manifest.model_copy(update={"versions": then, "device": "cuda"})
    reason = (await repeats.start(other, None)).reason
    assert f"torch {manifest.versions['torch']} (then 1.0)" in reason
    assert "gone missing (then 2), device cpu (then cuda)" in reason
    unknown = manifest.model_copy(update={"versions": {}})
    assert "is not known" in (await repeats.start(unknown, None)).reason


async def test_what_was_deleted_is_not_learnt_from_again(
    jobs: Jobs, repeats: JobRepeats, manifest: JobManifest
) -> None:
    """A repetition would learn from what its author has taken back, or end otherwise unsaid."""
    await jobs.catalogue.items.forget(ForgetRequest(library_id="lib", message_id="m3"), limit=10)
    with pytest.raises(Conflict, match="1 of the items of the snapshot"):
        await repeats.start(manifest, None)
    with pytest.raises(NotFound, match="is not here"):
        await repeats.start(manifest.model_copy(update={"snapshot": "0" * 64}), None)


async def test_a_manifest_of_other_methods_is_refused(
    repeats: JobRepeats, manifest: JobManifest
) -> None:
    """A job would wait its turn only to fail."""
    pixels = manifest.model_copy(update={"methods": [TrainingMethod.PIXELS]})
    with pytest.raises(BadRequest, match="Not for texts"):
        await repeats.start(pixels, None)
