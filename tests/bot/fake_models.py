"""The fake engine's trained models: one takes over as far as the test lets it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from engine.schemas import (
    GeneralSearch,
    Interval,
    ItemKind,
    LabelSet,
    MethodResult,
    ModelCard,
    ModelPage,
    ModelState,
    Problem,
    Reindex,
    ReindexState,
    RollbackRequest,
    ServingModel,
    TrainingMethod,
)
from tests.bot.fake_answers import json_answer, refusal

BASE = {
    ItemKind.IMAGE: ServingModel(kind=ItemKind.IMAGE, name="starter", fingerprint="i"),
    ItemKind.TEXT: ServingModel(kind=ItemKind.TEXT, name="all-MiniLM-L6-v2", fingerprint="t"),
}
NOTHING = Problem(
    title="Not found", status=404, detail="No model is taking over.", code="not_found"
)


def card(labelset: LabelSet, model_id: str = "model-1", **changes: Any) -> ModelCard:
    """The card of a model that leads and may serve, but for what is changed."""
    method = TrainingMethod.LP_FT
    leads = Interval(value=0.06, low=0.02, high=0.1)
    general = GeneralSearch(queries=500, before=0.8, after=0.79)
    told = ModelCard(
        model_id=model_id,
        library_id=labelset.library_id,
        labelset_id=labelset.labelset_id,
        labelset_name=labelset.name,
        kind=labelset.kind,
        classes=[each.name for each in labelset.classes],
        method=method,
        seed=3,
        snapshot="5" * 64,
        code_version="1.0",
        device="cpu",
        created_at=datetime.now(UTC),
        result=MethodResult(
            method=method,
            train_top1=1.0,
            test_top1=Interval(value=0.89, low=0.8, high=0.95),
            general=general,
        ),
        baseline=MethodResult(
            method=TrainingMethod.PROBE, test_top1=Interval(value=0.83, low=0.7, high=0.9)
        ),
        lead=leads,
        searches=True,
        servable=True,
        verdict="It may serve: it leads a linear probe by 6 points (2 to 10).",
    )
    return told.model_copy(update=changes)


@dataclass
class FakeModels:
    """Models of a fake engine.

    Attributes:
        cards: by id, oldest first.
        serving: what searches, by kind.
        reindex: the latest take-over.
        problem: when set, the answer to whoever wants to change what searches.
        asked: the parameters of each wish for a change, in order.
    """

    cards: dict[str, ModelCard] = field(default_factory=dict)
    serving: dict[ItemKind, ServingModel] = field(default_factory=lambda: dict(BASE))
    reindex: Reindex | None = None
    problem: Problem | None = None
    asked: list[dict[str, str]] = field(default_factory=list)

    def routes(self) -> list[web.RouteDef]:
        """Its part of the API."""
        return [
            web.get("/v1/models", self._list),
            web.get("/v1/models:reindex", self._reindex),
            web.delete("/v1/models:reindex", self._cancel),
            web.post("/v1/models:rollback", self._rollback),
            web.post("/v1/models/{id}:activate", self._activate),
        ]

    def add(self, *cards: ModelCard) -> None:
        """Has these been trained."""
        self.cards |= {each.model_id: each for each in cards}

    def move(self, state: ReindexState, **changes: Any) -> None:
        """Has the take-over come so far."""
        assert self.reindex is not None
        self.reindex = self.reindex.model_copy(update={"state": state, **changes})
        if state is ReindexState.ACTIVE:
            kind, model_id = self.reindex.kind, self.reindex.model_id
            before = self.serving[kind].name
            self.serving[kind] = ServingModel(
                kind=kind,
                name=f"model:{model_id}",
                fingerprint="new",
                model_id=model_id,
                previous=before,
            )

    async def _list(self, request: web.Request) -> web.Response:
        serving = {each.model_id for each in self.serving.values()}
        models = [
            each.model_copy(update={"state": ModelState.SERVING})
            if each.model_id in serving
            else each
            for each in reversed(self.cards.values())
            if each.library_id == request.query["library_id"]
        ]
        return json_answer(ModelPage(models=models, serving=list(self.serving.values())))

    async def _reindex(self, _request: web.Request) -> web.Response:
        return refusal(NOTHING) if self.reindex is None else json_answer(self.reindex)

    async def _activate(self, request: web.Request) -> web.Response:
        self.asked.append(dict(request.query))
        if self.problem is not None:
            return refusal(self.problem)
        card = self.cards[request.match_info["id"]]
        self.reindex = Reindex(
            model_id=card.model_id, kind=card.kind, state=ReindexState.BUILDING, total=40
        )
        return json_answer(self.reindex)

    async def _cancel(self, request: web.Request) -> web.Response:
        self.asked.append(dict(request.query))
        self.move(ReindexState.CANCELLED)
        assert self.reindex is not None
        return json_answer(self.reindex)

    async def _rollback(self, request: web.Request) -> web.Response:
        self.asked.append(dict(request.query))
        if self.problem is not None:
            return refusal(self.problem)
        kind = RollbackRequest.model_validate(await request.json()).kind
        self.serving[kind] = BASE[kind].model_copy(update={"previous": self.serving[kind].name})
        return json_answer(self.serving[kind])
