"""The fake engine's label sets, labels and classifier: rules without models."""

from __future__ import annotations

import asyncio
import hashlib
import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from aiohttp import web

from engine.schemas import (
    Card,
    CardRequest,
    Draw,
    Item,
    Label,
    LabelClass,
    LabelOutcome,
    LabelPage,
    LabelsAck,
    LabelSet,
    LabelSetPage,
    NewLabels,
    NewLabelSet,
    Problem,
    RefusedLabel,
    SessionProgress,
    Suggestion,
    UndoAnswer,
    UndoRequest,
)
from tests.bot.fake_answers import json_answer, refusal

NOT_A_LABELLER = "You may not label for this set."
GONE = "That item does not exist any more."


def open_gate() -> asyncio.Event:
    """A gate that lets everything through until it is closed."""
    gate = asyncio.Event()
    gate.set()
    return gate


@dataclass
class FakeLabels:
    """Label sets over the items of a fake engine.

    Attributes:
        items: what is remembered, by item id.
        sets: by id.
        given: every label, taken back or not, oldest first.
        undone: ids of the labels that were taken back.
        guesses: what the classifier says of an item, by item id.
        drawn: why cards are shown.
        exported: what every export is.
        gate: labels wait for it.
    """

    items: Mapping[str, Item]
    sets: dict[str, LabelSet] = field(default_factory=dict)
    given: list[Label] = field(default_factory=list)
    undone: set[str] = field(default_factory=set)
    guesses: dict[str, list[Suggestion]] = field(default_factory=dict)
    drawn: Draw = Draw.UNCERTAIN
    exported: bytes = b""
    gate: asyncio.Event = field(default_factory=open_gate)
    _open: dict[tuple[str, str], str] = field(default_factory=dict)
    _numbers: Iterable[int] = field(default_factory=itertools.count)

    def routes(self) -> list[web.RouteDef]:
        """Below ``/v1/``, as the engine has them."""
        return [
            web.get("/v1/labelsets", self._list_sets),
            web.post("/v1/labelsets", self._create_set),
            web.get("/v1/labelsets/{id}", self._set),
            web.get("/v1/labels", self._list_labels),
            web.post("/v1/labels", self._give),
            web.post("/v1/labels:undo", self._undo),
            web.post("/v1/labels:next", self._next),
            web.post("/v1/labelsets/{id}/export", self._export),
        ]

    def add_set(self, new: NewLabelSet) -> LabelSet:
        """Creates a set, its classes in the order given."""
        labelset_id = _id(f"set {len(self.sets)}")
        classes = [
            LabelClass(
                class_id=_id(f"{labelset_id} {number}"),
                name=each.name,
                description=each.description,
            )
            for number, each in enumerate(new.classes)
        ]
        self.sets[labelset_id] = LabelSet(
            labelset_id=labelset_id,
            classes=classes,
            created_by=new.asked_by,
            created_at=datetime.now(UTC),
            **new.model_dump(exclude={"classes", "asked_by"}),
        )
        return self.sets[labelset_id]

    def counting(self, labelset_id: str, person_id: str | None = None) -> list[Label]:
        """The labels that count, newest first: the latest of each person about each item."""
        latest: dict[tuple[str, str], Label] = {}
        for label in self.given:
            if label.labelset_id == labelset_id and label.label_id not in self.undone:
                latest.pop((label.item_id, label.person_id), None)
                latest[label.item_id, label.person_id] = label
        return [
            label
            for label in reversed(latest.values())
            if label.item_id in self.items and person_id in (None, label.person_id)
        ]

    async def _list_sets(self, request: web.Request) -> web.Response:
        archived = request.query.get("include_archived") == "true"
        found = [
            each
            for each in self.sets.values()
            if each.library_id == request.query["library_id"] and (archived or not each.archived)
        ]
        found.sort(key=lambda each: each.name.casefold())
        return json_answer(LabelSetPage(labelsets=found))

    async def _create_set(self, request: web.Request) -> web.Response:
        return json_answer(self.add_set(NewLabelSet.model_validate(await request.json())))

    async def _set(self, request: web.Request) -> web.Response:
        return json_answer(self.sets[request.match_info["id"]])

    async def _export(self, _request: web.Request) -> web.Response:
        return web.Response(body=self.exported)

    async def _list_labels(self, request: web.Request) -> web.Response:
        labels = self.counting(request.query["labelset_id"], request.query.get("person_id"))
        item_id = request.query.get("item_id")
        return json_answer(
            LabelPage(labels=[each for each in labels if item_id in (None, each.item_id)])
        )

    async def _give(self, request: web.Request) -> web.Response:
        said = NewLabels.model_validate(await request.json())
        await self.gate.wait()
        if not self._may_label(said.labelset_id, said.labeller_ids):
            return refusal(_problem(403, NOT_A_LABELLER))
        batch_id = _id(f"batch {next(iter(self._numbers))}")
        reached = {item.item_id: item for item in self._within_reach(said.channel_ids)}
        for item_id in said.item_ids:
            if item_id in reached:
                self.given.append(self._label(said, reached[item_id], batch_id))
        refused = [
            RefusedLabel(item_id=each, reason=GONE) for each in said.item_ids if each not in reached
        ]
        labelled = len(said.item_ids) - len(refused)
        return json_answer(LabelsAck(batch_id=batch_id, labelled=labelled, refused=refused))

    def _label(self, said: NewLabels, item: Item, batch_id: str) -> Label:
        return Label(
            label_id=_id(f"label {len(self.given)}"),
            item_id=item.item_id,
            item_sha256=item.sha256,
            batch_id=batch_id,
            given_at=datetime.now(UTC),
            **said.model_dump(include={"labelset_id", "person_id", "outcome", "class_ids"}),
            method=said.method,
            drawn=said.drawn,
        )

    async def _undo(self, request: web.Request) -> web.Response:
        asked = UndoRequest.model_validate(await request.json())
        mine = self.counting(asked.labelset_id, asked.person_id)
        batch_id = asked.batch_id or (mine[0].batch_id if mine else None)
        taken = [each for each in mine if each.batch_id == batch_id]
        self.undone |= {each.label_id for each in taken}
        return json_answer(UndoAnswer(item_ids=[each.item_id for each in taken]))

    async def _next(self, request: web.Request) -> web.Response:
        asked = CardRequest.model_validate(await request.json())
        if not self._may_label(asked.labelset_id, asked.labeller_ids):
            return refusal(_problem(403, NOT_A_LABELLER))
        labelset = self.sets[asked.labelset_id]
        person = (asked.labelset_id, asked.person_id)
        reached = [
            item for item in self._within_reach(asked.channel_ids) if item.kind is labelset.kind
        ]
        answered = {each.item_id for each in self.counting(*person)} | {asked.after_item_id}
        left = [item for item in reached if item.item_id not in answered]
        left.sort(key=lambda item: item.item_id != self._open.get(person))
        item = left[0] if left else None
        self._open[person] = item.item_id if item else ""
        return json_answer(
            Card(
                item=item,
                passage=(item.text or "") if item else "",
                drawn=self.drawn if item else None,
                suggestions=self.guesses.get(item.item_id, []) if item else [],
                progress=self._progress(asked, reached),
            )
        )

    def _progress(self, asked: CardRequest, reached: list[Item]) -> SessionProgress:
        labelled = {
            each.item_id
            for each in self.counting(asked.labelset_id)
            if each.outcome is LabelOutcome.LABELLED
        }
        yours = len(self.counting(asked.labelset_id, asked.person_id))
        return SessionProgress(yours=yours, labelled=len(labelled), total=len(reached))

    def _within_reach(self, channel_ids: list[str] | None) -> list[Item]:
        return [
            item for item in self.items.values() if item.place.channel_id in (channel_ids or [])
        ]

    def _may_label(self, labelset_id: str, labeller_ids: list[str] | None) -> bool:
        named = self.sets[labelset_id].labeller_ids
        return not named or not set(named).isdisjoint(labeller_ids or [])


def _id(seed: str) -> str:
    """An id of 36 characters, as the engine's are."""
    return hashlib.sha256(seed.encode()).hexdigest()[:36]


def _problem(status: int, detail: str) -> Problem:
    return Problem(title="Refused", status=status, detail=detail, code="refused")
