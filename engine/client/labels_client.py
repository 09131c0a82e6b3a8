"""The client's part for labelling: sets, labels, sessions, quality, import and export."""

from __future__ import annotations

from collections.abc import AsyncIterator

from engine.client.transport import Body, Transport
from engine.schemas import (
    Card,
    CardRequest,
    DisputePage,
    ExportRequest,
    ImportReport,
    ImportRequest,
    Label,
    LabelClassUpdate,
    LabelPage,
    LabelProgress,
    LabelsAck,
    LabelSet,
    LabelSetHistory,
    LabelSetPage,
    LabelSetUpdate,
    LikelyMistakes,
    MergeRequest,
    NewLabelClass,
    NewLabels,
    NewLabelSet,
    ReactionBinding,
    ReactionBindings,
    ReviewRequest,
    UndoAnswer,
    UndoRequest,
)


class LabelsClient:
    """What `EngineClient.labels` is; every method raises an `EngineCallFailed`."""

    def __init__(self, http: Transport) -> None:
        self._http = http

    async def sets(self, library_id: str, *, include_archived: bool = False) -> list[LabelSet]:
        """A library's label sets, by name."""
        pages = self._http.pages(
            "labelsets", LabelSetPage, library_id=library_id, include_archived=include_archived
        )
        return [labelset async for page in pages for labelset in page.labelsets]

    async def labelset(self, labelset_id: str) -> LabelSet:
        """One label set."""
        return await self._http.read(f"labelsets/{labelset_id}", LabelSet)

    async def create(self, new: NewLabelSet) -> LabelSet:
        """Creates a label set, with its classes."""
        return await self._http.write("POST", "labelsets", LabelSet, body=new)

    async def update(self, labelset_id: str, update: LabelSetUpdate) -> LabelSet:
        """Renames, describes, archives or restores a label set."""
        return await self._http.write("PATCH", f"labelsets/{labelset_id}", LabelSet, body=update)

    async def add_class(self, labelset_id: str, new: NewLabelClass, *, asked_by: str) -> LabelSet:
        """Adds a class."""
        path = f"labelsets/{labelset_id}/classes"
        return await self._http.write(
            "POST", path, LabelSet, body=new, params={"asked_by": asked_by}
        )

    async def update_class(
        self, labelset_id: str, class_id: str, update: LabelClassUpdate
    ) -> LabelSet:
        """Renames, describes, archives or restores a class."""
        path = f"labelsets/{labelset_id}/classes/{class_id}"
        return await self._http.write("PATCH", path, LabelSet, body=update)

    async def merge_class(self, labelset_id: str, class_id: str, merge: MergeRequest) -> LabelSet:
        """Makes a class's labels count as another's."""
        path = f"labelsets/{labelset_id}/classes/{class_id}:merge"
        return await self._http.write("POST", path, LabelSet, body=merge)

    async def history(
        self, labelset_id: str, *, cursor: str | None = None, limit: int = 100
    ) -> LabelSetHistory:
        """One page of who changed a label set and how, newest first."""
        path = f"labelsets/{labelset_id}/history"
        return await self._http.read(path, LabelSetHistory, cursor=cursor, limit=limit)

    async def give(self, labels: NewLabels) -> LabelsAck:
        """Stores what a person says of some items; durable when it returns."""
        return await self._http.write("POST", "labels", LabelsAck, body=labels)

    async def undo(self, request: UndoRequest) -> UndoAnswer:
        """Takes back what a person last said, or a whole batch."""
        return await self._http.write("POST", "labels:undo", UndoAnswer, body=request)

    async def labels(
        self, labelset_id: str, *, item_id: str | None = None, person_id: str | None = None
    ) -> AsyncIterator[Label]:
        """Walks the labels of a set that count, newest first; only an item's or a person's."""
        pages = self._http.pages(
            "labels", LabelPage, labelset_id=labelset_id, item_id=item_id, person_id=person_id
        )
        async for page in pages:
            for label in page.labels:
                yield label

    async def next_card(self, request: CardRequest) -> Card:
        """The item a person should label next."""
        return await self._http.write("POST", "labels:next", Card, body=request)

    async def progress(self, labelset_id: str) -> LabelProgress:
        """How a label set stands, by class and by labeller."""
        return await self._http.read(f"labelsets/{labelset_id}/progress", LabelProgress)

    async def progress_picture(self, labelset_id: str) -> bytes:
        """The same as a PNG."""
        return (await self._http.send("GET", f"labelsets/{labelset_id}/progress.png")).content

    async def disputes(self, labelset_id: str, request: ReviewRequest) -> DisputePage:
        """One page of the items that people label differently, of those the asker may see."""
        return await self._review(f"labelsets/{labelset_id}/disputes", request, DisputePage)

    async def mistakes(self, labelset_id: str, request: ReviewRequest) -> LikelyMistakes:
        """Labels that a classifier finds unlikely, of the items the asker may see."""
        return await self._review(f"labelsets/{labelset_id}/mistakes", request, LikelyMistakes)

    async def import_rows(self, labelset_id: str, request: ImportRequest) -> ImportReport:
        """Imports labels; the rows that cannot be imported come back with reasons."""
        path = f"labelsets/{labelset_id}/import"
        return await self._http.write("POST", path, ImportReport, body=request)

    async def export(self, labelset_id: str, request: ExportRequest) -> bytes:
        """The labels of a set as a file: JSON lines, CSV or a zip archive."""
        response = await self._http.send(
            "POST", f"labelsets/{labelset_id}/export", json=request.model_dump(mode="json")
        )
        return response.content

    async def reactions(self, library_id: str) -> list[ReactionBinding]:
        """Which reactions give which class, in every channel of a library."""
        path = f"libraries/{library_id}/reactions"
        return (await self._http.read(path, ReactionBindings)).bindings

    async def bind_reaction(self, binding: ReactionBinding) -> None:
        """Makes a reaction give a class in a channel, in place of what it gave there."""
        await self._http.write(
            "PUT", f"libraries/{binding.library_id}/reactions", ReactionBinding, body=binding
        )

    async def unbind_reaction(self, library_id: str, channel_id: str, emoji: str) -> None:
        """Makes a reaction mean nothing in a channel."""
        await self._http.send(
            "DELETE",
            f"libraries/{library_id}/reactions",
            params={"channel_id": channel_id, "emoji": emoji},
            write=True,
        )

    async def _review(self, path: str, request: ReviewRequest, answer: type[Body]) -> Body:
        response = await self._http.send("POST", path, json=request.model_dump(mode="json"))
        return self._http.parse(response, answer)
