"""Jobs survive whatever dies, end once, and stop when told to: real processes, really killed."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import time
from contextlib import closing

from engine.jobs.attendant import Attendant
from engine.jobs.queue import JobQueue
from engine.jobs.registering import Registrar
from engine.jobs.runner import Runner
from engine.schemas import ForgetRequest, JobState
from tests.engine.jobs.conftest import Jobs, WorkerProcess, alive, until


async def test_a_job_runs_to_its_result(jobs: Jobs, worker: WorkerProcess) -> None:
    """Nothing would ever be trained."""
    await jobs.order("j")
    worker.start()
    job = await jobs.until("j", JobState.SUCCEEDED)
    assert job.comparison is not None
    assert job.comparison.sentence == "It took 3 steps."
    assert (job.progress.share, job.crashes) == (1.0, 0)
    assert job.started_at is not None


async def test_a_killed_child_goes_on_from_its_checkpoint(
    jobs: Jobs, worker: WorkerProcess
) -> None:
    """An hour of training would be lost, or counted twice, when the system kills the process."""
    await jobs.order("j", steps=40)
    worker.start()
    os.kill(await jobs.under_way("j"), signal.SIGKILL)
    job = await jobs.until("j", JobState.SUCCEEDED)
    (_, first), (_, second) = jobs.starts("j")
    assert first == 0 < second
    assert job.crashes == 1
    assert job.comparison is not None
    assert job.comparison.sentence == "It took 40 steps."


async def test_a_killed_worker_is_taken_over_from(jobs: Jobs, worker: WorkerProcess) -> None:
    """A job would run for ever on paper, and its orphan on the GPU."""
    await jobs.order("j", steps=60)
    worker.start()
    orphan = await jobs.under_way("j")
    worker.kill()
    worker.start()
    job = await jobs.until("j", JobState.SUCCEEDED)
    assert not alive(orphan)
    assert len(jobs.starts("j")) == 2
    assert (job.crashes, job.comparison is not None) == (1, True)


async def test_the_jobs_of_a_worker_that_never_comes_back_go_to_another(
    jobs: Jobs, worker: WorkerProcess
) -> None:
    """The jobs of a machine that burnt down would run for ever on paper."""
    await jobs.order("j", steps=60)
    worker.start(device="cuda:7")
    await jobs.under_way("j")
    worker.kill()
    with closing(sqlite3.connect(jobs.folders.catalogue)) as catalogue, catalogue:
        catalogue.execute("UPDATE job_workers SET beat_at = '2026-01-01 00:00:00'")
    worker.start(device="cpu")
    job = await jobs.until("j", JobState.SUCCEEDED)
    assert len(jobs.starts("j")) == 2
    assert job.crashes == 1


async def test_a_worker_without_work_gives_up_its_memory(jobs: Jobs) -> None:
    """An engine that trained once would hold on to a second process for ever."""
    runner = Runner(jobs.catalogue.job_runs, Registrar(jobs.catalogue, jobs.folders), jobs.folders)
    queue = JobQueue(jobs.folders.queue, "w", runner)
    async with asyncio.timeout(30):
        await Attendant(jobs.catalogue, queue, runner, "w").run(until_idle_s=0.1)


async def test_a_worker_ends_with_its_parent_and_nothing_is_held_against_the_job(
    jobs: Jobs, worker: WorkerProcess
) -> None:
    """Every restart of the engine would leave a worker behind, and bring jobs closer to failing."""
    await jobs.order("j", steps=60)
    worker.start()
    child = await jobs.under_way("j")
    assert worker.orphan() == 0
    assert not alive(child)
    assert (await jobs.catalogue.jobs.get("j")).state is JobState.QUEUED
    worker.start()
    job = await jobs.until("j", JobState.SUCCEEDED)
    assert job.crashes == 0


async def test_a_job_that_always_crashes_fails(jobs: Jobs, worker: WorkerProcess) -> None:
    """A poisonous picture would keep everybody else's jobs waiting for ever."""
    await jobs.order("poison", die_at=2)
    worker.start()
    job = await jobs.until("poison", JobState.FAILED)
    assert "crashed 4 times" in job.reason
    assert len(jobs.starts("poison")) == 4
    await jobs.order("next")
    await jobs.until("next", JobState.SUCCEEDED)


