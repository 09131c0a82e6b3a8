"""From a question to what the person sees: a gallery, "no good match" in words, or a wait."""

from __future__ import annotations

import discord

from bot.features.labels import HitLabels
from bot.features.search._finding import Found, find
from bot.features.search._gallery import Gallery
from bot.features.search._question import Question
from bot.features.search._surfaces import InteractionSurface, Surface
from bot.resources import Resources
from bot.tasks import with_notice
from bot.ui import Notice, Tone
from bot.viewers import OneViewer, Viewers


class Answering:
    """Answers questions on whatever surface they came from."""

    def __init__(self, resources: Resources, labels: HitLabels) -> None:
        self._resources = resources
        self._labels = labels

    async def privately(self, interaction: discord.Interaction, question: Question) -> None:
        """Answers a deferred interaction with what the person alone may see."""
        viewers = OneViewer.of(interaction, self._resources.directory)
        surface = InteractionSurface(interaction)
        await self.on(surface, question, viewers, owner_id=interaction.user.id)

    async def on(
        self,
        surface: Surface,
        question: Question,
        viewers: Viewers,
        *,
        owner_id: int,
        public: bool = False,
    ) -> None:
        """Answers on a surface; says so when the engine takes its time."""
        settings = self._resources.settings

        async def say_that_it_takes_time() -> None:
            await surface.show(
                Notice(
                    "Still looking: my search engine takes its time. I keep at it for up to "
                    f"{settings.search_timeout_s:.0f} s."
                )
            )

        found = await with_notice(
            find(question, viewers, self._resources),
            notice_after_s=settings.slow_notice_s,
            notify=say_that_it_takes_time,
            give_up_after_s=settings.search_timeout_s,
        )
        if not found.hits:
            await surface.show(Notice(no_good_match(found), Tone.SORRY))
            return
        gallery = Gallery(
            found,
            viewers,
            self._ask_further,
            self._labels,
            self._resources,
            owner_id=owner_id,
            public=public,
        )
        await gallery.show(surface)

    async def _ask_further(self, interaction: discord.Interaction, question: Question) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        await self.privately(interaction, question)


def no_good_match(found: Found) -> str:
    """That nothing was found, and what to try instead."""
    question = found.question
    if question.asks_before:
        said = f"**Probably not:** I found nothing like {question.title()} in what you may read."
    else:
        said = f"I found no good match for {question.title()}."
    return "\n".join([said, _what_to_try(question), *found.remarks])


def _what_to_try(question: Question) -> str:
    if limits := question.limits():
        return f"Try it without {limits}."
    if question.asks_before:
        return "It may well be new. If you remember a word of it, try that word alone."
    if question.unwanted:
        return "Try it without `not:`, which also moves away from what is close to it."
    if question.text and question.picture is not None:
        return "Try the picture alone, or the words alone."
    if question.text:
        return "Try other or fewer words, and say what can be seen: “red bike on grass”."
    return "Try a picture that shows less around what you look for, or add a word."
