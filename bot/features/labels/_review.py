"""What is worth a second look in a label set: items people disagree about, and likely mistakes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import discord
from discord import ui

from bot.features.labels._label_view import choose
from bot.features.labels._labelling import Labelling
from bot.features.labels._targets import Target
from bot.places import jump_url, readable_ids
from bot.quote import escape
from bot.ui import MAX_TEXT_CHARS, ActionButton, OwnedView, Tone
from bot.viewers import OneViewer
from engine.schemas import Dispute, Item, LabelMethod, LabelSet, LikelyMistake, ReviewRequest

MOST_SHOWN = 10


@dataclass(frozen=True)
class Doubt:
    """An item worth a second look, and why."""

    item: Item
    reason: str

    @classmethod
    def of_dispute(cls, dispute: Dispute) -> Doubt:
        """An item that people label differently."""
        votes = ", ".join(
            f"<@{vote.person_id}> {escape(' and '.join(vote.classes))}" for vote in dispute.votes
        )
        return cls(dispute.item, votes)

    @classmethod
    def of_mistake(cls, mistake: LikelyMistake) -> Doubt:
        """An item whose label a classifier that has not seen it finds unlikely."""
        given, likely = escape(mistake.given), escape(mistake.likely)
        return cls(mistake.item, f"labelled **{given}**, looks more like **{likely}**")


@dataclass(frozen=True)
class Review:
    """The doubts about one set that somebody may see.

    Attributes:
        head: what they are.
        none: what to say when there are none.
    """

    doubts: Sequence[Doubt]
    head: str
    none: str

    @property
    def text(self) -> str:
        """The doubts as Discord markdown."""
        if not self.doubts:
            return self.none
        lines = [
            f"{number}. [{escape(Target.of_item(each.item).title)}]({jump_url(each.item.place)}): "
            f"{each.reason}"
            for number, each in enumerate(self.doubts, start=1)
        ]
        text = "\n".join([f"### {self.head}", *lines])
        return text if len(text) <= MAX_TEXT_CHARS else f"{text[: MAX_TEXT_CHARS - 1]}…"


async def disputes(viewer: OneViewer, labelset: LabelSet, labelling: Labelling) -> Review:
    """What people disagree about, most of all first."""
    request = await _request(viewer, labelling)
    page = await labelling.resources.engine.labels.disputes(labelset.labelset_id, request)
    doubts = [Doubt.of_dispute(each) for each in page.disputes]
    return Review(
        await _visible(doubts, viewer),
        f"Disputed in {escape(labelset.name)}",
        "Nobody disagrees about anything that you may see.",
    )


async def mistakes(viewer: OneViewer, labelset: LabelSet, labelling: Labelling) -> Review:
    """What is probably labelled wrongly, most probably first."""
    request = await _request(viewer, labelling)
    found = await labelling.resources.engine.labels.mistakes(labelset.labelset_id, request)
    doubts = [Doubt.of_mistake(each) for each in found.mistakes]
    return Review(
        await _visible(doubts, viewer),
        f"Probably wrong in {escape(labelset.name)}",
        found.hint or "Nothing that you may see looks wrong.",
    )


class ReviewView(OwnedView):
    """Some doubts, and the way to settle them one after the other; ephemeral."""

    def __init__(self, review: Review, owner_id: int, labelling: Labelling) -> None:
        super().__init__(owner_id, labelling.resources.live_views)
        self._review = review
        self._labelling = labelling
        frame: ui.Container[OwnedView] = ui.Container(accent_colour=int(Tone.PLAIN))
        frame.add_item(ui.TextDisplay(review.text))
        if review.doubts:
            button = ActionButton(
                self._settle,
                custom_id=self.custom_id("settle"),
                label="Label them one by one",
                emoji="🏷️",
            )
            frame.add_item(ui.ActionRow(button))
        self.add_item(frame)

    async def show(self, interaction: discord.Interaction) -> None:
        """Draws it as the answer to a deferred interaction."""
        self.redraw = lambda view: interaction.edit_original_response(view=view)
        await self.redraw(self)

    async def _settle(self, interaction: discord.Interaction) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        viewer = OneViewer.of(interaction, self._labelling.resources.directory)
        left = await _visible(self._review.doubts, viewer)
        targets = [Target.of_item(each.item) for each in left]
        await choose(interaction, targets, self._labelling, method=LabelMethod.MENU)


async def _request(viewer: OneViewer, labelling: Labelling) -> ReviewRequest:
    channel_ids = await readable_ids(viewer, labelling.resources.engine)
    return ReviewRequest(channel_ids=channel_ids, limit=MOST_SHOWN)


async def _visible(doubts: Sequence[Doubt], viewer: OneViewer) -> list[Doubt]:
    """Those that may be shown at this moment."""
    named = {int(each.item.place.channel_id) for each in doubts}
    readable = {str(channel.id) for channel in await viewer.readable(named, for_show=True)}
    return [each for each in doubts if each.item.place.channel_id in readable]
