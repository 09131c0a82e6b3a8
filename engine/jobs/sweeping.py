"""Deletes what jobs keep of things that people have deleted."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import Collection, Sequence
from pathlib import Path

import structlog

from engine.catalogue.job_runs import JobRunRepository
from engine.errors import StorageFailed
from engine.jobs.corpora import Corpora
from engine.jobs.folders import JobFolders
from engine.jobs.registry import Registry
from engine.schemas import JobState
from engine.training.general_sample import read_sample, write_sample
from engine.training.snapshot import SNAPSHOT, Snapshot

log = structlog.get_logger(__name__)

EVERY_S = 600.0
YOUNG_S = 600.0
"""A folder is written before its job's row; a younger one may belong to a job that is coming."""

OUTDATED = "Something that it learns from was deleted meanwhile; start it again."


class Sweeper:
    """Deletes snapshots, runs and models that hold what is deleted, or that belong to nothing.

    A job that has ended keeps its comparison, one that has not is cancelled.

    Args:
        runs: the jobs' rows.
        folders: where their files are.
        corpora: the texts beside snapshots, which go one by one.
        registry: knows which models are needed.
    """

    def __init__(
        self, runs: JobRunRepository, folders: JobFolders, corpora: Corpora, registry: Registry
    ) -> None:
        self._runs = runs
        self._registry = registry
        self._folders = folders
        self._corpora = corpora

    async def run(self) -> None:
        """Sweeps now and then, until cancelled."""
        while True:
            try:
                await self.sweep(older_than_s=YOUNG_S)
            except (OSError, StorageFailed):
                log.warning("sweep_failed", exc_info=True)
            await asyncio.sleep(EVERY_S)

    async def sweep(self, *, older_than_s: float) -> None:
        """Deletes what is not to be kept.

        Args:
            older_than_s: spares what belongs to nothing, and was written since.
        """
        jobs = await self._runs.by_snapshot()
        for digest, job_ids in jobs.items():
            if await self._is_outdated(digest):
                await self._drop(digest, job_ids)
            else:
                await self._corpora.sweep(self._folders.snapshot(digest))
                await self._sweep_sample(self._folders.snapshot(digest))
        before = time.time() - older_than_s
        wanted = frozenset(jobs).union(*jobs.values())
        for parent in (self._folders.runs, self._folders.snapshots):
            await asyncio.to_thread(_delete_all_but, wanted, parent, before)
        coming = {job.job_id for job in await self._runs.open()}
        needed = coming.union(await self._registry.kept())
        await asyncio.to_thread(_delete_all_but, needed, self._folders.models, before)

    async def _is_outdated(self, digest: str) -> bool:
        folder = self._folders.snapshot(digest)
        if not (folder / SNAPSHOT).is_file():
            return False
        snapshot = await asyncio.to_thread(Snapshot.read, folder)
        contents = {row.item_id: row.sha256 for row in snapshot.rows}
        return len(await self._runs.still_there(contents)) < len(contents)

    async def _sweep_sample(self, folder: Path) -> None:
        """Takes out what other searches are measured by and is deleted or changed."""
        items = await asyncio.to_thread(read_sample, folder)
        kept = await self._runs.still_there({each.item_id: each.sha256 for each in items})
        if len(kept) < len(items):
            remaining = [each for each in items if each.item_id in kept]
            await asyncio.to_thread(write_sample, folder, remaining)
            log.info("sample_swept", snapshot=folder.name, taken_out=len(items) - len(remaining))

    async def _drop(self, digest: str, job_ids: Sequence[str]) -> None:
        for job_id in job_ids:
            await self._runs.end(job_id, JobState.CANCELLED, reason=OUTDATED)
            await asyncio.to_thread(_delete, self._folders.run(job_id))
        await asyncio.to_thread(_delete, self._folders.snapshot(digest))


def _delete_all_but(wanted: Collection[str], parent: Path, before: float) -> None:
    for folder in parent.iterdir() if parent.is_dir() else ():
        if folder.name not in wanted and folder.stat().st_mtime <= before:
            _delete(folder)


def _delete(folder: Path) -> None:
    if folder.is_dir():
        shutil.rmtree(folder)
        log.info("swept", folder=f"{folder.parent.name}/{folder.name}")
