"""What forgotten jobs leave is deleted, and nothing else."""

from __future__ import annotations

from engine.jobs.sweeping import YOUNG_S, Sweeper
from tests.engine.jobs.conftest import Jobs


async def test_only_what_no_job_needs_is_deleted(jobs: Jobs) -> None:
    """Texts of a forgotten library would stay on the disk, or a job lose what it learns from."""
    await jobs.order("wanted")
    snapshot = jobs.folders.snapshot(*await jobs.catalogue.job_runs.snapshots())
    forgotten = (jobs.folders.run("forgotten"), jobs.folders.snapshot("f" * 64))
    for folder in (snapshot, *forgotten):
        folder.mkdir(parents=True)
        (folder / "texts.jsonl").write_text("said in confidence")
    sweeper = Sweeper(jobs.catalogue.job_runs, jobs.folders)
    await sweeper.sweep(older_than_s=YOUNG_S)
    assert all(folder.exists() for folder in forgotten)
    await sweeper.sweep(older_than_s=0)
    assert not any(folder.exists() for folder in forgotten)
    assert jobs.folders.run("wanted").exists()
    assert snapshot.exists()
