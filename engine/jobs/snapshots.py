"""Snapshots of label sets that are taken to judge models on, without a job."""

from __future__ import annotations

import asyncio

from engine.errors import StorageFailed
from engine.jobs.folders import JobFolders
from engine.jobs.preparation import Preparation, Prepared
from engine.schemas import NewSnapshot, SnapshotTaken
from engine.training.snapshot import SNAPSHOT, Split


class Snapshots:
    """Takes snapshots.

    Args:
        preparation: knows what a set teaches.
        folders: where they go.
    """

    def __init__(self, preparation: Preparation, folders: JobFolders) -> None:
        self._preparation = preparation
        self._folders = folders

    async def take(self, new: NewSnapshot) -> SnapshotTaken:
        """Takes one of a set as it is; the same again is the same one.

        Raises:
            NotFound: there is no such set.
            BadRequest: it cannot be trained on, and so not be judged on.
            StorageFailed: the disk took no more.
        """
        prepared = await self._preparation.of(new.labelset_id, new.seed)
        snapshot = prepared.snapshot
        try:
            await asyncio.to_thread(write_snapshot, prepared, self._folders)
        except OSError as error:
            raise StorageFailed(
                f"The snapshot could not be written ({error.strerror}); free some disk space."
            ) from error
        tested = [row for row in snapshot.rows if row.split is Split.TEST]
        return SnapshotTaken(
            snapshot=snapshot.hash,
            kind=snapshot.kind,
            classes=[each.name for each in snapshot.classes],
            items=len(snapshot.rows),
            test_items=len(snapshot.rows if snapshot.fold_count else tested),
            left_out=prepared.standing.left_out,
        )


def write_snapshot(prepared: Prepared, folders: JobFolders) -> None:
    """Writes a snapshot where there is none yet.

    Raises:
        OSError: there is no room.
    """
    folder = folders.snapshot(prepared.snapshot.hash)
    if (folder / SNAPSHOT).exists():
        folder.touch()  # what was used just now is not swept
    else:
        prepared.snapshot.write(folder, prepared.features)