async def test_a_job_that_gives_a_reason_fails_with_it_at_once(
    jobs: Jobs, worker: WorkerProcess
) -> None:
    """A full disk would be reported as four crashes, without a word about the disk."""
    await jobs.order("j", fails=True)
    worker.start()
    job = await jobs.until("j", JobState.FAILED)
    assert job.reason == "The training failed: The disk is full; free some space."
    assert job.crashes == 0


async def test_cancelled_twice_a_job_ends_within_seconds_and_keeps_its_checkpoint(
    jobs: Jobs, worker: WorkerProcess
) -> None:
    """Who changes their mind would wait for hours, or lose what was reached."""
    await jobs.order("j", steps=1000)
    worker.start()
    child = await jobs.under_way("j")
    asked = time.monotonic()
    await asyncio.gather(*(jobs.catalogue.jobs.cancel("j") for _ in range(2)))
    job = await jobs.until("j", JobState.CANCELLED)
    assert time.monotonic() - asked < 15
    assert not alive(child)
    assert (jobs.folders.run("j") / "checkpoint.txt").exists()
    assert "kept" in job.reason
    await jobs.order("next")
    await jobs.until("next", JobState.SUCCEEDED)
    assert "Traceback" not in worker.said  # an operator would look for an error that there is none


async def test_a_job_that_finishes_while_it_is_cancelled_keeps_its_result(
    jobs: Jobs, worker: WorkerProcess
) -> None:
    """Hours of training would be thrown away that were over when somebody stopped them."""
    await jobs.order("j", steps=200, step_s=0.01, finishes=True)
    worker.start()
    await jobs.under_way("j")
    await jobs.catalogue.jobs.cancel("j")
    job = await jobs.until("j", JobState.SUCCEEDED, JobState.CANCELLED)
    assert job.comparison is not None
    assert job.comparison.sentence == "It took 200 steps."


async def test_a_child_that_does_not_listen_is_killed_before_the_next_starts(
    jobs: Jobs, worker: WorkerProcess
) -> None:
    """Two trainings would share one GPU, and both run out of its memory."""
    await jobs.order("deaf", steps=1000, deaf=True)
    await jobs.order("next")
    worker.start()
    child = await jobs.under_way("deaf")
    await jobs.catalogue.jobs.cancel("deaf")
    await jobs.until("deaf", JobState.CANCELLED)
    assert not alive(child)
    await jobs.until("next", JobState.SUCCEEDED)


async def test_a_forgotten_library_stops_being_trained_on(
    jobs: Jobs, worker: WorkerProcess
) -> None:
    """What people had deleted would go on being learnt from."""
    await jobs.order("j", steps=1000)
    worker.start()
    child = await jobs.under_way("j")
    everything = ForgetRequest(library_id="lib", everything=True)
    await jobs.catalogue.items.forget(everything, limit=10)

    async def stopped() -> bool | None:
        return None if alive(child) else True

    assert await until(stopped)


async def test_libraries_take_turns(jobs: Jobs, worker: WorkerProcess) -> None:
    """One busy server would keep every other from training."""
    for n in range(3):
        await jobs.order(f"a{n}", library_id="a", steps=1)
    await jobs.order("b0", library_id="b", steps=1)
    worker.start()
    ended = [await jobs.until(job_id, JobState.SUCCEEDED) for job_id in ("a0", "a1", "a2", "b0")]
    by_start = sorted(ended, key=lambda job: job.started_at or job.created_at)
    assert {job.job_id for job in by_start[:2]} == {"a0", "b0"}
    assert [job.job_id for job in by_start[2:]] == ["a1", "a2"]


async def test_a_second_worker_on_the_folder_is_refused(jobs: Jobs, worker: WorkerProcess) -> None:
    """Two workers would run one job at once on one device."""
    await jobs.order("j", steps=1000)
    worker.start()
    await jobs.under_way("j")
    second = WorkerProcess(jobs.folders.data)
    second.start()
    assert second.orphan() == 75
