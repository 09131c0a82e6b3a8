"""Training jobs in the catalogue: one order, one job, one end."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from engine.catalogue import Catalogue
from engine.catalogue.jobs import JobOrder
from engine.errors import Busy, Conflict, NotFound
from engine.schemas import ForgetRequest, JobProgress, JobState, TrainingMethod


def order(job_id: str, *, library_id: str = "lib", labelset_id: str = "pets") -> JobOrder:
    """A job that differs from others in what the test names."""
    return JobOrder(
        job_id=job_id,
        library_id=library_id,
        labelset_id=labelset_id,
        labelset_name="Pets",
        methods=[TrainingMethod.PROBE],
        seed=1,
        snapshot="0" * 64,
        reason="one suits few labels",
    )


async def test_the_same_order_twice_is_one_job(catalogue: Catalogue) -> None:
    """Whoever clicks twice, or retries after a lost answer, would pay for two trainings."""
    first, second = await asyncio.gather(
        *(catalogue.jobs.order(order("j"), max_waiting=3) for _ in range(2))
    )
    assert first == second
    assert (await catalogue.jobs.page("lib")).jobs == [first]
    with pytest.raises(Conflict):
        await catalogue.jobs.order(order("j", labelset_id="cars"), max_waiting=3)


async def test_a_library_waits_behind_its_own_jobs(catalogue: Catalogue) -> None:
    """One server's ten jobs would keep every other server's first one waiting."""
    for job_id in ("a1", "a2", "a3"):
        await catalogue.jobs.order(order(job_id, library_id="a"), max_waiting=3)
    await catalogue.jobs.order(order("b1", library_id="b"), max_waiting=3)
    priorities = {each.job_id: each.priority for each in await catalogue.job_runs.open()}
    assert priorities == {"a1": 0, "a2": 1, "a3": 2, "b1": 0}


async def test_jobs_beyond_the_quota_are_refused(catalogue: Catalogue) -> None:
    """One server could fill the queue; and one that may go on would not be let in again."""
    await catalogue.jobs.order(order("1"), max_waiting=1)
    with pytest.raises(Busy, match="as may"):
        await catalogue.jobs.order(order("2"), max_waiting=1)
    await catalogue.jobs.cancel("1")
    await catalogue.jobs.order(order("3"), max_waiting=1)


async def test_pages_are_newest_first_and_complete(catalogue: Catalogue) -> None:
    """A list of jobs would repeat some and lose others."""
    for job_id in "abcde":
        await catalogue.jobs.order(order(job_id), max_waiting=9)
    listed: list[str] = []
    cursor = None
    while True:
        page = await catalogue.jobs.page("lib", cursor=cursor, limit=2)
        listed += [job.job_id for job in page.jobs]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert listed == list("edcba")


async def test_a_job_that_waits_is_cancelled_at_once(catalogue: Catalogue) -> None:
    """A cancelled job would start all the same when its turn comes."""
    await catalogue.jobs.order(order("j"), max_waiting=3)
    job = await catalogue.jobs.cancel("j")
    assert (job.state, job.ended_at is not None) == (JobState.CANCELLED, True)
    assert await catalogue.jobs.cancel("j") == job
    assert await catalogue.job_runs.begin("j") is None


async def test_a_job_that_runs_is_cancelled_by_its_worker(catalogue: Catalogue) -> None:
    """A job would be called cancelled while it still trains."""
    await catalogue.jobs.order(order("j"), max_waiting=3)
    assert await catalogue.job_runs.begin("j") == 0
    assert (await catalogue.jobs.cancel("j")).state is JobState.CANCELLING
    assert await catalogue.job_runs.begin("j") is None
    await catalogue.job_runs.end("j", JobState.CANCELLED, reason="Cancelled.")
    await catalogue.job_runs.end("j", JobState.SUCCEEDED)
    assert (await catalogue.jobs.get("j")).state is JobState.CANCELLED


async def test_a_job_begun_twice_has_crashed_and_one_laid_down_has_not(
    catalogue: Catalogue,
) -> None:
    """A job that kills its worker would be tried for ever, or a restart held against a good one."""
    await catalogue.jobs.order(order("j"), max_waiting=3)
    assert await catalogue.job_runs.begin("j") == 0
    await catalogue.job_runs.lay_down("j")
    assert await catalogue.job_runs.begin("j") == 0
    assert await catalogue.job_runs.begin("j") == 1
    assert await catalogue.job_runs.crashed("j") == 2


async def test_forgetting_a_library_forgets_its_jobs(catalogue: Catalogue) -> None:
    """A server that left would go on training; its worker must not trip over it."""
    await catalogue.jobs.order(order("j"), max_waiting=3)
    await catalogue.job_runs.begin("j")
    await catalogue.items.forget(ForgetRequest(library_id="lib", everything=True), limit=10)
    await catalogue.job_runs.report("j", JobProgress(share=0.5))
    await catalogue.job_runs.end("j", JobState.SUCCEEDED)
    with pytest.raises(NotFound):
        await catalogue.jobs.get("j")


async def test_silent_workers_are_found(catalogue: Catalogue) -> None:
    """The jobs of a machine that burnt down would run for ever."""
    await catalogue.job_workers.beat("w")
    assert await catalogue.job_workers.silent_for(timedelta(minutes=1)) == []
    assert await catalogue.job_workers.silent_for(timedelta(0)) == ["w"]
    await catalogue.job_workers.remove("w")
    assert await catalogue.job_workers.silent_for(timedelta(0)) == []
