"""The client's part for trained models: their cards, what serves, and switching."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import httpx

from engine.client.transport import CONNECT_TIMEOUT_S, Body, Transport
from engine.schemas import (
    EvaluateRequest,
    Evaluation,
    ItemKind,
    ModelCard,
    ModelPage,
    NewSnapshot,
    Predictions,
    PredictRequest,
    Reindex,
    RollbackRequest,
    ServingModel,
    SnapshotTaken,
)

ASK_TIMEOUT_S = 900.0
"""A little longer than the engine gives a model by default."""


class ModelsClient:
    """What `EngineClient.models` is; every method raises an `EngineCallFailed`.

    `library_id` names for whom a switch is asked, as the bot must; the owner may leave it out.
    """

    def __init__(self, http: Transport) -> None:
        self._http = http

    async def models(
        self, library_id: str, *, cursor: str | None = None, limit: int = 20
    ) -> ModelPage:
        """One page of a library's models, newest first, and what serves."""
        return await self._http.read(
            "models", ModelPage, library_id=library_id, cursor=cursor, limit=limit
        )

    async def model(self, model_id: str) -> ModelCard:
        """A model's card."""
        return await self._http.read(f"models/{model_id}", ModelCard)

    async def delete(self, model_id: str, *, asked_by: str | None = None) -> ModelCard:
        """Deletes a model; refused while searches need it, or a rollback would."""
        params = _present(asked_by=asked_by)
        return await self._http.write("DELETE", f"models/{model_id}", ModelCard, params=params)

    async def activate(
        self,
        model_id: str,
        *,
        library_id: str | None = None,
        asked_by: str | None = None,
        force: bool = False,
        idempotency_key: str | None = None,
    ) -> Reindex:
        """Begins to have a model take over searching, or says how far that is.

        Args:
            model_id: which.
            library_id: for whom.
            asked_by: the person who wants it.
            force: against its verdict; for the owner alone.
            idempotency_key: of the wish.
        """
        return await self._http.write(
            "POST",
            f"models/{model_id}:activate",
            Reindex,
            params=_present(
                library_id=library_id, asked_by=asked_by, force="true" if force else None
            ),
            key=idempotency_key,
        )

    async def rollback(
        self, kind: ItemKind, *, library_id: str | None = None, asked_by: str | None = None
    ) -> ServingModel:
        """Has what served before search again, and answers what that is."""
        return await self._http.write(
            "POST",
            "models:rollback",
            ServingModel,
            body=RollbackRequest(kind=kind),
            params=_present(library_id=library_id, asked_by=asked_by),
        )

    async def reindex(self) -> Reindex:
        """How far the latest take-over is; refused where there was none."""
        return await self._http.read("models:reindex", Reindex)

    async def cancel_reindex(self, *, library_id: str | None = None) -> Reindex:
        """Stops a take-over; what serves goes on serving."""
        params = _present(library_id=library_id)
        return await self._http.write("DELETE", "models:reindex", Reindex, params=params)

    async def evaluate(self, model_id: str, snapshot: str = "") -> Evaluation:
        """Judges a model on the test items of a snapshot that it has not learnt from.

        Args:
            model_id: which.
            snapshot: hash; empty: what the model was tested on.
        """
        body = EvaluateRequest(snapshot=snapshot)
        return await self._ask(f"models/{model_id}:evaluate", Evaluation, json=body.model_dump())

    async def predict_texts(self, model_id: str, texts: Sequence[str]) -> Predictions:
        """What a model says of texts."""
        body = PredictRequest(texts=list(texts))
        return await self._ask(f"models/{model_id}:predict", Predictions, json=body.model_dump())

    async def predict_pictures(self, model_id: str, pictures: Sequence[bytes]) -> Predictions:
        """What a model says of encoded pictures."""
        files = [
            ("files", (f"picture-{n}", picture, "application/octet-stream"))
            for n, picture in enumerate(pictures)
        ]
        return await self._ask(
            f"models/{model_id}:predict", Predictions, data={"request": "{}"}, files=files
        )

    async def take_snapshot(self, labelset_id: str, *, seed: int = 0) -> SnapshotTaken:
        """Takes a snapshot of a label set, to judge models on."""
        new = NewSnapshot(labelset_id=labelset_id, seed=seed)
        return await self._http.write("POST", "snapshots", SnapshotTaken, body=new)

    async def _ask(self, path: str, answer: type[Body], **options: Any) -> Body:  # noqa: ANN401
        timeout = httpx.Timeout(ASK_TIMEOUT_S, connect=CONNECT_TIMEOUT_S)
        return self._http.parse(
            await self._http.send("POST", path, timeout=timeout, **options), answer
        )


def _present(**params: str | None) -> dict[str, str]:
    return {name: value for name, value in params.items() if value is not None}
