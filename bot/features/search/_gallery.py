"""The answer to a search: pages of hits with buttons to go on from each."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial

import discord
from discord import ui

from bot.errors import NotForYou
from bot.features.labels import HitLabels
from bot.features.search._before import answer_with
from bot.features.search._cards import Card, draw
from bot.features.search._dealing import deal
from bot.features.search._finding import Found, only_visible
from bot.features.search._question import Judgement, Question
from bot.features.search._share import files, share
from bot.features.search._surfaces import InteractionSurface, Surface
from bot.resources import Resources
from bot.ui import MAX_TEXT_CHARS, ActionButton, ActionSelect, OwnedView, Tone
from bot.viewers import Viewers
from engine.schemas import Feedback, Hit

Ask = Callable[[discord.Interaction, Question], Awaitable[None]]

CHOSEN = discord.ButtonStyle.success
HERE, EVERY = "here", "every"
QUOTED_CHARS = (500, 250, 100)  # the first of them with which a page fits into one message
PUBLIC_NOTE = "-# Shown to everybody here, so only from channels that everybody here can read."


class Gallery(OwnedView):
    """One search's hits, a page at a time.

    A page takes at most the 40 components Discord allows: four hits of eight, the frame, the head,
    a row with the list of what can be labelled, and a row of three buttons.

    Args:
        found: the hits and what was asked.
        viewers: those who see the message; none of the hits is drawn without asking about them.
        ask: answers a further question to whoever presses **More like this** or **Refine**.
        labels: has hits labelled by whoever may.
        public: whether everybody in the channel sees it.
    """

    def __init__(
        self,
        found: Found,
        viewers: Viewers,
        ask: Ask,
        labels: HitLabels,
        resources: Resources,
        *,
        owner_id: int,
        public: bool = False,
    ) -> None:
        super().__init__(owner_id, resources.live_views)
        self._found = found
        self._viewers = viewers
        self._ask = ask
        self._labels = labels
        self._can_label = False
        self._resources = resources
        self._public = public
        self._page = 0
        self._cards: list[Card] = []
        self._judged = {each.hit.item_id: each for each in found.question.judged}

    async def show(self, surface: Surface, page: int = 0) -> None:
        """Draws a page, after checking again who may see its hits and whether they exist."""
        size = self._resources.settings.page_size
        self._page = page
        hits = await only_visible(
            self._found.hits[page * size : (page + 1) * size],
            self._viewers,
            asked_about=self._found.question.asked_about,
        )
        self._cards, self._can_label = await asyncio.gather(
            deal(hits, self._resources.engine, first_number=page * size + 1),
            self._labels.offered_to(self._viewers, hits),
        )
        self._draw()
        self.redraw = surface.redraw
        await surface.show(self, files(self._cards))

    def _draw(self) -> None:
        for quoted_chars in QUOTED_CHARS:
            self.clear_items()
            self.add_item(self._frame(quoted_chars))
            if self.content_length() <= MAX_TEXT_CHARS:
                return

    def _frame(self, quoted_chars: int) -> ui.Container[OwnedView]:
        frame: ui.Container[OwnedView] = ui.Container(accent_colour=int(Tone.PLAIN))
        frame.add_item(ui.TextDisplay(self._head()))
        for card in self._cards:
            frame.add_item(draw(card, quoted_chars=quoted_chars))
            frame.add_item(self._buttons(card))
        if self._can_label and self._cards:
            frame.add_item(ui.ActionRow(self._label_list()))
        below = [*self._page_buttons(), *self._refine_button()]
        if below:
            frame.add_item(ui.ActionRow(*below))
        return frame

    @property
    def _pages(self) -> int:
        return math.ceil(len(self._found.hits) / self._resources.settings.page_size)

    def _head(self) -> str:
        page = f" · page {self._page + 1} of {self._pages}" if self._pages > 1 else ""
        head = f"### {self._found.question.title()}{page}"
        if not self._cards:
            head += "\nWhat was on this page has been deleted, or may not be shown here any more."
        elif self._found.question.asks_before and self._page == 0:
            head = f"{answer_with(self._cards[0].hit)}\n{head}"
        return "\n".join([head, *([PUBLIC_NOTE] if self._public else []), *self._found.remarks])

    def _buttons(self, card: Card) -> ui.ActionRow[OwnedView]:
        hit = card.hit
        judgement = self._judged.get(hit.item_id)
        row: ui.ActionRow[OwnedView] = ui.ActionRow()
        row.add_item(
            ActionButton(
                partial(self._more_like, hit),
                custom_id=self.custom_id(f"more:{card.number}"),
                label="More like this",
                emoji="🔍",
            )
        )
        if not self._public:
            row.add_item(
                ActionButton(
                    partial(self._share, hit),
                    custom_id=self.custom_id(f"share:{card.number}"),
                    label="Share",
                    emoji="📣",
                )
            )
        for helpful, label, emoji in ((True, "Helpful", "👍"), (False, "Not it", "👎")):
            button = ActionButton(
                partial(self._judge, hit, helpful),
                custom_id=self.custom_id(f"{'helpful' if helpful else 'not-it'}:{card.number}"),
                label=label,
                emoji=emoji,
            )
            if judgement is not None and judgement.helpful is helpful:
                button.style = CHOSEN
            row.add_item(button)
        return row

    def _label_list(self) -> ActionSelect:
        """What can be labelled: each hit on the page, all of them, all there are."""
        options = [
            discord.SelectOption(label=f"Label hit {card.number}", value=str(card.number))
            for card in self._cards
        ]
        here, every = len(self._cards), len(self._found.hits)
        if here > 1:
            options.append(discord.SelectOption(label=f"Label these {here} hits", value=HERE))
        if every > here:
            options.append(discord.SelectOption(label=f"Label all {every} hits", value=EVERY))
        return ActionSelect(
            self._label, options, custom_id=self.custom_id("label"), placeholder="🏷️ Label…"
        )

    def _page_buttons(self) -> list[ActionButton]:
        if self._pages == 1:
            return []
        return [
            ActionButton(
                partial(self._turn_to, page),
                custom_id=self.custom_id(label.lower()),
                label=label,
                emoji=emoji,
                disabled=not 0 <= page < self._pages,
            )
            for label, emoji, page in (
                ("Previous", "◀️", self._page - 1),
                ("Next", "▶️", self._page + 1),
            )
        ]

    def _refine_button(self) -> list[ActionButton]:
        """The way to search again with what was judged here, once something was."""
        if self._refined().judged == self._found.question.judged:
            return []
        custom_id = self.custom_id("refine")
        return [ActionButton(self._refine, custom_id=custom_id, label="Refine", emoji="🎯")]

    async def _turn_to(self, page: int, interaction: discord.Interaction) -> None:
        await interaction.response.defer()
        self._viewers = self._viewers.as_of(interaction)
        await self.show(InteractionSurface(interaction), page)

    async def _judge(self, hit: Hit, helpful: bool, interaction: discord.Interaction) -> None:
        await interaction.response.defer()
        await self._resources.engine.give_feedback(
            Feedback(
                search_id=self._found.answer.search_id,
                library_id=hit.place.library_id,
                item_id=hit.item_id,
                person_id=str(interaction.user.id),
                helpful=helpful,
            )
        )
        self._judged.pop(hit.item_id, None)  # the latest judgement comes last
        self._judged[hit.item_id] = Judgement(hit, helpful)
        await self._show_judgement(interaction)

    async def _show_judgement(self, interaction: discord.Interaction) -> None:
        """Shows the page with the judgement, without what may not be shown any more."""
        surface = InteractionSurface(interaction)
        self._viewers = self._viewers.as_of(interaction)
        hits = [card.hit for card in self._cards]
        if await only_visible(hits, self._viewers) != hits:
            await self.show(surface, self._page)
            return
        self._draw()
        self.redraw = surface.redraw
        await surface.redraw(self)

    async def _share(self, hit: Hit, interaction: discord.Interaction) -> None:
        await share(interaction, hit, self._resources)

    async def _label(self, interaction: discord.Interaction, values: list[str]) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        chosen = {
            HERE: [card.hit for card in self._cards],
            EVERY: self._found.hits,
            **{str(card.number): [card.hit] for card in self._cards},
        }[values[0]]
        hits = await only_visible(
            chosen,
            self._viewers.as_of(interaction),
            asked_about=self._found.question.asked_about,
        )
        if not hits:
            raise NotForYou("This has been deleted, or you may not read it any more.")
        await self._labels.choose(interaction, hits)

    async def _more_like(self, hit: Hit, interaction: discord.Interaction) -> None:
        asked = self._found.question
        question = Question(
            like_item_id=hit.item_id,
            kind=hit.kind,
            channel_id=asked.channel_id,
            span=asked.span,
        )
        await self._ask(interaction, question)

    async def _refine(self, interaction: discord.Interaction) -> None:
        await self._ask(interaction, self._refined())

    def _refined(self) -> Question:
        return replace(self._found.question, judged=tuple(self._judged.values()))
