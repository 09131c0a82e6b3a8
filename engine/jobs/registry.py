"""Trained models with what each does now, and having one of them take over searching."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Collection, Mapping
from typing import Protocol

from engine.catalogue import Catalogue, audit_row
from engine.errors import Conflict, Forbidden, NotFound
from engine.jobs.folders import JobFolders
from engine.schemas import (
    AuditAction,
    ItemKind,
    ModelCard,
    ModelPage,
    ModelState,
    Reindex,
    ServingModel,
)

NOT_DELETED = {
    ModelState.BUILDING: "is about to take over searching: cancel that first",
    ModelState.SERVING: "serves all searches: go back to what served before, or use another",
    ModelState.RETIRED: "is what a rollback goes back to: it goes once another has taken over",
}
"""Why a model of each state cannot be deleted, and what to do."""


class Switchboard(Protocol):
    """What builds collections of a model's vectors beside the serving ones, and switches."""

    async def activate(self, model_id: str, kind: ItemKind) -> Reindex:
        """Starts to build, or says how far that is."""
        ...

    async def reindexing(self) -> Reindex | None:
        """How far the latest one is; None before there was one."""
        ...

    async def cancel(self) -> None:
        """Stops building; what serves goes on serving."""
        ...

    async def rollback(self, kind: ItemKind) -> ServingModel:
        """Goes back to what served before, and answers that."""
        ...

    async def serving(self) -> list[ServingModel]:
        """What serves now, one for each kind of item."""
        ...


class Registry:
    """The models of all libraries.

    One encoder serves all libraries of an engine. So a library may switch it only where it is the
    only one; otherwise that is for the operator, who asks for no library.

    Args:
        catalogue: where their cards are.
        folders: where their files are.
        switchboard: knows what serves, and changes it.
    """

    def __init__(self, catalogue: Catalogue, folders: JobFolders, switchboard: Switchboard) -> None:
        self._catalogue = catalogue
        self._folders = folders
        self._switchboard = switchboard

    async def page(
        self, library_id: str, *, cursor: str | None = None, limit: int = 20
    ) -> ModelPage:
        """One page of a library's models, newest first, and what serves."""
        found = await self._catalogue.models.page(library_id, cursor=cursor, limit=limit)
        states = await self._states()
        return ModelPage(
            models=[_in_state(card, states) for card in found.cards],
            serving=await self._switchboard.serving(),
            next_cursor=found.next_cursor,
        )

    async def get(self, model_id: str) -> ModelCard:
        """The card of a model.

        Raises:
            NotFound: there is none of this id.
        """
        return _in_state(await self._catalogue.models.get(model_id), await self._states())

    async def delete(self, model_id: str, *, asked_by: str | None = None) -> ModelCard:
        """Deletes a model with its files; answers its card.

        Raises:
            NotFound: there is none of this id.
            Conflict: it serves, is about to, or is what a rollback goes back to.
        """
        card = await self.get(model_id)
        if card.state in NOT_DELETED:
            raise Conflict(f"This model {NOT_DELETED[card.state]}. Nothing was deleted.")
        await self._catalogue.models.delete(model_id)
        await asyncio.to_thread(shutil.rmtree, self._folders.model(model_id), ignore_errors=True)
        await self._note(card.library_id, AuditAction.DELETED_MODEL, asked_by)
        return card

    async def activate(
        self,
        model_id: str,
        *,
        library_id: str | None = None,
        asked_by: str | None = None,
        force: bool = False,
    ) -> Reindex:
        """Begins to have a model take over searching, or says how far that is.

        Args:
            model_id: which.
            library_id: that asks for it; None: the operator does.
            asked_by: the person who wants it.
            force: even though its verdict is that it may not serve.

        Raises:
            NotFound: there is none of this id, or not in the library.
            Forbidden: other libraries have items on this engine, too.
            Conflict: it changes no search, or may not serve.
        """
        card = await self._catalogue.models.get(model_id)
        if library_id is not None:
            if card.library_id != library_id:
                raise NotFound("There is no such model here; it may have been deleted.")
            await self._refuse_for_others(library_id, f"magpie models use {model_id}")
        if not card.searches or not (card.servable or force):
            raise Conflict(f"This model cannot take over searching. {card.verdict}")
        before = await self._switchboard.reindexing()
        reindex = await self._switchboard.activate(model_id, card.kind)
        if before is None or before.model_id != model_id or not before.under_way:
            await self._note(card.library_id, AuditAction.USED_MODEL, asked_by)
        return reindex

    async def rollback(
        self, kind: ItemKind, *, library_id: str | None = None, asked_by: str | None = None
    ) -> ServingModel:
        """Has what served before search again, and answers what that is.

        Args:
            kind: of the items that are searched.
            library_id: that asks for it; None: the operator does.
            asked_by: the person who wants it.

        Raises:
            Forbidden: other libraries have items on this engine, too.
            Conflict: nothing has served before.
        """
        if library_id is not None:
            await self._refuse_for_others(library_id, "magpie models rollback")
        serving = await self._switchboard.rollback(kind)
        if library_id is not None:
            await self._note(library_id, AuditAction.WENT_BACK, asked_by)
        return serving

    async def reindexing(self) -> Reindex:
        """How far the latest take-over is, or how it has ended.

        Raises:
            NotFound: there was none.
        """
        reindex = await self._switchboard.reindexing()
        if reindex is None:
            raise NotFound("No model is taking over searching.")
        return reindex

    async def cancel(self, *, library_id: str | None = None) -> Reindex:
        """Stops the take-over that is under way, and answers what has become of it.

        Args:
            library_id: that asks for it; None: the operator does.

        Raises:
            NotFound: there was none.
            Forbidden: other libraries have items on this engine, too.
        """
        if library_id is not None:
            await self._refuse_for_others(library_id, "magpie models cancel")
        await self._switchboard.cancel()
        return await self.reindexing()

    async def kept(self) -> Collection[str]:
        """The models whose files are needed: those with a card, and those that serve or may."""
        return {*await self._catalogue.models.ids(), *await self._states()}

    async def _states(self) -> Mapping[str, ModelState]:
        """What each model does that does something."""
        states: dict[str, ModelState] = {}
        reindex = await self._switchboard.reindexing()
        if reindex is not None and reindex.under_way:
            states[reindex.model_id] = ModelState.BUILDING
        serving = await self._switchboard.serving()
        for each in serving:
            if each.previous_id is not None:
                states[each.previous_id] = ModelState.RETIRED
        for each in serving:
            if each.model_id is not None:
                states[each.model_id] = ModelState.SERVING
        return states

    async def _refuse_for_others(self, library_id: str, command: str) -> None:
        if await self._catalogue.items.are_elsewhere(library_id):
            raise Forbidden(
                "One encoder searches for every server on this Magpie, and there are others than "
                f"this one. Whoever runs Magpie can change it for all, with `{command}`; I "
                "changed nothing."
            )

    async def _note(self, library_id: str, action: AuditAction, asked_by: str | None) -> None:
        await self._catalogue.audit.add(audit_row(library_id, action, actor_id=asked_by))


def _in_state(card: ModelCard, states: Mapping[str, ModelState]) -> ModelCard:
    return card.model_copy(update={"state": states.get(card.model_id, ModelState.KEPT)})
