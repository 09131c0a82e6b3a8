"""What is done for a press on a card: something is stored or taken back, and a card follows."""

from __future__ import annotations

from collections.abc import Sequence

import discord

from bot.features.labels._card import Dealt, chosen_in
from bot.features.labels._choices import MOST_CHOSEN
from bot.features.labels._dealer import GONE, Labeller, next_card, same_card
from bot.features.labels._labellers import labeller_ids
from bot.features.labels._labelling import Labelling
from bot.features.labels._press import Press, Verb, class_of
from bot.quote import escape
from engine.client import EngineRefused
from engine.schemas import Label, LabelMethod, LabelOutcome, NewLabels, UndoRequest

OUTCOMES = {Verb.SKIP: LabelOutcome.SKIPPED, Verb.UNSURE: LabelOutcome.UNSURE}


class Answers:
    """Answers one press.

    Args:
        labeller: who pressed.
        press: what was pressed.
        message: the card as it was then; it shows which classes are chosen so far.
        labelling: the engine, and asking for consent.
    """

    def __init__(
        self, labeller: Labeller, press: Press, message: discord.Message, labelling: Labelling
    ) -> None:
        self._labeller = labeller
        self._press = press
        self._labelling = labelling
        self._engine = labelling.resources.engine
        self._chosen = chosen_in(message, labeller.labelset.offered)

    async def to(self, values: Sequence[str]) -> Dealt:
        """The card that follows.

        Args:
            values: what was chosen, when a list was pressed.
        """
        press = self._press
        match press.verb:
            case Verb.SKIP | Verb.UNSURE:
                return await self._store(OUTCOMES[press.verb])
            case Verb.SAVE:
                return await self._store(LabelOutcome.LABELLED, self._chosen)
            case Verb.UNDO:
                return await self._undo()
            case Verb.PAGE:
                return await self._again(self._chosen, page=int(press.argument))
            case Verb.LIST:
                return await self._pick(values[0])
            case Verb.CLASS:
                return await self._pick(press.argument)

    async def _pick(self, digest: str) -> Dealt:
        """Takes a class: as the answer, or as one more where an item may have several."""
        picked, chosen = class_of(digest, self._labeller.labelset.classes), self._chosen
        if picked.archived:
            note = f"**{escape(picked.name)}** is not offered any more; choose another class."
            return await self._again(chosen, note=note)
        if not self._labeller.labelset.multi_label:
            return await self._store(LabelOutcome.LABELLED, [picked.class_id])
        if picked.class_id in chosen:
            left = [each for each in chosen if each != picked.class_id]
            return await self._again(left)
        if len(chosen) == MOST_CHOSEN:
            note = f"That are {MOST_CHOSEN} classes already, as many as I take for one item."
            return await self._again(chosen, note=note)
        return await self._again([*chosen, picked.class_id])

    async def _again(self, chosen: Sequence[str], *, page: int = 0, note: str = "") -> Dealt:
        """The same card, with other classes chosen or another page of them."""
        return await same_card(
            self._labeller,
            self._engine,
            self._press.item_id,
            self._press.drawn,
            chosen=chosen,
            page=page,
            note=note,
        )

    async def _store(self, outcome: LabelOutcome, class_ids: Sequence[str] = ()) -> Dealt:
        """Stores what was said of the item; the next card."""
        labeller, press = self._labeller, self._press
        said = NewLabels(
            labelset_id=press.labelset_id,
            person_id=str(labeller.member.id),
            item_ids=[press.item_id],
            outcome=outcome,
            class_ids=list(class_ids),
            method=LabelMethod.SESSION,
            drawn=press.drawn,
            channel_ids=labeller.channel_ids,
            labeller_ids=labeller_ids(labeller.member),
        )
        try:
            acknowledged = await self._engine.labels.give(said)
        except EngineRefused as refusal:
            if refusal.problem.status != 404:
                raise
            note = GONE
        else:
            note = acknowledged.refused[0].reason if acknowledged.refused else ""
            if outcome is LabelOutcome.LABELLED and acknowledged.labelled:
                self._labelling.answered(labeller, press.item_id)
        return await next_card(labeller, self._engine, after_item_id=press.item_id, note=note)

    async def _undo(self) -> Dealt:
        """Takes back what the person last said in a session; the card it was about."""
        labeller = self._labeller
        latest = await self._latest()
        if latest is None:
            note = "There is nothing of yours to take back."
            return await next_card(labeller, self._engine, note=note)
        undo = UndoRequest(
            labelset_id=latest.labelset_id,
            person_id=latest.person_id,
            batch_id=latest.batch_id,
        )
        await self._engine.labels.undo(undo)
        note = "Taken back. What is it?"
        return await same_card(labeller, self._engine, latest.item_id, latest.drawn, note=note)

    async def _latest(self) -> Label | None:
        labels = self._engine.labels.labels(
            self._press.labelset_id, person_id=str(self._labeller.member.id)
        )
        async for label in labels:
            if label.method is LabelMethod.SESSION:
                return label
        return None
