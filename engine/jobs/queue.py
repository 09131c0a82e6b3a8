"""The job queue: DBOS behind a few verbs. Nothing else knows that it is DBOS.

What DBOS does by default and would lose or block jobs here is set otherwise; the reasons are in
docs/adr/0020-durable-jobs.md.
"""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing
from pathlib import Path

from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer, EnqueueOptions, error

from engine.jobs.runner import RunEnd, Runner

QUEUE = "training"
WORKFLOW = "training_job"

APPLICATION_VERSION = "1"
"""To be changed when the order of steps does, and only then: jobs of another version stay put."""

GIVEN_UP = ("ERROR", "MAX_RECOVERY_ATTEMPTS_EXCEEDED")
POLL_S = 0.5
MAX_THREADS = 8


class JobQueue:
    """The queue of a data folder, and the one place from which it is worked off.

    Args:
        database: the queue's own SQLite file.
        worker_id: who works; the same after a restart, and nobody else's.
        runner: does the work.
    """

    def __init__(self, database: Path, worker_id: str, runner: Runner) -> None:
        self._database = database
        self._worker_id = worker_id
        self._runner = runner

    async def open(self) -> None:
        """Starts to work off the queue on this event loop, beginning with what was interrupted."""
        _use_write_ahead_log(self._database)
        _define_workflow(self._runner)
        logging.getLogger("dbos").addFilter(_is_no_cancellation)
        DBOS(config=self._config())
        DBOS.launch()  # on the loop's thread, or workflows would run on a loop of DBOS's own
        await DBOS.register_queue_async(QUEUE, worker_concurrency=1, polling_interval_sec=POLL_S)

    async def hand_over(self, job_id: str, priority: int) -> bool:
        """Has a job run once there is room; one that the queue knows already stays as it is.

        False says that it will not be run: the queue has given it up before.

        Args:
            job_id: of the job.
            priority: jobs with less go first.
        """
        handle = await DBOS.enqueue_workflow_with_options_async(
            EnqueueOptions(
                workflow_name=WORKFLOW,
                queue_name=QUEUE,
                workflow_id=job_id,
                app_version=APPLICATION_VERSION,
                priority=priority + 1,  # DBOS takes 0 for none given
            ),
            job_id,
        )
        return (await handle.get_status()).status not in GIVEN_UP

    async def cancel(self, job_id: str) -> None:
        """Has a job stopped, wherever it runs; twice is no error."""
        await DBOS.cancel_workflow_async(job_id)

    async def adopt(self, worker_id: str) -> int:
        """Has what a dead worker was running run again, and answers how many jobs that were."""
        stranded = await DBOS.list_workflows_async(
            executor_id=worker_id, status="PENDING", load_input=False, load_output=False
        )
        job_ids = [each.workflow_id for each in stranded]
        if job_ids:
            await DBOS.resume_workflows_async(job_ids, queue_name=QUEUE)
        return len(job_ids)

    def close(self) -> None:
        """Stops to work off the queue. Blocks."""
        DBOS.destroy(destroy_registry=True)

    def _config(self) -> DBOSConfig:
        return DBOSConfig(
            name="magpie",
            system_database_url=f"sqlite:///{self._database}",
            serializer=DBOSPortableJSONSerializer(),
            application_version=APPLICATION_VERSION,
            executor_id=self._worker_id,
            max_executor_threads=MAX_THREADS,
            log_level="WARNING",
        )


def _define_workflow(runner: Runner) -> None:
    @DBOS.step(name="train", preemptible=True)
    async def train(job_id: str) -> str:
        return (await runner.train(job_id)).value

    @DBOS.step(name="settle", retries_allowed=True, max_attempts=8)
    async def settle(job_id: str, end: str) -> bool:
        await runner.settle(job_id, RunEnd(end))
        return True

    @DBOS.workflow(name=WORKFLOW)
    async def training_job(job_id: str) -> None:
        await settle(job_id, await train(job_id))


def _is_no_cancellation(record: logging.LogRecord) -> bool:
    """Whether a record is worth keeping: DBOS logs a traceback for each job that is cancelled."""
    return record.exc_info is None or not isinstance(
        record.exc_info[1], error.DBOSAwaitedWorkflowCancelledError
    )


def _use_write_ahead_log(database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
