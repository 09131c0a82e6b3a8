"""Deletes what forgotten jobs have left on the disk."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import structlog

from engine.catalogue.job_runs import JobRunRepository
from engine.errors import StorageFailed
from engine.jobs.folders import JobFolders

log = structlog.get_logger(__name__)

EVERY_S = 600.0
YOUNG_S = 600.0
"""A folder is written before its job's row; a younger one may belong to a job that is coming."""


class Sweeper:
    """Deletes snapshots and runs that belong to no job, as a forgotten library leaves them.

    Args:
        runs: the jobs' rows.
        folders: where their files are.
    """

    def __init__(self, runs: JobRunRepository, folders: JobFolders) -> None:
        self._runs = runs
        self._folders = folders

    async def run(self) -> None:
        """Sweeps now and then, until cancelled."""
        while True:
            try:
                await self.sweep(older_than_s=YOUNG_S)
            except (OSError, StorageFailed):
                log.warning("sweep_failed", exc_info=True)
            await asyncio.sleep(EVERY_S)

    async def sweep(self, *, older_than_s: float) -> None:
        """Deletes what belongs to no job.

        Args:
            older_than_s: spares what was written since.
        """
        wanted = await self._runs.job_ids() | await self._runs.snapshots()
        await asyncio.to_thread(self._delete_all_but, wanted, time.time() - older_than_s)

    def _delete_all_but(self, wanted: frozenset[str], before: float) -> None:
        for folder in self._kept():
            if folder.name not in wanted and folder.stat().st_mtime <= before:
                shutil.rmtree(folder)
                log.info("swept", folder=f"{folder.parent.name}/{folder.name}")

    def _kept(self) -> Iterator[Path]:
        for parent in (self._folders.runs, self._folders.snapshots):
            if parent.is_dir():
                yield from parent.iterdir()
