"""Stored models judged again on labelled items, and asked about new ones."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np

from engine.catalogue.registry import ModelRepository
from engine.errors import BadRequest, ModelUnavailable, NotFound
from engine.ingest.ports import PictureReader
from engine.jobs.exam_room import ExamRoom
from engine.jobs.folders import JobFolders
from engine.schemas import (
    ClassShare,
    Evaluation,
    ItemKind,
    ModelCard,
    Predictions,
    RefusedInput,
)
from engine.training.assess import Asked, evaluate, predict
from engine.training.snapshot import SNAPSHOT

LIKELIEST = 5
"""Classes that a prediction names."""

UNREADABLE = "It cannot be read as a picture."
DIGEST = frozenset("0123456789abcdef")


class Assessor:
    """Asks stored models.

    Args:
        models: their cards.
        folders: where their files, snapshots and originals are.
        pictures: refuses what nobody should decode.
        room: where they are asked.
        device: torch's name, or ``auto``.
    """

    def __init__(
        self,
        models: ModelRepository,
        folders: JobFolders,
        pictures: PictureReader,
        room: ExamRoom,
        device: str,
    ) -> None:
        self._models = models
        self._folders = folders
        self._pictures = pictures
        self._room = room
        self._device = device

    async def evaluate(self, model_id: str, digest: str = "") -> Evaluation:
        """Judges a model on what it has not learnt from.

        Args:
            model_id: which.
            digest: hash of a snapshot; empty: of the one that the model was tested on.

        Raises:
            NotFound: there is no such model, or no such snapshot.
            BadRequest: the snapshot does not fit the model, or tests nothing that is new to it.
            EngineError: as `ExamRoom.run`, or as `engine.training.assess` says.
        """
        card = await self._models.get(model_id)
        snapshot = await asyncio.to_thread(self._snapshot, digest or card.snapshot)
        learnt = await self._models.learnt_from(model_id)
        async with self._asked(card) as asked:
            return await self._room.run(evaluate, asked, snapshot, self._folders.blobs, learnt)

    async def predict_texts(self, model_id: str, texts: Sequence[str]) -> Predictions:
        """What a model says of texts.

        Raises:
            NotFound: there is no such model.
            BadRequest: it does not read texts.
            EngineError: as `evaluate`.
        """
        card = await self._models.get(model_id)
        if card.kind is not ItemKind.TEXT:
            raise BadRequest("This model tells pictures apart; send pictures, not texts.")
        return await self._predicted(card, [text.encode() for text in texts], {})

    async def predict_pictures(self, model_id: str, files: Sequence[bytes]) -> Predictions:
        """What a model says of encoded pictures; one that cannot be used is refused by itself.

        Raises:
            NotFound: there is no such model.
            BadRequest: it does not read pictures.
            EngineError: as `evaluate`.
        """
        card = await self._models.get(model_id)
        if card.kind is not ItemKind.IMAGE:
            raise BadRequest("This model tells texts apart; send texts, not pictures.")
        refused: dict[int, str] = {}
        for place, data in enumerate(files):
            try:
                await self._pictures.decode(data)
            except BadRequest as refusal:
                refused[place] = refusal.detail
        return await self._predicted(card, files, refused)

    async def _predicted(
        self, card: ModelCard, contents: Sequence[bytes], refused: dict[int, str]
    ) -> Predictions:
        asked_of = [place for place in range(len(contents)) if place not in refused]
        answers: list[list[ClassShare]] = [[] for _ in contents]
        if asked_of:
            async with self._asked(card) as asked:
                found = await self._room.run(predict, asked, [contents[n] for n in asked_of])
            for place, probabilities in zip(asked_of, found, strict=True):
                if probabilities is None:
                    refused[place] = UNREADABLE
                else:
                    answers[place] = _likeliest(card, probabilities)
        return Predictions(
            model_id=card.model_id,
            answers=answers,
            refused=[RefusedInput(place=n, reason=refused[n]) for n in sorted(refused)],
        )

    @asynccontextmanager
    async def _asked(self, card: ModelCard) -> AsyncIterator[Asked]:
        folder = self._folders.model(card.model_id)
        if not folder.is_dir():
            raise ModelUnavailable(
                f"The files of the model {card.model_id} are gone. Bring its folder back from a "
                "backup, or train again."
            )
        scratch = await asyncio.to_thread(tempfile.TemporaryDirectory, prefix="magpie-")
        try:
            yield Asked(card, folder, Path(scratch.name), self._device)
        finally:
            await asyncio.to_thread(scratch.cleanup)

    def _snapshot(self, digest: str) -> Path:
        folder = self._folders.snapshot(digest)
        if not (DIGEST.issuperset(digest) and (folder / SNAPSHOT).is_file()):
            raise NotFound(
                f"There is no snapshot {digest[:12]} any more: an item of it was deleted, or it "
                "was not used for a while. Take one of the set as it is now."
            )
        folder.touch()  # what was used just now is not swept
        return folder


def _likeliest(card: ModelCard, probabilities: Sequence[float]) -> list[ClassShare]:
    best = np.argsort(probabilities)[::-1][:LIKELIEST]
    return [ClassShare(name=card.classes[n], probability=probabilities[n]) for n in best]
