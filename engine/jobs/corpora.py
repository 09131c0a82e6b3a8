"""A library's texts beside a snapshot: written where a method learns from them, and kept fit."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import structlog

from engine.catalogue.learnable import LearnableRepository
from engine.schemas import TrainingMethod
from engine.training.corpus import CORPUS, CorpusText, read_corpus, write_corpus
from engine.training.snapshot import Snapshot

log = structlog.get_logger(__name__)

LEARNT_FROM_BY = frozenset({TrainingMethod.CBOW, TrainingMethod.SKIP_GRAM, TrainingMethod.GLOVE})
"""GloVe's own words come from a file; how rare each of them is here comes from the library."""

MOST_TEXTS = 50_000
MOST_CHARS = 1_000
"""A million words in messages of the usual length, which two minutes of one core learn from."""


class Corpora:
    """The texts beside snapshots.

    Args:
        learnable: what may be learnt from.
    """

    def __init__(self, learnable: LearnableRepository) -> None:
        self._learnable = learnable

    async def put_beside(
        self, folder: Path, snapshot: Snapshot, library_id: str, methods: Sequence[TrainingMethod]
    ) -> None:
        """Writes what the methods of a job learn from besides its snapshot; once for all its jobs.

        What is in the snapshot is left out: of it, only the rows to learn from shall be learnt
        from.

        Args:
            folder: of the snapshot, which is written.
            snapshot: of the job.
            library_id: whose texts.
            methods: of the job.

        Raises:
            StorageFailed: there is no room.
        """
        if LEARNT_FROM_BY.isdisjoint(methods) or (folder / CORPUS).exists():
            return
        found = await self._learnable.sample(library_id, at_most=MOST_TEXTS, max_chars=MOST_CHARS)
        taken = {row.sha256 for row in snapshot.rows}
        texts = [CorpusText(*each) for each in found if each.sha256 not in taken]
        await asyncio.to_thread(write_corpus, folder, texts)

    async def sweep(self, folder: Path) -> None:
        """Takes out what is deleted, changed, or not to be learnt from any more.

        Raises:
            StorageFailed: there is no room for what remains.
        """
        texts = await asyncio.to_thread(read_corpus, folder)
        contents = {each.item_id: each.sha256 for each in texts}
        kept = await self._learnable.still_learnable(contents)
        if len(kept) < len(texts):
            remaining = [each for each in texts if each.item_id in kept]
            await asyncio.to_thread(write_corpus, folder, remaining)
            log.info("corpus_swept", snapshot=folder.name, taken_out=len(texts) - len(remaining))
