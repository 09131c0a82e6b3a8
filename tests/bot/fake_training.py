"""The fake engine's training jobs: they go where the test moves them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from engine.schemas import (
    Comparison,
    Interval,
    ItemKind,
    Job,
    JobPage,
    JobProgress,
    JobState,
    LabelSet,
    MethodResult,
    NewJob,
    Problem,
    ReportFormat,
    TrainingMethod,
)
from tests.bot.fake_answers import json_answer, refusal

PNG = b"\x89PNG\r\n\x1a\n"
ENDS = (JobState.CANCELLED, JobState.FAILED, JobState.SUCCEEDED)
COMPARISON = Comparison(
    snapshot="5" * 64,
    kind=ItemKind.TEXT,
    classes=["cat", "dog"],
    train_items=18,
    test_items=6,
    results=[
        MethodResult(
            method=TrainingMethod.TFIDF,
            train_top1=1.0,
            test_top1=Interval(value=0.67, low=0.3, high=0.9),
            took_s=0.4,
        ),
        MethodResult(method=TrainingMethod.ZERO_SHOT, failure="no `names` for 2 classes"),
        MethodResult(
            method=TrainingMethod.PROBE,
            train_top1=1.0,
            test_top1=Interval(value=0.83, low=0.44, high=0.97),
            took_s=1.2,
        ),
    ],
    best=TrainingMethod.PROBE,
    confusion=[[3, 0], [1, 2]],
    sentence="A linear probe is right about 83 % of texts it has not seen.",
)


@dataclass
class FakeTraining:
    """Jobs on the label sets of a fake engine.

    Attributes:
        sets: label sets, by id.
        jobs: by id, oldest first.
        keys: the job that each idempotency key named.
        problem: when set, the answer to the next job.
    """

    sets: Mapping[str, LabelSet]
    jobs: dict[str, Job] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    problem: Problem | None = None
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    def routes(self) -> list[web.RouteDef]:
        """Below ``/v1/``, as the engine has them."""
        return [
            web.post("/v1/jobs", self._start),
            web.get("/v1/jobs", self._list),
            web.get("/v1/jobs/{id}", self._job),
            web.delete("/v1/jobs/{id}", self._cancel),
            web.get("/v1/jobs/{id}/events", self._events),
            web.get("/v1/jobs/{id}/curve", self._curve),
            web.get("/v1/jobs/{id}/report", self._report),
        ]

    @property
    def newest(self) -> Job:
        """The job that was started last."""
        return list(self.jobs.values())[-1]

    async def move(self, state: JobState, **more: Any) -> None:
        """Changes the newest job; what watches it hears of that."""
        if state in ENDS:
            more.setdefault("ended_at", datetime.now(UTC))
        await self._put(self.newest.model_copy(update={"state": state} | more))

    async def run(self, share: float, **more: Any) -> None:
        """Has the newest job come so far."""
        progress = JobProgress(share=share, **more)
        await self.move(JobState.RUNNING, progress=progress)

    async def succeed(self) -> None:
        """Ends the newest job with a comparison."""
        await self.move(JobState.SUCCEEDED, comparison=COMPARISON)

    async def _put(self, job: Job) -> None:
        async with self._changed:
            self.jobs[job.job_id] = job
            self._changed.notify_all()

    async def _start(self, request: web.Request) -> web.Response:
        if self.problem is not None:
            return refusal(self.problem)
        new = NewJob.model_validate(await request.json())
        key = request.headers["Idempotency-Key"]
        if key not in self.keys:
            labelset = self.sets[new.labelset_id]
            self.keys[key] = job_id = f"job-{len(self.jobs)}"
            self.jobs[job_id] = Job(
                job_id=job_id,
                library_id=labelset.library_id,
                labelset_name=labelset.name,
                state=JobState.QUEUED,
                created_at=datetime.now(UTC),
                reason="A baseline, and what learns from few labels.",
                **new.model_dump(exclude={"methods"}),
                methods=new.methods or [TrainingMethod.TFIDF, TrainingMethod.PROBE],
            )
        return json_answer(self.jobs[self.keys[key]])

    async def _list(self, request: web.Request) -> web.Response:
        jobs = [
            job
            for job in reversed(self.jobs.values())
            if job.library_id == request.query["library_id"]
        ]
        return json_answer(JobPage(jobs=jobs[: int(request.query["limit"])]))

    async def _job(self, request: web.Request) -> web.Response:
        return json_answer(self.jobs[request.match_info["id"]])

    async def _cancel(self, request: web.Request) -> web.Response:
        job = self.jobs[request.match_info["id"]]
        if job.state not in ENDS:
            await self._put(job.model_copy(update={"state": JobState.CANCELLING}))
        return json_answer(self.jobs[job.job_id])

    async def _events(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        told: Job | None = None
        with suppress(ConnectionResetError):  # whoever watched has gone
            async with self._changed:
                while told is None or told.state not in ENDS:
                    job = self.jobs[request.match_info["id"]]
                    if job == told:
                        await self._changed.wait()
                        continue
                    await response.write(f"data: {job.model_dump_json()}\n\n".encode())
                    told = job
        return response

    async def _curve(self, request: web.Request) -> web.Response:
        assert self.jobs[request.match_info["id"]].progress.train_loss
        return web.Response(body=PNG)

    async def _report(self, request: web.Request) -> web.Response:
        form = ReportFormat(request.query["format"])
        content = {
            ReportFormat.PNG: PNG,
            ReportFormat.CSV: b"method,train_top1\n",
            ReportFormat.MARKDOWN: b"# Which animal?\n",
        }[form]
        return web.Response(body=content)
