"""The client's part for training: jobs, their events, and comparisons."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing

from engine.client.transport import Transport
from engine.schemas import Job, JobManifest, JobPage, JobState, NewJob, ReportFormat

ENDS = frozenset({JobState.CANCELLED, JobState.FAILED, JobState.SUCCEEDED})
"""States that a job does not leave."""


class JobsClient:
    """What `EngineClient.jobs` is; every method raises an `EngineCallFailed`."""

    def __init__(self, http: Transport) -> None:
        self._http = http

    async def start(self, new: NewJob, *, idempotency_key: str | None = None) -> Job:
        """Starts a training job; refused with what would make it start."""
        return await self._http.write("POST", "jobs", Job, body=new, key=idempotency_key)

    async def job(self, job_id: str) -> Job:
        """A job as it is now."""
        return await self._http.read(f"jobs/{job_id}", Job)

    async def jobs(self, library_id: str, *, cursor: str | None = None, limit: int = 20) -> JobPage:
        """One page of a library's jobs, newest first."""
        return await self._http.read(
            "jobs", JobPage, library_id=library_id, cursor=cursor, limit=limit
        )

    async def events(self, job_id: str) -> AsyncGenerator[Job, None]:
        """The job whenever it has changed, at most once a second, until it ends."""
        async with aclosing(self._http.events(f"jobs/{job_id}/events")) as events:
            async for data in events:
                job = Job.model_validate_json(data)
                yield job
                if job.state in ENDS:
                    return

    async def cancel(self, job_id: str) -> Job:
        """Cancels a job within seconds; what it has reached is kept. Twice is no error."""
        return await self._http.write("DELETE", f"jobs/{job_id}", Job)

    async def manifest(self, job_id: str) -> JobManifest:
        """What repeats a job."""
        return await self._http.read(f"jobs/{job_id}/manifest", JobManifest)

    async def repeat(self, manifest: JobManifest, *, idempotency_key: str | None = None) -> Job:
        """Starts a job once more; what differs from then is in its reason."""
        return await self._http.write(
            "POST", "jobs:repeat", Job, body=manifest, key=idempotency_key
        )

    async def report(self, job_id: str, format: ReportFormat) -> bytes:  # noqa: A002
        """The comparison of a job that has ended, as a file."""
        path = f"jobs/{job_id}/report"
        return (await self._http.send("GET", path, params={"format": format.value})).content

    async def curve(self, job_id: str) -> bytes:
        """How the present method learns, a PNG; refused before its first epoch has ended."""
        return (await self._http.send("GET", f"jobs/{job_id}/curve")).content
