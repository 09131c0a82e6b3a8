"""What people have deleted does not stay in what jobs keep, and nothing else is deleted."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.jobs.corpora import Corpora
from engine.jobs.registry import Registry
from engine.jobs.sweeping import YOUNG_S, Sweeper
from engine.schemas import (
    ForgetRequest,
    ItemKind,
    JobState,
    PersonUpdate,
    TrainingMethod,
    TrainingUpdate,
)
from engine.training.corpus import read_corpus
from engine.training.general_sample import SampledItem, read_sample, write_sample
from engine.training.snapshot import LabelClass, Row, Snapshot, Split
from tests.engine.catalogue.contents import place, text
from tests.engine.catalogue.test_registry import card
from tests.engine.jobs.conftest import Jobs
from tests.engine.jobs.switches import Switches


@pytest.fixture
def sweeper(jobs: Jobs) -> Sweeper:
    """Sweeps the test's folder."""
    return _sweeper(jobs, Switches())


def _sweeper(jobs: Jobs, switches: Switches) -> Sweeper:
    registry = Registry(jobs.catalogue, jobs.folders, switches)
    corpora = Corpora(jobs.catalogue.learnable)
    return Sweeper(jobs.catalogue.job_runs, jobs.folders, corpora, registry)


async def test_what_belongs_to_no_job_is_deleted(jobs: Jobs, sweeper: Sweeper) -> None:
    """Texts of a forgotten library would stay on the disk, or a job lose what it learns from."""
    await jobs.order("wanted")
    [digest] = await jobs.catalogue.job_runs.by_snapshot()
    forgotten = (jobs.folders.run("forgotten"), jobs.folders.snapshot("f" * 64))
    for folder in (jobs.folders.snapshot(digest), *forgotten):
        folder.mkdir(parents=True)
        (folder / "texts.jsonl").write_text("said in confidence")
    await sweeper.sweep(older_than_s=YOUNG_S)
    assert all(folder.exists() for folder in forgotten)
    await sweeper.sweep(older_than_s=0)
    assert not any(folder.exists() for folder in forgotten)
    assert jobs.folders.run("wanted").exists()
    assert jobs.folders.snapshot(digest).exists()


async def test_models_that_are_needed_stay_and_others_go(jobs: Jobs) -> None:
    """A registered model would vanish, or what searches; or forgotten ones would stay."""
    switches = Switches()
    sweeper = _sweeper(jobs, switches)
    await jobs.order("registered")
    await jobs.catalogue.models.register(card("registered"), [])
    await jobs.order("settling")
    await switches.activate("serving", ItemKind.TEXT)
    switches.finish()
    for model_id in ("registered", "settling", "serving", "forgotten"):
        jobs.folders.model(model_id).mkdir(parents=True)
    await jobs.catalogue.job_runs.end("registered", JobState.SUCCEEDED)
    await sweeper.sweep(older_than_s=YOUNG_S)
    assert jobs.folders.model("forgotten").exists()
    await sweeper.sweep(older_than_s=0)
    kept = {folder.name for folder in jobs.folders.models.iterdir()}
    assert kept == {"registered", "settling", "serving"}


async def test_a_deleted_message_leaves_the_snapshots(jobs: Jobs, sweeper: Sweeper) -> None:
    """Who deletes what they wrote would leave a copy of it in every training since."""
    snapshot = await _snapshot_of_one_message(jobs)
    await jobs.order("j")
    await sweeper.sweep(older_than_s=0)
    assert snapshot.exists()
    everything = ForgetRequest(library_id="lib", message_id="m")
    await jobs.catalogue.items.forget(everything, limit=10)
    await sweeper.sweep(older_than_s=0)
    assert not snapshot.exists()
    assert not jobs.folders.run("j").exists()
    job = await jobs.catalogue.jobs.get("j")
    assert (job.state, "deleted meanwhile" in job.reason) == (JobState.CANCELLED, True)


async def _snapshot_of_one_message(jobs: Jobs) -> Path:
    """The snapshot that jobs here learn from, with one stored message in it."""
    content = text("said in confidence", place("m"))
    put = await jobs.catalogue.items.put(content)
    row = Row(put.item_id, content.sha256, 0, Split.TRAIN, 0, "said in confidence")
    folder = jobs.folders.snapshot("0" * 64)
    Snapshot(ItemKind.TEXT, [LabelClass("secret")], [row], 0, "encoder").write(folder)
    return folder


async def test_what_words_are_learnt_from_loses_what_is_deleted(
    jobs: Jobs, sweeper: Sweeper
) -> None:
    """Deleted messages would go on being learnt from; or each would end the trainings of all."""
    snapshot = await _snapshot_of_one_message(jobs)
    await jobs.catalogue.training.put("lib", TrainingUpdate(enabled=True, asked_by="admin"))
    for number, author in enumerate(("", "ann", "bob", "carl")):
        await jobs.catalogue.items.put(
            text(f"said {number}", place(f"m{number}"), author_id=author)
        )
    for author in ("ann", "bob"):
        await jobs.catalogue.people.update("lib", author, PersonUpdate(training_consent=True))
    corpora, methods = Corpora(jobs.catalogue.learnable), [TrainingMethod.CBOW]
    await corpora.put_beside(snapshot, Snapshot.read(snapshot), "lib", methods)
    assert _said(snapshot) == {"said 0", "said 1", "said 2"}
    await jobs.order("j")
    await jobs.catalogue.people.update("lib", "ann", PersonUpdate(training_consent=False))
    await jobs.catalogue.items.forget(ForgetRequest(library_id="lib", message_id="m2"), limit=10)
    await sweeper.sweep(older_than_s=0)
    assert _said(snapshot) == {"said 0"}
    assert (await jobs.catalogue.jobs.get("j")).state is JobState.QUEUED


async def test_what_searches_are_measured_by_loses_what_is_deleted(
    jobs: Jobs, sweeper: Sweeper
) -> None:
    """A deleted message would stay beside each training; or deleting it would end them all."""
    snapshot = await _snapshot_of_one_message(jobs)
    contents = [text(f"said {number}", place(f"m{number}")) for number in range(2)]
    puts = [await jobs.catalogue.items.put(each) for each in contents]
    sample = [
        SampledItem(put.item_id, content.sha256, "said")
        for put, content in zip(puts, contents, strict=True)
    ]
    write_sample(snapshot, sample)
    await jobs.order("j")
    await jobs.catalogue.items.forget(ForgetRequest(library_id="lib", message_id="m1"), limit=10)
    await sweeper.sweep(older_than_s=0)
    assert read_sample(snapshot) == sample[:1]
    assert (await jobs.catalogue.jobs.get("j")).state is JobState.QUEUED


def _said(snapshot: Path) -> set[str]:
    return {each.text for each in read_corpus(snapshot)}
