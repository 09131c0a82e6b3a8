"""From a question to what the person sees: a gallery, "no good match" in words, or a wait."""

from __future__ import annotations

import discord

from bot.errors import NotForYou
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

    def __init__(self, resources: Resources) -> None:
        self._resources = resources

    async def privately(self, interaction: discord.Interaction, question: Question) -> None:
        """Answers a deferred interaction with what the person alone may see."""
        member = interaction.user
        if not isinstance(member, discord.Member):
            raise NotForYou("I search inside servers; please ask me in one of its channels.")
        viewers = OneViewer(member, interaction.channel, self._resources.directory)
        await self.on(InteractionSurface(interaction), question, viewers, owner_id=member.id)

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
            found, viewers, self._ask_further, self._resources, owner_id=owner_id, public=public
        )
        await gallery.show(surface)

    async def _ask_further(self, interaction: discord.Interaction, question: Question) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        await self.privately(interaction, question)


def no_good_match(found: Found) -> str:
    """That nothing was found, and what to try instead."""
    question = found.question
    lines = [f"I found no good match for {question.title()}."]
    if question.narrowed:
        lines.append("Try it without the filters, or with a longer time.")
    elif question.text:
        lines.append("Try other or fewer words, and say what can be seen: “red bike on grass”.")
    else:
        lines.append("Try a picture that shows less around what you look for, or add a word.")
    return "\n".join([*lines, *found.remarks])
