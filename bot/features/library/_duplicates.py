"""What was posted more than once, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence

import discord
from discord import ui

from bot.features.library._repost_card import RepostCard, deal, draw, files
from bot.places import readable_ids
from bot.resources import Resources
from bot.ui import MAX_TEXT_CHARS, ActionButton, Notice, OwnedView, Tone
from bot.viewers import OneViewer, Viewers
from engine.client import EngineClient
from engine.schemas import DuplicatesPage, DuplicatesRequest

POSTS_NAMED = (10, 5, 3, 1)  # the first of them with which a page fits into one message
GONE = "What was on this page has been deleted, or may not be shown here any more."


class DuplicatesView(OwnedView):
    """Pages of groups, those posted most often first.

    Each page is asked for when it is shown, with the channels that its viewer may read then.
    """

    def __init__(self, viewer: OneViewer, resources: Resources, *, owner_id: int) -> None:
        super().__init__(owner_id, resources.live_views)
        self._viewer = viewer
        self._resources = resources
        self._cursors: list[str | None] = [None]  # of the pages up to the one that is shown
        self._following: str | None = None
        self._cards: list[RepostCard] = []

    async def show(self, interaction: discord.Interaction) -> None:
        """Draws the page of the last cursor as the answer to a deferred interaction."""
        size, engine = self._resources.settings.page_size, self._resources.engine
        page = await only_visible_page(self._viewer, engine, self._cursors[-1], size)
        if not page.groups and len(self._cursors) == 1 and page.next_cursor is None:
            self.finish()
            text = await _why_nothing(self._viewer, self._resources)
            await interaction.edit_original_response(view=Notice(text), attachments=[])
            return
        self._following = page.next_cursor
        first_number = (len(self._cursors) - 1) * size + 1
        self._cards = await deal(page.groups, engine, first_number=first_number)
        self._draw()
        self.redraw = lambda view: interaction.edit_original_response(view=view)
        await interaction.edit_original_response(view=self, attachments=files(self._cards))

    def _draw(self) -> None:
        for posts_named in POSTS_NAMED:
            self.clear_items()
            self.add_item(self._frame(posts_named))
            if self.content_length() <= MAX_TEXT_CHARS:
                return

    def _frame(self, posts_named: int) -> ui.Container[OwnedView]:
        frame: ui.Container[OwnedView] = ui.Container(accent_colour=int(Tone.PLAIN))
        frame.add_item(ui.TextDisplay(self._head()))
        for card in self._cards:
            frame.add_item(draw(card, posts_named=posts_named))
        if buttons := self._buttons():
            frame.add_item(ui.ActionRow(*buttons))
        return frame

    def _head(self) -> str:
        several = len(self._cursors) > 1 or self._following is not None
        page = f" · page {len(self._cursors)}" if several else ""
        head = f"### Posted more than once{page}"
        return head if self._cards else f"{head}\n{GONE}"

    def _buttons(self) -> Sequence[ActionButton]:
        first, last = len(self._cursors) == 1, self._following is None
        if first and last:
            return []
        return [
            ActionButton(
                self._show_previous,
                custom_id=self.custom_id("previous"),
                label="Previous",
                emoji="◀️",
                disabled=first,
            ),
            ActionButton(
                self._show_next,
                custom_id=self.custom_id("next"),
                label="Next",
                emoji="▶️",
                disabled=last,
            ),
        ]

    async def _show_previous(self, interaction: discord.Interaction) -> None:
        await self._turn_to(self._cursors[:-1], interaction)

    async def _show_next(self, interaction: discord.Interaction) -> None:
        await self._turn_to([*self._cursors, self._following], interaction)

    async def _turn_to(self, cursors: list[str | None], interaction: discord.Interaction) -> None:
        await interaction.response.defer()
        self._viewer = self._viewer.as_of(interaction)
        self._cursors = cursors
        await self.show(interaction)


async def only_visible_page(
    viewers: Viewers, engine: EngineClient, cursor: str | None, limit: int
) -> DuplicatesPage:
    """The page behind a cursor, of what the viewers may be shown now.

    What closed to them while the page was found is left out of its counts as well.
    """
    channel_ids = await readable_ids(viewers, engine)
    while True:
        request = DuplicatesRequest(channel_ids=channel_ids, cursor=cursor, limit=limit)
        page = await engine.duplicates(str(viewers.guild.id), request)
        named = {int(post.place.channel_id) for group in page.groups for post in group.posts}
        shown = await viewers.readable(named, for_show=True)
        closed = {str(each) for each in named - {channel.id for channel in shown}}
        if not closed:
            return page
        channel_ids = [each for each in channel_ids if each not in closed]


async def _why_nothing(viewer: OneViewer, resources: Resources) -> str:
    library_id = str(viewer.guild.id)
    if not await resources.engine.channels(library_id):
        watch = resources.mentions.of("library watch")
        return f"Nothing is remembered here yet. Start with {watch} in a channel."
    text = (
        "Nothing in the channels you may read was posted more than once.\n"
        "-# I compare pictures by what they show, also re-encoded or resized; documents and "
        "longer messages by their exact words."
    )
    if pending := (await resources.engine.library(library_id)).pending:
        text += f"\n-# {pending} items are still being worked on; ask again in a while."
    return text
